// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// Administrative divisions: GB/T 2260, policy/divisions.csv compiled in. A code is a number of six digits: two for the
// province, two for the prefecture, two for the county; 0 is the whole country.
namespace suyuan::codes {

// What the digits say. A city directly under a province (仙桃 429004) is a county here; see regulator_level.
enum class DivisionLevel : std::uint8_t { kCountry, kProvince, kPrefecture, kCounty };
enum class RegulatorLevel : std::uint8_t { kNational, kProvince, kCity, kCounty };

struct Division {
  std::int32_t code = 0;
  std::string_view name;  // "蜀山区"; "" for withdrawn codes: their names are not kept
  DivisionLevel level = DivisionLevel::kCountry;
  std::int32_t superior = 0;  // of a county in a municipality the municipality: rows such as 110100 are skipped
  bool current = true;        // false: withdrawn, found in old records only
  std::vector<std::int32_t> successors;  // of a withdrawn code: each took over a part; empty when nobody says which
};

class DivisionTable {
 public:
  // Errors: kInvalid "policy.division_row", naming the line: order, shape, a successor or superior that is not there.
  static Result<DivisionTable> read(std::string_view csv);  // must outlive the table

  const std::string& version() const { return version_; }
  const std::vector<Division>& rows() const { return rows_; }                        // by code; the country first
  const Division* find(std::int32_t code) const;                                     // nullptr: not in the table
  std::span<const Division> listed_in(std::int32_t from, std::int32_t until) const;  // of whole prefectures
  // The current divisions that a withdrawn code became, followed to the end. Itself when it is current.
  std::vector<std::int32_t> heirs(const Division& division) const;
  // The division that a code lies under by its digits, whether the code is in the table or not (a development zone).
  std::int32_t superior_by_digits(std::int32_t code) const;

 private:
  DivisionTable() = default;

  std::string version_;
  std::vector<Division> rows_;
  std::vector<std::size_t> starts_;  // of each prefecture, by its four digits, in rows_
};

const DivisionTable& divisions();   // the compiled-in one
std::string_view divisions_text();  // as in the repository

const Division* find_division(std::int32_t code);

// "安徽省合肥市蜀山区", "北京市东城区", "湖北省仙桃市", "全国". A code without a name stands as its digits:
// "安徽省合肥市340176".
std::string full_name(std::int32_t code);

// A code as people write it (blanks around it and full-width digits are taken); "0" and "000000" are the whole country.
// A withdrawn code is taken, since old records have it: tell the reader withdrawal_note().
// Errors: kInvalid "division.shape" (not six digits), "division.unknown" (in no edition that we have).
Result<std::int32_t> read_division(std::string_view text);

// "110228 was withdrawn; it is now 北京市密云区 (110118)." "" for what is not withdrawn.
std::string withdrawal_note(std::int32_t code);

// The level of the body that regulates there. By the digits, except for divisions directly under a province (the third
// and fourth digit are 90: 429004, 659001): GB/T 2260 makes them counties, yet no city stands between them and the
// province, so that whatever a city does falls to them. Ours to choose: kCity. 441900 is a city by its digits, without
// counties.
RegulatorLevel regulator_level(std::int32_t code);

DivisionLevel level_by_digits(std::int32_t code);

}  // namespace suyuan::codes
