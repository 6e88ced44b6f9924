// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/ports/audit_store.h"

namespace suyuan {

// Refusals of one minute: the first ones of each origin and of all are kept one by one, the rest is counted, so that
// nobody can fill the disk by being refused, and nobody without an account can hide the refusals of those with one.
// An origin is a person, or the address of somebody without an account.
class RefusalTally {
 public:
  static constexpr int kOfOnePerson = 30, kOfAllPeople = 300;  // in a minute
  static constexpr int kOfOneAddress = 10, kOfAllAddresses = 100;
  static constexpr std::size_t kCountedOrigins = 4096;  // more are counted together
  static constexpr std::size_t kCountLines = 50;        // of a minute, for each of the two kinds; the rest is one line
  static constexpr std::size_t kWaitingMost = 4096;     // while the store does not take them; more are counted as lost

  void add(AuditEntry entry);  // its minute is that of entry.at
  // What is to be written: kept ones, and the counts of the minutes that are over at `now`.
  std::vector<AuditEntry> take(Instant now);
  // They could not be written.
  void give_back(std::vector<AuditEntry> entries);
  std::int64_t lost() const { return lost_; }

 private:
  struct Origin {
    int kept = 0;
    std::int64_t more = 0;
    AuditEntry last;  // of those that were only counted
  };
  struct Kind {  // people, or addresses
    std::map<std::string, Origin> origins;
    int kept = 0;
    std::int64_t others = 0;  // of origins that have no place in the map
  };
  void close_minute();
  void count_lines(Kind& kind, std::string_view what);
  void keep(AuditEntry entry);

  std::int64_t minute_ = 0;
  Kind people_, addresses_;
  std::vector<AuditEntry> waiting_;
  std::int64_t lost_ = 0;
};

}  // namespace suyuan
