// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "adapters/http/parameters.h"
#include "adapters/http/routes.h"
#include "app/trace/mark.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

namespace json = boost::json;

constexpr std::int64_t kLimitDefault = 100, kLimitMost = 1000;

MarkServices services_of(RouteContext& context) {
  const Services& all = context.services;
  return {*all.marks, all.warehouse, all.clock, *all.authorizer, all.tasks};
}

Response refusal(const Request& request, const Error& error) {
  return problem(status_of(error.kind), error, false, request.trace_id);
}

std::string id_in(const Request& request) { return std::string(request.path_value("id")); }

// A JSON object with these members and no others.
Result<json::object> body_of(const Request& request, std::initializer_list<std::string_view> known) {
  const auto wrong = [](std::string text) { return Error{ErrorKind::kInvalid, "mark.body", std::move(text)}; };
  boost::system::error_code error;
  json::value value = json::parse(request.body, error);
  if (error || !value.is_object()) return wrong(R"(The body is no JSON object, like {"id": "…", "reason": "…"}.)");
  for (const auto& [name, member] : value.as_object()) {
    const std::string_view seen(name.data(), name.size());
    if (std::find(known.begin(), known.end(), seen) == known.end())
      return wrong(fmt::format("There is no member \"{}\". Known: {}.", excerpt(seen), fmt::join(known, ", ")));
  }
  return std::move(value.as_object());
}

Result<std::string> reason_in(const json::object& body) {
  const json::value* reason = body.if_contains("reason");
  if (reason != nullptr && reason->is_string()) return std::string(reason->as_string());
  return Error{ErrorKind::kInvalid, "mark.reason", "The member reason is missing: say why, as a text."};
}

Result<MarkRequest> mark_request(RouteContext& context, const Request& request) {
  auto body = body_of(request, {"id", "reason"});
  if (!body) return std::move(body.error());
  MarkRequest wanted;
  auto reason = reason_in(*body);
  if (!reason) return std::move(reason.error());
  wanted.reason = std::move(*reason);
  json::array ids;
  if (const json::value* id = body->if_contains("id")) {
    if (id->is_array())
      ids = id->as_array();
    else
      ids.push_back(*id);
  }
  for (const json::value& id : ids) {
    if (!id.is_string())
      return Error{ErrorKind::kInvalid, "mark.body", "The member id is a code as a text, or a list of codes."};
    auto code =
        the_code(context, request.granted->actor().org, std::string_view(id.as_string().data(), id.as_string().size()));
    if (!code) return std::move(code.error());
    wanted.codes.push_back(std::move(*code));
  }
  return wanted;
}

Response answer_of(RouteContext& context, const Request& request, const std::string& id, int status) {
  const auto granted = also_may(context.services, request, identity::Act::kMarkRead);
  Response response;
  if (granted) {
    const auto view = view_mark(*granted, id, services_of(context));
    if (!view) return refusal(request, view.error());
    response = reply(status, "application/json", mark_json(*view));
  } else {  // a key that may change marks and not read them: what it did is done
    response = reply(status, "application/json", json::serialize(json::object{{"id", id}}));
  }
  if (status == 201) response.headers.set("Location", "/api/v1/marks/" + id);
  return response;
}

Response post_mark(RouteContext& context, const Request& request) {
  const auto wanted = mark_request(context, request);
  if (!wanted) return refusal(request, wanted.error());
  const auto mark = make_mark(*request.granted, *wanted, services_of(context));
  if (!mark) return refusal(request, mark.error());
  return answer_of(context, request, mark->id, 201);
}

Response post_lift(RouteContext& context, const Request& request) {
  const auto body = body_of(request, {"reason"});
  if (!body) return refusal(request, body.error());
  const auto reason = reason_in(*body);
  if (!reason) return refusal(request, reason.error());
  const auto mark = lift_mark(*request.granted, id_in(request), *reason, services_of(context));
  if (!mark) return refusal(request, mark.error());
  return answer_of(context, request, mark->id, 200);
}

Response post_recheck(RouteContext& context, const Request& request) {
  MarkFollower follower(services_of(context));
  if (auto done = follower.recheck(*request.granted, id_in(request)); !done) return refusal(request, done.error());
  return answer_of(context, request, id_in(request), 200);
}

Response get_marks(RouteContext& context, const Request& request) {
  if (auto known = only_known(request, {"after", "limit", "lifted"}); !known) return refusal(request, known.error());
  const auto limit = number_of(request, "limit", kLimitDefault, 1, kLimitMost);
  if (!limit) return refusal(request, limit.error());
  const auto lifted = request.query_value("lifted").value_or("no");
  if (lifted != "no" && lifted != "yes") return refusal(request, wrong_parameter("lifted", lifted, "yes or no"));
  const auto views = list_marks(*request.granted, std::string(request.query_value("after").value_or("")),
                                static_cast<std::size_t>(*limit), lifted == "no", services_of(context));
  if (!views) return refusal(request, views.error());
  return reply(200, "application/json", marks_json(*views, static_cast<std::size_t>(*limit)));
}

