// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>
#include <functional>

#include "base/check.h"

namespace suyuan {

// An id is a kind, not a number: Id<struct LotKind> and Id<struct FirmKind> do not mix. 0 is not an id.
template <class Kind>
class Id {
 public:
  constexpr explicit Id(std::int64_t value) : value_(value) { CHECK(value > 0); }
  constexpr std::int64_t value() const { return value_; }
  friend constexpr auto operator<=>(Id, Id) = default;

 private:
  std::int64_t value_;
};

}  // namespace suyuan

template <class Kind>
struct std::hash<suyuan::Id<Kind>> {
  std::size_t operator()(suyuan::Id<Kind> id) const noexcept { return std::hash<std::int64_t>{}(id.value()); }
};
