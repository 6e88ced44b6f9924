// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "domain/tlog/entry.h"

namespace suyuan::tlog {

// What the entry of an event commits to, for whoever may see the event: the extra line of our receipts
// (docs/formats/log.md).
struct EventOpening {
  std::string entry;  // as it stands in the log
  std::string salt;   // 16 bytes
  bool is_declaration = false;
  Hash content{};  // SHA-256 of the event's CBV prehash
  std::string id;
  friend bool operator==(const EventOpening&, const EventOpening&) = default;
};
std::string written(const EventOpening& opening);
// Errors: kInvalid "log.extra".
Result<EventOpening> event_opening_of(std::string_view extra);
// The entry, when that is what it commits to. Errors: kInvalid "log.extra", "log.opening".
Result<EventEntry> opened_entry(const EventOpening& opening);

}  // namespace suyuan::tlog
