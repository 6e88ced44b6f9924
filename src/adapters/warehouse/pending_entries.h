// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
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
  // Appends the values of a key, the newest first. Of kObjectKey and kEventId only.
  void find(Lookup which, std::uint64_t key, std::vector<std::uint64_t>& values) const;

  using Mark = std::array<std::size_t, kAllLookups.size()>;
  Mark mark() const;
  void forget_after(const Mark& mark);
  void clear();
  runs::Part& entries(Lookup which) { return entries_[slot(which)]; }

 private:
  struct Asked {
    std::uint64_t key, value;
    std::size_t before;  // the one of the same key before it, as in `newest_`
    Lookup which;
  };

  std::array<runs::Part, kAllLookups.size()> entries_;
  std::vector<Asked> asked_;                                           // entries that the writer may ask for
  boost::unordered_flat_map<std::uint64_t, std::size_t> newest_ = {};  // by key: 1 + place in `asked_`
};

}  // namespace suyuan
