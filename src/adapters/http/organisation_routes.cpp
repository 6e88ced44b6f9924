// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "adapters/http/json_body.h"
#include "adapters/http/parameters.h"
#include "adapters/http/routes.h"
#include "app/account/account.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

using identity::Act;
using identity::Organisation;

constexpr std::int64_t kLimitDefault = 100, kLimitMost = 1000;

AccountServices services_of(RouteContext& context) {
  return {*context.services.accounts, *context.services.tasks, context.services.clock};
}

Response answer(const Request& request, const Result<Organisation>& it, int status = 200) {
  if (!it) return account_refusal(request, it.error());
  Response response = record(status, organisation_json(*it), it->version);
  if (status == 201) response.headers.set("Location", fmt::format("/api/v1/organisations/{}", it->id.value()));
  return response;
}

Result<OrgId> org_in(const Request& request) {
  if (const auto id = id_in_path(request)) return OrgId(*id);
  return Error{ErrorKind::kNotFound, "organisation.unknown",
               fmt::format("There is no organisation \"{}\". GET /api/v1/organisations lists them.",
                           excerpt(request.path_value("id")))};
}

Response post(RouteContext& context, const Request& request) {
  auto body = JsonBody::read(request, {"name", "kind", "superior", "division", "uscc", "codes"});
  if (!body) return account_refusal(request, body.error());
  const NewOrganisation wanted{.name = body->text("name").value_or(""),
                               .kind = body->text("kind").value_or(""),
                               .superior = body->id_of<OrgId>("superior"),
                               .division = body->text("division").value_or("000000"),
                               .uscc = body->text("uscc").value_or(""),
                               .codes = body->texts("codes").value_or(std::vector<std::string>())};
  if (auto good = body->good({"name", "kind"}); !good) return account_refusal(request, good.error());
  return answer(request, add_organisation(*request.granted, wanted, services_of(context)), 201);
}

Response patch(RouteContext& context, const Request& request) {
  const auto id = org_in(request);
  if (!id) return account_refusal(request, id.error());
  auto expected = if_match(request);
  if (!expected) return account_refusal(request, expected.error());
  auto body = JsonBody::read(request, {"name", "superior", "division", "uscc", "codes", "active"});
  if (!body) return account_refusal(request, body.error());
  const OrganisationChange wanted{.name = body->text("name"),
                                  .superior = body->id_of<OrgId>("superior"),
                                  .division = body->text("division"),
                                  .uscc = body->text("uscc"),
                                  .codes = body->texts("codes"),
                                  .active = body->flag("active"),
                                  .expected = std::move(*expected)};
  if (auto good = body->good(); !good) return account_refusal(request, good.error());
  return answer(request, change_organisation(*request.granted, *id, wanted, services_of(context)));
}

Response get_one(RouteContext& context, const Request& request) {
  const auto id = org_in(request);
  if (!id) return account_refusal(request, id.error());
  return answer(request, view_organisation(*request.granted, *id, services_of(context)));
}

Response get_list(RouteContext& context, const Request& request) {
  if (auto known = only_known(request, {"after", "limit", "kind", "closed"}); !known)
    return account_refusal(request, known.error());
  const auto limit = number_of(request, "limit", kLimitDefault, 1, kLimitMost);
  if (!limit) return account_refusal(request, limit.error());
  const auto after = number_of(request, "after", 0, 0, INT64_MAX);
  if (!after) return account_refusal(request, after.error());
  const auto closed = request.query_value("closed").value_or("no");
  if (closed != "no" && closed != "yes")
    return account_refusal(request, wrong_parameter("closed", closed, "yes or no"));
  const OrganisationQuestion question{.after = *after,
                                      .limit = static_cast<std::size_t>(*limit),
                                      .kind = std::string(request.query_value("kind").value_or("")),
                                      .with_closed = closed == "yes"};
  const auto rows = list_organisations(*request.granted, question, services_of(context));
  if (!rows) return account_refusal(request, rows.error());
  return reply(200, "application/json", organisations_json(*rows, question.limit));
}

const Answer kRefused{400, "Something in it is wrong; the answer says what.", {"application/problem+json"}};
const Answer kForbidden{403, "That is for somebody above the organisation.", {"application/problem+json"}};
const Answer kUnknown{404, "There is no such organisation within reach.", {"application/problem+json"}};
const Answer kConflict{
    409, "A code that another one has, or one above or below that is closed or not.", {"application/problem+json"}};
const Answer kChanged{412, "Somebody changed it since; findings name what differs.", {"application/problem+json"}};
const Answer kNoVersion{428, "If-Match is missing.", {"application/problem+json"}};
const Parameter kId{
    .name = "id", .in = Parameter::In::kPath, .meaning = "Of the organisation.", .required = true, .type = "integer"};
const Parameter kIfMatch{.name = "If-Match",
                         .in = Parameter::In::kHeader,
                         .meaning = "The ETag of what was read; * for whatever there is.",
                         .required = true};

void add_reading(Router& router, RouteContext& context) {
  router.add({.method = "GET",
              .path = "/api/v1/organisations",
              .operation_id = "organisations",
              .summary = "The organisations within reach, by id.",
              .tag = "Accounts",
              .act = Act::kOrganisationRead,
              .parameters = {{.name = "after", .meaning = "`next` of the last answer.", .type = "integer"},
                             {.name = "limit", .meaning = "Rows in one answer, 100 by default.", .type = "integer"},
                             {.name = "kind",
                              .meaning = "Of this kind only.",
                              .choices = {identity::kOrgKindWords.begin() + 1, identity::kOrgKindWords.end()}},
                             {.name = "closed", .meaning = "no when left out.", .choices = {"yes", "no"}}},
              .answers = {{200, "organisations, next.", {"application/json"}}, kRefused},
              .handler = [&context](Request& request) { return get_list(context, request); }});
  router.add({.method = "GET",
              .path = "/api/v1/organisations/{id}",
              .operation_id = "organisation",
              .summary = "One organisation.",
              .tag = "Accounts",
              .act = Act::kOrganisationRead,
              .parameters = {kId},
              .answers = {{200, "The organisation; ETag is its version.", {"application/json"}}, kUnknown},
              .handler = [&context](Request& request) { return get_one(context, request); }});
}

}  // namespace

void add_organisation_routes(Router& router, RouteContext& context) {
  if (context.services.accounts == nullptr || context.services.tasks == nullptr) return;
  add_reading(router, context);
  router.add({.method = "POST",
              .path = "/api/v1/organisations",
              .operation_id = "addOrganisation",
              .summary = "Adds an organisation below one within reach.",
              .tag = "Accounts",
              .act = Act::kOrganisationChange,
              .body_types = {"application/json"},
              .answers = {{201, "The organisation.", {"application/json"}}, kRefused, kForbidden, kUnknown, kConflict},
              .is_write = true,
              .handler = [&context](Request& request) { return post(context, request); }});
  router.add({.method = "PATCH",
              .path = "/api/v1/organisations/{id}",
              .operation_id = "changeOrganisation",
              .summary = "Changes what is named of it; \"active\": false closes it.",
              .tag = "Accounts",
              .act = Act::kOrganisationChange,
              .parameters = {kId, kIfMatch},
              .body_types = {"application/json"},
              .answers = {{200, "The organisation.", {"application/json"}},
                          kRefused,
                          kForbidden,
                          kUnknown,
                          kConflict,
                          kChanged,
                          kNoVersion},
              .is_write = true,
              .handler = [&context](Request& request) { return patch(context, request); }});
}

}  // namespace suyuan::http
