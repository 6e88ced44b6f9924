// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/place_set.h"

#include <algorithm>

namespace suyuan::codes {

namespace {

constexpr std::int32_t kFirst = 100'000, kEnd = 1'000'000;
constexpr std::int32_t kPrefectureWidth = 100, kProvinceWidth = 10'000;

// Where two successors lead back to each other, a path is followed once.
using Path = std::vector<std::int32_t>;

PlaceSet::Range by_digits(std::int32_t code) {
  switch (level_by_digits(code)) {
    case DivisionLevel::kCountry:
      return {0, kEnd};
    case DivisionLevel::kProvince:
      return {code, code + kProvinceWidth};
    case DivisionLevel::kPrefecture:
      return {code, code + kPrefectureWidth};
    case DivisionLevel::kCounty:
      break;
  }
  return {code, code + 1};
}

bool holds(const PlaceSet::Range& range, std::int32_t code) { return range.from <= code && code < range.until; }

// The divisions that a jurisdiction is rooted in; what lies below them, and what became of them, follows.
class Cover {
 public:
  Cover(std::int32_t division, const DivisionTable& table)
      : table_(table), own_(by_digits(division)), rooted_(table.rows().size(), false) {
    const Division* row = table.find(division);
    whole_ = row == nullptr || (!row->current && row->successors.empty());
    if (whole_) return;
    root(division);
    if (!row->current) take_over(*row);
  }

  std::vector<PlaceSet::Range> ranges() const;

 private:
  bool is_root(const Division& row) const {
    return rooted_[static_cast<std::size_t>(&row - table_.rows().data())] || (whole_ && holds(own_, row.code));
  }
  void root(std::int32_t code) { rooted_[static_cast<std::size_t>(table_.find(code) - table_.rows().data())] = true; }
  void take_over(const Division& old);
  bool in(const Division& row, Path& path) const;
  bool unlisted_in(std::int32_t prefecture) const;

  const DivisionTable& table_;
  PlaceSet::Range own_;
  bool whole_ = false;  // no row, or a collective one (429000 省直辖县): all that its digits embrace
  std::vector<bool> rooted_;
};

void Cover::take_over(const Division& old) {
  std::vector<std::int32_t> counties;
  const auto rows = old.level == DivisionLevel::kCounty ? std::span(&old, 1) : table_.listed_in(own_.from, own_.until);
  for (const Division& row : rows) {
    for (const std::int32_t heir : table_.heirs(row)) {
      if (level_by_digits(heir) == DivisionLevel::kCounty) counties.push_back(heir);
    }
  }
  for (const std::int32_t county : counties) root(county);
  if (old.level != DivisionLevel::kPrefecture) return;
  for (const std::int32_t heir : table_.heirs(old)) {
    if (level_by_digits(heir) != DivisionLevel::kPrefecture) continue;
    const auto all = table_.listed_in(heir, heir + kPrefectureWidth);
    const bool nothing_else = std::all_of(all.begin(), all.end(), [&](const Division& county) {
      return !county.current || county.code == heir ||
             std::find(counties.begin(), counties.end(), county.code) != counties.end();
    });
    if (nothing_else) root(heir);
  }
}

bool Cover::in(const Division& row, Path& path) const {
  if (is_root(row)) return true;
  if (row.code == 0) return false;
  const Division& superior = *table_.find(row.superior);
  if (row.current || row.successors.empty()) return in(superior, path);
  if (!superior.current && is_root(superior)) return true;  // a dissolved prefecture keeps its old records
  if (std::find(path.begin(), path.end(), row.code) != path.end()) return false;
  path.push_back(row.code);
  return std::any_of(row.successors.begin(), row.successors.end(),
                     [&](std::int32_t next) { return in(*table_.find(next), path); });
}

bool Cover::unlisted_in(std::int32_t prefecture) const {
  if (whole_ && own_.from <= prefecture && prefecture + kPrefectureWidth <= own_.until) return true;
  const std::int32_t superior = table_.superior_by_digits(prefecture + 1);
  Path path;
  return superior != 0 && in(*table_.find(superior), path);
}

// Current counties and codes that are not listed have the answer of their prefecture: one question for all of them.
std::vector<PlaceSet::Range> Cover::ranges() const {
  std::vector<PlaceSet::Range> found;
  const auto add = [&](std::int32_t from, std::int32_t until, bool yes) {
    if (!yes || from >= until) return;
    if (!found.empty() && found.back().until == from) {
      found.back().until = until;
    } else {
      found.push_back({from, until});
    }
  };
  const Division* row = table_.rows().data() + 1;
  const Division* const end = table_.rows().data() + table_.rows().size();
  for (std::int32_t from = kFirst; from < kEnd; from += kPrefectureWidth) {
    const std::int32_t until = from + kPrefectureWidth;
    const bool rest = unlisted_in(from);
    std::int32_t at = from;
    for (; row != end && row->code < until; ++row) {
      Path path;
      add(at, row->code, rest);
      const bool by_digits_alone = row->level == DivisionLevel::kCounty && (row->current || row->successors.empty());
      add(row->code, row->code + 1, by_digits_alone ? rest || is_root(*row) : in(*row, path));
      at = row->code + 1;
    }
    add(at, until, rest);
  }
  return found;
}

}  // namespace

PlaceSet PlaceSet::of(std::int32_t division, const DivisionTable& table) {
  PlaceSet places;
  if (division == 0) {
    places.ranges_ = {{0, kEnd}};
  } else if (division >= kFirst && division < kEnd) {
    const bool alone = level_by_digits(division) == DivisionLevel::kCounty && table.find(division) == nullptr;
    places.ranges_ = alone ? std::vector<Range>{by_digits(division)} : Cover(division, table).ranges();
  }
  return places;
}

bool PlaceSet::covers(std::int32_t division) const {
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), division,
                                      [](std::int32_t code, const Range& range) { return code < range.from; });
  return after != ranges_.begin() && division < std::prev(after)->until;
}

}  // namespace suyuan::codes
