// SPDX-License-Identifier: Apache-2.0
// `./dev bench access`: what asking the authorizer costs, with 1,000 organisations and 10,000 people. The median of
// single calls, beside hashing a session token of 43 characters, which every request pays as well.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <vector>

#include "app/identity/permit.h"
#include "domain/codes/division.h"
#include "engine/digest/sha256.h"

namespace suyuan {
namespace {

constexpr std::int64_t kOrganisations = 1000, kPeople = 10'000;
constexpr int kCalls = 200'000;
constexpr double kGoal = 5.0;  // microseconds

class World : public DirectorySource {
 public:
  World() {
    using namespace identity;
    std::vector<std::int32_t> places;
    for (const codes::Division& each : codes::divisions().rows()) {
      if (each.current) places.push_back(each.code);
    }
    std::mt19937_64 random(20261121);
    std::vector<Organisation> organisations;
    for (std::int64_t id = 2; id <= kOrganisations + 1; ++id) {
      Organisation made{.id = OrgId(id), .name = fmt::format("organisation {}", id)};
      made.kind = static_cast<identity::OrgKind>(2 + random() % 8);
      made.jurisdiction = Jurisdiction{places[random() % places.size()]};
      if (id > 10) made.superior = OrgId(2 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(id - 2)));
      organisations.push_back(std::move(made));
    }
    std::vector<Member> members;
    for (std::int64_t id = 2; id <= kPeople + 1; ++id) {
      const Organisation& org = organisations[random() % organisations.size()];
      members.push_back({PersonId(id), org.id, {service_role(org.kind)}});
      people_.push_back(
          {.actor = {PersonId(id), org.id, org.jurisdiction}, .roles = members.back().roles, .via = Via::kSession});
    }
    auto made = Directory::make(std::move(organisations), std::move(members));
    CHECK(made.ok());
    directory_ = std::move(*made);
  }
  std::shared_ptr<const identity::Directory> directory() override { return directory_; }
  const std::vector<identity::Principal>& people() const { return people_; }

 private:
  std::shared_ptr<const identity::Directory> directory_;
  std::vector<identity::Principal> people_;
};

class NoClock : public Clock {
 public:
  Instant now() override { return {}; }
};

template <class Work>
double median_of(Work work) {
  std::vector<double> each;
  each.reserve(kCalls);
  for (int i = 0; i < kCalls; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    work(static_cast<std::size_t>(i));
    each.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count());
  }
  std::nth_element(each.begin(), each.begin() + kCalls / 2, each.end());
  return each[kCalls / 2];
}

int run() {
  World world;
  NoClock clock;
  const Authorizer authorizer(world, clock);
  constexpr identity::Act kActs[] = {identity::Act::kEventRead, identity::Act::kTraceRead, identity::Act::kEventCapture,
                                     identity::Act::kMarkMake};
  const auto person = [&](std::size_t i) -> const identity::Principal& {
    return world.people()[i * 7919 % world.people().size()];
  };
  // What a place covers is found out once.
  for (const identity::Principal& each : world.people()) (void)authorizer.grant(each, kActs[0]);
  std::size_t allowed = 0, covered = 0;
  const double ask = median_of([&](std::size_t i) {
    const auto granted = authorizer.grant(person(i), kActs[i % std::size(kActs)]);
    if (!granted) return;
    ++allowed;
    covered += granted->scope().covers(person(i + 1).actor) ? 1 : 0;
  });
  const std::string token(43, 'x');
  std::size_t bytes = 0;
  const double hash = median_of([&](std::size_t) { bytes += static_cast<std::size_t>(sha256(token)[0]); });
  std::printf(
      "one authorization, with one row judged: median %.2f us (goal %.0f), %.1f times a hash of a token (%.2f us); "
      "%.0f%% allowed, %.0f%% of those rows covered [%zu]\n",
      ask, kGoal, ask / hash, hash, 100.0 * static_cast<double>(allowed) / kCalls,
      100.0 * static_cast<double>(covered) / static_cast<double>(std::max<std::size_t>(allowed, 1)), bytes % 10);
  return ask <= kGoal ? 0 : 1;
}

}  // namespace
}  // namespace suyuan

int main() { return suyuan::run(); }
