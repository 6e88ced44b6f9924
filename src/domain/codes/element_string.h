// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/codes/gs1_ai.h"

// GS1 element strings: what a scanner sends, and the text that people read (GS1 General Specifications §7.8).
namespace suyuan::codes {

// `separator` is what stands for FNC1: GS (0x1D) from scanners, '^' in written examples. A separator after a value of
// predefined length and at the end is allowed. Errors: kInvalid "gs1.unknown_ai", "gs1.element_string", and those of
// check_ai_value; companions are checked apart (check_companions).
Result<std::vector<Element>> read_element_string(std::string_view text, char separator);

// "(01)06901234567892(21)00001". A bracket inside a value is text if no identifier of ours follows it.
Result<std::vector<Element>> read_bracketed(std::string_view text);

}  // namespace suyuan::codes
