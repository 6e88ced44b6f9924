// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "adapters/http/parameters.h"
#include "adapters/http/routes.h"
#include "app/personal/personal.h"
#include "app/ports/evidence_store.h"
#include "app/query/query.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

namespace json = boost::json;

constexpr std::int64_t kLimitDefault = 100, kLimitMost = 1000;

// What a verb works with, for one request.
class Personal {
 public:
  explicit Personal(RouteContext& context)
      : audit_(*context.services.audit, context.services.clock, context.services.log),
        services_{
            *context.services.personal,
            *context.services.erasures,
            audit_,
            context.services.warehouse,
            *context.services.accounts,
            *context.services.authorizer,
            context.services.clock,
            [&context](const trace::StoredEvent& event, const Warehouse::Original& original) {
              return Presenter(context.services.read_document, context.services.write_event).tree(event, original);
            }} {}
  operator const PersonalServices&() const { return services_; }

 private:
  Audit audit_;
  PersonalServices services_;
};

Response refusal(const Request& request, const Error& error) {
  return problem(status_of(error.kind), error, false, request.trace_id);
}

Error wrong_body(std::string text) { return Error{ErrorKind::kInvalid, "personal.body", std::move(text)}; }

// A JSON object with these members and no others: texts, but for the number of a person.
Result<json::object> body_of(const Request& request, std::initializer_list<std::string_view> known) {
  boost::system::error_code error;
  json::value value = json::parse(request.body, error);
  if (error || !value.is_object()) return wrong_body(R"(The body is no JSON object, like {"id": "…", "why": "…"}.)");
  for (const auto& [name, member] : value.as_object()) {
    const std::string_view seen(name.data(), name.size());
    if (std::find(known.begin(), known.end(), seen) == known.end())
      return wrong_body(fmt::format("There is no member \"{}\". Known: {}.", excerpt(seen), fmt::join(known, ", ")));
    if (seen == "person" && member.is_int64() && member.as_int64() > 0) continue;
    if (seen == "person") return wrong_body("The member person is the number of a person.");
    if (!member.is_string()) return wrong_body(fmt::format("The member {} is a text.", seen));
  }
  return std::move(value.as_object());
}

std::string text_in(const json::object& body, std::string_view name) {
  const json::value* value = body.if_contains(name);
  return value == nullptr ? std::string() : std::string(value->as_string());
}

Result<PersonalSubject> subject_in(RouteContext& context, const Request& request, const json::object& body) {
  PersonalSubject subject{.event_id = text_in(body, "event")};
  if (const std::string evidence = text_in(body, "evidence"); !evidence.empty()) {
    if (!subject.event_id.empty()) return wrong_body("Name event or evidence, not both.");
    subject.event_id = evidence_subject(evidence);
  }
  if (const json::value* person = body.if_contains("person")) subject.person = PersonId(person->as_int64());
  const std::string id = text_in(body, "id");
  if (int{!id.empty()} + int{!subject.event_id.empty()} + int{subject.person.has_value()} != 1)
    return wrong_body(
        "Name one: id, the code of a thing or party; event, the id of an event; evidence, the id of evidence; person, "
        "the number of somebody with an account.");
  if (id.empty()) return subject;
  auto code = the_code(context, request.granted->actor().org, id);
  if (!code) return std::move(code.error());
  subject.code = std::move(*code);
  return subject;
}

