// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/read_event.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "domain/codes/percent.h"
#include "domain/trace/fields.h"
#include "domain/trace/sensors.h"

namespace suyuan::trace {

namespace {

constexpr std::chrono::hours kFutureMax(24);  // clocks of senders go wrong by minutes, time zones by hours; not by days

struct TypeRow {
  EventType type;
  std::string_view name;
};
constexpr TypeRow kTypes[] = {{EventType::kObject, "ObjectEvent"},
                              {EventType::kAggregation, "AggregationEvent"},
                              {EventType::kTransaction, "TransactionEvent"},
                              {EventType::kTransformation, "TransformationEvent"},
                              {EventType::kAssociation, "AssociationEvent"}};

// Reads one event into `event`, leaving a finding for everything that is wrong.
class EventReader {
 public:
  EventReader(const Node& node, Instant now) : node_(node), now_(now) {}

  Result<Event> read() {
    if (expect_object(node_, findings_) && read_type()) {
      expect_known_fields();
      for (const Node& field : node_.children) read_field(field);
      judge_common();
      judge_type();
    }
    if (!findings_.empty()) {
      Error error{ErrorKind::kInvalid,
                  "epcis.event_refused",
                  "The event is not sound EPCIS 2.0; see the findings.",
                  {},
                  findings_.take()};
      return error;
    }
    const std::string prehash = event_prehash(node_);
    event_.content = sha256(prehash);
    if (event_.id.empty()) event_.id = event_hash_id(prehash);
    event_.node = node_;
    return std::move(event_);
  }

 private:
  bool read_type() {
    const Node* type = node_.find("type");
    if (type == nullptr) type = node_.find("isA");
    if (type == nullptr) {
      missing(node_, "type", "ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent or AssociationEvent",
              findings_);
      return false;
    }
    const auto name = read_text(*type, findings_);
    if (!name) return false;
    const auto* row =
        std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeRow& each) { return each.name == *name; });
    if (row == std::end(kTypes)) {
      findings_.add(*type, "epcis.unknown_type",
                    fmt::format("\"{}\" is no event type; ObjectEvent, AggregationEvent, TransactionEvent, "
                                "TransformationEvent or AssociationEvent is expected.",
                                excerpt(*name)));
      return false;
    }
    event_.type = row->type;
    return true;
  }

  void expect_known_fields() {
    switch (event_.type) {
      case EventType::kObject:
        return expect_only(node_,
                           {"type",
                            "isA",
                            "eventID",
                            "eventTime",
                            "recordTime",
                            "eventTimeZoneOffset",
                            "errorDeclaration",
                            "certificationInfo",
                            "epcList",
                            "action",
                            "bizStep",
                            "disposition",
                            "readPoint",
                            "bizLocation",
                            "bizTransactionList",
                            "quantityList",
                            "sourceList",
                            "destinationList",
                            "sensorElementList",
                            "persistentDisposition",
                            "ilmd"},
                           findings_);
      case EventType::kAggregation:
      case EventType::kAssociation:
        return expect_only(node_,
                           {"type",
                            "isA",
                            "eventID",
                            "eventTime",
                            "recordTime",
                            "eventTimeZoneOffset",
                            "errorDeclaration",
                            "certificationInfo",
                            "parentID",
                            "childEPCs",
                            "childQuantityList",
                            "action",
                            "bizStep",
                            "disposition",
                            "readPoint",
                            "bizLocation",
                            "bizTransactionList",
                            "sourceList",
                            "destinationList",
                            "sensorElementList",
                            "persistentDisposition"},
                           findings_);
      case EventType::kTransaction:
        return expect_only(node_,
                           {"type",
                            "isA",
                            "eventID",
                            "eventTime",
                            "recordTime",
                            "eventTimeZoneOffset",
                            "errorDeclaration",
                            "certificationInfo",
                            "parentID",
                            "epcList",
                            "quantityList",
                            "action",
                            "bizStep",
                            "disposition",
                            "readPoint",
                            "bizLocation",
                            "bizTransactionList",
                            "sourceList",
                            "destinationList",
                            "sensorElementList",
                            "persistentDisposition"},
                           findings_);
      case EventType::kTransformation:
        return expect_only(node_,
                           {"type",
                            "isA",
                            "eventID",
                            "eventTime",
                            "recordTime",
                            "eventTimeZoneOffset",
                            "errorDeclaration",
                            "certificationInfo",
                            "inputEPCList",
                            "inputQuantityList",
                            "outputEPCList",
                            "outputQuantityList",
                            "transformationID",
                            "bizStep",
                            "disposition",
                            "readPoint",
                            "bizLocation",
                            "bizTransactionList",
                            "sourceList",
                            "destinationList",
                            "sensorElementList",
                            "persistentDisposition",
                            "ilmd"},
                           findings_);
    }
  }

