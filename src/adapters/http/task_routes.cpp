// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/json_body.h"
#include "adapters/http/parameters.h"
#include "adapters/http/routes.h"
#include "app/account/account.h"

namespace suyuan::http {

namespace {

constexpr std::int64_t kLimitDefault = 100, kLimitMost = 1000;

Response get_list(RouteContext& context, const Request& request) {
  if (auto known = only_known(request, {"after", "limit", "person", "org", "closed"}); !known)
    return account_refusal(request, known.error());
  const auto limit = number_of(request, "limit", kLimitDefault, 1, kLimitMost);
  if (!limit) return account_refusal(request, limit.error());
  const auto person = number_of(request, "person", 0, 1, INT64_MAX);
  if (!person) return account_refusal(request, person.error());
  const auto org = number_of(request, "org", 0, 1, INT64_MAX);
  if (!org) return account_refusal(request, org.error());
  const auto closed = request.query_value("closed").value_or("no");
  if (closed != "no" && closed != "yes")
    return account_refusal(request, wrong_parameter("closed", closed, "yes or no"));
  const TasksQuestion question{.person = *person == 0 ? std::nullopt : std::optional(PersonId(*person)),
                               .org = *org == 0 ? std::nullopt : std::optional(OrgId(*org)),
                               .with_closed = closed == "yes",
                               .after = std::string(request.query_value("after").value_or("")),
                               .limit = static_cast<std::size_t>(*limit)};
  const auto rows = list_tasks(*request.granted, question,
                               {*context.services.accounts, *context.services.tasks, context.services.clock});
  if (!rows) return account_refusal(request, rows.error());
  return reply(200, "application/json", tasks_json(*rows, question.limit));
}

}  // namespace

void add_task_routes(Router& router, RouteContext& context) {
  if (context.services.accounts == nullptr || context.services.tasks == nullptr) return;
  router.add({.method = "GET",
              .path = "/api/v1/tasks",
              .operation_id = "tasks",
              .summary = "What is still to be done: one's own, and what is for anybody of one's organisation.",
              .tag = "Accounts",
              .act = identity::Act::kTaskRead,
              .parameters = {{.name = "person", .meaning = "Of this person only.", .type = "integer"},
                             {.name = "org", .meaning = "Of this organisation only.", .type = "integer"},
                             {.name = "closed", .meaning = "no when left out.", .choices = {"yes", "no"}},
                             {.name = "after", .meaning = "`next` of the last answer."},
                             {.name = "limit", .meaning = "Rows in one answer, 100 by default.", .type = "integer"}},
              .answers = {{200, "tasks, next.", {"application/json"}},
                          {400, "A parameter is wrong.", {"application/problem+json"}}},
              .handler = [&context](Request& request) { return get_list(context, request); }});
}

}  // namespace suyuan::http
