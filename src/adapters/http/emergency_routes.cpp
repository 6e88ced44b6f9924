// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "adapters/http/parameters.h"
#include "adapters/http/routes.h"
#include "app/emergency/emergency.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

namespace json = boost::json;

constexpr std::int64_t kLimitDefault = 100, kLimitMost = 1000;

EmergencyServices services_of(RouteContext& context) {
  return {*context.services.emergencies, context.services.clock, context.services.accounts};
}

Response refusal(const Request& request, const Error& error) {
  return problem(status_of(error.kind), error, false, request.trace_id);
}

Error wrong_body(std::string text) { return {ErrorKind::kInvalid, "emergency.body", std::move(text)}; }

// A JSON object with these members and no others.
Result<json::object> body_of(const Request& request, std::initializer_list<std::string_view> known) {
  boost::system::error_code error;
  json::value value = json::parse(request.body, error);
  if (error || !value.is_object()) return wrong_body("The body is no JSON object.");
  for (const auto& [name, member] : value.as_object()) {
    const std::string_view seen(name.data(), name.size());
    if (std::find(known.begin(), known.end(), seen) == known.end())
      return wrong_body(fmt::format("There is no member \"{}\". Known: {}.", excerpt(seen), fmt::join(known, ", ")));
  }
  return std::move(value.as_object());
}

Result<std::string> text_in(const json::object& body, std::string_view name) {
  const json::value* member = body.if_contains(name);
  if (member != nullptr && member->is_string()) return std::string(member->as_string());
  return wrong_body(fmt::format("The member {} is a text; it is missing or something else.", name));
}

Result<EmergencyRequest> request_in(const Request& request) {
  auto body = body_of(request, {"place", "reason", "minutes"});
  if (!body) return std::move(body.error());
  EmergencyRequest wanted;
  auto place = text_in(*body, "place");
  if (!place) return std::move(place.error());
  const auto [end, bad] = std::from_chars(place->data(), place->data() + place->size(), wanted.place.division);
  if (!is_all_digits(*place) || bad != std::errc() || end != place->data() + place->size() || place->size() != 6)
    return wrong_body(
        fmt::format("The place is \"{}\"; it is a division code of six digits, as a text.", excerpt(*place)));
  auto reason = text_in(*body, "reason");
  if (!reason) return std::move(reason.error());
  wanted.reason = std::move(*reason);
  if (const json::value* minutes = body->if_contains("minutes")) {
    if (!minutes->is_int64() || minutes->as_int64() < 0 || minutes->as_int64() > 1'000'000)
      return wrong_body("The member minutes is a whole number.");
    wanted.minutes = static_cast<int>(minutes->as_int64());
  }
  return wanted;
}

Response post_emergency(RouteContext& context, const Request& request) {
  const auto wanted = request_in(request);
  if (!wanted) return refusal(request, wanted.error());
  const auto directory = context.services.directory->directory();
  const auto made = use_emergency(*request.granted, *wanted, *directory, services_of(context));
  if (!made) return refusal(request, made.error());
  return reply(201, "application/json", emergency_json(*made));
}

Response get_emergencies(RouteContext& context, const Request& request) {
  if (auto known = only_known(request, {"after", "limit", "reviewed"}); !known) return refusal(request, known.error());
  const auto limit = number_of(request, "limit", kLimitDefault, 1, kLimitMost);
  if (!limit) return refusal(request, limit.error());
  const auto reviewed = request.query_value("reviewed").value_or("no");
  if (reviewed != "no" && reviewed != "yes")
    return refusal(request, wrong_parameter("reviewed", reviewed, "yes or no"));
  const auto directory = context.services.directory->directory();
  const auto page =
      emergencies_to_review(*request.granted, std::string(request.query_value("after").value_or("")),
                            static_cast<std::size_t>(*limit), reviewed == "no", *directory, services_of(context));
  if (!page) return refusal(request, page.error());
  return reply(200, "application/json", emergencies_json(*page));
}

Response post_review(RouteContext& context, const Request& request) {
  const auto body = body_of(request, {"justified", "words"});
  if (!body) return refusal(request, body.error());
  const json::value* justified = body->if_contains("justified");
  if (justified == nullptr || !justified->is_bool())
    return refusal(request, wrong_body("The member justified is true or false."));
  auto words = text_in(*body, "words");
  if (!words) return refusal(request, words.error());
  const auto directory = context.services.directory->directory();
  const auto reviewed = review_emergency(*request.granted, std::string(request.path_value("id")),
                                         {justified->as_bool(), std::move(*words)}, *directory, services_of(context));
  if (!reviewed) return refusal(request, reviewed.error());
  return reply(200, "application/json", emergency_json(*reviewed));
}

}  // namespace

void add_emergency_routes(Router& router, RouteContext& context) {
  if (context.services.emergencies == nullptr || context.services.directory == nullptr) return;
  router.add({.method = "POST",
              .path = "/api/v1/emergencies",
              .operation_id = "useEmergency",
              .summary = R"(Reads a place outside one's own jurisdiction for up to an hour: {"place": "440305", )"
                         R"("reason": "…", "minutes": 60}. What is read is audited; the superior body reviews it.)",
              .tag = "Audit",
              .act = identity::Act::kEmergencyUse,
              .body_types = {"application/json"},
              .answers = {{201, "The emergency; it counts from now on.", {"application/json"}},
                          {400, "The place, the reason or the time is wrong.", {"application/problem+json"}},
                          {409, "One is running already.", {"application/problem+json"}}},
              .is_write = true,
              .handler = [&context](Request& request) { return post_emergency(context, request); }});
  router.add({.method = "GET",
              .path = "/api/v1/emergencies",
              .operation_id = "listEmergencies",
              .summary = "Emergencies that are this leader's to review.",
              .tag = "Audit",
              .act = identity::Act::kEmergencyReview,
              .parameters = {{.name = "after", .meaning = "`next` of the last answer."},
                             {.name = "limit", .meaning = "In one answer, 100 by default.", .type = "integer"},
                             {.name = "reviewed",
                              .meaning = "yes: those that were reviewed, too. no when left out.",
                              .choices = {"yes", "no"}}},
              .answers = {{200, "emergencies, next.", {"application/json"}}},
              .handler = [&context](Request& request) { return get_emergencies(context, request); }});
  router.add({.method = "POST",
              .path = "/api/v1/emergencies/{id}/review",
              .operation_id = "reviewEmergency",
              .summary = R"(Says whether it was justified: {"justified": true, "words": "…"}. Written once.)",
              .tag = "Audit",
              .act = identity::Act::kEmergencyReview,
              .parameters = {{.name = "id", .in = Parameter::In::kPath, .meaning = "Of the emergency."}},
              .body_types = {"application/json"},
              .answers = {{200, "The emergency with its review.", {"application/json"}},
                          {403, "Who used it does not review it.", {"application/problem+json"}},
                          {404, "No such one that is theirs to review.", {"application/problem+json"}},
                          {409, "It was reviewed already.", {"application/problem+json"}}},
              .is_write = true,
              .handler = [&context](Request& request) { return post_review(context, request); }});
}

}  // namespace suyuan::http
