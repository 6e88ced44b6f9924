// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "app/account/account.h"

namespace suyuan {

namespace json = boost::json;

namespace {

template <class Id>
json::value id_or_null(const std::optional<Id>& id) {
  return id ? json::value(id->value()) : json::value(nullptr);
}
json::value time_or_null(const std::optional<Instant>& at) {
  return at ? json::value(format_instant(*at)) : json::value(nullptr);
}

json::object object_of(const identity::Organisation& it) {
  json::array codes;
  for (const std::string& code : it.codes) codes.push_back(json::value(code));
  return {{"id", it.id.value()},
          {"version", it.version},
          {"name", it.name},
          {"kind", identity::org_kind_word(it.kind)},
          {"superior", id_or_null(it.superior)},
          {"division", fmt::format("{:06}", it.jurisdiction.division)},
          {"uscc", it.uscc},
          {"codes", std::move(codes)},
          {"active", it.is_active}};
}

json::object object_of(const PersonView& it) {
  json::array roles;
  for (const RoleGrant& grant : it.roles) {
    roles.push_back(json::object{
        {"role", identity::role_word(grant.role)}, {"grantedBy", grant.by.value()}, {"at", format_instant(grant.at)}});
  }
  return {{"id", it.id.value()},    {"version", it.version},      {"login", it.login},
          {"org", it.org.value()},  {"active", it.is_active},     {"deputy", id_or_null(it.deputy)},
          {"name", it.masked_name}, {"mobile", it.masked_mobile}, {"roles", std::move(roles)}};
}

json::object object_of(const Task& it) {
  return {{"id", it.id},
          {"kind", it.kind},
          {"subject", it.subject},
          {"org", it.org.value()},
          {"person", id_or_null(it.person)},
          {"opened", format_instant(it.opened)},
          {"due", time_or_null(it.due)},
          {"closed", time_or_null(it.closed)},
          {"closedBy", id_or_null(it.closed_by)}};
}

json::value key_of(const identity::Organisation& it) { return it.id.value(); }
json::value key_of(const PersonView& it) { return it.id.value(); }
json::value key_of(const Task& it) { return json::value(it.id); }

template <class Row>
std::string page(std::string_view name, const std::vector<Row>& rows, std::size_t limit) {
  json::array shown;
  for (std::size_t i = 0; i < std::min(limit, rows.size()); ++i) shown.push_back(object_of(rows[i]));
  json::object object{{name, std::move(shown)}, {"next", nullptr}};
  if (rows.size() > limit) object["next"] = key_of(rows[limit - 1]);
  return json::serialize(object);
}

}  // namespace

std::string organisation_json(const identity::Organisation& it) { return json::serialize(object_of(it)); }
std::string organisations_json(const std::vector<identity::Organisation>& rows, std::size_t limit) {
  return page("organisations", rows, limit);
}
std::string person_json(const PersonView& it) { return json::serialize(object_of(it)); }
std::string people_json(const std::vector<PersonView>& rows, std::size_t limit) { return page("people", rows, limit); }
std::string tasks_json(const std::vector<Task>& rows, std::size_t limit) { return page("tasks", rows, limit); }

std::string transferred_json(const Transferred& it) {
  json::object object = object_of(it.person);
  object["tasksMoved"] = it.tasks;
  return json::serialize(object);
}

}  // namespace suyuan