  void read_field(const Node& field) {
    const std::string& name = field.name;
    if (name == "eventID")
      read_event_id(field);
    else if (name == "eventTime")
      read_event_time(field);
    else if (name == "recordTime")
      read_time(field, findings_);
    else if (name == "eventTimeZoneOffset")
      read_offset(field);
    else if (name == "action")
      read_action(field);
    else if (name == "bizStep")
      event_.biz_step = read_word(field, Vocabulary::kBizStep, findings_).value_or("");
    else if (name == "disposition")
      event_.disposition = read_word(field, Vocabulary::kDisposition, findings_).value_or("");
    else if (name == "persistentDisposition")
      read_persistent_disposition(field);
    else if (name == "errorDeclaration")
      read_error_declaration(field);
    else if (name == "certificationInfo")
      read_certification(field);
    else if (name == "sensorElementList")
      judge_sensors(field, findings_);
    else if (name == "ilmd")
      read_ilmd(field);
    else
      read_object_field(field);
  }

  void read_object_field(const Node& field) {
    const std::string& name = field.name;
    if (name == "epcList")
      read_epcs(field, Role::kSubject, true);
    else if (name == "childEPCs")
      read_epcs(field, Role::kChild, false);
    else if (name == "inputEPCList")
      read_epcs(field, Role::kInput, false);
    else if (name == "outputEPCList")
      read_epcs(field, Role::kOutput, false);
    else if (name == "quantityList")
      read_quantities(field, Role::kSubject);
    else if (name == "childQuantityList")
      read_quantities(field, Role::kChild);
    else if (name == "inputQuantityList")
      read_quantities(field, Role::kInput);
    else if (name == "outputQuantityList")
      read_quantities(field, Role::kOutput);
    else if (name == "parentID")
      read_single(field, event_.type == EventType::kTransaction ? Role::kTransaction : Role::kParent);
    else if (name == "transformationID")
      read_single(field, Role::kTransformation);
    else if (name == "readPoint")
      read_place(field, Role::kReadPoint);
    else if (name == "bizLocation")
      read_place(field, Role::kBizLocation);
    else if (name == "bizTransactionList")
      read_transactions(field);
    else if (name == "sourceList")
      read_parties(field, "source", Role::kSourceOwner, Role::kSourcePossessor, Role::kSourceLocation);
    else if (name == "destinationList")
      read_parties(field, "destination", Role::kDestinationOwner, Role::kDestinationPossessor,
                   Role::kDestinationLocation);
  }

  void read_event_id(const Node& field) {
    if (read_uri(field, findings_)) event_.id = std::string(trim(field.text));
    if (event_.id.size() > 2048) findings_.add(field, "epcis.too_long", "An event id has at most 2048 characters.");
  }

  void read_event_time(const Node& field) {
    const auto at = read_time(field, findings_);
    if (!at) return;
    event_.time.at = at->at;
    if (at->at > now_ + kFutureMax) {
      findings_.add(field, "epcis.future",
                    fmt::format("{} lies more than 24 hours ahead of now ({}). Check the date and the offset.",
                                field.text, format_instant(std::chrono::floor<std::chrono::seconds>(now_))));
    }
    if (at->at < Instant(std::chrono::sys_days(std::chrono::year(1970) / 1 / 1))) {
      findings_.add(field, "epcis.ancient",
                    fmt::format("{} lies before 1970: no traced goods are that old. Check the year.", field.text));
    }
  }

