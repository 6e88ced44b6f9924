// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/identity/permit.h"
#include "app/ports/warehouse.h"
#include "domain/trace/walk.h"

// Where did this come from, and where did it go? The whole chain in one call. Semantics: docs/trace.md.
namespace suyuan {

struct TraceRequest {
  std::vector<codes::Identity> start;  // at least one
  trace::Direction direction = trace::Direction::kBoth;
  std::optional<Instant> at;      // as the chain stood then: events later than this do not count
  std::size_t node_limit = 1000;  // nodes in this answer; 1..100000
  std::string continuation;       // from the last answer, or ""
};

struct TraceName {
  codes::Identity id;
  std::string name;  // of product, place or party, from master data; or ""
};

struct TraceNode {
  trace::ObjectId object;
  codes::Level level;
  trace::NodeState state;  // windows, and how it was reached
};

struct TraceAnswer {
  TraceRequest request;
  std::vector<TraceNode> nodes;            // in order of reach
  std::vector<trace::Edge> edges;          // by object ids; every node but the starts has at least one: why it is there
  std::vector<trace::StoredEvent> events;  // that the edges and holders name, by time; wrong ones listed and marked
  std::vector<trace::Holder> holders;      // who holds affected goods now
  std::vector<trace::Missing> missing;     // what should be there and is not
  bool truncated = false;
  std::string continuation;  // "" when complete
  // Every object that nodes, edges, events and holders name: its identity and its name, if master data has one.
  std::map<trace::ObjectId, TraceName> names;
  std::map<trace::EventSeq, std::int64_t> process_numbers;  // how processes are called; without: by their records
  std::size_t nodes_total = 0;                              // of the whole answer, over all pages
};

// Errors: kNotFound "trace.unknown_code" (naming the code and what is near); kInvalid "trace.continuation" (a token of
// another request or a damaged one), "trace.limit".
Result<TraceAnswer> trace_chain(const Permit<identity::Act::kTraceRead>& permit, const TraceRequest& request,
                                Warehouse& warehouse);

std::string trace_json(const TraceAnswer& answer);
std::string trace_text(const TraceAnswer& answer, bool english);  // for the terminal; Chinese unless `english`

}  // namespace suyuan
