// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
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

// What a receipt of ours says in its extra line: an entry, and for whoever may see its event what opens it.
struct Explanation {
  std::string entry;
  std::optional<EventOpening> opening;
};
// Errors: kInvalid "log.extra".
Result<Explanation> explanation_of(std::string_view extra);
// The entry, when that is what it commits to. Errors: kInvalid "log.extra", "log.opening".
Result<EventEntry> opened_entry(const EventOpening& opening);

}  // namespace suyuan::tlog
