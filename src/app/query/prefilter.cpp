// SPDX-License-Identifier: Apache-2.0
#include "app/query/prefilter.h"

#include <algorithm>
#include <span>

#include "base/text.h"
#include "domain/trace/vocabulary.h"

namespace suyuan {

namespace {

using trace::Role;
using Values = std::vector<std::string>;

// The roles in which an event names what a parameter asks for. The parent of a TransactionEvent is kTransaction.
struct Row {
  std::string_view parameter;
  std::vector<Role> roles;
};
const std::vector<Row>& rows() {
  static const std::vector<Row> kRows = {
      {"MATCH_epc", {Role::kSubject, Role::kChild}},
      {"MATCH_parentID", {Role::kParent, Role::kTransaction}},
      {"MATCH_inputEPC", {Role::kInput}},
      {"MATCH_outputEPC", {Role::kOutput}},
      {"MATCH_anyEPC", {Role::kSubject, Role::kChild, Role::kParent, Role::kTransaction, Role::kInput, Role::kOutput}},
      {"MATCH_epcClass", {Role::kSubject, Role::kChild}},
      {"MATCH_inputEPCClass", {Role::kInput}},
      {"MATCH_outputEPCClass", {Role::kOutput}},
      {"MATCH_anyEPCClass", {Role::kSubject, Role::kChild, Role::kInput, Role::kOutput}},
      {"EQ_readPoint", {Role::kReadPoint}},
      {"EQ_bizLocation", {Role::kBizLocation}},
      {"EQ_transformationID", {Role::kTransformation}},
      {"EQ_bizTransaction_", {Role::kTransaction}},
      {"EQ_source_", {Role::kSourceOwner, Role::kSourcePossessor, Role::kSourceLocation}},
      {"EQ_destination_", {Role::kDestinationOwner, Role::kDestinationPossessor, Role::kDestinationLocation}}};
  return kRows;
}

const Row* row_of(std::string_view parameter) {
  const auto is_it = [&](const Row& row) {
    return row.parameter.ends_with('_') ? parameter.starts_with(row.parameter) : parameter == row.parameter;
  };
  const auto found = std::find_if(rows().begin(), rows().end(), is_it);
  return found == rows().end() ? nullptr : &*found;
}

// The identities that the values name; nothing when one of them is a pattern, or cannot be read.
std::optional<std::vector<codes::Identity>> identities_of(const Values& values) {
  std::vector<codes::Identity> ids;
  for (const std::string& value : values) {
    if (value.find('*') != std::string::npos || value.find("urn:epc:idpat:") != std::string::npos) return std::nullopt;
    auto id = codes::read_epcis_id(trim(value));
    if (!id) return std::nullopt;
    ids.push_back(std::move(id->id));
  }
  return ids;
}

void narrow_from(std::optional<Instant>& bound, const Values& values) {
  for (const std::string& value : values) {
    if (const auto at = parse_instant(trim(value))) bound = std::max(at->at, bound.value_or(kInstantMin));
  }
}

void narrow_until(std::optional<Instant>& bound, const Values& values) {
  for (const std::string& value : values) {
    if (const auto at = parse_instant(trim(value))) bound = std::min(at->at, bound.value_or(kInstantMax));
  }
}

void add_words(trace::Vocabulary vocabulary, const Values& values, std::vector<std::string>& words) {
  for (const std::string& value : values)
    words.push_back(trace::canonical_value(vocabulary, trim(value)).value_or(std::string(trim(value))));
}

std::optional<trace::EventType> type_named(std::string_view name) {
  using trace::EventType;
  if (name == "ObjectEvent") return EventType::kObject;
  if (name == "AggregationEvent") return EventType::kAggregation;
  if (name == "TransactionEvent") return EventType::kTransaction;
  if (name == "TransformationEvent") return EventType::kTransformation;
  if (name == "AssociationEvent") return EventType::kAssociation;
  return std::nullopt;
}

std::optional<trace::Action> action_named(std::string_view name) {
  if (name == "ADD") return trace::Action::kAdd;
  if (name == "OBSERVE") return trace::Action::kObserve;
  if (name == "DELETE") return trace::Action::kDelete;
  return std::nullopt;
}

// A value that is none of the known ones leaves the condition to who judges the event.
template <class Known, class Named>
void add_known(const Values& values, Named named, std::vector<Known>& list) {
  std::vector<Known> found;
  for (const std::string& value : values) {
    const auto known = named(trim(value));
    if (!known) return;
    found.push_back(*known);
  }
  list = std::move(found);
}

void add_plain(const std::string& name, const Values& values, Warehouse::Filter& filter) {
  if (name == "eventType") add_known(values, type_named, filter.types);
  if (name == "EQ_action") add_known(values, action_named, filter.actions);
  if (name == "EQ_bizStep") add_words(trace::Vocabulary::kBizStep, values, filter.biz_steps);
  if (name == "EQ_disposition") add_words(trace::Vocabulary::kDisposition, values, filter.dispositions);
  if (name == "GE_eventTime") narrow_from(filter.time_from, values);
  if (name == "LT_eventTime") narrow_until(filter.time_until, values);
  if (name == "GE_recordTime") narrow_from(filter.recorded_from, values);
  if (name == "LT_recordTime") narrow_until(filter.recorded_until, values);
}

// One index answers for event ids, so nothing is scanned.
Status add_only(const Values& ids, Warehouse& warehouse, Question& question) {
  std::vector<trace::StoredEvent> events;
  for (const std::string& id : ids) {
    for (const bool declaration : {false, true}) {
      auto event = warehouse.find_event(trim(id), declaration);
      if (!event) return std::move(event.error());
      if (*event) events.push_back(std::move(**event));
    }
  }
  question.only = std::move(events);
  return Done{};
}

}  // namespace

Status add_prefilter(const QueryParameters& parameters, Warehouse& warehouse, Question& question) {
  for (const auto& [name, values] : parameters) {
    add_plain(name, values, question.filter);
    if (name == "EQ_eventID" && !question.only) {
      if (auto done = add_only(values, warehouse, question); !done) return done;
    }
    const Row* row = row_of(name);
    const auto ids = row == nullptr ? std::nullopt : identities_of(values);
    if (!ids) continue;
    auto objects = warehouse.find(*ids);
    if (!objects) return std::move(objects.error());
    Warehouse::Filter::Naming naming;
    naming.roles = row->roles;
    for (const auto& object : *objects) {
      if (object) naming.objects.push_back(*object);
    }
    if (naming.objects.empty()) question.is_hopeless = true;
    question.filter.naming.push_back(std::move(naming));
  }
  return Done{};
}

bool passes(const Warehouse::Filter& filter, const trace::StoredEvent& event) {
  const auto among = [](const auto& wanted, const auto& value) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
  };
  const auto names = [&](const Warehouse::Filter::Naming& naming) {
    return std::any_of(event.links.begin(), event.links.end(), [&](const trace::Link& link) {
      return among(naming.roles, link.role) && !naming.objects.empty() && among(naming.objects, link.object);
    });
  };
  return among(filter.types, event.type) && among(filter.actions, event.action) &&
         among(filter.biz_steps, event.biz_step) && among(filter.dispositions, event.disposition) &&
         event.time >= filter.time_from.value_or(kInstantMin) &&
         event.time < filter.time_until.value_or(Instant::max()) &&
         event.recorded >= filter.recorded_from.value_or(kInstantMin) &&
         event.recorded < filter.recorded_until.value_or(Instant::max()) &&
         std::all_of(filter.naming.begin(), filter.naming.end(), names);
}

}  // namespace suyuan
