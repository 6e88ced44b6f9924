// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "adapters/http/message.h"
#include "base/result.h"

// What browsers send of a form, and cookies.
namespace suyuan::http {

inline constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
inline constexpr std::size_t kFormFieldsMax = 200, kFormNameBytesMax = 100, kFormValueBytesMax = 256 * 1024;

// Names and values decoded, in order, line ends as "\n". Errors: kInvalid "http.form" (bad percent-encoding, no UTF-8,
// NUL, over a limit); the text never holds a value.
Result<Pairs> read_form(std::string_view body);
// The first of that name; "" when it is missing.
std::string_view field(const Pairs& form, std::string_view name);

// The values of all cookies of that name, in order: a client of ours sends one.
std::vector<std::string> cookies(const Request& request, std::string_view name);

}  // namespace suyuan::http
