// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <utility>
#include <vector>

#include "domain/trace/fact.h"

namespace suyuan::trace {

// The parties and places that had one object at some time: docs/trace.md §7, whom to tell.
class WhoHad {
 public:
  void clear() { all_.clear(); }
  // What an event that moved the object names.
  void add(ObjectId named, Role role) {
    const bool is_party = role == Role::kSourceOwner || role == Role::kSourcePossessor ||
                          role == Role::kDestinationOwner || role == Role::kDestinationPossessor;
    if (is_party || role == Role::kBizLocation) all_.emplace_back(named, is_party);
  }
  void add(const Fact& fact) {
    for (const Link& link : fact.links) add(link.object, link.role);
  }
  // take(who, is_party), each once; `is_party`: else a place.
  template <class Take>
  void each(Take take) {
    std::sort(all_.begin(), all_.end());
    all_.erase(std::unique(all_.begin(), all_.end()), all_.end());
    for (const auto& [who, is_party] : all_) take(who, is_party);
  }

 private:
  std::vector<std::pair<ObjectId, bool>> all_;
};

}  // namespace suyuan::trace
