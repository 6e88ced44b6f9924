// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "domain/identity/decide.h"
#include "slow_authorizer.h"

// The authorizer against the slow one, in random worlds. A failure's last lines say the world and what was asked.
namespace suyuan::slow {
namespace {

using identity::Act;
using identity::kActs;
using identity::kActWords;
using identity::kRoles;
using identity::OrgKind;
using identity::Role;
using identity::Via;

constexpr Instant kNow{std::chrono::hours(24 * 20'000)};
constexpr std::int64_t kUnknown = 777;

const Authorizer& reference() {
  static const Authorizer made(SUYUAN_SOURCE_DIR);
  return made;
}

// Evenly, whatever the size of the case is.
int below(int end) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, end)); }
bool once_in(int times) { return below(times) == times - 1; }
template <class Items>
auto one_of(const Items& items) {
  return items[static_cast<std::size_t>(below(static_cast<int>(std::size(items))))];
}

// 合肥, the dissolved 巢湖 and a county of it; municipalities; cities directly under a province; a city without
// counties; what was withdrawn without successors; codes of no edition.
constexpr std::int32_t kPlaces[] = {0,      110000, 110100, 110101, 110118, 110228, 340000, 340100, 340102, 340181,
                                    340124, 341400, 341401, 341421, 340823, 340722, 340800, 420000, 429000, 429001,
                                    429004, 421300, 429099, 440000, 441900, 441901, 500000, 500300, 500240, 330202,
                                    330200, 412900, 412933, 460400, 469003, 659001, 340176, 341499, 349900, 990000};

std::int32_t any_place() {
  static const auto current = reference().places().current();
  static const auto withdrawn = reference().places().withdrawn();
  switch (below(6)) {
    case 0:
      return one_of(current);
    case 1:
      return one_of(withdrawn);
    default:
      return one_of(kPlaces);
  }
}

// Somewhere about it: above, below, beside, what it became, what is not in the table.
std::int32_t about(std::int32_t place) {
  if (place == 0) return any_place();
  switch (below(8)) {
    case 0:
      return place / 100 * 100;
    case 1:
      return place / 10000 * 10000;
    case 2:
      return place / 100 * 100 + below(100);
    case 3: {
      const auto now = reference().places().read_as(place);
      return now.empty() ? place : one_of(std::vector(now.begin(), now.end()));
    }
    case 4:
      return any_place();
    case 5:
      return place / 10000 * 10000 + 100 * below(20) + below(30);
    default:
      return place;
  }
}

World any_world() {
  World world;
  world.organisations.push_back({.id = OrgId(1), .kind = OrgKind::kServer, .is_active = !once_in(20)});
  for (int left = below(9); left > 0; --left) {
    Organisation made{.id = OrgId(2 + below(40)), .kind = static_cast<OrgKind>(1 + below(9))};
    const auto is_taken = [&](const Organisation& other) { return other.id == made.id; };
    if (std::ranges::any_of(world.organisations, is_taken)) continue;
    const Organisation other = one_of(world.organisations);
    made.jurisdiction = {about(other.jurisdiction.division)};
    if (once_in(2)) made.jurisdiction = {any_place()};
    if (!once_in(4)) made.superior = other.id;
    made.is_active = !once_in(6);
    for (int codes = below(3); codes > 0; --codes)
      made.codes.push_back(fmt::format("https://id.gs1.org/414/{}{}", made.id.value(), codes));
    world.organisations.push_back(made);
  }
  return world;
}

// Who stands later in the list is below somebody who stands earlier: told in any order, and the server's own or not.
std::shared_ptr<const identity::Directory> directory_of(const World& world) {
  std::vector<Organisation> told = world.organisations;
  if (told.front().is_active && once_in(2)) told.erase(told.begin());
  if (once_in(2)) std::ranges::reverse(told);
  auto made = identity::Directory::make(std::move(told), world.members);
  RC_ASSERT(made.ok());
  return *made;
}

Role any_role_for(OrgKind kind) {
  std::vector<Role> fit;
  for (const identity::RoleRule& rule : identity::role_rules())
    if (std::ranges::find(rule.kinds, kind) != rule.kinds.end()) fit.push_back(rule.role);
  return once_in(12) || fit.empty() ? static_cast<Role>(below(static_cast<int>(kRoles))) : one_of(fit);
}

Principal any_principal(const World& world) {
  const Organisation own = one_of(world.organisations);
  Principal who{.actor = {PersonId(1 + below(4)), own.id, own.jurisdiction}, .roles = {}, .via = Via::kSession};
  if (once_in(20)) who.actor.org = OrgId(kUnknown);
  for (int left = below(4); left > 0; --left) who.roles.push_back(any_role_for(own.kind));
  if (once_in(4)) {
    who.via = Via::kKey;
    who.acts = identity::Acts::from_bits(*rc::gen::arbitrary<std::uint64_t>() & identity::Acts::all().bits());
  }
  if (once_in(4)) {
    const Instant until = kNow + std::chrono::microseconds(below(3) - 1);
    who.emergency = {.id = "e", .place = {once_in(2) ? any_place() : about(own.jurisdiction.division)}, .until = until};
  }
  if (once_in(15)) return identity::public_principal();
  if (once_in(15)) return identity::machine_principal();
  return who;
}

// Who has an emergency mostly wants to read.
Act any_act(const Principal& who) {
  while (true) {
    const Act act = static_cast<Act>(below(static_cast<int>(kActs)));
    if (!who.emergency || act_word(act).ends_with(".read") || once_in(4)) return act;
  }
}

Actor any_owner(const World& world, const Principal& who) {
  const Organisation of = one_of(world.organisations);
  Actor owner{PersonId(1 + below(4)), of.id, of.jurisdiction};
  if (once_in(3)) owner.jurisdiction = {about(who.actor.jurisdiction.division)};
  if (who.emergency && once_in(3)) owner.jurisdiction = {about(who.emergency->place.division)};
  if (once_in(10)) owner.org = OrgId(kUnknown + 1);
  return owner;
}

std::string text_of(const World& world) {
  std::string text;
  for (const Organisation& each : world.organisations)
    text += fmt::format("  organisation {} {} at {:06} below {}{}\n", each.id.value(), org_kind_word(each.kind),
                        each.jurisdiction.division, each.superior ? each.superior->value() : 0,
                        each.is_active ? "" : ", closed");
  return text;
}

std::string text_of(const Actor& actor) {
  return fmt::format("person {} of {} at {:06}", actor.person.value(), actor.org.value(), actor.jurisdiction.division);
}

std::string text_of(const Principal& who, Act act) {
  std::vector<std::string_view> roles;
  for (const Role role : who.roles) roles.push_back(role_word(role));
  std::string text = fmt::format("  {} by way {} as [{}] asks for {}\n", text_of(who.actor), static_cast<int>(who.via),
                                 fmt::join(roles, " "), act_word(act));
  if (who.emergency)
    text += fmt::format("  emergency at {:06} until {} from now\n", who.emergency->place.division,
                        (who.emergency->until - kNow).count());
  return text;
}

Answer answer_of(const Result<identity::Scope>& scope) {
  if (!scope.ok()) {
    if (scope.error().kind == ErrorKind::kSignIn && scope.error().code == "access.sign_in") return Answer::kSignIn;
    RC_ASSERT(scope.error().kind == ErrorKind::kForbidden);
    if (scope.error().code == "access.key_limits") return Answer::kKeyLimits;
    RC_ASSERT(scope.error().code == "access.denied");
    return Answer::kDenied;
  }
  if (scope->width() == identity::Width::kPublic) return Answer::kPublic;
  if (scope->width() == identity::Width::kFigures) return Answer::kFigures;
  RC_ASSERT(scope->width() != identity::Width::kNone);
  return Answer::kRows;
}

// "" when both say the same.
std::string differ(const World& world, const Principal& who, Act act, const identity::Scope& scope) {
  const std::string_view word = act_word(act);
  const std::string width = reference().width(world, who, word);
  if (scope.is_everything() != (width == "all")) return "everything or not";
  for (int left = 8; left > 0; --left) {
    const Actor owner = any_owner(world, who);
    if (scope.covers(owner) != reference().covers(world, who, word, owner, kNow))
      return fmt::format("{} and covers what {} left: {}", width, text_of(owner), scope.covers(owner));
    const Jurisdiction place = owner.jurisdiction;
    if (width != "self" &&
        scope.covers_place(place) != reference().covers_place(world, who, word, place.division, kNow))
      return fmt::format("{} and covers the place {}: {}", width, place.division, scope.covers_place(place));
  }
  if (width == "all") return "";
  std::vector<std::int64_t> organisations;
  for (const OrgId id : scope.organisations()) organisations.push_back(id.value());
  const auto wanted = reference().organisations(world, who, word);
  if (organisations != std::vector(wanted.begin(), wanted.end()))
    return fmt::format("{}: organisations {}, not {}", width, organisations, wanted);
  const auto named = scope.codes();
  const auto codes = reference().codes(world, who, word);
  if (std::set(named.begin(), named.end()) != codes) return fmt::format("{}: codes {}, not {}", width, named, codes);
  return "";
}

// Nobody sees a row where the answer is no, public or figures.
std::string differ_without_rows(const World& world, const Principal& who, const identity::Scope& scope) {
  for (int left = 2; left > 0; --left) {
    const Actor owner = any_owner(world, who);
    if (scope.covers(owner)) return fmt::format("shows what {} left", text_of(owner));
    if (scope.covers_place(owner.jurisdiction)) return fmt::format("shows {}", owner.jurisdiction.division);
  }
  if (!scope.organisations().empty()) return "shows organisations";
  return scope.codes().empty() ? "" : "shows codes";
}

// `as`: who they are to the slow one.
void ask(const World& world, const std::shared_ptr<const identity::Directory>& directory, const Principal& who, Act act,
         const Principal& as) {
  const std::string asked = text_of(world) + text_of(who, act);
  const auto scope = identity::decide(directory, identity::permissions(), who, act, kNow);
  const Answer answer = answer_of(scope);
  const auto allowed = reference().may(world, as, act_word(act));
  if (!allowed.contains(answer))
    RC_FAIL(fmt::format("{}answer {}, not {}", asked, static_cast<int>(answer), static_cast<int>(*allowed.begin())));
  std::string difference;
  if (answer == Answer::kRows) difference = differ(world, as, act, *scope);
  if (answer == Answer::kPublic || answer == Answer::kFigures) difference = differ_without_rows(world, as, *scope);
  if (!difference.empty()) RC_FAIL(asked + difference);
}

// shows: R1
RC_GTEST_PROP(Authorizer, decides_as_the_slow_one_does, ()) {
  const World world = any_world();
  const auto directory = directory_of(world);
  for (int left = 900; left > 0; --left) {
    const Principal who = any_principal(world);
    ask(world, directory, who, any_act(who), who);
  }
}

// Work that an organisation left, done later by the server: as it stands now, not as it stood.
// shows: R1
RC_GTEST_PROP(Authorizer, lets_left_work_do_what_its_organisation_may_now, ()) {
  const World world = any_world();
  const auto directory = directory_of(world);
  for (int left = 150; left > 0; --left) {
    const Organisation own = one_of(world.organisations);
    Actor owner{PersonId(1 + below(4)), own.id, own.jurisdiction};
    if (once_in(4)) owner.jurisdiction = {any_place()};
    const Role service = identity::service_role(own.kind);
    const Principal who = identity::job_principal(*directory, owner);
    const Principal wanted = reference().job(world, owner, service);
    RC_ASSERT(who.actor == wanted.actor);
    RC_ASSERT(who.via == Via::kJob);
    RC_ASSERT(!who.emergency);
    ask(world, directory, who, any_act(who), wanted);
  }
}

// shows: R1
RC_GTEST_PROP(Authorizer, reaches_the_places_that_the_slow_one_does, ()) {
  for (int left = 20; left > 0; --left) {
    const std::int32_t jurisdiction = any_place();
    const auto fast = identity::PlaceRanges::of({jurisdiction});
    for (int places = 8; places > 0; --places) {
      const std::int32_t place = about(jurisdiction);
      if (fast.covers({place}) != reference().places().covers(jurisdiction, place))
        RC_FAIL(fmt::format("{:06} covers {:06}: {}", jurisdiction, place, fast.covers({place})));
    }
  }
}

}  // namespace
}  // namespace suyuan::slow
