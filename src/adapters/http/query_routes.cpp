// SPDX-License-Identifier: Apache-2.0
// Named queries and subscriptions to them (EPCIS 2.0 §12.8).
#include <fmt/format.h>

#include <algorithm>

#include "adapters/http/epcis_answers.h"
#include "app/subscription/subscription.h"
#include "base/check.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

StandingServices standing(RouteContext& context) {
  const Services& services = context.services;
  CHECK(services.queries != nullptr && services.webhook != nullptr);  // else there are no such routes
  return {*services.queries,  epcis::query_services(context), *services.webhook, services.clock, services.log,
          services.authorizer};
}

std::string name_in(const Request& request) { return std::string(request.path_value("queryName")); }

Response list_of(const std::vector<std::string>& items) {
  return reply(200, "application/json", fmt::format("[{}]", fmt::join(items, ",")));
}

Result<Response> list_queries(RouteContext& context, Request& request) {
  auto page = epcis::page_of_list(context, request);
  if (!page) return std::move(page.error());
  const auto queries = suyuan::list_queries(*request.granted, *page, standing(context));
  if (!queries) return queries.error();
  std::vector<std::string> items;
  for (const NamedQuery& query : queries->queries) items.push_back(query_json(query));
  Response response = list_of(items);
  epcis::add_next_page(response, request, queries->next_token, *page);
  return response;
}

Result<Response> post_query(RouteContext& context, Request& request) {
  const auto prefixes = epcis::prefixes_of(request.headers.get("GS1-Extensions"));
  const auto made = create_query(*request.granted, request.body, prefixes, standing(context));
  if (!made) return made.error();
  Response response = reply(201, "application/json", query_json(*made));
  response.headers.set("Location", "/epcis/v2/queries/" + epcis::percent_encoded(made->name));
  return response;
}

Result<Response> get_query(RouteContext& context, Request& request) {
  const auto query = read_query(*request.granted, name_in(request), standing(context));
  if (!query) return query.error();
  return reply(200, "application/json", query_json(*query));
}

Response nothing() {
  Response response;
  response.status = 204;
  return response;
}

Result<Response> delete_query(RouteContext& context, Request& request) {
  if (auto gone = suyuan::delete_query(*request.granted, name_in(request), standing(context)); !gone)
    return std::move(gone.error());
  return nothing();
}

// Standing queries over WebSocket are optional in EPCIS 2.0 (§12.8) and not offered; webhooks are.
std::optional<Error> problem_of_streaming(const Request& request, const std::string& name) {
  static constexpr std::string_view kControls[] = {
      "stream", "second", "minute", "hour", "dayOfMonth", "month", "dayOfWeek", "reportIfEmpty", "initialRecordTime"};
  const auto is_control = [&](const auto& pair) {
    return std::find(std::begin(kControls), std::end(kControls), pair.first) != std::end(kControls);
  };
  const auto control = std::find_if(request.query.begin(), request.query.end(), is_control);
  const bool is_websocket = ascii_lower(request.headers.get("Upgrade")).find("websocket") != std::string::npos;
  if (!is_websocket && control == request.query.end()) return std::nullopt;
  return Error{
      ErrorKind::kUnsupported, "query.no_websocket",
      fmt::format("{} asks for a subscription by WebSocket, which this server does not offer. To be told of new "
                  "events, POST to /epcis/v2/queries/{}/subscriptions with the URL to call.",
                  is_websocket ? "Upgrade: websocket" : control->first, epcis::percent_encoded(name))};
}

Result<Response> get_query_events(RouteContext& context, Request& request) {
  auto page = epcis::page_of(context, request);
  if (!page) return std::move(page.error());
  auto how = epcis::presentation_of(request);
  if (!how) return std::move(how.error());
  const auto reading = context.services.gate(request, identity::Act::kQueryRead);
  if (!reading) return reading.error();
  const auto query = read_query(*reading, name_in(request), standing(context));
  if (!query) return query.error();
  if (auto streaming = problem_of_streaming(request, query->name)) return std::move(*streaming);
  for (const auto& [name, values] : epcis::query_parameters(request).parameters)
    return Error{ErrorKind::kInvalid, "query.parameter",
                 fmt::format("{} is not taken here: a named query is asked as it was named.", excerpt(name))};
  auto parameters = parameters_of_json(query->definition);
  if (!parameters) return std::move(parameters.error());
  auto events = run_query(*request.granted, *parameters, *page, *how, epcis::query_services(context));
  if (!events) return std::move(events.error());
  AnswerHead head;
  head.query_name = query->name;
  Response response = epcis::events_answer(context, request, head, events->events, *how);
  epcis::add_next_page(response, request, events->next_token, *page);
  return response;
}

