// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "domain/codes/division.h"

// Which codes a jurisdiction covers: docs/decisions/0007-access.md. Built once per actor, asked for every row.
namespace suyuan::codes {

// Covered: the division and all below it; withdrawn codes when any successor is covered, followed to the end (who has a
// part of a place now must see its old records), and never because of their digits alone (枞阳 340823 went from 安庆 to
// 铜陵); codes that are not in the table, such as development zones, with the division that they lie in by their
// digits.
//
// A withdrawn jurisdiction is read as what took it over, never as more than its own level: a dissolved prefecture as
// the counties that its counties became, and as a whole prefecture only when nothing else is in that; a county that
// went into a prefecture as such has its old records only, until its body is registered anew. An unknown one has its
// own code. What is no code at all (negative, below 100000 except 0, more than six digits) covers nothing.
class PlaceSet {
 public:
  struct Range {
    std::int32_t from = 0, until = 0;  // half open
    friend bool operator==(const Range&, const Range&) = default;
  };

  static PlaceSet of(std::int32_t division, const DivisionTable& table = divisions());

  bool covers(std::int32_t division) const;                  // by halving, no allocation
  std::span<const Range> ranges() const { return ranges_; }  // ascending, disjoint, not touching

 private:
  std::vector<Range> ranges_;
};

}  // namespace suyuan::codes
