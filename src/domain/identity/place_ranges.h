// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "domain/identity/actor.h"

namespace suyuan::identity {

// The division codes that a jurisdiction covers, as sorted ranges [from, until).
struct PlaceRanges {
  struct Range {
    std::int32_t from, until;
    friend bool operator==(const Range&, const Range&) = default;
  };
  std::vector<Range> ranges;

  static PlaceRanges of(Jurisdiction jurisdiction);
  bool covers(Jurisdiction place) const;
  void add(const PlaceRanges& other);
  friend bool operator==(const PlaceRanges&, const PlaceRanges&) = default;
};

}  // namespace suyuan::identity
