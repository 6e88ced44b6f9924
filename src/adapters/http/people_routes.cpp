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

constexpr std::int64_t kLimitDefault = 100, kLimitMost = 1000;

AccountServices services_of(RouteContext& context) {
  return {*context.services.accounts, *context.services.tasks, context.services.clock};
}

Response answer(const Request& request, const Result<PersonView>& it, int status = 200) {
  if (!it) return account_refusal(request, it.error());
  Response response = record(status, person_json(*it), it->version);
  if (status == 201) response.headers.set("Location", fmt::format("/api/v1/people/{}", it->id.value()));
  return response;
}

Result<PersonId> person_in(const Request& request) {
  if (const auto id = id_in_path(request)) return PersonId(*id);
  return Error{
      ErrorKind::kNotFound, "person.unknown",
      fmt::format("There is no person \"{}\". GET /api/v1/people lists them.", excerpt(request.path_value("id")))};
}

Response post(RouteContext& context, const Request& request) {
  auto body = JsonBody::read(request, {"login", "org", "name", "mobile"});
  if (!body) return account_refusal(request, body.error());
  const NewPerson wanted{.login = body->text("login").value_or(""),
                         .org = body->id_of<OrgId>("org"),
                         .name = body->text("name").value_or(""),
                         .mobile = body->text("mobile").value_or("")};
  if (auto good = body->good({"login", "name"}); !good) return account_refusal(request, good.error());
  return answer(request, add_person(*request.granted, wanted, services_of(context)), 201);
}

// What every change of a person begins with.
struct Asked {
  PersonId id;
  Versions expected;
};
Result<Asked> asked(const Request& request) {
  const auto id = person_in(request);
  if (!id) return id.error();
  auto expected = if_match(request);
  if (!expected) return std::move(expected.error());
  return Asked{*id, std::move(*expected)};
}

Response patch(RouteContext& context, const Request& request) {
  auto change = asked(request);
  if (!change) return account_refusal(request, change.error());
  auto body = JsonBody::read(request, {"name", "mobile", "deputy", "active"});
  if (!body) return account_refusal(request, body.error());
  const PersonChange wanted{.name = body->text("name"),
                            .mobile = body->text("mobile"),
                            .deputy = body->id("deputy", true),
                            .active = body->flag("active"),
                            .expected = std::move(change->expected)};
  if (auto good = body->good(); !good) return account_refusal(request, good.error());
  return answer(request, change_person(*request.granted, change->id, wanted, services_of(context)));
}

Response role(RouteContext& context, const Request& request, bool grant) {
  auto change = asked(request);
  if (!change) return account_refusal(request, change.error());
  const std::string word(request.path_value("role"));
  return answer(request, (grant ? grant_role : revoke_role)(*request.granted, change->id, word, change->expected,
                                                            services_of(context)));
}

Response transfer(RouteContext& context, const Request& request) {
  auto change = asked(request);
  if (!change) return account_refusal(request, change.error());
  auto body = JsonBody::read(request, {"to", "deputy"});
  if (!body) return account_refusal(request, body.error());
  const Transfer wanted{.to = body->id_of<OrgId>("to").value_or(OrgId(1)),
                        .deputy = body->id_of<PersonId>("deputy"),
                        .expected = std::move(change->expected)};
  if (auto good = body->good({"to"}); !good) return account_refusal(request, good.error());
  const auto moved = transfer_person(*request.granted, change->id, wanted, services_of(context));
  if (!moved) return account_refusal(request, moved.error());
  return record(200, transferred_json(*moved), moved->person.version);
}

Response get_one(RouteContext& context, const Request& request) {
  const auto id = person_in(request);
  if (!id) return account_refusal(request, id.error());
  return answer(request, view_person(*request.granted, *id, services_of(context)));
}

