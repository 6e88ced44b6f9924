// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/trace/event.h"
#include "domain/trace/node.h"

namespace suyuan::trace {

// Judges one event and brings it into canonical form: type, required fields, actions, ids, times, CBV values,
// quantities, sensors, error declaration, extensions. An event without eventID gets its CBV 2.0 §8.9 hash id. Errors:
// kInvalid "epcis.event_refused" with every finding, each at its node's path, in document order. Not an error:
// leniencies listed in docs/leniencies.md. `now` bounds the future (an event later than now + 24 h is refused).
Result<Event> read_event(const Node& node, Instant now);

// The CBV 2.0 event-hash prehash string of an event tree, and its id "ni:///sha-256;<hex>?ver=CBV2.0".
std::string event_prehash(const Node& node);
std::string event_hash_id(std::string_view prehash);

// Master data of the document header (epcisMasterData/vocabularyList), as attribute rows. A vocabulary element that is
// among the children of another (EPCIS 2.0 §6.5) has a row that says so: attribute kChildOf + the parent's URI, value
// the parent's URI. Several parents are several attributes.
inline constexpr std::string_view kChildOf = "epcis:childOf:";
struct MasterDatum {
  codes::Identity subject;
  std::string vocabulary;  // "urn:epcglobal:epcis:vtype:Location" …
  std::string attribute;   // "urn:epcglobal:cbv:mda#name" …
  std::string value;       // text; nested structures as JSON text
};
Result<std::vector<MasterDatum>> read_master_data(const Node& header);

}  // namespace suyuan::trace
