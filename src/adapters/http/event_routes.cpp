// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <boost/json.hpp>

#include "adapters/http/routes.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

namespace json = boost::json;

constexpr std::string_view kStandardContext = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

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
  auto outcome = capture_document(context.services.actor, std::move(request.body), options,
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

// Looks at one event's own bytes, as they came; they were checked when they were captured.
json::object parsed(std::string_view bytes) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 128;
  json::value value = json::parse(bytes, error, {}, options);
  return !error && value.is_object() ? std::move(value.as_object()) : json::object();
}

// The frame of a document is the document without its events, but with the commas that stood between them: "[ , , ]".
std::string without_gaps(std::string_view frame) {
  std::string text;
  std::size_t last = std::string::npos;  // the last character of `text` that is no blank and in no string
  bool in_string = false;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const char c = frame[i];
    if (in_string) {
      text += c;
      if (c == '\\' && i + 1 < frame.size()) text += frame[++i];
      in_string = c != '"';
      continue;
    }
    in_string = c == '"';
    const char before = last == std::string::npos ? ' ' : text[last];
    if (c == ',' && (before == '[' || before == ',')) continue;
    if (c == ']' && before == ',') text[last] = ' ';
    if (std::string_view(" \t\r\n").find(c) == std::string_view::npos) last = text.size();
    text += c;
  }
  return text;
}

// The event as it came, with what the server adds in front: its id, when it was recorded, and the context of the
// document that it came in, when it has none of its own. Numbers and order of the sender stay as they are.
std::string event_with_additions(const trace::StoredEvent& event, const Warehouse::Original& original) {
  const json::object members = parsed(original.bytes);
  const std::size_t brace = original.bytes.find('{');
  if (members.empty() || brace == std::string::npos) return original.bytes;
  std::string additions;
  const auto add = [&](std::string_view name, const json::value& value) {
    if (!members.contains(name)) additions += json::serialize(json::string(name)) + ":" + json::serialize(value) + ",";
  };
  const json::object frame = parsed(without_gaps(original.frame));
  if (const json::value* context = frame.if_contains("@context"); context != nullptr && !context->is_string()) {
    add("@context", *context);
  }
  add("eventID", json::value(event.id));
  add("recordTime", json::value(format_instant_ms(event.recorded)));
  std::string bytes = original.bytes;
  return bytes.insert(brace + 1, additions);
}

Result<std::vector<std::string>> event_texts(RouteContext& context, std::string_view id) {
  std::vector<std::string> texts;
  for (const bool declaration : {false, true}) {
    const auto event = context.services.warehouse.find_event(id, declaration);
    if (!event) return event.error();
    if (!*event) continue;
    const auto original = context.services.warehouse.original((*event)->seq);
    if (!original) return original.error();
    if (original->syntax != trace::RawDocument::Syntax::kJson) {
      return Error{ErrorKind::kUnsupported, "epcis.event_is_xml",
                   fmt::format("This event came as XML and is not translated. Its document is at "
                               "/api/v1/captures/{}/document.",
                               original->job)};
    }
    texts.push_back(event_with_additions(**event, *original));
  }
  return texts;
}

Response get_event(RouteContext& context, Request& request) {
  if (const auto wrong = epcis::problem_of_versions(request)) return refused(request, 406, *wrong);
  const std::string_view id = request.path_value("eventID");
  const auto texts = event_texts(context, id);
  if (!texts) {
    const bool other_syntax = texts.error().code == "epcis.event_is_xml";
    return refused(request, other_syntax ? 406 : status_of(texts.error().kind), texts.error());
  }
  if (texts->empty()) {
    return refused(request, 404,
                   Error{ErrorKind::kNotFound, "epcis.no_such_event",
                         fmt::format("No event has the id \"{}\". An id with \"/\" or \"?\" in it must be "
                                     "percent-encoded.",
                                     excerpt(id, 200))});
  }
  const std::string now = format_instant_ms(context.services.clock.now());
  const std::string body = fmt::format(
      R"({{"@context":["{}"],"type":"EPCISQueryDocument","schemaVersion":"2.0","creationDate":"{}",)"
      R"("epcisBody":{{"queryResults":{{"queryName":"SimpleEventQuery","resultsBody":{{"eventList":[{}]}}}}}}}})",
      kStandardContext, now, fmt::join(*texts, ","));
  static const std::vector<std::string> kTypes = {"application/json", "application/ld+json"};
  const std::string_view type = negotiate(request.headers.get("Accept"), kTypes);
  return reply(200, type.empty() ? "application/json" : type, body);
}

}  // namespace

void add_event_routes(Router& router, RouteContext& context) {
  router.add({.method = "POST",
              .path = "/epcis/v2/events",
              .operation_id = "captureEvent",
              .summary = "Take one event. It is stored, and everybody can see it, when the answer comes.",
              .tag = "EPCIS events",
              .parameters = epcis::version_parameters(),
              .body_types = {"application/json", "application/ld+json"},
              .answers = {{201, "Stored; Location names the event.", {}},
                          {409, "An event of that id is stored already.", {"application/problem+json"}}},
              .handler = [&context](Request& request) { return post_event(context, request); }});
  auto parameters = epcis::version_parameters();
  parameters.push_back({.name = "eventID",
                        .in = Parameter::In::kPath,
                        .meaning = "The event's id, percent-encoded: ni:%2F%2F%2Fsha-256;…%3Fver=CBV2.0"});
  router.add({.method = "GET",
              .path = "/epcis/v2/events/{eventID}",
              .operation_id = "getEvent",
              .summary = "One event, with the error declaration that repeats its id, if there is one.",
              .tag = "EPCIS events",
              .parameters = std::move(parameters),
              .answers = {{200, "An EPCISQueryDocument.", {"application/json", "application/ld+json"}},
                          {404, "No such event.", {"application/problem+json"}}},
              .handler = [&context](Request& request) { return get_event(context, request); }});
}

}  // namespace suyuan::http