  void read_offset(const Node& field) {
    const auto text = read_text(field, findings_);
    if (!text) return;
    auto offset = parse_offset(*text);
    if (offset && *text != "z")
      event_.time.offset = *offset;
    else if (!offset)
      findings_.add(field, offset.error().code, offset.error().text);
  }

  void read_action(const Node& field) {
    const auto text = read_text(field, findings_);
    if (!text) return;
    event_.action = *text == "ADD"       ? Action::kAdd
                    : *text == "OBSERVE" ? Action::kObserve
                    : *text == "DELETE"  ? Action::kDelete
                                         : Action::kNone;
    if (event_.action == Action::kNone)
      findings_.add(field, "epcis.unknown_action",
                    fmt::format("\"{}\" is no action; ADD, OBSERVE or DELETE is expected.", excerpt(*text)));
  }

  void add(Role role, codes::Identity id) { event_.objects.push_back(Object{role, std::move(id), {}, "", false, ""}); }

  void add_lot(codes::Identity lot) {
    if (lots_.insert(lot).second) add(Role::kMemberLot, std::move(lot));
  }

  void read_epcs(const Node& list, Role role, bool may_be_empty) {
    if (!expect_list(list, findings_)) return;
    if (list.children.empty() && !may_be_empty)
      findings_.add(list, "epcis.empty", "The list is empty. Leave it out, or fill it.");
    for (const Node& item : list.children) {
      auto read = read_id(item, findings_);
      if (!read) continue;
      const codes::Level level = codes::level_of(read->id);
      if (read->id.scheme == codes::Scheme::kGs1 && (level == codes::Level::kLot || level == codes::Level::kClass)) {
        findings_.add(item, "epcis.class_in_epc_list",
                      fmt::format("{} names a {}, not one item. Put it into the quantity list with its amount.",
                                  codes::display_text(read->id), level == codes::Level::kLot ? "lot" : "class"));
        continue;
      }
      add(role, std::move(read->id));
      if (read->lot) add_lot(std::move(*read->lot));
    }
  }

  void read_quantities(const Node& list, Role role) {
    if (!expect_list(list, findings_)) return;
    if (list.children.empty())
      findings_.add(list, "epcis.empty", "The list of quantities is empty. Leave it out, or fill it.");
    for (const Node& element : list.children) read_quantity(element, role);
  }

  void read_quantity(const Node& element, Role role) {
    if (!expect_object(element, findings_)) return;
    expect_only(element, {"type", "isA", "epcClass", "quantity", "uom"}, findings_);
    const Node* of_class = element.find("epcClass");
    const Node* quantity = element.find("quantity");
    const Node* uom = element.find("uom");
    if (of_class == nullptr) return missing(element, "epcClass", "the class or lot that is counted", findings_);
    auto id = read_id(*of_class, findings_);
    Object object{role, {}, {}, "", true, ""};
    if (quantity != nullptr) object.amount = read_number(*quantity, findings_);
    if (uom != nullptr) object.uom = read_unit(*uom, findings_).value_or("");
    if (object.amount && object.amount->is_negative())
      findings_.add(
          *quantity, "epcis.negative",
          fmt::format("An amount of {} cannot be; nothing below zero is counted.", object.amount->to_string()));
    if (uom != nullptr && quantity == nullptr)
      missing(element, "quantity", "a unit without an amount says nothing", findings_);
    if (!id) return;
    object.id = std::move(id->id);
    event_.objects.push_back(std::move(object));
  }

  void read_single(const Node& field, Role role) {
    if (auto id = read_id(field, findings_)) add(role, std::move(id->id));
  }

  void read_place(const Node& field, Role role) {
    if (!expect_object(field, findings_)) return;
    expect_only(field, {"type", "isA", "id"}, findings_);
    const Node* id = field.find("id");
    if (id == nullptr) return missing(field, "id", "the place's identifier", findings_);
    read_single(*id, role);
  }

