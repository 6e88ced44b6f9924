// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "adapters/warehouse/lookup_keys.h"

namespace suyuan {

// Entries of Lookup::kObjectKey that were seen lately. 128 MB at most: a small store touches little of it.
class RecentObjects {
 public:
  RecentObjects();

  void prefetch(const KeyHash& hash) const { __builtin_prefetch(&places(hash.key)); }
  // The value of the entry; 0: not seen lately.
  std::uint64_t find(const KeyHash& hash) const;
  // In place of the oldest of its places.
  void put(std::uint64_t key, std::uint64_t value);
  // All values of a key.
  void forget(std::uint64_t key);

 private:
  struct Entry {
    std::uint64_t key, value;
  };
  using Places = std::array<Entry, 4>;  // of keys that end alike, the newest first: a line of the processor's cache
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  static constexpr std::size_t kPlaces = 1U << 21U;

  Places& places(std::uint64_t key) const { return places_[key % kPlaces]; }

  std::unique_ptr<void, Free> memory_;
  Places* places_ = nullptr;
};

}  // namespace suyuan