Result<Response> list_subscriptions(RouteContext& context, Request& request) {
  auto page = epcis::page_of_list(context, request);
  if (!page) return std::move(page.error());
  const auto found = suyuan::list_subscriptions(*request.granted, name_in(request), *page, standing(context));
  if (!found) return found.error();
  std::vector<std::string> items;
  for (const Subscription& each : found->subscriptions) {
    const auto least = min_record_time(each, context.services.warehouse);
    if (!least) return least.error();
    items.push_back(subscription_json(each, *least, rests(each, standing(context))));
  }
  Response response = list_of(items);
  epcis::add_next_page(response, request, found->next_token, *page);
  return response;
}

Result<Response> post_subscription(RouteContext& context, Request& request) {
  auto how = epcis::presentation_of(request);
  if (!how) return std::move(how.error());
  const auto options = standing_options(context.options.settings);
  const auto made = subscribe(*request.granted, name_in(request), request.body, how->epcs, standing(context), options);
  if (!made) return made.error();
  Response response = reply(201, "application/json", subscription_json(*made, made->run_at));
  response.headers.set(
      "Location", fmt::format("/epcis/v2/queries/{}/subscriptions/{}", epcis::percent_encoded(made->query), made->id));
  return response;
}

Result<Response> get_subscription(RouteContext& context, Request& request) {
  const std::string id(request.path_value("subscriptionID"));
  const auto found = read_subscription(*request.granted, name_in(request), id, standing(context));
  if (!found) return found.error();
  const auto least = min_record_time(*found, context.services.warehouse);
  if (!least) return least.error();
  const bool is_resting = rests(*found, standing(context));
  Response response = reply(200, "application/json", subscription_json(*found, *least, is_resting));
  response.headers.set("GS1-Query-Min-Record-Time", format_instant(*least));
  return response;
}

Result<Response> delete_subscription(RouteContext& context, Request& request) {
  const std::string id(request.path_value("subscriptionID"));
  if (auto gone = unsubscribe(*request.granted, name_in(request), id, standing(context)); !gone)
    return std::move(gone.error());
  return nothing();
}

const std::vector<std::string> kJson = {"application/json"};
const std::vector<std::string> kProblem = {"application/problem+json"};

Parameter query_name() {
  return {.name = "queryName", .in = Parameter::In::kPath, .meaning = "Name of the query, percent-encoded."};
}
Parameter subscription_id() {
  return {.name = "subscriptionID", .in = Parameter::In::kPath, .meaning = "From Location."};
}

