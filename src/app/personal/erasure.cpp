// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "app/personal/personal.h"
#include "app/personal/texts.h"

namespace suyuan {

namespace {

namespace json = boost::json;

Error unknown(const std::string& id) {
  return {ErrorKind::kNotFound, "erasure.unknown", fmt::format("There is no erasure \"{}\".", excerpt(id))};
}

json::object actor_value(const Actor& actor) {
  return {
      {"person", actor.person.value()}, {"organisation", actor.org.value()}, {"division", actor.jurisdiction.division}};
}

json::object value_of(const Erasure& erasure) {
  json::object value{{"id", erasure.id},
                     {"subject", erasure.subject},
                     {"keys", json::value_from(erasure.keys)},
                     {"why", erasure.why},
                     {"asked", format_instant(erasure.asked)},
                     {"requested_by", actor_value(erasure.by)},
                     {"done", erasure.done ? json::value(format_instant(*erasure.done)) : json::value()}};
  if (erasure.done) value["approved_by"] = actor_value(erasure.approver);
  return value;
}

Error no_list(std::string_view what) {
  return {ErrorKind::kInvalid, "erasure.list",
          fmt::format("{}. The answer of `suyuan erasure list --json` is expected, as it was written.", what)};
}

Actor actor_of(const json::object& value) {
  return Actor{PersonId(value.at("person").to_number<std::int64_t>()),
               OrgId(value.at("organisation").to_number<std::int64_t>()),
               Jurisdiction{value.at("division").to_number<std::int32_t>()}};
}

Instant instant_of(const json::value& value) {
  auto read = parse_instant(std::string(value.as_string()), std::chrono::minutes(0));
  if (!read) throw std::invalid_argument("no time");
  return read->at;
}

// Throws what Boost.JSON throws.
Erasure erasure_of(const json::object& value) {
  Erasure one;
  one.id = value.at("id").as_string();
  one.subject = value.at("subject").as_string();
  one.keys = json::value_to<std::vector<std::int64_t>>(value.at("keys"));
  one.why = value.at("why").as_string();
  one.asked = instant_of(value.at("asked"));
  one.by = actor_of(value.at("requested_by").as_object());
  if (value.at("done").is_null()) return one;
  one.done = instant_of(value.at("done"));
  one.approver = actor_of(value.at("approved_by").as_object());
  return one;
}

}  // namespace

Result<Erasure> request_erasure(const Permit<identity::Act::kErasureRequest>& permit, const PersonalSubject& subject,
                                const std::string& why, const PersonalServices& services) {
  auto reason = text_between(why, 10, 500, "erasure.reason", "reason");
  if (!reason) return std::move(reason.error());
  auto keys = services.personal.keys_of(subject_text(subject));
  if (!keys) return std::move(keys.error());
  Erasure erasure;
  for (const SubjectKey& key : *keys)
    if (permit.scope().covers(key.owner)) erasure.keys.push_back(key.number);
  if (erasure.keys.empty())
    return Error{ErrorKind::kNotFound, "erasure.nothing",
                 fmt::format("Nothing about a person is kept of \"{}\".", excerpt(subject_text(subject)))};
  erasure.asked = services.clock.now();
  erasure.id = new_public_id(erasure.asked);
  erasure.subject = subject_text(subject);
  erasure.why = std::move(*reason);
  erasure.by = permit.actor();
  if (auto added = services.personal.add(erasure); !added) return std::move(added.error());
  return erasure;
}

Result<Erasure> approve_erasure(const Permit<identity::Act::kErasureApprove>& permit, const std::string& id,
                                const PersonalServices& services) {
  auto found = services.personal.erasure(id);
  if (!found) return std::move(found.error());
  if (!*found || !permit.scope().covers((*found)->by)) return unknown(id);
  Erasure erasure = std::move(**found);
  if (erasure.done)
    return Error{ErrorKind::kConflict, "erasure.done",
                 fmt::format("The erasure {} was carried out already.", excerpt(id))};
  if (erasure.by.person == permit.actor().person)
    return Error{ErrorKind::kForbidden, "erasure.same_person",
                 "Who asked for an erasure cannot approve it. Let somebody else approve it."};
  erasure.done = services.clock.now();
  erasure.approver = permit.actor();
  if (auto done = services.personal.carry_out(erasure); !done) return std::move(done.error());
  return erasure;
}

Result<std::vector<Erasure>> list_erasures(const Granted& permit, const std::string& after, std::size_t limit,
                                           const PersonalServices& services) {
  CHECK(permit.act() == identity::Act::kErasureRequest || permit.act() == identity::Act::kErasureApprove);
  std::vector<Erasure> seen;
  for (std::string at = after; seen.size() < limit;) {
    auto page = services.personal.erasures(at, limit);
    if (!page) return page;
    for (Erasure& each : *page) {
      at = each.id;
      if (seen.size() < limit && permit.scope().covers(each.by)) seen.push_back(std::move(each));
    }
    if (page->size() < limit) break;
  }
  return seen;
}

Result<std::int64_t> repeat_erasures(const Permit<identity::Act::kStoreMaintain>&, const std::vector<Erasure>& erasures,
                                     PersonalData& personal) {
  return personal.carry_out_again(erasures);
}

std::string erasure_json(const Erasure& erasure) { return json::serialize(value_of(erasure)); }

std::string erasures_json(const std::vector<Erasure>& erasures, std::size_t limit) {
  json::array all;
  for (const Erasure& each : erasures) all.push_back(value_of(each));
  json::object value{{"erasures", std::move(all)}};
  if (erasures.size() == limit && !erasures.empty()) value["next"] = erasures.back().id;
  return json::serialize(value);
}

Result<std::vector<Erasure>> read_erasures_json(std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  if (failed || !value.is_object() || !value.as_object().contains("erasures"))
    return no_list("That is no list of erasures");
  try {
    std::vector<Erasure> all;
    for (const json::value& each : value.as_object().at("erasures").as_array())
      all.push_back(erasure_of(each.as_object()));
    return all;
  } catch (const std::exception&) {
    return no_list("An erasure in the list is not whole");
  }
}

}  // namespace suyuan
