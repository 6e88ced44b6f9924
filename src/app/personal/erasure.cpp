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
  using State = Erasure::State;
  const bool is_done = erasure.state == State::kDone;
  json::object value{{"id", erasure.id},
                     {"subject", erasure.subject},
                     {"keys", json::value_from(erasure.keys)},
                     {"why", erasure.why},
                     {"asked", format_instant(erasure.asked)},
                     {"requested_by", actor_value(erasure.by)},
                     {"done", is_done ? json::value(format_instant(erasure.ended)) : json::value()}};
  if (is_done) value["approved_by"] = actor_value(erasure.ended_by);
  const json::object ended{{"at", format_instant(erasure.ended)}, {"by", actor_value(erasure.ended_by)}};
  if (erasure.state == State::kWithdrawn) value["withdrawn"] = ended;
  if (erasure.state == State::kRefused) {
    value["refused"] = ended;
    value["refused"].as_object()["why"] = erasure.words;
  }
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
  using State = Erasure::State;
  if (!value.at("done").is_null()) {
    one.state = State::kDone;
    one.ended = instant_of(value.at("done"));
    one.ended_by = actor_of(value.at("approved_by").as_object());
    return one;
  }
  for (const auto& [name, state] : {std::pair("refused", State::kRefused), std::pair("withdrawn", State::kWithdrawn)}) {
    if (!value.contains(name)) continue;
    const json::object& ended = value.at(name).as_object();
    one.state = state;
    one.ended = instant_of(ended.at("at"));
    one.ended_by = actor_of(ended.at("by").as_object());
    if (ended.contains("why")) one.words = ended.at("why").as_string();
  }
  return one;
}

// Whose row the values of a person are: that of the organisation that they belong to now.
Result<bool> reaches(const Granted& permit, PersonId id, const PersonalServices& services) {
  auto account = services.accounts.account(id);
  if (!account) return std::move(account.error());
  if (!*account) return false;
  auto org = services.accounts.organisation((*account)->member.org);
  if (!org) return std::move(org.error());
  return *org && permit.scope().covers({id, (*org)->id, (*org)->jurisdiction});
}

Result<std::vector<SubjectKey>> keys_to_destroy(const Granted& permit, const PersonalSubject& subject,
                                                const PersonalServices& services) {
  std::vector<SubjectKey> found;
  if (person_of_subject(subject.event_id)) return found;  // named as an event, it would pass by `reaches`
  auto keys = services.personal.keys_of(subject_text(subject));
  if (!keys) return keys;
  const auto reached = subject.person ? reaches(permit, *subject.person, services) : Result(false);
  if (!reached) return reached.error();
  for (SubjectKey& key : *keys)
    if (*reached || (!subject.person && permit.scope().covers(key.owner))) found.push_back(std::move(key));
  return found;
}

// Whether somebody else of this organisation may approve what `by` asks for.
Result<bool> has_approver(const identity::Organisation& org, const Actor& by, const PersonalServices& services) {
  constexpr std::size_t kTogether = 500;
  for (std::int64_t after = 0;;) {
    auto some = services.accounts.accounts(org.id, after, kTogether);
    if (!some) return std::move(some.error());
    for (const Account& each : *some) {
      after = each.member.id.value();
      if (!each.member.is_active || each.member.id == by.person) continue;
      const auto granted = services.authorizer.grant({.actor = {each.member.id, org.id, org.jurisdiction},
                                                      .roles = each.member.roles,
                                                      .via = identity::Via::kSession},
                                                     identity::Act::kErasureApprove);
      if (granted && granted->scope().covers(by)) return true;
    }
    if (some->size() < kTogether) return false;
  }
}

Result<OrgId> org_of_approvers(const Actor& by, const PersonalServices& services) {
  const auto directory = services.authorizer.directory();
  for (const identity::Organisation* org = directory->find(by.org); org != nullptr;
       org = org->superior ? directory->find(*org->superior) : nullptr) {
    const auto has = has_approver(*org, by, services);
    if (!has) return has.error();
    if (*has) return org->id;
  }
  return by.org;
}

AuditEntry entry_of(const Granted& who, std::string_view act, const Erasure& erasure, std::string_view reason,
                    Instant now) {
  const AuditField after{"subject", erasure.subject};
  return with_fields(audit_entry(who, act, {"erasure", erasure.id}, reason, now), {}, std::span(&after, 1));
}

Result<Erasure> seen_erasure(const Granted& permit, const std::string& id, const PersonalServices& services) {
  auto found = services.erasures.erasure(id);
  if (!found) return std::move(found.error());
  if (!*found || !permit.scope().covers((*found)->by)) return unknown(id);
  return std::move(**found);
}

