// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "adapters/http/epcis_answers.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

Response refused(const Request& request, int status, const Error& error) {
  return problem(status, error, true, request.trace_id);
}

// POST /events takes exactly one event.
DocumentReader one_event_reader(DocumentReader read) {
  return [read = std::move(read)](std::string_view bytes) -> Result<trace::RawDocument> {
    auto document = read(bytes);
    if (!document || document->events.size() == 1) return document;
    return Error{ErrorKind::kInvalid, "epcis.one_event_only",
                 fmt::format("The body holds {} events; this interface takes exactly one. Send documents to "
                             "/epcis/v2/capture.",
                             document->events.size())};
  };
}

Response post_event(RouteContext& context, Request& request) {
  if (const auto wrong = epcis::problem_of_versions(request)) return refused(request, 406, *wrong);
  CaptureOptions options;
  options.public_id = new_public_id(context.services.clock.now());
  auto outcome = capture_document(*request.granted, std::move(request.body), options,
                                  one_event_reader(context.services.read_document), context.services.warehouse,
                                  context.services.clock);
  if (!outcome) return refused(request, status_of(outcome.error().kind), outcome.error());
  context.metrics.events_captured(outcome->accepted, outcome->duplicates, outcome->refused);
  if (outcome->document_refused || outcome->event_ids.empty()) {
    return refused(request, epcis::refusal_status(*outcome), epcis::refusal_of(*outcome));
  }
  const std::string& id = outcome->event_ids.front();
  const std::string location = "/epcis/v2/events/" + epcis::percent_encoded(id);
  Response response;
  response.status = 201;
  if (outcome->accepted == 0) {
    response =
        refused(request, 409,
                Error{ErrorKind::kConflict, "epcis.event_exists",
                      fmt::format("The event {} is stored already, with the same content. Nothing is to be done.",
                                  excerpt(id, 200))});
  }
  response.headers.set("Location", location);
  return response;
}

Result<Response> get_event(RouteContext& context, Request& request) {
  const std::string_view id = request.path_value("eventID");
  const auto how = epcis::presentation_of(request);
  if (!how) return how.error();
  auto texts = read_event_texts(*request.granted, id, *how, epcis::query_services(context));
  if (!texts) return std::move(texts.error());
  if (!texts->empty()) return epcis::events_answer(context, request, {}, *texts, *how);
  return Error{ErrorKind::kNotFound, "epcis.no_such_event",
               fmt::format("No event has the id \"{}\". An id with \"/\" or \"?\" in it must be percent-encoded.",
                           excerpt(id, 200))};
}

Result<Response> get_events(RouteContext& context, Request& request) {
  const auto page = epcis::page_of(context, request);
  if (!page) return page.error();
  const auto how = epcis::presentation_of(request);
  if (!how) return how.error();
  auto events =
      run_query(*request.granted, epcis::query_parameters(request), *page, *how, epcis::query_services(context));
  if (!events) return std::move(events.error());
  Response response = epcis::events_answer(context, request, {}, events->events, *how);
  epcis::add_next_page(response, request, events->next_token, *page);
  return response;
}

// Tokens hold all that there is to them: there is nothing to forget.
Result<Response> forget_token(RouteContext&, Request&) {
  Response response;
  response.status = 204;
  return response;
}

}  // namespace

void add_event_routes(Router& router, RouteContext& context) {
  router.add({.method = "POST",
              .path = "/epcis/v2/events",
              .operation_id = "captureEvent",
              .summary = "Take one event. It is stored, and everybody can see it, when the answer comes.",
              .tag = "EPCIS events",
              .act = identity::Act::kEventCapture,
              .parameters = epcis::version_parameters(),
              .body_types = {"application/json", "application/ld+json"},
              .answers = {{201, "Stored; Location names the event.", {}},
                          {409, "An event of that id is stored already.", {"application/problem+json"}}},
              .is_write = true,
              .handler = [&context](Request& request) { return post_event(context, request); }});
  const Parameter id{.name = "eventID",
                     .in = Parameter::In::kPath,
                     .meaning = "The event's id, percent-encoded: ni:%2F%2F%2Fsha-256;…%3Fver=CBV2.0"};
  const std::vector<std::string> problems = {"application/problem+json"};
  router.add({.method = "GET",
              .path = "/epcis/v2/events/{eventID}",
              .operation_id = "getEvent",
              .summary = "One event, with the error declaration that repeats its id, if there is one.",
              .tag = "EPCIS events",
              .act = identity::Act::kEventRead,
              .parameters = epcis::joined({{id}, epcis::presentation_parameters(), epcis::version_parameters()}),
              .answers = {{200, "An EPCISQueryDocument.", epcis::kEventTypes}, {404, "No such event.", problems}},
              .handler = epcis::answering(context, get_event)});
  const Parameter query{.name = "{parameter}",
                        .meaning =
                            "Any parameter of SimpleEventQuery by its own name, several values joined by \"|\": "
                            "EQ_bizStep=shipping|receiving, MATCH_anyEPC=…, GE_eventTime=…"};
  router.add(
      {.method = "GET",
       .path = "/epcis/v2/events",
       .operation_id = "queryEvents",
       .summary = "Events that match a SimpleEventQuery, page by page. All pages see the store as the first did.",
       .tag = "EPCIS events",
       .act = identity::Act::kEventRead,
       .parameters = epcis::joined(
           {{query}, epcis::page_parameters(), epcis::presentation_parameters(), epcis::version_parameters()}),
       .answers = {{200, "An EPCISQueryDocument; Link names the next page.", epcis::kEventTypes},
                   {400, "A parameter is wrong.", problems},
                   {413, "More than maxEventCount match, or too much to go through.", problems}},
       .handler = epcis::answering(context, get_events)});
  router.add(
      {.method = "DELETE",
       .path = "/epcis/v2/nextPageToken/{token}",
       .operation_id = "forgetNextPageToken",
       .summary = "Says that nobody will ask for that page. The server remembers no pages, so it is always done.",
       .tag = "EPCIS events",
       .act = identity::Act::kEventRead,
       .parameters = {{.name = "token", .in = Parameter::In::kPath, .meaning = "From a Link header."}},
       .answers = {{204, "Done.", {}}},
       .handler = epcis::answering(context, forget_token)});
}

}  // namespace suyuan::http
