// SPDX-License-Identifier: Apache-2.0
#include "app/query/question.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "app/query/query.h"
#include "base/text.h"

namespace suyuan {

namespace {

namespace json = boost::json;
using trace::Node;

// Members of a class that the index is asked for one by one; of a larger class each event is opened.
constexpr std::size_t kMembersMax = 1000;
constexpr std::size_t kWordsMax = 1000;

// The same text for the same question, whatever the order of parameters and values.
std::string text_of(const QueryParameters& parameters) {
  std::set<std::string> lines;
  for (const auto& [name, values] : parameters.parameters) {
    const std::set<std::string> sorted(values.begin(), values.end());
    lines.insert(fmt::format("{}={}", name, fmt::join(sorted, "|")));
  }
  for (const auto& [prefix, ns] : parameters.prefixes) lines.insert(fmt::format("@{}={}", prefix, ns));
  return fmt::format("{}", fmt::join(lines, "\n"));
}

// The classes themselves, and what belongs to them; nothing when that is too much for a list.
Result<std::optional<std::vector<trace::ObjectId>>> with_members(const std::vector<codes::Identity>& classes,
                                                                 Warehouse& warehouse) {
  using Found = std::optional<std::vector<trace::ObjectId>>;
  auto known = warehouse.find(classes);
  if (!known) return std::move(known.error());
  std::vector<trace::ObjectId> all;
  for (const auto& of_class : *known) {
    if (!of_class) continue;  // nothing of it was ever seen: the store knows the class of all that it knows
    all.push_back(*of_class);
    auto members = warehouse.members(*of_class, 0, kMembersMax + 1);
    if (!members) return std::move(members.error());
    all.insert(all.end(), members->begin(), members->end());
    if (all.size() > kMembersMax) return Found();
  }
  return Found(std::move(all));
}

Status add_naming(const trace::StoreFilter::Naming& wanted, Warehouse& warehouse, Question& question) {
  Warehouse::Filter::Naming naming;
  naming.roles = wanted.roles;
  auto objects = warehouse.find(wanted.ids);
  if (!objects) return std::move(objects.error());
  for (const auto& object : *objects) {
    if (object) naming.objects.push_back(*object);
  }
  if (!wanted.classes.empty()) {
    auto members = with_members(wanted.classes, warehouse);
    if (!members) return std::move(members.error());
    if (!*members) return Done{};  // no condition then: each event is judged
    naming.objects.insert(naming.objects.end(), (*members)->begin(), (*members)->end());
  }
  if (naming.objects.empty()) question.is_hopeless = true;
  question.filter.naming.push_back(std::move(naming));
  return Done{};
}

// Business steps and dispositions are few: when the store has seen none of those that are asked for, nothing is
// scanned.
Status judge_words(const std::vector<std::string>& words, Warehouse::Resource resource, Warehouse& warehouse,
                   Question& question) {
  if (words.empty()) return Done{};
  auto known = warehouse.known(resource, 0, kWordsMax);
  if (!known) return std::move(known.error());
  const bool seen = std::any_of(known->known.begin(), known->known.end(), [&](const Warehouse::Known& each) {
    return std::find(words.begin(), words.end(), each.text) != words.end();
  });
  if (!seen && !known->more) question.is_hopeless = true;
  return Done{};
}

// One index answers for event ids, so nothing is scanned.
Status add_only(const std::vector<std::string>& ids, Warehouse& warehouse, Question& question) {
  std::vector<trace::StoredEvent> events;
  for (const std::string& id : ids) {
    for (const bool declaration : {false, true}) {
      auto event = warehouse.find_event(id, declaration);
      if (!event) return std::move(event.error());
      if (*event) events.push_back(std::move(**event));
    }
  }
  question.only = std::move(events);
  return Done{};
}

// A JSON value as the readers of documents make it.
Node node_of(std::string name, const json::value& value, std::string path) {
  Node node;
  node.name = std::move(name);
  node.path = std::move(path);
  if (value.is_object()) {
    node.kind = Node::Kind::kObject;
    for (const auto& [member, inner] : value.as_object())
      node.children.push_back(
          node_of(std::string(member), inner, node.path + "/" + json_pointer_token(std::string(member))));
  } else if (value.is_array()) {
    node.kind = Node::Kind::kList;
    for (const json::value& inner : value.as_array())
      node.children.push_back(node_of("", inner, fmt::format("{}/{}", node.path, node.children.size())));
  } else if (value.is_string()) {
    node.kind = Node::Kind::kText;
    node.text = std::string(value.as_string());
  } else if (value.is_bool()) {
    node.kind = Node::Kind::kBool;
    node.text = value.as_bool() ? "true" : "false";
  } else if (value.is_number()) {
    node.kind = Node::Kind::kNumber;
    node.text = value.is_double() ? fmt::format("{}", value.as_double()) : json::serialize(value);  // 1.5, not 1.5E0
  }
  return node;
}

}  // namespace

Result<Question> read_question(const QueryParameters& parameters, Warehouse& warehouse, Warehouse& seen) {
  auto query = trace::read_event_query(parameters.parameters, parameters.prefixes);
  if (!query) return std::move(query.error());
  Question question;
  question.text = text_of(parameters);
  const trace::StoreFilter& filter = query->filter;
  question.is_hopeless = filter.nothing;
  question.needs_document = !filter.complete;
  question.filter.types = filter.types;
  question.filter.actions = filter.actions;
  question.filter.biz_steps = filter.biz_steps;
  question.filter.dispositions = filter.dispositions;
  question.filter.time_from = filter.time_from;
  question.filter.time_until = filter.time_until;
  question.filter.recorded_from = filter.recorded_from;
  question.filter.recorded_until = filter.recorded_until;
  if (&warehouse == &seen) {  // else how long it takes would tell which words others use
    if (auto done = judge_words(filter.biz_steps, Warehouse::Resource::kBizStep, warehouse, question); !done)
      return std::move(done.error());
    if (auto done = judge_words(filter.dispositions, Warehouse::Resource::kDisposition, warehouse, question); !done)
      return std::move(done.error());
  }
  for (const auto& naming : filter.naming) {
    if (auto done = add_naming(naming, warehouse, question); !done) return std::move(done.error());
  }
  if (!filter.event_ids.empty()) {
    if (auto done = add_only(filter.event_ids, seen, question); !done) return std::move(done.error());
  }
  if (query->order_by == trace::OrderBy::kEventTime) question.order = Warehouse::Order::kTime;
  question.descending = query->order_by != trace::OrderBy::kNone && query->descending;
  question.query = std::move(*query);
  return question;
}

Status judge_query(const QueryParameters& parameters, bool standing, Warehouse& warehouse) {
  const auto question = read_question(parameters, warehouse, warehouse);
  if (!question) return question.error();
  const trace::EventQuery& query = question->query;
  const bool is_ordered = query.order_by != trace::OrderBy::kNone;
  if (!standing || !(is_ordered || query.event_count_limit || query.max_event_count)) return Done{};
  return Error{ErrorKind::kInvalid, "query.not_for_subscription",
               "The query says orderBy, eventCountLimit or maxEventCount, which a subscription cannot keep: it is told "
               "of every new event, in the order of their records."};
}

Result<QueryParameters> parameters_of_json(std::string_view text) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object())
    return Error{ErrorKind::kInvalid, "query.not_json", "The query is no JSON object of parameters."};
  return trace::read_query_body(node_of("query", value, "/query"));
}

}  // namespace suyuan
