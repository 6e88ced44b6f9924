// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/runs/run.h"

namespace suyuan {

enum class Lookup : std::uint8_t {  // stored; never renumber
  kPosting = 1,                     // object -> seq << 5 | role
  kObjectKey = 2,                   // hash of scheme and key -> object << 24 | 24 more bits of the hash
  kEventId = 3,                     // hash of the event id -> seq
  kMember = 4,                      // class or lot -> object
  kTime = 5,                        // event time, microseconds since 1970 + 2^63 -> seq
  kDeclared = 6,                    // hash of the event id -> seq of an error declaration that repeats it
  kLevel = 7,                       // object -> codes::Level, of all that are no items
};
inline constexpr std::array kAllLookups = {Lookup::kPosting, Lookup::kObjectKey, Lookup::kEventId, Lookup::kMember,
                                           Lookup::kTime,    Lookup::kDeclared,  Lookup::kLevel};

inline std::size_t slot(Lookup which) { return static_cast<std::size_t>(which) - 1; }
inline bool is_asked_by_writer(Lookup which) { return which == Lookup::kObjectKey || which == Lookup::kEventId; }

inline std::uint64_t time_key(std::int64_t micros) { return static_cast<std::uint64_t>(micros) + (1ULL << 63U); }
inline std::int64_t time_of_key(std::uint64_t key) { return static_cast<std::int64_t>(key - (1ULL << 63U)); }

// Entries of one transaction that is not committed yet.
class PendingEntries {
 public:
  void add(Lookup which, runs::Entry entry);
  // Values of kObjectKey, kEventId and kDeclared.
  void find(Lookup which, std::uint64_t key, std::vector<std::uint64_t>& values) const;

  using Mark = std::array<std::size_t, kAllLookups.size()>;
  Mark mark() const;
  void forget_after(const Mark& mark);
  void clear();
  runs::Part& entries(Lookup which) { return entries_[slot(which)]; }

 private:
  std::array<runs::Part, kAllLookups.size()> entries_;
  std::unordered_multimap<std::uint64_t, std::pair<Lookup, std::uint64_t>> by_key_;
};

}  // namespace suyuan
