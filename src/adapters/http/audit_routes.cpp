// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/parameters.h"
#include "adapters/http/routes.h"
#include "app/audit/search.h"

namespace suyuan::http {

namespace {

constexpr std::int64_t kLimitDefault = 100, kLimitMost = 1000;

Response refusal(const Request& request, const Error& error) {
  return problem(status_of(error.kind), error, false, request.trace_id);
}

Status read_instant(const Request& request, std::string_view name, std::optional<Instant>& into) {
  const auto text = request.query_value(name);
  if (!text) return Done{};
  const auto read = parse_instant(*text);
  if (!read) return wrong_parameter(name, *text, "a time with its offset, like 2026-03-01T00:00:00+08:00");
  into = read->at;
  return Done{};
}

Result<AuditQuestion> question_in(const Request& request) {
  auto known = only_known(request, {"from", "until", "person", "act", "targetKind", "target", "outcome", "text",
                                    "after", "limit", "format"});
  if (!known) return std::move(known.error());
  AuditQuestion question;
  for (const auto& [name, into] : {std::pair("from", &question.from), std::pair("until", &question.until)})
    if (auto read = read_instant(request, name, *into); !read) return std::move(read.error());
  const auto person = number_of(request, "person", -1, 0, INT64_MAX);
  if (!person) return person.error();
  if (*person >= 0) question.person = *person;
  const auto limit = number_of(request, "limit", kLimitDefault, 1, kLimitMost);
  if (!limit) return limit.error();
  question.limit = static_cast<std::size_t>(*limit);
  for (const auto& [name, into] : {std::pair("act", &question.act), std::pair("targetKind", &question.target_kind),
                                   std::pair("target", &question.target), std::pair("outcome", &question.outcome),
                                   std::pair("text", &question.text), std::pair("after", &question.token)})
    *into = std::string(request.query_value(name).value_or(""));
  return question;
}

Response get_audit(RouteContext& context, const Request& request) {
  const auto question = question_in(request);
  if (!question) return refusal(request, question.error());
  const auto format = request.query_value("format").value_or("json");
  if (format != "json" && format != "csv") return refusal(request, wrong_parameter("format", format, "json or csv"));
  const auto answer = search_audit(*request.granted, *question, {*context.services.audit, context.services.clock});
  if (!answer) return refusal(request, answer.error());
  if (format == "json") return reply(200, "application/json", audit_json(*answer));
  Response response = reply(200, "text/csv; charset=utf-8", audit_csv_head() + audit_csv_lines(*answer));
  response.headers.set("Content-Disposition", "attachment; filename=\"audit.csv\"");
  if (!answer->next_token.empty()) response.headers.set("Suyuan-Next", answer->next_token);
  return response;
}

}  // namespace

void add_audit_routes(Router& router, RouteContext& context) {
  if (context.services.audit == nullptr) return;
  router.add(
      {.method = "GET",
       .path = "/api/v1/audit",
       .operation_id = "searchAudit",
       .summary = "Who did what, newest first, of the own organisation and those below it. The search is "
                  "audited as well.",
       .tag = "Audit",
       .act = identity::Act::kAuditRead,
       .parameters = {{.name = "from", .meaning = "No earlier than this time."},
                      {.name = "until", .meaning = "Before this time."},
                      {.name = "person", .meaning = "Number of who acted; 0: nobody known.", .type = "integer"},
                      {.name = "act", .meaning = "As docs/audit.md lists them: mark.lift."},
                      {.name = "targetKind", .meaning = "What it was done to: mark, query, path …"},
                      {.name = "target", .meaning = "Its id; needs targetKind."},
                      {.name = "outcome", .meaning = "How it ended.", .choices = {"allowed", "refused", "failed"}},
                      {.name = "text", .meaning = "Somewhere in the reason."},
                      {.name = "after", .meaning = "`next` of the last answer; of CSV the field Suyuan-Next."},
                      {.name = "limit", .meaning = "Entries in one answer, 100 by default.", .type = "integer"},
                      {.name = "format", .meaning = "json when left out.", .choices = {"json", "csv"}}},
       .answers = {{200, "entries, next.", {"application/json", "text/csv"}},
                   {400, "A parameter is wrong.", {"application/problem+json"}}},
       .is_write = true,
       .handler = [&context](Request& request) { return get_audit(context, request); }});
}

}  // namespace suyuan::http
