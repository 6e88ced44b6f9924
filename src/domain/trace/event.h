// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/decimal.h"
#include "base/time.h"
#include "domain/codes/identity.h"
#include "domain/trace/node.h"
#include "engine/digest/sha256.h"

// An EPCIS 2.0 event (GS1 EPCIS 2.0 §7.4, CBV 2.0), checked and canonical.
namespace suyuan::trace {

enum class EventType : std::uint8_t {  // stored; never renumber
  kObject = 1,
  kAggregation = 2,
  kTransaction = 3,
  kTransformation = 4,
  kAssociation = 5,
};
enum class Action : std::uint8_t { kNone = 0, kAdd = 1, kObserve = 2, kDelete = 3 };  // stored; never renumber

// What an object is to an event.
enum class Role : std::uint8_t {  // stored; never renumber
  kSubject = 1,                   // epcList / quantityList of Object and Transaction events
  kParent = 2,                    // parentID of Aggregation, Association
  kChild = 3,                     // childEPCs / childQuantityList
  kInput = 4,
  kOutput = 5,
  kTransformation = 6,  // transformationID
  kReadPoint = 7,
  kBizLocation = 8,
  kSourceOwner = 9,  // sourceList owning_party
  kSourcePossessor = 10,
  kSourceLocation = 11,
  kDestinationOwner = 12,
  kDestinationPossessor = 13,
  kDestinationLocation = 14,
  kTransaction = 15,  // bizTransaction, and parentID of a TransactionEvent
  kMemberLot = 16,    // the lot that this event's new items belong to (ilmd lotNumber, or a Digital Link with both)
};

// Things that the event is about, not who, where and in what business.
inline bool is_goods(Role role) { return role <= Role::kOutput; }

struct Object {
  Role role;
  codes::Identity id;
  std::optional<Decimal> amount;  // of a quantity element; a quantity element without quantity has none
  std::string uom;                // UN/ECE Rec. 20 code, "" counts pieces
  bool is_quantity = false;       // came from a quantity list
  std::string type;               // of sources, destinations, transactions: canonical CBV Web URI; else ""
  friend bool operator==(const Object&, const Object&) = default;
};

struct ErrorDeclaration {
  Instant declared_at;
  std::string reason;  // canonical
  std::vector<std::string> corrective_event_ids;
};

struct Event {
  EventType type = EventType::kObject;
  Action action = Action::kNone;
  std::string id;    // as given, or ni:///sha-256;…?ver=CBV2.0
  Sha256 content{};  // SHA-256 of the event-hash prehash string: same content, same bytes
  ZonedInstant time;
  std::string biz_step;         // canonical Web URI "https://ref.gs1.org/cbv/BizStep-shipping", or ""
  std::string disposition;      // likewise
  std::vector<Object> objects;  // document order within each role
  std::optional<ErrorDeclaration> error_declaration;
  Node node;  // the whole event: ilmd, sensors, certificates, extensions are read from here
};

}  // namespace suyuan::trace
