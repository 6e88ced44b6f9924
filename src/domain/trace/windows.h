// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <optional>
#include <span>
#include <vector>

#include "domain/trace/walk.h"

namespace suyuan::trace {

inline std::optional<Window> overlap(const Window& a, const Window& b) {
  const Window both{std::max(a.from, b.from), std::min(a.until, b.until)};
  return both.from <= both.until ? std::optional(both) : std::nullopt;
}

// Closed windows of time, disjoint and ascending; those that touch are one.
class Windows {
 public:
  bool empty() const { return all_.empty(); }
  std::span<const Window> all() const { return {all_.data(), all_.size()}; }

  // False when nothing was new.
  bool add(Window window) {
    const auto touches = [](const Window& a, const Window& b) {
      return a.until == kInstantMax || b.from <= a.until + std::chrono::microseconds(1);
    };
    auto first = std::find_if(all_.begin(), all_.end(), [&](const Window& each) { return touches(each, window); });
    auto last = first;
    Window united = window;
    while (last != all_.end() && touches(united, *last)) {
      if (last->from <= window.from && last->until >= window.until) return false;
      united = {std::min(united.from, last->from), std::max(united.until, last->until)};
      ++last;
    }
    all_.insert(all_.erase(first, last), united);
    return true;
  }
  bool add(const Windows& others) {
    bool grown = false;
    for (const Window& window : others.all_) grown = add(window) || grown;
    return grown;
  }

  bool holds(Instant at) const {
    return std::any_of(all_.begin(), all_.end(),
                       [&](const Window& each) { return each.from <= at && at <= each.until; });
  }
  std::vector<Window> within(const Window& window) const {
    std::vector<Window> parts;
    for (const Window& each : all_) {
      if (auto both = overlap(each, window)) parts.push_back(*both);
    }
    return parts;
  }

 private:
  boost::container::small_vector<Window, 1> all_;  // mostly one
};

}  // namespace suyuan::trace
