// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "engine/stats/rational.h"

namespace suyuan::assessment {

// One value of a document on the way in. Whatever is wrong becomes a finding at its place; the reading goes on, so that
// all findings come at once.
class Place {
 public:
  Place(const Json* value, std::string path, std::vector<Finding>& findings)
      : value_(value), path_(std::move(path)), findings_(&findings) {}

  bool is_there() const { return value_ != nullptr && value_->kind != Json::Kind::kNull; }
  const Json* value() const { return value_; }
  const std::string& path() const { return path_; }
  void find(std::string_view code, std::string text) const;

  // An object with no members but these; false and a finding when it is none.
  bool is_object(std::initializer_list<std::string_view> members) const;
  Place member(std::string_view name) const;
  // The items of a list of at least `least`; a finding when it is none or longer than `most`.
  std::vector<Place> items(std::size_t least, std::size_t most) const;
  std::vector<Place> members() const;  // of an object whose names are data

  std::string text(bool is_required = false) const;  // at most 2,000 bytes
  std::string one_of(std::initializer_list<std::string_view> words, std::string_view otherwise) const;
  std::optional<stats::Rational> number() const;  // a number, or a text with a fraction
  std::optional<stats::Rational> number(const stats::Rational& min, const stats::Rational& max) const;
  std::optional<stats::Rational> probability() const;
  bool truth() const;                                  // true or false; false when it is missing
  std::size_t count(std::size_t otherwise = 0) const;  // a whole number, 0 to 1,000,000,000
  std::optional<CivilDay> day(bool is_required) const;
  std::optional<CivilDay> month() const;  // "2026-03"
  std::string seen() const;               // what stands there, for a message
  std::string name() const;               // the last part of the path

 private:
  bool is_missing(bool is_required) const;
  const Json* value_;
  std::string path_;
  std::vector<Finding>* findings_;
};

}  // namespace suyuan::assessment
