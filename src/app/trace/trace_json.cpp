// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "app/trace/trace.h"
#include "app/trace/words.h"

namespace suyuan {

namespace json = boost::json;
using trace::Edge;
using trace::Window;

namespace {

json::value instant_or_null(Instant at) {
  if (at == kInstantMin || at == kInstantMax) return nullptr;
  return json::value(format_instant(at));
}

json::object window_json(const Window& window) {
  return {{"from", instant_or_null(window.from)}, {"until", instant_or_null(window.until)}};
}

class Renderer {
 public:
  explicit Renderer(const TraceAnswer& answer) : answer_(answer) {
    for (const trace::StoredEvent& event : answer.events) event_ids_.emplace(event.seq, event.id);
  }

  json::object answer() const {
    json::array nodes, edges, events, holders, missing;
    for (const TraceNode& each : answer_.nodes) nodes.push_back(node(each));
    for (const Edge& each : answer_.edges) edges.push_back(edge(each));
    for (const trace::StoredEvent& each : answer_.events) events.push_back(event(each));
    for (const trace::Holder& each : answer_.holders) holders.push_back(holder(each));
    for (const trace::Missing& each : answer_.missing) missing.push_back(absent(each));
    json::object object{{"direction", direction_word(answer_.request.direction)},
                        {"nodes", std::move(nodes)},
                        {"edges", std::move(edges)},
                        {"events", std::move(events)},
                        {"holders", std::move(holders)},
                        {"missing", std::move(missing)},
                        {"nodesTotal", answer_.nodes_total},
                        {"truncated", answer_.truncated},
                        {"continue", nullptr}};
    if (!answer_.continuation.empty()) object["continue"] = answer_.continuation;
    if (answer_.request.at) object["at"] = format_instant(*answer_.request.at);
    return object;
  }

 private:
  json::value id(const std::optional<trace::ObjectId>& object) const {
    if (!object) return nullptr;
    return json::value(codes::canonical_uri(answer_.names.at(*object).id));
  }
  const std::string& name(trace::ObjectId object) const { return answer_.names.at(object).name; }

  json::object node(const TraceNode& node) const {
    json::array windows;
    for (const Window& window : node.state.windows) windows.push_back(window_json(window));
    json::object object{{"id", id(node.object)},
                        {"text", codes::display_text(answer_.names.at(node.object).id)},
                        {"level", level_word(node.level, true)},
                        {"reach", reach_word(node.state.reach)},
                        {"back", node.state.back},
                        {"forward", node.state.forward},
                        {"distance", node.state.distance},
                        {"windows", std::move(windows)}};
    if (!name(node.object).empty()) object["name"] = name(node.object);
    if (const auto& amount = node.state.amount) {
      object["amount"] = json::object{{"least", amount->least.to_string()},
                                      {"most", amount->most.to_string()},
                                      {"of", amount->of.to_string()},
                                      {"uom", amount->uom}};
    }
    return object;
  }

  json::array because(const std::vector<trace::EventSeq>& seqs) const {
    json::array ids;
    for (const trace::EventSeq seq : seqs) ids.push_back(json::value(event_ids_.at(seq)));
    return ids;
  }

  json::object edge(const Edge& edge) const {
    json::object object{{"kind", edge_word(edge.kind)}, {"from", id(edge.from)}, {"to", id(edge.to)}};
    if (edge.process) {
      const auto number = answer_.process_numbers.find(*edge.process);
      object["process"] = number == answer_.process_numbers.end() ? edge.process->value() : number->second;
    }
    object["window"] = window_json(edge.window);
    object["because"] = because(edge.because);
    if (edge.amount) object["quantity"] = edge.amount->to_string();
    if (!edge.uom.empty()) object["uom"] = edge.uom;
    return object;
  }

  json::object event(const trace::StoredEvent& event) const {
    json::array links;
    for (const trace::Link& link : event.links) {
      json::object entry{{"role", role_word(link.role)}, {"id", id(link.object)}};
      if (link.amount) entry["quantity"] = link.amount->to_string();
      if (!link.uom.empty()) entry["uom"] = link.uom;
      links.push_back(std::move(entry));
    }
    json::object object{{"eventID", event.id},
                        {"type", type_word(event.type)},
                        {"eventTime", format_instant(event.time, event.offset)},
                        {"recordTime", format_instant(event.recorded)},
                        {"links", std::move(links)}};
    if (event.action != trace::Action::kNone) object["action"] = action_word(event.action);
    if (!event.biz_step.empty()) object["bizStep"] = event.biz_step;
    if (!event.disposition.empty()) object["disposition"] = event.disposition;
    if (event.is_declaration) object["errorDeclaration"] = true;
    if (event.declared_wrong) object["declaredWrong"] = true;
    return object;
  }

  json::object holder(const trace::Holder& holder) const {
    json::object object{{"id", id(holder.object)},
                        {"party", id(holder.party)},
                        {"place", id(holder.place)},
                        {"since", format_instant(holder.since)},
                        {"because", json::value(event_ids_.at(holder.because))},
                        {"inTransit", holder.in_transit}};
    if (holder.party && !name(*holder.party).empty()) object["partyName"] = name(*holder.party);
    if (holder.place && !name(*holder.place).empty()) object["placeName"] = name(*holder.place);
    if (holder.amount) object["quantity"] = holder.amount->to_string();
    if (!holder.uom.empty()) object["uom"] = holder.uom;
    return object;
  }

  json::object absent(const trace::Missing& missing) const {
    json::object object{{"kind", missing_word(missing.kind)}, {"id", id(missing.object)}};
    if (missing.because) object["because"] = event_ids_.at(*missing.because);
    return object;
  }

  const TraceAnswer& answer_;
  std::map<trace::EventSeq, std::string> event_ids_;
};

}  // namespace

std::string trace_json(const TraceAnswer& answer) { return json::serialize(Renderer(answer).answer()); }

}  // namespace suyuan
