// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/parameters.h"
#include "adapters/http/routes.h"
#include "app/figures/figures.h"

namespace suyuan::http {

namespace {

Response refusal(const Request& request, const Error& error) {
  return problem(status_of(error.kind), error, false, request.trace_id);
}

Result<CivilDay> day_in(const Request& request, std::string_view name) {
  const auto text = request.query_value(name).value_or("");
  auto day = parse_day(text);
  if (!day) return wrong_parameter(name, text, "a day like 2026-03-01, and must be given");
  return *day;
}

Response get_figures(RouteContext& context, const Request& request) {
  if (auto known = only_known(request, {"first", "last"}); !known) return refusal(request, known.error());
  const auto first = day_in(request, "first");
  if (!first) return refusal(request, first.error());
  const auto last = day_in(request, "last");
  if (!last) return refusal(request, last.error());
  const auto figures =
      read_figures(*request.granted, {*first, *last}, {context.services.warehouse, context.services.clock});
  if (!figures) return refusal(request, figures.error());
  return reply(200, "application/json", figures_json(*figures));
}

}  // namespace

void add_figures_routes(Router& router, RouteContext& context) {
  router.add({.method = "GET",
              .path = "/api/v1/figures",
              .operation_id = "figures",
              .summary = "How many events of which step from where, without names; of industry bodies, one calendar "
                         "month that is over, and no number of fewer than three organisations.",
              .tag = "Figures",
              .act = identity::Act::kFiguresRead,
              .parameters = {{.name = "first", .meaning = "First day, in China: 2026-03-01.", .required = true},
                             {.name = "last", .meaning = "Last day; at most 31 in all.", .required = true}},
              .answers = {{200, "first, last, cells, other, events, organisations.", {"application/json"}},
                          {400, "The period is wrong.", {"application/problem+json"}},
                          {413, "Too many events in it.", {"application/problem+json"}}},
              .handler = [&context](Request& request) { return get_figures(context, request); }});
}

}  // namespace suyuan::http
