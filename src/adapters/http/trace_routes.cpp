// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "adapters/http/parameters.h"
#include "adapters/http/routes.h"
#include "app/codes/identify.h"
#include "app/trace/recall.h"
#include "app/trace/trace.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

constexpr std::size_t kStartsMax = 100;
constexpr std::int64_t kNodesDefault = 1000;

Result<trace::Direction> direction_of(const Request& request) {
  const std::string_view text = request.query_value("direction").value_or("both");
  if (text == "back") return trace::Direction::kBack;
  if (text == "forward") return trace::Direction::kForward;
  if (text == "both") return trace::Direction::kBoth;
  return wrong_parameter("direction", text, "back, forward or both");
}

Result<std::size_t> limit_of(const Request& request, std::int64_t most) {
  const auto limit = number_of(request, "limit", std::min(kNodesDefault, most), 1, most);
  return limit ? Result(static_cast<std::size_t>(*limit)) : Result<std::size_t>(limit.error());
}

Result<std::vector<codes::Identity>> starts_of(RouteContext& context, const Request& request) {
  std::vector<codes::Identity> starts;
  for (const auto& [name, value] : request.query) {
    if (name != "id") continue;
    if (starts.size() == kStartsMax) {
      return Error{ErrorKind::kTooLarge, "http.parameter",
                   fmt::format("More than {} codes to start from; ask for fewer.", kStartsMax)};
    }
    auto id = the_code(context, request.granted->actor().org, value);
    if (!id) return std::move(id.error());
    starts.push_back(std::move(*id));
  }
  if (!starts.empty()) return starts;
  return Error{ErrorKind::kInvalid, "http.parameter",
               "The parameter id is missing: the code to start from, in any notation, percent-encoded."};
}

Result<TraceRequest> trace_request(RouteContext& context, const Request& request) {
  if (auto known = only_known(request, {"id", "direction", "at", "limit", "continue"}); !known) return known.error();
  TraceRequest wanted;
  auto starts = starts_of(context, request);
  if (!starts) return std::move(starts.error());
  wanted.start = std::move(*starts);
  const auto direction = direction_of(request);
  if (!direction) return direction.error();
  wanted.direction = *direction;
  const auto limit = limit_of(request, context.options.settings.number("trace.nodes_max"));
  if (!limit) return limit.error();
  wanted.node_limit = *limit;
  if (const auto text = request.query_value("at")) {
    const auto at = parse_instant(*text);
    if (!at) return at.error();
    wanted.at = at->at;
  }
  wanted.continuation = request.query_value("continue").value_or("");
  return wanted;
}

Response get_trace(RouteContext& context, const Request& request) {
  const auto wanted = trace_request(context, request);
  if (!wanted) return problem(status_of(wanted.error().kind), wanted.error(), false, request.trace_id);
  const auto answer = trace_chain(*request.granted, *wanted, context.services.warehouse);
  if (!answer) return problem(status_of(answer.error().kind), answer.error(), false, request.trace_id);
  return reply(200, "application/json", trace_json(*answer));
}

