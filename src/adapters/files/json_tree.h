// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace suyuan {

struct JsonLimits {
  std::size_t bytes = std::size_t{16} << 20;
  std::size_t values = 500'000;
  int depth = 32;
};

// A whole JSON document as a tree that keeps the digits of its numbers.
// Errors: kInvalid "document.empty", "document.not_utf8", "document.binary", "json.syntax", "json.too_deep",
// "json.too_many", "json.duplicate_member"; kTooLarge "document.too_large".
Result<Json> read_json(std::string_view bytes, const JsonLimits& limits = {});

}  // namespace suyuan