Response get_mark(RouteContext& context, const Request& request) {
  if (auto known = only_known(request, {"after", "limit", "format"}); !known) return refusal(request, known.error());
  const auto limit = number_of(request, "limit", kLimitDefault, 1, kLimitMost);
  if (!limit) return refusal(request, limit.error());
  const auto after = number_of(request, "after", 0, 0, INT64_MAX);
  if (!after) return refusal(request, after.error());
  const auto format = request.query_value("format").value_or("json");
  if (format != "json" && format != "csv") return refusal(request, wrong_parameter("format", format, "json or csv"));
  const Permit<identity::Act::kMarkRead> permit = *request.granted;
  if (format == "json") {
    const auto finds =
        mark_finds(permit, id_in(request), *after, static_cast<std::size_t>(*limit), services_of(context));
    return finds ? reply(200, "application/json", mark_finds_json(*finds)) : refusal(request, finds.error());
  }
  std::string table;
  const auto done = mark_finds_csv(permit, id_in(request), *after, services_of(context),
                                   [&](std::string_view text) { table += text; });
  if (!done) return refusal(request, done.error());
  Response response = reply(200, "text/csv; charset=utf-8", std::move(table));
  response.headers.set("Content-Disposition", "attachment; filename=\"mark.csv\"");
  return response;
}

const Answer kUnknown{404, "There is no such mark.", {"application/problem+json"}};
const Answer kLifted{409, "It was lifted already.", {"application/problem+json"}};
const Parameter kId{.name = "id", .in = Parameter::In::kPath, .meaning = "Of the mark.", .required = true};

void add_reading(Router& router, RouteContext& context) {
  router.add({.method = "GET",
              .path = "/api/v1/marks",
              .operation_id = "marks",
              .summary = "What is marked as affected, and how far each mark has looked at the records.",
              .tag = "Trace",
              .act = identity::Act::kMarkRead,
              .parameters = {{.name = "after", .meaning = "`next` of the last answer."},
                             {.name = "limit", .meaning = "Marks in one answer, 100 by default.", .type = "integer"},
                             {.name = "lifted", .meaning = "no when left out.", .choices = {"yes", "no"}}},
              .answers = {{200, "marks, next.", {"application/json"}}},
              .handler = [&context](Request& request) { return get_marks(context, request); }});
  router.add({.method = "GET",
              .path = "/api/v1/marks/{id}",
              .operation_id = "markFinds",
              .summary = "A mark, and the records that touched what it affected since it was made, in record order.",
              .tag = "Trace",
              .act = identity::Act::kMarkRead,
              .parameters = {kId,
                             {.name = "after", .meaning = "`next` of the last answer.", .type = "integer"},
                             {.name = "limit", .meaning = "Finds in one answer, 100 by default.", .type = "integer"},
                             {.name = "format",
                              .meaning = "json when left out; csv lists every found thing.",
                              .choices = {"json", "csv"}}},
              .answers = {{200, "mark, finds, next.", {"application/json", "text/csv"}}, kUnknown},
              .handler = [&context](Request& request) { return get_mark(context, request); }});
}

}  // namespace

void add_mark_routes(Router& router, RouteContext& context) {
  if (context.services.marks == nullptr || context.services.authorizer == nullptr) return;
  router.add({.method = "POST",
              .path = "/api/v1/marks",
              .operation_id = "mark",
              .summary = "Calls codes affected: what they got into is found now, and new records of it as they come.",
              .tag = "Trace",
              .act = identity::Act::kMarkMake,
              .body_types = {"application/json"},
              .answers = {{201, "The mark.", {"application/json"}},
                          {400, "No reason, no code, or one that cannot be read.", {"application/problem+json"}}},
              .handler = [&context](Request& request) { return post_mark(context, request); }});
  add_reading(router, context);
  router.add({.method = "POST",
              .path = "/api/v1/marks/{id}/lift",
              .operation_id = "liftMark",
              .summary = "Ends a mark, with a reason. What was found stays.",
              .tag = "Trace",
              .act = identity::Act::kMarkLift,
              .parameters = {kId},
              .body_types = {"application/json"},
              .answers = {{200, "The mark.", {"application/json"}}, kUnknown, kLifted},
              .handler = [&context](Request& request) { return post_lift(context, request); }});
  router.add({.method = "POST",
              .path = "/api/v1/marks/{id}/recheck",
              .operation_id = "recheckMark",
              .summary = "Walks again, so that records that came late count exactly.",
              .tag = "Trace",
              .act = identity::Act::kMarkMake,
              .parameters = {kId},
              .answers = {{200, "The mark.", {"application/json"}}, kUnknown, kLifted},
              .handler = [&context](Request& request) { return post_recheck(context, request); }});
}

}  // namespace suyuan::http