Response get_list(RouteContext& context, const Request& request) {
  if (auto known = only_known(request, {"after", "limit", "org"}); !known)
    return account_refusal(request, known.error());
  const auto limit = number_of(request, "limit", kLimitDefault, 1, kLimitMost);
  if (!limit) return account_refusal(request, limit.error());
  const auto after = number_of(request, "after", 0, 0, INT64_MAX);
  if (!after) return account_refusal(request, after.error());
  const auto org = number_of(request, "org", 0, 1, INT64_MAX);
  if (!org) return account_refusal(request, org.error());
  const PeopleQuestion question{.org = *org == 0 ? std::nullopt : std::optional(OrgId(*org)),
                                .after = *after,
                                .limit = static_cast<std::size_t>(*limit)};
  const auto rows = list_people(*request.granted, question, services_of(context));
  if (!rows) return account_refusal(request, rows.error());
  Response response = reply(200, "application/json", people_json(*rows, question.limit));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

const Answer kPerson{200, "The person, name and mobile masked; ETag is the version.", {"application/json"}};
const Answer kRefused{400, "Something in it is wrong; the answer says what.", {"application/problem+json"}};
const Answer kForbidden{403, "Nobody gives a role to themselves.", {"application/problem+json"}};
const Answer kUnknown{404, "There is no such person or organisation within reach.", {"application/problem+json"}};
const Answer kConflict{
    409, "The login is taken, the organisation is closed, or a deputy is missing.", {"application/problem+json"}};
const Answer kChanged{412, "Somebody changed it since; findings name what differs.", {"application/problem+json"}};
const Answer kNoVersion{428, "If-Match is missing.", {"application/problem+json"}};
const Parameter kId{
    .name = "id", .in = Parameter::In::kPath, .meaning = "Of the person.", .required = true, .type = "integer"};
const Parameter kIfMatch{.name = "If-Match",
                         .in = Parameter::In::kHeader,
                         .meaning = "The ETag of what was read; * for whatever there is.",
                         .required = true};

void add_reading(Router& router, RouteContext& context) {
  router.add({.method = "GET",
              .path = "/api/v1/people",
              .operation_id = "people",
              .summary = "The people within reach, by id; names and mobile numbers masked.",
              .tag = "Accounts",
              .act = Act::kPersonRead,
              .parameters = {{.name = "org", .meaning = "Of this organisation only.", .type = "integer"},
                             {.name = "after", .meaning = "`next` of the last answer.", .type = "integer"},
                             {.name = "limit", .meaning = "Rows in one answer, 100 by default.", .type = "integer"}},
              .answers = {{200, "people, next.", {"application/json"}}, kRefused, kUnknown},
              .handler = [&context](Request& request) { return get_list(context, request); }});
  router.add({.method = "GET",
              .path = "/api/v1/people/{id}",
              .operation_id = "person",
              .summary = "One person, with their roles and who granted them.",
              .tag = "Accounts",
              .act = Act::kPersonRead,
              .parameters = {kId},
              .answers = {kPerson, kUnknown},
              .handler = [&context](Request& request) { return get_one(context, request); }});
}

void add_roles(Router& router, RouteContext& context) {
  for (const bool grant : {true, false}) {
    router.add({.method = grant ? "PUT" : "DELETE",
                .path = "/api/v1/people/{id}/roles/{role}",
                .operation_id = grant ? "grantRole" : "revokeRole",
                .summary = grant ? "Gives a role to somebody else." : "Takes a role away.",
                .tag = "Accounts",
                .act = Act::kRoleGrant,
                .parameters = {kId,
                               {.name = "role",
                                .in = Parameter::In::kPath,
                                .meaning = "A word of policy/roles.csv.",
                                .required = true,
                                .choices = {identity::kRoleWords.begin() + 2, identity::kRoleWords.end()}},
                               kIfMatch},
                .answers = {kPerson, kRefused, kForbidden, kUnknown, kChanged, kNoVersion},
                .is_write = true,
                .handler = [&context, grant](Request& request) { return role(context, request, grant); }});
  }
}

}  // namespace

void add_people_routes(Router& router, RouteContext& context) {
  if (context.services.accounts == nullptr || context.services.tasks == nullptr) return;
  add_reading(router, context);
  router.add({.method = "POST",
              .path = "/api/v1/people",
              .operation_id = "addPerson",
              .summary = "Adds a person to an organisation within reach; without roles and without password.",
              .tag = "Accounts",
              .act = Act::kPersonChange,
              .body_types = {"application/json"},
              .answers = {{201, "The person.", {"application/json"}}, kRefused, kUnknown, kConflict},
              .is_write = true,
              .handler = [&context](Request& request) { return post(context, request); }});
  router.add({.method = "PATCH",
              .path = "/api/v1/people/{id}",
              .operation_id = "changePerson",
              .summary = "Changes what is named; \"active\": false suspends at once.",
              .tag = "Accounts",
              .act = Act::kPersonChange,
              .parameters = {kId, kIfMatch},
              .body_types = {"application/json"},
              .answers = {kPerson, kRefused, kUnknown, kConflict, kChanged, kNoVersion},
              .is_write = true,
              .handler = [&context](Request& request) { return patch(context, request); }});
  add_roles(router, context);
  router.add({.method = "POST",
              .path = "/api/v1/people/{id}/transfer",
              .operation_id = "transferPerson",
              .summary = "To another organisation: roles end, open tasks go to a deputy of the old one.",
              .tag = "Accounts",
              .act = Act::kPersonChange,
              .parameters = {kId, kIfMatch},
              .body_types = {"application/json"},
              .answers = {kPerson, kRefused, kUnknown, kConflict, kChanged, kNoVersion},
              .is_write = true,
              .handler = [&context](Request& request) { return transfer(context, request); }});
}

}  // namespace suyuan::http
