// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "domain/trace/stored_event.h"

namespace suyuan::trace {

// Where an event names what. An event may name a hundred thousand things: what it says of one of them is found without
// looking at the others.
class LinkIndex {
 public:
  LinkIndex() = default;
  explicit LinkIndex(std::span<const Link> links);  // which must outlive it, unchanged

  const Link* first(Role role) const {
    const std::uint32_t at = first_[static_cast<std::size_t>(role)];
    return at == kNone ? nullptr : &links_[at];
  }
  bool has(ObjectId object, Role role) const {
    bool found = false;
    each_of(object, [&](const Link& link) { found = found || link.role == role; });
    return found;
  }
  bool names_goods(ObjectId object) const {
    bool found = false;
    each_of(object, [&](const Link& link) { found = found || is_goods(link.role); });
    return found;
  }
  // The links of one object, in their order.
  template <class Take>
  void each_of(ObjectId object, Take take) const {
    if (by_object_.empty()) {
      for (const Link& link : links_) {
        if (link.object == object) take(link);
      }
      return;
    }
    for (std::size_t i = place_of(object); i < by_object_.size() && links_[by_object_[i]].object == object; ++i)
      take(links_[by_object_[i]]);
  }
  // Its links as goods, and all those that are not of goods.
  void links_about(ObjectId object, std::vector<Link>& links) const;

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::size_t place_of(ObjectId object) const;  // of the first, in by_object_

  std::span<const Link> links_;
  std::array<std::uint32_t, 32> first_{};
  std::vector<std::uint32_t> by_object_;  // empty: so few that one looks at all
  std::vector<std::uint32_t> others_;     // not of goods
};

}  // namespace suyuan::trace
