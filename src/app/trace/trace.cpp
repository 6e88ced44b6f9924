// SPDX-License-Identifier: Apache-2.0
#include "app/trace/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/trace/continuation.h"
#include "app/trace/load.h"
#include "base/text.h"
#include "domain/trace/chain.h"

namespace suyuan {

namespace {

using trace::ObjectId;

constexpr std::size_t kNodesMax = 200'000;  // of one walk; more is answered as truncated

// Cuts the answer to the nodes [given, given + limit) and what belongs to them: edges with an end among them that was
// not on an earlier page.
void cut(trace::WalkResult& result, std::size_t given, std::size_t limit, TraceAnswer& answer) {
  answer.nodes_total = result.nodes.size();
  const std::size_t end = std::min(result.nodes.size(), given + limit);
  std::set<ObjectId> shown, upto_here;
  for (std::size_t i = 0; i < end; ++i) {
    upto_here.insert(result.nodes[i].object);
    if (i >= given) shown.insert(result.nodes[i].object);
  }
  const auto here = [&](const std::optional<ObjectId>& object) { return !object || upto_here.contains(*object); };
  const auto fresh = [&](const std::optional<ObjectId>& object) { return object && shown.contains(*object); };
  for (trace::Edge& edge : result.edges) {
    if (here(edge.from) && here(edge.to) && (fresh(edge.from) || fresh(edge.to)))
      answer.edges.push_back(std::move(edge));
  }
  for (trace::Holder& holder : result.holders) {
    if (shown.contains(holder.object)) answer.holders.push_back(std::move(holder));
  }
  for (const trace::Missing& missing : result.missing) {
    if (shown.contains(missing.object)) answer.missing.push_back(missing);
  }
  std::vector<trace::WalkResult::Node> nodes(result.nodes.begin() + static_cast<std::ptrdiff_t>(std::min(given, end)),
                                             result.nodes.begin() + static_cast<std::ptrdiff_t>(end));
  result.nodes = std::move(nodes);
}

}  // namespace

Result<TraceAnswer> trace_chain(const Permit<identity::Act::kTraceRead>&, const TraceRequest& request,
                                Warehouse& warehouse) {
  if (request.node_limit < 1 || request.node_limit > 100'000)
    return Error{ErrorKind::kInvalid, "trace.limit",
                 fmt::format("The limit is {}; 1 to 100000 nodes in one answer are allowed.", request.node_limit)};
  if (request.start.empty())
    return Error{ErrorKind::kInvalid, "trace.no_code", "No code was given. Name the code whose chain is asked for."};
  Continuation place;
  if (request.continuation.empty()) {
    auto settled = warehouse.settled();
    if (!settled) return std::move(settled.error());
    place.upto = *settled;
  } else {
    auto read = read_continuation(request);
    if (!read) return std::move(read.error());
    place = *read;
  }
  auto starts = find_starts(request.start, warehouse);
  if (!starts) return std::move(starts.error());

  const trace::EventSeq upto(std::max<std::int64_t>(1, place.upto));
  trace::Chain chain(request.at);
  trace::Walk walk(*starts, request.direction, kNodesMax, chain);
  for (auto wanted = walk.advance(); !wanted.empty(); wanted = walk.advance()) {
    if (auto loaded = load_chain(warehouse, wanted, upto, chain); !loaded) return std::move(loaded.error());
  }
  trace::WalkResult result = walk.finish();

  // Nodes of one distance in the order of their codes, so that the answer is the same in every store.
  std::vector<ObjectId> objects;
  for (const auto& node : result.nodes) objects.push_back(node.object);
  auto ids = warehouse.describe(objects);
  if (!ids) return std::move(ids.error());
  std::map<ObjectId, std::size_t> at;
  for (std::size_t i = 0; i < objects.size(); ++i) at.emplace(objects[i], i);
  std::sort(result.nodes.begin(), result.nodes.end(), [&](const auto& a, const auto& b) {
    return std::tie(a.state.distance, (*ids)[at[a.object]]) < std::tie(b.state.distance, (*ids)[at[b.object]]);
  });

  TraceAnswer answer;
  answer.request = request;
  const std::size_t total = result.nodes.size();
  cut(result, place.given, request.node_limit, answer);
  std::set<ObjectId> named;
  for (auto& node : result.nodes) {
    answer.nodes.push_back({node.object, codes::level_of((*ids)[at[node.object]]), std::move(node.state)});
    named.insert(node.object);
  }
  std::set<trace::EventSeq> events;
  for (const trace::Edge& edge : answer.edges) events.insert(edge.because.begin(), edge.because.end());
  for (const trace::Holder& holder : answer.holders) {
    events.insert(holder.because);
    if (holder.party) named.insert(*holder.party);
    if (holder.place) named.insert(*holder.place);
  }
  for (const trace::Missing& missing : answer.missing) {
    if (missing.because) events.insert(*missing.because);
  }
  for (const trace::EventSeq seq : result.events) {  // wrong ones about nodes of this page
    const trace::StoredEvent& event = chain.event(seq);
    const bool wrong = event.is_declaration || event.declared_wrong;
    if (wrong && std::any_of(event.links.begin(), event.links.end(),
                             [&](const trace::Link& link) { return named.contains(link.object); }))
      events.insert(seq);
  }
  for (const trace::EventSeq seq : events) {
    answer.events.push_back(chain.event(seq));
    for (const trace::Link& link : answer.events.back().links) named.insert(link.object);
  }
  std::sort(answer.events.begin(), answer.events.end(),
            [](const auto& a, const auto& b) { return std::tie(a.time, a.seq) < std::tie(b.time, b.seq); });
  for (const trace::Edge& edge : answer.edges) {
    if (edge.from) named.insert(*edge.from);
    if (edge.to) named.insert(*edge.to);
  }
  auto names = names_of(warehouse, named);
  if (!names) return std::move(names.error());
  answer.names = std::move(*names);
  answer.truncated = result.truncated || place.given + request.node_limit < total;
  if (place.given + request.node_limit < total)
    answer.continuation = write_continuation(request, {place.upto, place.given + request.node_limit});
  return answer;
}

}  // namespace suyuan
