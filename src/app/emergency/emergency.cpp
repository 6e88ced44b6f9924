// SPDX-License-Identifier: Apache-2.0
#include "app/emergency/emergency.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "app/audit/audit.h"
#include "app/capture/capture.h"
#include "app/operation/pages.h"
#include "app/operation/texts.h"
#include "domain/identity/separation.h"

namespace suyuan {

namespace {

using identity::Directory;
using identity::Organisation;

namespace json = boost::json;

constexpr int kMinutesMost = 60;
constexpr std::size_t kPageMost = 1000, kReasonLeast = 10, kReasonMost = 1000;

Result<std::string> good_text(const std::string& text, std::size_t least, std::string_view code,
                              std::string_view what) {
  return text_between(text, least, kReasonMost, code, what, "Write it for those who review it.");
}

// A place of another jurisdiction: a province, a city or a county, not one's own, nor one around it.
Status judge_place(Jurisdiction place, Jurisdiction own) {
  const bool is_code = place.division >= 110000 && place.division <= 829999;
  const bool is_inside = identity::PlaceRanges::of(own).covers(place);
  const bool is_around = identity::PlaceRanges::of(place).covers(own);
  if (is_code && !is_inside && !is_around) return Done{};
  return Error{
      ErrorKind::kInvalid, "emergency.place",
      fmt::format("The place {:06} {}. Name the county, city or province (GB/T 2260) whose records are needed.",
                  place.division,
                  !is_code    ? "is no division code of six digits"
                  : is_inside ? "is within your own jurisdiction, where no emergency is needed"
                              : "is around your own jurisdiction, and wider than an emergency may be")};
}

// The regulators above, nearest first.
std::vector<OrgId> regulators_above(const Directory& directory, OrgId org) {
  std::vector<OrgId> above;
  const Organisation* at = directory.find(org);
  while (at != nullptr && at->superior) {
    at = directory.find(*at->superior);
    if (at != nullptr && at->kind == identity::OrgKind::kRegulator && at->is_active) above.push_back(at->id);
  }
  return above;
}

// Of nobody in particular: of its leaders whoever comes first.
Task task_of_review(const Directory& directory, const Emergency& emergency) {
  const auto above = regulators_above(directory, emergency.actor.org);
  return {.id = new_public_id(emergency.begun),
          .kind = std::string(kTaskReviewEmergency),
          .subject = emergency.id,
          .org = above.empty() ? emergency.actor.org : above.front(),
          .opened = emergency.begun};
}

// The reviewer, and the user where one is the other's deputy.
Result<std::vector<PersonId>> same_person(PersonId reviewer, PersonId user, AccountStore* accounts) {
  std::vector<PersonId> same;
  if (accounts == nullptr) return same;
  const auto mine = accounts->account(reviewer), theirs = accounts->account(user);
  if (!mine || !theirs) return mine ? theirs.error() : mine.error();
  if ((*mine && (*mine)->deputy == user) || (*theirs && (*theirs)->deputy == reviewer)) same.push_back(user);
  return same;
}

bool is_theirs_to_review(const Directory& directory, const Emergency& emergency, const Actor& reviewer) {
  const auto above = regulators_above(directory, emergency.actor.org);
  if (above.empty()) return reviewer.org == emergency.actor.org;
  return std::find(above.begin(), above.end(), reviewer.org) != above.end();
}

template <class IsShown>
Result<EmergencyPage> page_of(const std::string& after, std::size_t limit, bool waiting_only, EmergencyStore& store,
                              IsShown is_shown) {
  if (limit < 1 || limit > kPageMost)
    return Error{ErrorKind::kInvalid, "emergency.limit",
                 fmt::format("The limit is {}; 1 to {} in one answer are allowed.", limit, kPageMost)};
  EmergencyPage page;
  auto next = page_by_id(
      after, limit,
      [&](const std::string& place, std::size_t most) { return store.emergencies(place, most, waiting_only); },
      [&](Emergency each) -> Result<bool> {
        if (!is_shown(each)) return false;
        page.emergencies.push_back(std::move(each));
        return true;
      });
  if (!next) return std::move(next.error());
  page.next = std::move(*next);
  return page;
}

json::object object_of(const Emergency& it) {
  json::object row{{"id", it.id},
                   {"person", it.actor.person.value()},
                   {"organisation", it.actor.org.value()},
                   {"jurisdiction", it.actor.jurisdiction.division},
                   {"place", it.place.division},
                   {"reason", it.reason},
                   {"begun", format_instant(it.begun)},
                   {"ends", format_instant(it.ends)},
                   {"review", nullptr}};
  if (it.review)
    row["review"] = json::object{{"person", it.review->person.value()},
                                 {"organisation", it.review->org.value()},
                                 {"at", format_instant(it.review->at)},
                                 {"justified", it.review->is_justified},
                                 {"words", it.review->words}};
  return row;
}

}  // namespace

Result<Emergency> use_emergency(const Permit<identity::Act::kEmergencyUse>& permit, const EmergencyRequest& request,
                                const Directory& directory, const EmergencyServices& services) {
  const Organisation* body = directory.find(permit.actor().org);
  if (body == nullptr || body->kind != identity::OrgKind::kRegulator)
    return Error{ErrorKind::kForbidden, "emergency.not_regulator",
                 "An emergency is for people of a regulator. Ask the regulator of the place."};
  if (auto good = judge_place(request.place, permit.actor().jurisdiction); !good) return std::move(good.error());
  if (request.minutes < 1 || request.minutes > kMinutesMost)
    return Error{ErrorKind::kInvalid, "emergency.minutes",
                 fmt::format("The time is {} minutes; 1 to {} are allowed.", request.minutes, kMinutesMost)};
  auto reason = good_text(request.reason, kReasonLeast, "emergency.reason", "The reason");
  if (!reason) return std::move(reason.error());
  Emergency made;
  made.begun = services.clock.now();
  made.id = new_public_id(made.begun);
  made.actor = permit.actor();
  made.place = request.place;
  made.reason = std::move(*reason);
  made.ends = made.begun + std::chrono::minutes(request.minutes);
  const std::array<AuditField, 2> after{AuditField{"place", std::to_string(made.place.division)},
                                        AuditField{"ends", format_instant(made.ends)}};
  const AuditEntry entry =
      with_fields(audit_entry(permit, "emergency.use", {"emergency", made.id}, made.reason, made.begun), {}, after);
  if (auto added = services.store.add(made, task_of_review(directory, made), entry); !added)
    return std::move(added.error());
  return made;
}

Result<std::optional<identity::Principal::Emergency>> current_emergency(PersonId person, Instant now,
                                                                        EmergencyStore& store) {
  using Current = std::optional<identity::Principal::Emergency>;
  auto running = store.running(person, now);
  if (!running) return std::move(running.error());
  if (!*running) return Current();
  return Current({(*running)->id, (*running)->place, (*running)->ends});
}

Result<EmergencyPage> emergencies_to_review(const Permit<identity::Act::kEmergencyReview>& permit,
                                            const std::string& after, std::size_t limit, bool waiting_only,
                                            const Directory& directory, const EmergencyServices& services) {
  return page_of(after, limit, waiting_only, services.store, [&](const Emergency& each) {
    return each.actor.person != permit.actor().person && is_theirs_to_review(directory, each, permit.actor());
  });
}

Result<EmergencyPage> list_emergencies(const Permit<identity::Act::kAuditRead>& permit, const std::string& after,
                                       std::size_t limit, bool waiting_only, const EmergencyServices& services) {
  return page_of(after, limit, waiting_only, services.store,
                 [&](const Emergency& each) { return permit.scope().covers(each.actor); });
}

Result<Emergency> review_emergency(const Permit<identity::Act::kEmergencyReview>& permit, const std::string& id,
                                   const EmergencyVerdict& verdict, const Directory& directory,
                                   const EmergencyServices& services) {
  auto words = good_text(verdict.words, 1, "emergency.words", "What the reviewer says");
  if (!words) return std::move(words.error());
  auto found = services.store.emergency(id);
  if (!found) return std::move(found.error());
  const bool is_own = *found && (*found)->actor.person == permit.actor().person;
  if (!*found || (!is_own && !is_theirs_to_review(directory, **found, permit.actor())))
    return Error{ErrorKind::kNotFound, "emergency.unknown", fmt::format("There is no emergency \"{}\".", excerpt(id))};
  const auto same_as = same_person(permit.actor().person, (*found)->actor.person, services.accounts);
  if (!same_as) return same_as.error();
  const identity::DoneBy used{(*found)->actor.person, identity::Act::kEmergencyUse};
  auto may = identity::may_also(permit.actor().person, identity::Act::kEmergencyReview, std::span(&used, 1), *same_as);
  if (!may) return std::move(may.error());
  const Emergency::Review review{permit.actor().person, permit.actor().org, services.clock.now(), verdict.is_justified,
                                 std::move(*words)};
  const Actor& user = (*found)->actor;
  AuditEntry entry = entry_about(permit, "emergency.review", {"emergency", (*found)->id}, user.org, user.jurisdiction,
                                 {{}, {{"justified", review.is_justified ? "yes" : "no"}}}, review.words, review.at);
  if (auto done = services.store.review((*found)->id, review, entry); !done) return std::move(done.error());
  (*found)->review = review;
  return std::move(**found);
}

std::string emergency_json(const Emergency& emergency) { return json::serialize(object_of(emergency)); }

std::string emergencies_json(const EmergencyPage& page) {
  json::array rows;
  for (const Emergency& each : page.emergencies) rows.push_back(object_of(each));
  return json::serialize(json::object{{"emergencies", std::move(rows)},
                                      {"next", page.next.empty() ? json::value(nullptr) : json::value(page.next)}});
}

std::string emergencies_text(const EmergencyPage& page, bool english) {
  std::string text;
  for (const Emergency& it : page.emergencies) {
    const std::string review = !it.review
                                   ? (english ? "waits for review" : "待审查")
                                   : fmt::format("{}: {}",
                                                 it.review->is_justified ? (english ? "justified" : "正当")
                                                                         : (english ? "not justified" : "不正当"),
                                                 excerpt(it.review->words, 200));
    text += fmt::format("{}  {} → {}  {} {} {} {}  {:06}  {}  [{}]\n", it.id,
                        format_instant(it.begun, std::chrono::hours(8)), format_instant(it.ends, std::chrono::hours(8)),
                        english ? "person" : "人员", it.actor.person.value(), english ? "of" : "单位",
                        it.actor.org.value(), it.place.division, excerpt(it.reason, 200), review);
  }
  if (page.emergencies.empty()) text += english ? "No emergency.\n" : "没有应急授权。\n";
  if (!page.next.empty()) text += fmt::format("{}: --after {}\n", english ? "More" : "更多", page.next);
  return text;
}

}  // namespace suyuan