  void read_transactions(const Node& list) {
    if (!expect_list(list, findings_)) return;
    if (list.children.empty())
      findings_.add(list, "epcis.empty", "The list of business transactions is empty. Leave it out, or fill it.");
    for (const Node& element : list.children) {
      if (!expect_object(element, findings_)) continue;
      expect_only(element, {"type", "bizTransaction"}, findings_);
      const Node* id = element.find("bizTransaction");
      const Node* type = element.find("type");
      std::string kind = type == nullptr ? "" : read_word(*type, Vocabulary::kTransactionType, findings_).value_or("");
      if (id == nullptr) {
        missing(element, "bizTransaction", "the document's identifier", findings_);
      } else if (auto read = read_id(*id, findings_)) {
        event_.objects.push_back(Object{Role::kTransaction, std::move(read->id), {}, "", false, std::move(kind)});
      }
    }
  }

  void read_parties(const Node& list, std::string_view member, Role owner, Role possessor, Role location) {
    if (!expect_list(list, findings_)) return;
    if (list.children.empty()) findings_.add(list, "epcis.empty", "The list is empty. Leave it out, or fill it.");
    for (const Node& element : list.children) {
      if (!expect_object(element, findings_)) continue;
      expect_only(element, {"type", member}, findings_);
      const Node* id = element.find(member);
      const Node* type = element.find("type");
      if (type == nullptr) missing(element, "type", "owning_party, possessing_party or location", findings_);
      if (id == nullptr) missing(element, member, "the identifier of the party or place", findings_);
      if (type == nullptr || id == nullptr) continue;
      auto kind = read_word(*type, Vocabulary::kSourceDestType, findings_);
      auto read = read_id(*id, findings_);
      if (!kind || !read) continue;
      const std::string_view word = bare_word(*kind);
      const Role role = word == "possessing_party" ? possessor : word == "location" ? location : owner;
      event_.objects.push_back(Object{role, std::move(read->id), {}, "", false, std::move(*kind)});
    }
  }

  void read_persistent_disposition(const Node& field) {
    if (!expect_object(field, findings_)) return;
    expect_only(field, {"set", "unset"}, findings_);
    if (field.children.empty()) findings_.add(field, "epcis.empty", "Neither set nor unset is there.");
    for (const Node& list : field.children) {
      if (!expect_list(list, findings_)) continue;
      if (list.children.empty()) findings_.add(list, "epcis.empty", "The list is empty. Leave it out, or fill it.");
      for (const Node& value : list.children) read_word(value, Vocabulary::kDisposition, findings_);
    }
  }

  void read_error_declaration(const Node& field) {
    if (!expect_object(field, findings_)) return;
    expect_only(field, {"declarationTime", "reason", "correctiveEventIDs"}, findings_);
    ErrorDeclaration declaration{};
    if (const Node* time = field.find("declarationTime")) {
      if (auto at = read_time(*time, findings_)) declaration.declared_at = at->at;
    } else {
      missing(field, "declarationTime", "when the error was declared", findings_);
    }
    if (const Node* reason = field.find("reason"))
      declaration.reason = read_word(*reason, Vocabulary::kErrorReason, findings_).value_or("");
    if (const Node* corrective = field.find("correctiveEventIDs");
        corrective != nullptr && expect_list(*corrective, findings_)) {
      for (const Node& id : corrective->children) {
        if (read_uri(id, findings_)) declaration.corrective_event_ids.emplace_back(trim(id.text));
      }
    }
    event_.error_declaration = std::move(declaration);
  }

  void read_certification(const Node& field) {
    if (field.kind != Node::Kind::kList) {
      read_uri(field, findings_);
      return;
    }
    if (field.children.empty()) findings_.add(field, "epcis.empty", "The list is empty. Leave it out, or fill it.");
    for (const Node& each : field.children) read_uri(each, findings_);
  }

