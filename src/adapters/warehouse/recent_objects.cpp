// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/recent_objects.h"

#include <algorithm>

#include "base/check.h"

namespace suyuan {

// By calloc, which takes pages from the system that are zero already, and lets it give them when they are touched.
RecentObjects::RecentObjects() : memory_(std::calloc(kPlaces + 1, sizeof(Places))) {
  CHECK(memory_ != nullptr);
  void* begin = memory_.get();
  std::size_t room = (kPlaces + 1) * sizeof(Places);
  places_ = static_cast<Places*>(std::align(sizeof(Places), kPlaces * sizeof(Places), begin, room));
}

std::uint64_t RecentObjects::find(const KeyHash& hash) const {
  for (const Entry& each : places(hash.key)) {
    if (each.value != 0 && each.key == hash.key && is_value_of(each.value, hash)) return each.value;
  }
  return 0;
}

void RecentObjects::put(std::uint64_t key, std::uint64_t value) {
  Places& all = places(key);
  std::copy_backward(all.begin(), all.end() - 1, all.end());
  all.front() = {key, value};
}

void RecentObjects::forget(std::uint64_t key) {
  for (Entry& each : places(key)) {
    if (each.key == key) each = {};
  }
}

}  // namespace suyuan
