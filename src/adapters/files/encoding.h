// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "base/result.h"

namespace suyuan {

// Checks the bytes of a document before anybody parses them.
// Errors: kInvalid "document.empty", "document.not_utf8", "document.binary".
Status check_encoding(std::string_view bytes);

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace suyuan
