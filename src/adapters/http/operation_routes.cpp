// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "adapters/http/routes.h"

namespace suyuan::http {

namespace {

constexpr std::string_view kMetricsType = "text/plain";  // version=0.0.4; without parameters for Accept

Response ready(RouteContext& context, const Request& request) {
  if (context.state.draining) {
    return problem(503, Error{ErrorKind::kBusy, "serve.draining", "The server is shutting down. Ask another one."},
                   false, request.trace_id);
  }
  if (const auto settled = context.services.warehouse.settled(); !settled) {
    return problem(503, settled.error(), false, request.trace_id);
  }
  // Requests are served while the log stands still; whoever looks after the server hears it here.
  const auto& stopped_by = context.services.tlog_stopped_by;
  const std::string code = stopped_by ? stopped_by() : "";
  return reply(200, "application/json",
               code.empty() ? R"({"ready":true})" : fmt::format(R"({{"ready":true,"logStoppedBy":"{}"}})", code));
}

void show_log(RouteContext& context) {
  if (context.services.tlog == nullptr) return;
  const auto published = published_checkpoint(*context.services.tlog, tlog::HashKind::kSha256);
  context.metrics.set_gauge("suyuan_log_size", "Entries in the published log.",
                            published ? static_cast<double>(published->size) : 0);
  const auto& stopped_by = context.services.tlog_stopped_by;
  context.metrics.set_gauge("suyuan_log_stopped", "1: the log stands still; its code is in the log lines and /readyz.",
                            stopped_by && !stopped_by().empty() ? 1 : 0);
}

void show_writer(RouteContext& context) {
  const auto use = context.services.warehouse.writer_use();
  context.metrics.set_histogram("suyuan_commit_seconds", "Transactions of the store's writer, from begin to commit.",
                                use.kCommitSeconds, use.commits, use.seconds);
  context.metrics.set_gauge("suyuan_commit_seconds_max", "The longest of them since the start.", use.longest);
  context.metrics.set_gauge("suyuan_lookup_runs", "Lookup runs written since the start.",
                            static_cast<double>(use.runs));
  context.metrics.set_gauge("suyuan_lookup_merges", "Those of them that were made of other runs.",
                            static_cast<double>(use.merges));
}

Response metrics(RouteContext& context, const Request& request) {
  if (!request.is_local) {
    return problem(403,
                   Error{ErrorKind::kForbidden, "http.loopback_only",
                         "/metrics answers only clients on the server itself, without a proxy between."},
                   false, request.trace_id);
  }
  if (const auto counts = context.services.warehouse.counts()) {
    const auto set = [&](std::string_view name, std::string_view help, std::int64_t value) {
      context.metrics.set_gauge(name, help, static_cast<double>(value));
    };
    set("suyuan_store_events", "Events in the store.", counts->events);
    set("suyuan_store_objects", "Objects in the store.", counts->objects);
    set("suyuan_store_submissions", "Documents in the store.", counts->submissions);
    set("suyuan_store_bytes", "Size of the store.", counts->bytes);
  }
  show_writer(context);
  show_log(context);
  return reply(200, "text/plain; version=0.0.4; charset=utf-8", context.metrics.text());
}

}  // namespace

void add_health_route(Router& router) {
  router.add({.method = "GET",
              .path = "/healthz",
              .operation_id = "health",
              .summary = "Does the process live? Answered even when everything else is full.",
              .tag = "Operation",
              .act = identity::Act::kPageRead,
              .answers = {{200, "It lives.", {"application/json"}}},
              .is_instant = true,
              .handler = [](Request&) { return reply(200, "application/json", R"({"alive":true})"); }});
}

void add_operation_routes(Router& router, RouteContext& context) {
  add_health_route(router);
  router.add({.method = "GET",
              .path = "/readyz",
              .operation_id = "ready",
              .summary = "May requests be sent here? No while the store does not answer or the server shuts down.",
              .tag = "Operation",
              .act = identity::Act::kPageRead,
              .answers = {{200, "Yes.", {"application/json"}}, {503, "No.", {"application/problem+json"}}},
              .handler = [&context](Request& request) { return ready(context, request); }});
  router.add({.method = "GET",
              .path = "/metrics",
              .operation_id = "metrics",
              .summary = "Counters in the Prometheus text format, for clients on the server itself.",
              .tag = "Operation",
              .act = identity::Act::kPageRead,
              .answers = {{200, "Counters.", {std::string(kMetricsType)}},
                          {403, "The client is not on this machine.", {"application/problem+json"}}},
              .handler = [&context](Request& request) { return metrics(context, request); }});
  router.add({.method = "GET",
              .path = "/openapi.json",
              .operation_id = "openapi",
              .summary = "This description.",
              .tag = "Operation",
              .act = identity::Act::kPageRead,
              .answers = {{200, "OpenAPI 3.1.", {"application/json"}}},
              .handler = [&router, &context](Request&) {
                return reply(200, "application/json", router.openapi_json(context.options.version));
              }});
}

}  // namespace suyuan::http
