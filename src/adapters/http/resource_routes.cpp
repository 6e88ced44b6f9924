// SPDX-License-Identifier: Apache-2.0
// The top-level resources of EPCIS 2.0 §12.7: what there is to ask about, and the events of each.
#include <fmt/format.h>

#include "adapters/http/epcis_answers.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

using Resource = Warehouse::Resource;

struct Row {
  std::string_view collection, item;  // of the path
  Resource resource;
  std::string_view parameter;  // of the query that asks for one of them
  std::string_view what;
};
constexpr Row kRows[] = {
    {"eventTypes", "eventType", Resource::kEventType, "eventType", "event types that this server knows"},
    {"epcs", "epc", Resource::kEpc, "MATCH_anyEPC", "items that events have named"},
    {"bizSteps", "bizStep", Resource::kBizStep, "EQ_bizStep", "business steps that events have named"},
    {"bizLocations", "bizLocation", Resource::kBizLocation, "EQ_bizLocation", "business locations of events"},
    {"readPoints", "readPoint", Resource::kReadPoint, "EQ_readPoint", "read points of events"},
    {"dispositions", "disposition", Resource::kDisposition, "EQ_disposition", "dispositions that events have named"}};

const Row& row_of(const Request& request) {
  for (const Row& row : kRows) {
    if (request.segments.size() > 2 && request.segments[2] == row.collection) return row;
  }
  return kRows[0];  // the router sends no other path here
}

Result<Response> get_top(RouteContext&, Request& request) {
  return epcis::collection(request, {"queries", "capture", "events", "eventTypes", "epcs", "readPoints", "bizLocations",
                                     "dispositions", "bizSteps"});
}

Result<Response> list(RouteContext& context, Request& request) {
  auto page = epcis::page_of_list(context, request);
  if (!page) return std::move(page.error());
  auto how = epcis::presentation_of(request);
  if (!how) return std::move(how.error());
  const Row& row = row_of(request);
  auto found = list_resources(*request.granted, row.resource, *page, context.services.warehouse);
  if (!found) return std::move(found.error());
  const bool identifiers =
      row.resource == Resource::kEpc || row.resource == Resource::kReadPoint || row.resource == Resource::kBizLocation;
  if (identifiers && how->epcs == trace::EpcFormat::kUrn)
    return Error{ErrorKind::kUnsupported, "epcis.epc_format",
                 fmt::format("GET /epcis/v2/{} answers with GS1 Digital Links. Their URNs depend on the length of the "
                             "company prefix, which the number does not say.",
                             row.collection)};
  Response response = epcis::collection(request, found->names);
  epcis::add_next_page(response, request, found->next_token, *page);
  return response;
}

Status expect_known(RouteContext& context, const Request& request, const Row& row, const std::string& name) {
  auto known = has_resource(*request.granted, row.resource, name, context.services.warehouse);
  if (!known) return std::move(known.error());
  if (*known) return Done{};
  return Error{ErrorKind::kNotFound, "epcis.no_such_resource",
               fmt::format("No event has named \"{}\" so. GET /epcis/v2/{} lists what there is.", excerpt(name, 200),
                           row.collection)};
}

Result<Response> get_one(RouteContext& context, Request& request) {
  const Row& row = row_of(request);
  if (auto known = expect_known(context, request, row, request.segments[3]); !known) return std::move(known.error());
  return epcis::collection(request, {"events"});
}

Result<Response> get_events(RouteContext& context, Request& request) {
  const Row& row = row_of(request);
  const std::string& name = request.segments[3];
  auto page = epcis::page_of(context, request);
  if (!page) return std::move(page.error());
  auto how = epcis::presentation_of(request);
  if (!how) return std::move(how.error());
  if (auto known = expect_known(context, request, row, name); !known) return std::move(known.error());
  QueryParameters parameters = epcis::query_parameters(request);
  for (const auto& [given, values] : parameters.parameters) {
    if (given == row.parameter)
      return Error{ErrorKind::kInvalid, "query.parameter",
                   fmt::format("The path says {} already; leave the parameter out, or ask /epcis/v2/events.", given)};
  }
  parameters.parameters.push_back({std::string(row.parameter), {name}});
  auto events = run_query(*request.granted, parameters, *page, *how, epcis::query_services(context));
  if (!events) return std::move(events.error());
  Response response = epcis::events_answer(context, request, {}, events->events, *how);
  epcis::add_next_page(response, request, events->next_token, *page);
  return response;
}

std::string capital(std::string_view word) {
  std::string name(word);
  name.front() = static_cast<char>(name.front() - 'a' + 'A');
  return name;
}

void add_rows(Router& router, RouteContext& context, const Row& row) {
  const std::string path = fmt::format("/epcis/v2/{}", row.collection);
  const std::string one = fmt::format("{}/{{{}}}", path, row.item);
  const Parameter item{
      .name = std::string(row.item), .in = Parameter::In::kPath, .meaning = "One of them, percent-encoded."};
  const std::vector<std::string> problems = {"application/problem+json"};
  router.add(
      {.method = "GET",
       .path = path,
       .operation_id = "list" + capital(row.collection),
       .summary = fmt::format("The {}.", row.what),
       .tag = "EPCIS resources",
       .act = identity::Act::kEventRead,
       .parameters =
           epcis::joined({epcis::page_parameters(), epcis::presentation_parameters(), epcis::version_parameters()}),
       .answers = {{200, "A Collection; Link names the next page.", {"application/json", "application/ld+json"}}},
       .handler = epcis::answering(context, list)});
  router.add({.method = "GET",
              .path = one,
              .operation_id = "get" + capital(row.item),
              .summary = "What there is below: events.",
              .tag = "EPCIS resources",
              .act = identity::Act::kEventRead,
              .parameters = epcis::joined({{item}, epcis::version_parameters()}),
              .answers = {{200, "A Collection.", {"application/json", "application/ld+json"}},
                          {404, "No event has named it.", problems}},
              .handler = epcis::answering(context, get_one)});
  router.add({.method = "GET",
              .path = one + "/events",
              .operation_id = "getEventsOf" + capital(row.item),
              .summary = fmt::format("Its events: as GET /epcis/v2/events with {}; other parameters narrow it.",
                                     row.parameter),
              .tag = "EPCIS resources",
              .act = identity::Act::kEventRead,
              .parameters = epcis::joined(
                  {{item}, epcis::page_parameters(), epcis::presentation_parameters(), epcis::version_parameters()}),
              .answers = {{200, "An EPCISQueryDocument; Link names the next page.", epcis::kEventTypes},
                          {400, "A parameter is wrong.", problems},
                          {404, "No event has named it.", problems}},
              .handler = epcis::answering(context, get_events)});
}

}  // namespace

void add_resource_routes(Router& router, RouteContext& context) {
  router.add({.method = "GET",
              .path = "/epcis/v2",
              .operation_id = "getTopLevelResources",
              .summary = "The resources of this interface.",
              .tag = "EPCIS resources",
              .act = identity::Act::kEventRead,
              .parameters = epcis::version_parameters(),
              .answers = {{200, "A Collection.", {"application/json", "application/ld+json"}}},
              .handler = epcis::answering(context, get_top)});
  for (const Row& row : kRows) add_rows(router, context, row);
}

}  // namespace suyuan::http