Result<RecallRequest> recall_request(RouteContext& context, const Request& request) {
  if (auto known = only_known(request, {"id", "at", "limit", "format"}); !known) return known.error();
  RecallRequest wanted;
  auto starts = starts_of(context, request);
  if (!starts) return std::move(starts.error());
  wanted.start = std::move(*starts);
  const auto limit = limit_of(request, 100'000);
  if (!limit) return limit.error();
  wanted.limit = *limit;
  if (const auto text = request.query_value("at")) {
    const auto at = parse_instant(*text);
    if (!at) return at.error();
    wanted.at = at->at;
  }
  return wanted;
}

Response get_recall(RouteContext& context, const Request& request) {
  const auto refuse = [&](const Error& error) {
    return problem(status_of(error.kind), error, false, request.trace_id);
  };
  const auto wanted = recall_request(context, request);
  if (!wanted) return refuse(wanted.error());
  const auto format = request.query_value("format").value_or("json");
  if (format != "json" && format != "csv") return refuse(wrong_parameter("format", format, "json or csv"));
  if (format == "json") {
    const auto answer = recall(*request.granted, *wanted, context.services.warehouse);
    if (!answer) return refuse(answer.error());
    return reply(200, "application/json", recall_json(*answer));
  }
  std::string table;
  const auto answer =
      recall_csv(*request.granted, *wanted, context.services.warehouse, [&](std::string_view text) { table += text; });
  if (!answer) return refuse(answer.error());
  Response response = reply(200, "text/csv; charset=utf-8", std::move(table));
  response.headers.set("Content-Disposition", "attachment; filename=\"recall.csv\"");
  return response;
}

Response get_identify(RouteContext& context, const Request& request) {
  if (auto known = only_known(request, {"text"}); !known) return problem(400, known.error(), false, request.trace_id);
  const auto text = request.query_value("text");
  if (!text) {
    return problem(400,
                   Error{ErrorKind::kInvalid, "http.parameter", "The parameter text is missing: the code to read."},
                   false, request.trace_id);
  }
  const auto found = identify_text(*request.granted, *text, context.services.clock);
  if (!found) return problem(status_of(found.error().kind), found.error(), false, request.trace_id);
  return reply(200, "application/json", identification_json(*found));
}

}  // namespace

void add_trace_routes(Router& router, RouteContext& context) {
  router.add(
      {.method = "GET",
       .path = "/api/v1/trace",
       .operation_id = "trace",
       .summary = "Where did it come from, where did it go, who holds it now: the whole chain in one call.",
       .tag = "Trace",
       .act = identity::Act::kTraceRead,
       .parameters = {{.name = "id",
                       .meaning = "The code to start from, in any notation; several times for several.",
                       .required = true},
                      {.name = "direction", .meaning = "both when left out.", .choices = {"back", "forward", "both"}},
                      {.name = "at", .meaning = "As the chain stood then: 2026-03-01T08:00:00+08:00 (write + as %2B)."},
                      {.name = "limit", .meaning = "Nodes in one answer, 1000 by default.", .type = "integer"},
                      {.name = "continue", .meaning = "`continue` of the last answer."}},
       .answers = {{200, "nodes, edges, events, holders, missing, truncated, continue.", {"application/json"}},
                   {404, "No event names that code.", {"application/problem+json"}}},
       .handler = [&context](Request& request) { return get_trace(context, request); }});
  router.add(
      {.method = "GET",
       .path = "/api/v1/recall",
       .operation_id = "recall",
       .summary =
           "What did it get into, who has it now, who had it, whom to tell, and what is not known; exact counts.",
       .tag = "Trace",
       .act = identity::Act::kRecallRead,
       .parameters =
           {{.name = "id",
             .meaning = "The lot, item or product that is unsafe, in any notation; several times for several.",
             .required = true},
            {.name = "at", .meaning = "As things stood then: 2026-03-01T08:00:00+08:00 (write + as %2B)."},
            {.name = "limit", .meaning = "Rows of each list, 1000 by default; counts are of all.", .type = "integer"},
            {.name = "format",
             .meaning = "json when left out; csv lists every affected thing.",
             .choices = {"json", "csv"}}},
       .answers = {{200, "affected, holdings, toTell, unknown.", {"application/json", "text/csv"}},
                   {404, "No event names that code.", {"application/problem+json"}}},
       .handler = [&context](Request& request) { return get_recall(context, request); }});
  router.add({.method = "GET",
              .path = "/api/v1/identify",
              .operation_id = "identify",
              .summary = "Which code is this text? Several readings come back with reasons, never a guess.",
              .tag = "Codes",
              .act = identity::Act::kCodeIdentify,
              .parameters = {{.name = "text", .meaning = "As scanned, printed or linked.", .required = true}},
              .answers = {{200, "candidates and findings.", {"application/json"}}},
              .handler = [&context](Request& request) { return get_identify(context, request); }});
}

}  // namespace suyuan::http
