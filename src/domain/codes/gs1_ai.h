// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// GS1 application identifiers as a table of facts (gs1_ai_table.cpp), and what a value of one must look like.
// Source of the facts: GS1 Barcode Syntax Dictionary (Apache-2.0), GS1 General Specifications §3.
namespace suyuan::codes {

// One row: the identifiers first..last (31nn families are ranges).
struct AiRow {
  std::string_view first, last;
  std::string_view flags;       // F: predefined length, no FNC1 after it; A: may stand in the query of a Digital Link
  std::string_view format;      // components "N13:csum:gcp0 [X..17]": charset, length, checks; brackets: may be missing
  std::string_view needs;       // space: all of; comma: one of; +: together; n: any digit
  std::string_view excludes;    // comma: none of these beside it
  std::string_view qualifiers;  // of a Digital Link key, in order, alternatives by |; "-" a key without; "" no key
  std::string_view title;

  bool predefined_length() const { return flags.find('F') != std::string_view::npos; }
  bool is_attribute() const { return flags.find('A') != std::string_view::npos; }
  bool is_key() const { return !qualifiers.empty(); }
};

// The row of an identifier written out ("01", "3102"), or nullptr.
const AiRow* find_ai(std::string_view ai);
// The identifier that `text` starts with, "" if none: identifiers are prefix-free.
std::string_view ai_at(std::string_view text);

// Is `value` a value of that identifier? `year` places two-digit years. Errors: kInvalid "gs1.check_digit",
// "gs1.charset", "gs1.length", "gs1.date", "gs1.value": each names the identifier, the value and what is expected.
Status check_ai_value(std::string_view ai, const AiRow& row, std::string_view value);

// Where a value of that identifier ends when no separator follows: its greatest length.
std::size_t longest_value(const AiRow& row);

struct Element {
  std::string ai;
  std::string value;  // decoded
  friend bool operator==(const Element&, const Element&) = default;
};

// What must stand together and what must not, and that one identifier does not come twice with two values.
std::vector<Finding> check_companions(const std::vector<Element>& elements);

}  // namespace suyuan::codes