Result<Erasure> erasure_to_judge(const Granted& permit, const std::string& id, const PersonalServices& services) {
  auto erasure = seen_erasure(permit, id, services);
  if (!erasure || erasure->by.person != permit.actor().person) return erasure;
  return Error{ErrorKind::kForbidden, "erasure.same_person",
               "Who asked for an erasure can neither approve nor refuse it. Let somebody else do it, or withdraw it."};
}

void end(Erasure& erasure, Erasure::State state, const Granted& permit, Instant now) {
  erasure.state = state;
  erasure.ended = now;
  erasure.ended_by = permit.actor();
}

}  // namespace

Result<Erasure> request_erasure(const Permit<identity::Act::kErasureRequest>& permit, const PersonalSubject& subject,
                                const std::string& why, const PersonalServices& services) {
  auto reason = text_between(why, 10, 500, "erasure.reason", "The reason", kSayWhatFor);
  if (!reason) return std::move(reason.error());
  auto keys = keys_to_destroy(permit, subject, services);
  if (!keys) return std::move(keys.error());
  if (keys->empty())
    return Error{ErrorKind::kNotFound, "erasure.nothing",
                 fmt::format("Nothing about a person is kept of \"{}\".", excerpt(subject_text(subject)))};
  Erasure erasure;
  for (const SubjectKey& key : *keys) erasure.keys.push_back(key.number);
  erasure.asked = services.clock.now();
  erasure.id = new_public_id(erasure.asked);
  erasure.subject = keys->front().subject;  // as its column holds it
  erasure.why = std::move(*reason);
  erasure.by = permit.actor();
  const auto org = org_of_approvers(erasure.by, services);
  if (!org) return org.error();
  const Task task{.id = new_public_id(erasure.asked),
                  .kind = std::string(kTaskApproveErasure),
                  .subject = erasure.id,
                  .org = *org,
                  .opened = erasure.asked};
  const AuditEntry entry = entry_of(permit, "erasure.request", erasure, erasure.why, erasure.asked);
  if (auto added = services.erasures.add(erasure, task, entry); !added) return std::move(added.error());
  return erasure;
}

Result<Erasure> approve_erasure(const Permit<identity::Act::kErasureApprove>& permit, const std::string& id,
                                const PersonalServices& services) {
  auto erasure = erasure_to_judge(permit, id, services);
  if (!erasure) return erasure;
  end(*erasure, Erasure::State::kDone, permit, services.clock.now());
  const AuditEntry entry = entry_of(permit, "erasure.approve", *erasure, "", erasure->ended);
  if (auto done = services.erasures.carry_out(*erasure, entry); !done) return std::move(done.error());
  return erasure;
}

Result<Erasure> refuse_erasure(const Permit<identity::Act::kErasureApprove>& permit, const std::string& id,
                               const std::string& why, const PersonalServices& services) {
  auto reason = text_between(why, 10, 500, "erasure.reason", "The reason", kSayWhatFor);
  if (!reason) return std::move(reason.error());
  auto erasure = erasure_to_judge(permit, id, services);
  if (!erasure) return erasure;
  erasure->words = std::move(*reason);
  end(*erasure, Erasure::State::kRefused, permit, services.clock.now());
  const AuditEntry entry = entry_of(permit, "erasure.refuse", *erasure, erasure->words, erasure->ended);
  if (auto done = services.erasures.end(*erasure, entry); !done) return std::move(done.error());
  return erasure;
}

Result<Erasure> withdraw_erasure(const Permit<identity::Act::kErasureRequest>& permit, const std::string& id,
                                 const PersonalServices& services) {
  auto erasure = seen_erasure(permit, id, services);
  if (!erasure) return erasure;
  if (erasure->by.person != permit.actor().person)
    return Error{ErrorKind::kForbidden, "erasure.other_person",
                 "Only who asked for an erasure can withdraw it. Who may approve it can refuse it instead."};
  end(*erasure, Erasure::State::kWithdrawn, permit, services.clock.now());
  const AuditEntry entry = entry_of(permit, "erasure.withdraw", *erasure, "", erasure->ended);
  if (auto done = services.erasures.end(*erasure, entry); !done) return std::move(done.error());
  return erasure;
}

Result<std::vector<Erasure>> list_erasures(const Granted& permit, const std::string& after, std::size_t limit,
                                           const PersonalServices& services) {
  CHECK(permit.act() == identity::Act::kErasureRequest || permit.act() == identity::Act::kErasureApprove);
  std::vector<Erasure> seen;
  for (std::string at = after; seen.size() < limit;) {
    auto page = services.erasures.erasures(at, limit);
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
                                     ErasureStore& store) {
  return store.carry_out_again(erasures);
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
  if (const json::value* next = value.as_object().if_contains("next"); next != nullptr && !next->is_null())
    return no_list("That is one page of a longer list");
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
