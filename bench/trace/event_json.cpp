// SPDX-License-Identifier: Apache-2.0
#include "event_json.h"

#include <fmt/format.h>

#include <array>

namespace suyuan::bench {

namespace {

using trace::EventType;
using trace::Role;

std::string_view type_name(EventType type) {
  switch (type) {
    case EventType::kObject:
      return "ObjectEvent";
    case EventType::kAggregation:
      return "AggregationEvent";
    case EventType::kTransaction:
      return "TransactionEvent";
    case EventType::kTransformation:
      return "TransformationEvent";
    case EventType::kAssociation:
      return "AssociationEvent";
  }
  return "";
}

std::string_view action_name(trace::Action action) {
  constexpr std::array<std::string_view, 4> kNames = {"", "ADD", "OBSERVE", "DELETE"};
  return kNames[static_cast<std::size_t>(action)];
}

// "https://ref.gs1.org/cbv/BizStep-shipping" -> "shipping", as JSON documents write it.
std::string_view bare(std::string_view uri) { return uri.substr(uri.rfind('-') + 1); }

void add_list(std::string& out, const trace::Event& event, Role role, std::string_view name) {
  bool first = true;
  for (const trace::Object& each : event.objects) {
    if (each.role != role || each.is_quantity) continue;
    out += first ? fmt::format(R"(,"{}":[)", name) : ",";
    fmt::format_to(std::back_inserter(out), R"("{}")", codes::canonical_uri(each.id));
    first = false;
  }
  if (!first) out += ']';
}

void add_quantities(std::string& out, const trace::Event& event, Role role, std::string_view name) {
  bool first = true;
  for (const trace::Object& each : event.objects) {
    if (each.role != role || !each.is_quantity) continue;
    out += first ? fmt::format(R"(,"{}":[)", name) : ",";
    fmt::format_to(std::back_inserter(out), R"({{"epcClass":"{}","quantity":{}}})", codes::canonical_uri(each.id),
                   each.amount->to_string());
    first = false;
  }
  if (!first) out += ']';
}

void add_places(std::string& out, const trace::Event& event) {
  for (const trace::Object& each : event.objects) {
    const std::string uri = codes::canonical_uri(each.id);
    if (each.role == Role::kReadPoint) fmt::format_to(std::back_inserter(out), R"(,"readPoint":{{"id":"{}"}})", uri);
    if (each.role == Role::kBizLocation)
      fmt::format_to(std::back_inserter(out), R"(,"bizLocation":{{"id":"{}"}})", uri);
    if (each.role == Role::kSourceOwner)
      fmt::format_to(std::back_inserter(out), R"(,"sourceList":[{{"type":"owning_party","source":"{}"}}])", uri);
    if (each.role == Role::kDestinationOwner)
      fmt::format_to(std::back_inserter(out), R"(,"destinationList":[{{"type":"owning_party","destination":"{}"}}])",
                     uri);
  }
}

}  // namespace

std::string event_json(const trace::Event& event, std::string_view note) {
  std::string out = fmt::format(R"({{"type":"{}","eventTime":"{}","eventTimeZoneOffset":"{}")", type_name(event.type),
                                format_instant(event.time.at, event.time.offset), format_offset(event.time.offset));
  if (event.action != trace::Action::kNone)
    fmt::format_to(std::back_inserter(out), R"(,"action":"{}")", action_name(event.action));
  for (const trace::Object& each : event.objects) {
    if (each.role == Role::kParent)
      fmt::format_to(std::back_inserter(out), R"(,"parentID":"{}")", codes::canonical_uri(each.id));
  }
  add_list(out, event, Role::kSubject, "epcList");
  add_list(out, event, Role::kChild, "childEPCs");
  add_list(out, event, Role::kInput, "inputEPCList");
  add_quantities(out, event, Role::kInput, "inputQuantityList");
  add_list(out, event, Role::kOutput, "outputEPCList");
  fmt::format_to(std::back_inserter(out), R"(,"bizStep":"{}","disposition":"{}")", bare(event.biz_step),
                 bare(event.disposition));
  add_places(out, event);
  fmt::format_to(std::back_inserter(out), R"(,"example:note":"{}"}})", note);
  return out;
}

std::string_view document_begin() {
  return R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",)"
         R"({"example":"https://example.org/epcis/"}],"type":"EPCISDocument","schemaVersion":"2.0",)"
         R"("creationDate":"2026-01-01T00:00:00Z","epcisBody":{"eventList":[)"
         "\n";
}

std::string_view document_end() { return "\n]}}\n"; }

}  // namespace suyuan::bench