Response post_unmask(RouteContext& context, const Request& request) {
  const auto body = body_of(request, {"id", "event", "person", "field", "purpose", "case"});
  if (!body) return refusal(request, body.error());
  auto subject = subject_in(context, request, *body);
  if (!subject) return refusal(request, subject.error());
  const UnmaskRequest wanted{std::move(*subject), text_in(*body, "field"), text_in(*body, "purpose"),
                             text_in(*body, "case")};
  const auto values = unmask(*request.granted, wanted, Personal(context));
  if (!values) return refusal(request, values.error());
  const json::object answer{{"field", wanted.field}, {"values", json::value_from(*values)}};
  Response response = reply(200, "application/json", json::serialize(answer));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Response post_erasure(RouteContext& context, const Request& request) {
  const auto body = body_of(request, {"id", "event", "evidence", "person", "why"});
  if (!body) return refusal(request, body.error());
  const auto subject = subject_in(context, request, *body);
  if (!subject) return refusal(request, subject.error());
  const auto erasure = request_erasure(*request.granted, *subject, text_in(*body, "why"), Personal(context));
  return erasure ? reply(201, "application/json", erasure_json(*erasure)) : refusal(request, erasure.error());
}

Response post_approval(RouteContext& context, const Request& request) {
  const auto erasure = approve_erasure(*request.granted, std::string(request.path_value("id")), Personal(context));
  return erasure ? reply(200, "application/json", erasure_json(*erasure)) : refusal(request, erasure.error());
}

Response post_refusal(RouteContext& context, const Request& request) {
  const auto body = body_of(request, {"why"});
  if (!body) return refusal(request, body.error());
  const auto erasure =
      refuse_erasure(*request.granted, std::string(request.path_value("id")), text_in(*body, "why"), Personal(context));
  return erasure ? reply(200, "application/json", erasure_json(*erasure)) : refusal(request, erasure.error());
}

Response post_withdrawal(RouteContext& context, const Request& request) {
  const auto erasure = withdraw_erasure(*request.granted, std::string(request.path_value("id")), Personal(context));
  return erasure ? reply(200, "application/json", erasure_json(*erasure)) : refusal(request, erasure.error());
}

Response get_erasures(RouteContext& context, const Request& request) {
  if (auto known = only_known(request, {"after", "limit"}); !known) return refusal(request, known.error());
  const auto limit = number_of(request, "limit", kLimitDefault, 1, kLimitMost);
  if (!limit) return refusal(request, limit.error());
  const auto most = static_cast<std::size_t>(*limit);
  const auto all =
      list_erasures(*request.granted, std::string(request.query_value("after").value_or("")), most, Personal(context));
  return all ? reply(200, "application/json", erasures_json(*all, most)) : refusal(request, all.error());
}

Route list_route(RouteContext& context, std::string path, std::string id, std::string summary, identity::Act act) {
  return {.method = "GET",
          .path = std::move(path),
          .operation_id = std::move(id),
          .summary = std::move(summary),
          .tag = "Personal data",
          .act = act,
          .parameters = {{.name = "after", .meaning = "`next` of the last answer."},
                         {.name = "limit", .meaning = "Erasures in one answer, 100 by default.", .type = "integer"}},
          .answers = {{200, "erasures, next.", {"application/json"}}},
          .handler = [&context](Request& request) { return get_erasures(context, request); }};
}

const Answer kNothing{404, "There is no such value, or none that you may know of.", {"application/problem+json"}};
const Answer kWrong{400, "No reason, or a code that cannot be read.", {"application/problem+json"}};

// Something that is done to one erasure.
Route ending_route(std::string word, std::string id, std::string summary, std::string meaning, identity::Act act,
                   Handler handler) {
  return {.method = "POST",
          .path = "/api/v1/erasures/{id}/" + word,
          .operation_id = std::move(id),
          .summary = std::move(summary),
          .tag = "Personal data",
          .act = act,
          .parameters = {{.name = "id", .in = Parameter::In::kPath, .meaning = "Of the erasure.", .required = true}},
          .answers = {{200, std::move(meaning), {"application/json"}},
                      kNothing,
                      {409, "It was carried out, refused or withdrawn already.", {"application/problem+json"}}},
          .is_write = true,
          .handler = std::move(handler)};
}

void add_ending_routes(Router& router, RouteContext& context) {
  router.add(ending_route("approve", "approveErasure",
                          "Erases at once and for ever: the keys are destroyed. Another person than the one who asked.",
                          "The erasure, done.", identity::Act::kErasureApprove,
                          [&context](Request& request) { return post_approval(context, request); }));
  Route refusing = ending_route("refuse", "refuseErasure", "Nothing is erased, for the reason `why` in the body.",
                                "The erasure, refused.", identity::Act::kErasureApprove,
                                [&context](Request& request) { return post_refusal(context, request); });
  refusing.body_types = {"application/json"};
  refusing.answers.push_back(kWrong);
  router.add(std::move(refusing));
  router.add(ending_route("withdraw", "withdrawErasure", "Who asked asks no more: nothing is erased.",
                          "The erasure, withdrawn.", identity::Act::kErasureRequest,
                          [&context](Request& request) { return post_withdrawal(context, request); }));
}

}  // namespace

void add_personal_routes(Router& router, RouteContext& context) {
  const Services& services = context.services;
  const bool is_whole = services.personal != nullptr && services.erasures != nullptr && services.audit != nullptr &&
                        services.accounts != nullptr && services.authorizer != nullptr;
  if (!is_whole) return;
  router.add({.method = "POST",
              .path = "/api/v1/unmask",
              .operation_id = "unmask",
              .summary = "One field about a person in the clear, for a purpose and a case; it is recorded.",
              .tag = "Personal data",
              .act = identity::Act::kPersonalUnmask,
              .body_types = {"application/json"},
              .answers = {{200, "field, values.", {"application/json"}}, kWrong, kNothing},
              .is_write = true,
              .handler = [&context](Request& request) { return post_unmask(context, request); }});
  router.add({.method = "POST",
              .path = "/api/v1/erasures",
              .operation_id = "requestErasure",
              .summary = "Asks that all about people be erased that is kept of a thing, a party, an event or a person.",
              .tag = "Personal data",
              .act = identity::Act::kErasureRequest,
              .body_types = {"application/json"},
              .answers = {{201, "The erasure; nothing is erased yet.", {"application/json"}}, kWrong, kNothing},
              .is_write = true,
              .handler = [&context](Request& request) { return post_erasure(context, request); }});
  router.add(list_route(context, "/api/v1/erasures", "erasures", "Erasures that were asked for.",
                        identity::Act::kErasureRequest));
  router.add(list_route(context, "/api/v1/approvals/erasures", "erasuresToApprove", "The same, for those who approve.",
                        identity::Act::kErasureApprove));
  add_ending_routes(router, context);
}

}  // namespace suyuan::http
