// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace suyuan {

// A JSON document whose numbers keep the digits that were written: 0.1 stays "0.1" and never becomes the nearest
// double. Members keep their order, and there is none twice.
struct Json {
  enum class Kind { kNull, kBool, kNumber, kText, kList, kObject };
  struct Member;

  Kind kind = Kind::kNull;
  std::string text;             // of kText the text, of kNumber its digits, of kBool "true" or "false"
  std::vector<Json> items;      // of kList
  std::vector<Member> members;  // of kObject

  static Json of_text(std::string_view value);
  static Json number(std::string_view digits);
  static Json number(double value);  // shortest digits that read back as the same value; null for what is not finite
  static Json number(std::size_t value);
  static Json number(int value);
  static Json boolean(bool value);
  static Json list();
  static Json object();

  const Json* find(std::string_view name) const;  // nullptr: no such member, or no object
  Json& add(std::string_view name, Json value);   // at the end; returns what was added

  friend bool operator==(const Json& a, const Json& b);
};

struct Json::Member {
  std::string name;
  Json value;
  friend bool operator==(const Member&, const Member&) = default;
};

// Indented by two blanks, members in their order, a list of single values in one line.
std::string json_text(const Json& value);

// The value at a JSON pointer (RFC 6901); nullptr: there is none.
const Json* at_pointer(const Json& document, std::string_view pointer);
// The document with `value` in that place: replaced, or added as a member, or behind a list ("-"). Missing objects and
// lists on the way are made. Errors: kInvalid "json.pointer".
Result<Json> with_value_at(Json document, std::string_view pointer, Json value);

// The pointers at which two documents differ, in order, at most `limit`.
std::vector<std::string> json_differences(const Json& a, const Json& b, std::size_t limit);

// Digits of a double: shortest that read back as the same value, in plain notation between 1e-6 and 1e15.
std::string number_text(double value);

}  // namespace suyuan