  void read_ilmd(const Node& field) {
    if (!expect_object(field, findings_)) return;
    expect_only(field, {}, findings_);
    const auto lot = std::find_if(field.children.begin(), field.children.end(), [](const Node& each) {
      return each.name.ends_with(":lotNumber") || each.name.ends_with("#lotNumber");
    });
    if (lot != field.children.end() && lot->kind == Node::Kind::kText) lot_number_ = trim(lot->text);
  }

  // ilmd's lotNumber makes the new items members of a lot of their own class.
  void add_lots_of_ilmd() {
    if (lot_number_.empty()) return;
    const std::vector<Object> objects = event_.objects;
    for (const Object& object : objects) {
      const bool made = object.role == Role::kSubject || object.role == Role::kOutput;
      const auto of_class = codes::class_of(object.id);
      if (!made || object.is_quantity || !of_class || !of_class->key.starts_with("/01/")) continue;
      auto lot =
          codes::read_epcis_id("https://id.gs1.org" + of_class->key + "/10/" + codes::percent_encode(lot_number_));
      if (lot) add_lot(std::move(lot->id));
    }
  }

  bool has(std::string_view member) const { return node_.find(member) != nullptr; }
  bool has_any(Role role) const {
    return std::any_of(event_.objects.begin(), event_.objects.end(),
                       [&](const Object& each) { return each.role == role; });
  }

  void judge_common() {
    if (!has("eventTime")) missing(node_, "eventTime", "when it happened, with offset", findings_);
    if (!has("eventTimeZoneOffset"))
      missing(node_, "eventTimeZoneOffset", "the local offset, such as +08:00", findings_);
    if (event_.type != EventType::kTransformation && !has("action"))
      missing(node_, "action", "ADD, OBSERVE or DELETE", findings_);
    add_lots_of_ilmd();
  }

  void judge_type() {
    const bool removing = event_.action == Action::kDelete;
    switch (event_.type) {
      case EventType::kObject:
        if (!has("epcList") && !has("quantityList") && !(has("sensorElementList") && has("readPoint")))
          missing(node_, "epcList", "an object event names items, quantities, or a sensor reading at a read point",
                  findings_);
        if (has("ilmd") && event_.action != Action::kAdd && event_.action != Action::kNone)
          findings_.add(*node_.find("ilmd"), "epcis.ilmd_without_add",
                        "Instance and lot master data comes with action ADD only.");
        return;
      case EventType::kAggregation:
        if (!has("parentID") && event_.action != Action::kObserve && event_.action != Action::kNone)
          missing(node_, "parentID", "what the children are packed into or taken out of", findings_);
        if (!has("childEPCs") && !has("childQuantityList") && !removing)
          missing(node_, "childEPCs", "what is packed", findings_);
        return;
      case EventType::kAssociation:
        if (!has("parentID")) missing(node_, "parentID", "what the children are installed in", findings_);
        if (!has("childEPCs") && !has("childQuantityList") && !removing)
          missing(node_, "childEPCs", "what is installed", findings_);
        return;
      case EventType::kTransaction:
        if (!has("bizTransactionList"))
          missing(node_, "bizTransactionList", "the transaction that the objects belong to", findings_);
        if (!has("epcList") && !has("quantityList") && !has("parentID") && !removing)
          missing(node_, "epcList", "what belongs to the transaction", findings_);
        return;
      case EventType::kTransformation:
        return judge_transformation();
    }
  }

  void judge_transformation() {
    const bool in = has("inputEPCList") || has("inputQuantityList"),
               out = has("outputEPCList") || has("outputQuantityList");
    const bool joined = has("transformationID");
    if (!in && !(joined && out))
      missing(node_, "inputEPCList", "what went in (or a transformationID that joins this event to others)", findings_);
    if (!out && !(joined && in))
      missing(node_, "outputEPCList", "what came out (or a transformationID that joins this event to others)",
              findings_);
  }

  const Node& node_;
  Instant now_;
  Findings findings_;
  Event event_;
  std::string lot_number_;
  std::set<codes::Identity> lots_;
};

}  // namespace

Result<Event> read_event(const Node& node, Instant now) { return EventReader(node, now).read(); }

}  // namespace suyuan::trace