void add_named_queries(Router& router, RouteContext& context) {
  const auto versions = epcis::version_parameters();
  router.add({.method = "GET",
              .path = "/epcis/v2/queries",
              .operation_id = "listQueries",
              .summary = "Named queries, by name.",
              .tag = "EPCIS queries",
              .act = identity::Act::kQueryRead,
              .parameters = epcis::joined({epcis::page_parameters(), versions}),
              .answers = {{200, "A list of name and query; Link names the next page.", kJson}},
              .handler = epcis::answering(context, list_queries)});
  router.add({.method = "POST",
              .path = "/epcis/v2/queries",
              .operation_id = "createQuery",
              .summary = R"(Names a query: {"name": "…", "query": {"EQ_bizStep": ["shipping"]}}.)",
              .tag = "EPCIS queries",
              .act = identity::Act::kQueryDefine,
              .parameters = epcis::joined({{epcis::extensions_parameter()}, versions}),
              .body_types = kJson,
              .answers = {{201, "Named; Location is its address.", kJson},
                          {400, "A parameter is wrong.", kProblem},
                          {409, "The name is taken.", kProblem}},
              .is_write = true,
              .handler = epcis::answering(context, post_query)});
  router.add({.method = "GET",
              .path = "/epcis/v2/queries/{queryName}",
              .operation_id = "getQuery",
              .summary = "One named query.",
              .tag = "EPCIS queries",
              .act = identity::Act::kQueryRead,
              .parameters = epcis::joined({{query_name()}, versions}),
              .answers = {{200, "Its name and query.", kJson}, {404, "No such query.", kProblem}},
              .handler = epcis::answering(context, get_query)});
  router.add({.method = "DELETE",
              .path = "/epcis/v2/queries/{queryName}",
              .operation_id = "deleteQuery",
              .summary = "Deletes a named query with its subscriptions.",
              .tag = "EPCIS queries",
              .act = identity::Act::kQueryDefine,
              .parameters = epcis::joined({{query_name()}, versions}),
              .answers = {{204, "Gone.", {}}, {404, "No such query.", kProblem}},
              .is_write = true,
              .handler = epcis::answering(context, delete_query)});
  router.add({.method = "GET",
              .path = "/epcis/v2/queries/{queryName}/events",
              .operation_id = "getQueryEvents",
              .summary = "The events that match a named query, page by page.",
              .tag = "EPCIS queries",
              .act = identity::Act::kEventRead,
              .parameters =
                  epcis::joined({{query_name()}, epcis::page_parameters(), epcis::presentation_parameters(), versions}),
              .answers = {{200, "An EPCISQueryDocument; Link names the next page.", epcis::kEventTypes},
                          {404, "No such query.", kProblem},
                          {413, "More than maxEventCount match, or too much to go through.", kProblem},
                          {501, "A subscription by WebSocket, which is not offered.", kProblem}},
              .handler = epcis::answering(context, get_query_events)});
}

void add_subscriptions(Router& router, RouteContext& context) {
  const auto versions = epcis::version_parameters();
  const std::string path = "/epcis/v2/queries/{queryName}/subscriptions";
  router.add({.method = "GET",
              .path = path,
              .operation_id = "listSubscriptions",
              .summary = "The subscriptions to a named query, with what waits to be delivered.",
              .tag = "EPCIS queries",
              .act = identity::Act::kSubscriptionRead,
              .parameters = epcis::joined({{query_name()}, epcis::page_parameters(), versions}),
              .answers = {{200, "A list; Link names the next page.", kJson}, {404, "No such query.", kProblem}},
              .handler = epcis::answering(context, list_subscriptions)});
  router.add({.method = "POST",
              .path = path,
              .operation_id = "subscribe",
              .summary = "Be told of new events, as they come (stream) or on a schedule: docs/formats/webhooks.md.",
              .tag = "EPCIS queries",
              .act = identity::Act::kSubscriptionMake,
              .parameters = epcis::joined({{query_name()}, epcis::presentation_parameters(), versions}),
              .body_types = kJson,
              .answers = {{201, "Subscribed; Location is its address.", kJson},
                          {400, "The schedule, the address or another member is wrong.", kProblem},
                          {403, "Messages may not go to that address.", kProblem},
                          {404, "No such query.", kProblem}},
              .is_write = true,
              .handler = epcis::answering(context, post_subscription)});
  router.add({.method = "GET",
              .path = path + "/{subscriptionID}",
              .operation_id = "getSubscription",
              .summary = "One subscription: how far it is, and what waits to be delivered.",
              .tag = "EPCIS queries",
              .act = identity::Act::kSubscriptionRead,
              .parameters = epcis::joined({{query_name(), subscription_id()}, versions}),
              .answers = {{200, "The subscription, without its secret.", kJson}, {404, "No such one.", kProblem}},
              .handler = epcis::answering(context, get_subscription)});
  router.add({.method = "DELETE",
              .path = path + "/{subscriptionID}",
              .operation_id = "unsubscribe",
              .summary = "Ends a subscription. What waits is not delivered.",
              .tag = "EPCIS queries",
              .act = identity::Act::kSubscriptionMake,
              .parameters = epcis::joined({{query_name(), subscription_id()}, versions}),
              .answers = {{204, "Gone.", {}}, {404, "No such one.", kProblem}},
              .is_write = true,
              .handler = epcis::answering(context, delete_subscription)});
}

}  // namespace

void add_query_routes(Router& router, RouteContext& context) {
  if (context.services.queries == nullptr || context.services.webhook == nullptr) return;
  add_named_queries(router, context);
  add_subscriptions(router, context);
}

}  // namespace suyuan::http
