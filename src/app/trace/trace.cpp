// SPDX-License-Identifier: Apache-2.0
#include "app/trace/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/identity/scoped_warehouse.h"
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

namespace {

Result<trace::WalkResult> walk_through(const TraceRequest& request, std::vector<ObjectId> starts, trace::EventSeq upto,
                                       Warehouse& warehouse, trace::Chain& chain) {
  trace::Walk walk(std::move(starts), request.direction, kNodesMax, chain);
  for (auto wanted = walk.advance(); !wanted.empty(); wanted = walk.advance()) {
    if (auto loaded = load_chain(warehouse, wanted, upto, chain); !loaded) return std::move(loaded.error());
  }
  return walk.finish();
}

// Of width chain: the whole of each start's chain, once an event of it is within the scope. A code whose chain is not
// theirs is unknown, and so is one after an unknown one: which of several it was tells nothing.
Status judge_chains(const TraceRequest& request, const std::vector<std::optional<ObjectId>>& starts,
                    trace::EventSeq upto, Warehouse& warehouse, ScopedEvents& seen) {
  for (std::size_t i = 0; i < starts.size(); ++i) {
    if (!starts[i]) return unknown_code(request.start[i]);
    trace::Chain chain(request.at);
    auto result = walk_through(request, {*starts[i]}, upto, warehouse, chain);
    if (!result) return std::move(result.error());
    ScopedEvents::Reached reached;
    for (auto& node : result->nodes) reached[node.object] = std::move(node.state.windows);
    auto theirs = seen.touches(reached);
    if (!theirs) return std::move(theirs.error());
    if (!*theirs) return unknown_code(request.start[i]);
  }
  return Done{};
}

// A process is named by the number of a record, which tells how much others record: 1, 2, 3 … instead, on all pages
// alike.
std::map<trace::EventSeq, std::int64_t> process_numbers(const std::vector<trace::Edge>& edges) {
  std::map<trace::EventSeq, std::int64_t> numbers;
  for (const trace::Edge& edge : edges) {
    if (edge.process) numbers.emplace(*edge.process, 0);
  }
  std::int64_t count = 0;
  for (auto& [process, number] : numbers) number = ++count;
  return numbers;
}

Result<Continuation> place_of(const Granted& permit, const TraceRequest& request, Warehouse& warehouse) {
  if (!request.continuation.empty()) return read_continuation(permit, request, warehouse);
  auto settled = warehouse.settled();
  if (!settled) return std::move(settled.error());
  return Continuation{*settled, 0};
}

}  // namespace

Result<TraceAnswer> trace_chain(const Permit<identity::Act::kTraceRead>& permit, const TraceRequest& request,
                                Warehouse& whole) {
  if (request.node_limit < 1 || request.node_limit > 100'000)
    return Error{ErrorKind::kInvalid, "trace.limit",
                 fmt::format("The limit is {}; 1 to 100000 nodes in one answer are allowed.", request.node_limit)};
  if (request.start.empty())
    return Error{ErrorKind::kInvalid, "trace.no_code", "No code was given. Name the code whose chain is asked for."};
  auto read = place_of(permit, request, whole);
  if (!read) return std::move(read.error());
  const Continuation place = *read;
  const trace::EventSeq upto(std::max<std::int64_t>(1, place.upto));
  ScopedEvents seen(permit.scope(), whole);
  Warehouse& warehouse = seen.sees_chains() ? whole : seen.warehouse();
  if (seen.sees_chains()) {
    auto found = whole.find(request.start);
    if (!found) return std::move(found.error());
    if (auto theirs = judge_chains(request, *found, upto, whole, seen); !theirs) return std::move(theirs.error());
  }
  auto starts = find_starts(request.start, warehouse);
  if (!starts) return std::move(starts.error());
  trace::Chain chain(request.at);
  auto walked = walk_through(request, *starts, upto, warehouse, chain);
  if (!walked) return std::move(walked.error());
  trace::WalkResult result = std::move(*walked);

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
  if (!permit.scope().is_everything()) answer.process_numbers = process_numbers(result.edges);
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
  auto names = names_of(seen.warehouse(), named);
  if (!names) return std::move(names.error());
  answer.names = std::move(*names);
  answer.truncated = result.truncated || place.given + request.node_limit < total;
  if (place.given + request.node_limit >= total) return answer;
  auto token = write_continuation(permit, request, {place.upto, place.given + request.node_limit}, whole);
  if (!token) return std::move(token.error());
  answer.continuation = std::move(*token);
  return answer;
}

}  // namespace suyuan
