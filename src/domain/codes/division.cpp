// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/division.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "base/text.h"

namespace suyuan::codes {

namespace {

constexpr std::string_view kCountryName = "全国";
constexpr std::size_t kDigits = 6;
constexpr std::int32_t kEnd = 1'000'000;

// 0 for what is not six digits; no code is 0 in the file.
std::int32_t code_of(std::string_view text) {
  std::int32_t code = 0;
  if (text.size() != kDigits || !is_all_digits(text)) return 0;
  std::from_chars(text.data(), text.data() + text.size(), code);
  return code;
}

Error wrong_row(std::size_t number, std::string_view line, std::string_view what) {
  return Error{ErrorKind::kInvalid, "policy.division_row",
               fmt::format("Line {} of the divisions: {}. Seen: \"{}\".", number, what, excerpt(line))};
}

Error missing(std::int32_t code, std::string_view what) {
  return Error{ErrorKind::kInvalid, "policy.division_row",
               fmt::format("The divisions list {} but not {}; add the row.", code, what)};
}

Result<Division> read_row(std::string_view line, std::size_t number) {
  const auto cells = split(line, ',');
  if (cells.size() != 3) return wrong_row(number, line, "three cells are expected: code,name,successors");
  Division row;
  row.code = code_of(cells[0]);
  if (row.code == 0) return wrong_row(number, line, "the code is not six digits");
  row.name = cells[1];
  row.level = level_by_digits(row.code);
  row.current = cells[2].empty();
  if (row.current && row.name.empty()) return wrong_row(number, line, "a current division has a name");
  if (row.current || cells[2] == ".") return row;
  for (const std::string_view each : split(cells[2], ' ')) {
    const std::int32_t successor = code_of(each);
    if (successor == 0) return wrong_row(number, line, "a successor is not six digits");
    row.successors.push_back(successor);
  }
  return row;
}

bool leads_anywhere(const Division& row) { return row.current || !row.successors.empty(); }

void collect_heirs(const DivisionTable& table, const Division& row, std::vector<std::int32_t>& passed,
                   std::vector<std::int32_t>& heirs) {
  if (std::find(passed.begin(), passed.end(), row.code) != passed.end()) return;
  passed.push_back(row.code);
  if (row.current) heirs.push_back(row.code);
  for (const std::int32_t successor : row.successors) collect_heirs(table, *table.find(successor), passed, heirs);
}

}  // namespace

DivisionLevel level_by_digits(std::int32_t code) {
  if (code == 0) return DivisionLevel::kCountry;
  if (code % 10'000 == 0) return DivisionLevel::kProvince;
  return code % 100 == 0 ? DivisionLevel::kPrefecture : DivisionLevel::kCounty;
}

Result<DivisionTable> DivisionTable::read(std::string_view csv) {
  constexpr std::string_view kVersionMark = "# version ";
  DivisionTable table;
  table.rows_.push_back(Division{0, kCountryName, DivisionLevel::kCountry, 0, true, {}});
  std::size_t number = 0;
  for (const std::string_view line : split(csv, '\n')) {
    ++number;
    if (line.starts_with(kVersionMark))
      table.version_ = std::string(line.substr(kVersionMark.size(), line.find(". ") - kVersionMark.size()));
    if (line.empty() || line.starts_with("#")) continue;
    auto row = read_row(line, number);
    if (!row) return std::move(row.error());
    if (row->code <= table.rows_.back().code) return wrong_row(number, line, "codes stand once, in ascending order");
    table.rows_.push_back(std::move(*row));
  }
  table.starts_.assign(kEnd / 100 + 1, table.rows_.size());
  for (std::size_t i = table.rows_.size(); i-- > 0;)
    table.starts_[static_cast<std::size_t>(table.rows_[i].code / 100)] = i;
  for (std::size_t prefecture = kEnd / 100; prefecture-- > 0;)
    table.starts_[prefecture] = std::min(table.starts_[prefecture], table.starts_[prefecture + 1]);
  for (Division& row : table.rows_) {
    row.superior = table.superior_by_digits(row.code);
    if (row.current && row.level > DivisionLevel::kProvince && row.superior == 0)
      return missing(row.code, "its province");
    for (const std::int32_t successor : row.successors) {
      if (table.find(successor) == nullptr) return missing(row.code, fmt::format("its successor {}", successor));
    }
  }
  return table;
}

std::span<const Division> DivisionTable::listed_in(std::int32_t from, std::int32_t until) const {
  if (from < 0 || until > kEnd || from >= until) return {};
  const auto start = [&](std::int32_t code) { return rows_.data() + starts_[static_cast<std::size_t>(code / 100)]; };
  return {start(from), start(until)};
}

const Division* DivisionTable::find(std::int32_t code) const {
  const std::int32_t prefecture = code - code % 100;
  const auto rows = listed_in(prefecture, prefecture + 100);
  const auto at = std::lower_bound(rows.begin(), rows.end(), code,
                                   [](const Division& row, std::int32_t wanted) { return row.code < wanted; });
  return at == rows.end() || at->code != code ? nullptr : &*at;
}

std::vector<std::int32_t> DivisionTable::heirs(const Division& division) const {
  std::vector<std::int32_t> passed;
  std::vector<std::int32_t> heirs;
  collect_heirs(*this, division, passed, heirs);
  std::sort(heirs.begin(), heirs.end());
  return heirs;
}

std::int32_t DivisionTable::superior_by_digits(std::int32_t code) const {
  if (code % 100 != 0) {
    const Division* prefecture = find(code - code % 100);  // not the collective rows 110100 市辖区, 429000 省直辖县
    if (prefecture != nullptr && leads_anywhere(*prefecture)) return prefecture->code;
  }
  const std::int32_t province = code - code % 10'000;
  return code != province && find(province) != nullptr ? province : 0;
}

const DivisionTable& divisions() {
  static const DivisionTable table = [] {
    auto read = DivisionTable::read(divisions_text());
    CHECK(read.ok());
    return std::move(*read);
  }();
  return table;
}

const Division* find_division(std::int32_t code) { return divisions().find(code); }

std::string full_name(std::int32_t code) {
  if (code == 0) return std::string(kCountryName);
  const Division* row = find_division(code);
  std::string name = row != nullptr && !row->name.empty() ? std::string(row->name) : fmt::format("{:06}", code);
  for (std::int32_t above = divisions().superior_by_digits(code); above != 0;
       above = divisions().superior_by_digits(above)) {
    name.insert(0, find_division(above)->name);
  }
  return name;
}

Result<std::int32_t> read_division(std::string_view text) {
  const std::string folded = fold_text(text);
  const auto refuse = [&](std::string_view code, std::string_view what) {
    return Error{ErrorKind::kInvalid, std::string(code),
                 fmt::format("\"{}\" is no division of GB/T 2260: {}.", excerpt(text), what)};
  };
  if (folded == "0" || folded == "000000") return 0;
  if (const std::size_t bad = folded.find_first_not_of("0123456789"); bad != std::string::npos) {
    return refuse("division.shape",
                  fmt::format("six digits are expected, such as 340104; byte {} is no digit (a letter "
                              "O in place of a zero?)",
                              bad + 1));
  }
  if (folded.size() != kDigits) {
    return refuse("division.shape", fmt::format("six digits are expected, seen {}{}", folded.size(),
                                                folded.size() == 9 || folded.size() == 12
                                                    ? "; of a code of the statistics bureau give the first six"
                                                    : ""));
  }
  const std::int32_t code = code_of(folded);
  if (code != 0 && find_division(code) != nullptr) return code;
  const std::int32_t above = divisions().superior_by_digits(code);
  if (above == 0) return refuse("division.unknown", fmt::format("no province has the digits {}", folded.substr(0, 2)));
  return refuse("division.unknown",
                fmt::format("it is in no edition up to 2026-04; for a development zone give the division that it lies "
                            "in, by its digits {} ({:06})",
                            full_name(above), above));
}

std::string withdrawal_note(std::int32_t code) {
  const Division* row = find_division(code);
  if (row == nullptr || row->current) return "";
  std::string now;
  for (const std::int32_t heir : divisions().heirs(*row))
    now += fmt::format("{}{} ({:06})", now.empty() ? "" : ", ", full_name(heir), heir);
  if (now.empty()) return fmt::format("{:06} was withdrawn; what came after is not on record.", code);
  return fmt::format("{:06} was withdrawn; it is now {}.", code, now);
}

RegulatorLevel regulator_level(std::int32_t code) {
  switch (level_by_digits(code)) {
    case DivisionLevel::kCountry:
      return RegulatorLevel::kNational;
    case DivisionLevel::kProvince:
      return RegulatorLevel::kProvince;
    case DivisionLevel::kPrefecture:
      return RegulatorLevel::kCity;
    case DivisionLevel::kCounty:
      break;
  }
  constexpr std::int32_t kDirectlyUnderProvince = 90;
  return code / 100 % 100 == kDirectlyUnderProvince ? RegulatorLevel::kCity : RegulatorLevel::kCounty;
}

}  // namespace suyuan::codes
