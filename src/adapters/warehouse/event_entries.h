// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "adapters/warehouse/lookup_keys.h"
#include "adapters/warehouse/lookups.h"
#include "domain/codes/identity.h"
#include "domain/trace/stored_event.h"

namespace suyuan {

inline KeyHash event_id_hash(const LookupKeys& keys, std::string_view id, bool declaration) {
  std::string text(1, declaration ? '\1' : '\0');
  return keys.hash(text.append(id));
}

// What the lookups have of one event: the one place that says so, for the writer and for the replay. Members apart.
struct EventEntries {
  std::int64_t seq, time;
  bool is_declaration;

  template <class Add>
  void each(const KeyHash& id, const std::vector<trace::Link>& links, Add add) const {
    const auto number = static_cast<std::uint64_t>(seq);
    for (const trace::Link& link : links)
      add(Lookup::kPosting, {static_cast<std::uint64_t>(link.object.value()), posting_value(seq, link.role)});
    add(Lookup::kEventId, {id.key, number});
    if (is_declaration) add(Lookup::kDeclared, {id.key, number});
    add(Lookup::kTime, {time_key(time), number});
  }
};

// Every new item of the lot's own class in an event that names the lot belongs to it. `identity`: by place in `links`.
template <class IdentityOf>
std::vector<runs::Entry> lot_members(const std::vector<trace::Link>& links, IdentityOf identity) {
  std::vector<runs::Entry> members;
  for (std::size_t lot = 0; lot < links.size(); ++lot) {
    if (links[lot].role != trace::Role::kMemberLot) continue;
    const auto of_class = codes::class_of(identity(lot));
    for (std::size_t item = 0; item < links.size(); ++item) {
      const bool goods = links[item].role == trace::Role::kSubject || links[item].role == trace::Role::kOutput ||
                         links[item].role == trace::Role::kChild;
      if (!goods || links[item].is_quantity || codes::class_of(identity(item)) != of_class) continue;
      members.push_back({static_cast<std::uint64_t>(links[lot].object.value()),
                         static_cast<std::uint64_t>(links[item].object.value())});
    }
  }
  return members;
}

}  // namespace suyuan
