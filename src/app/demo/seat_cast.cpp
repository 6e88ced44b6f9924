// SPDX-License-Identifier: Apache-2.0
#include "app/demo/seat_cast.h"

#include "app/demo/cast.h"
#include "app/demo/writer.h"
#include "base/check.h"

namespace suyuan {

namespace {

using namespace demo;

using Offices = std::map<std::string_view, OrgId>;

// Nothing: who runs the server.
std::optional<OrgId> office_in(const Offices& offices, std::string_view word) {
  return word.empty() ? std::nullopt : std::optional(offices.at(word));
}

Result<Offices> seat_offices(const AccountServices& services) {
  Offices offices;
  for (const Office& each : kOffices) {
    const auto made = add_organisation(at_this_machine(),
                                       {.name = std::string(each.name),
                                        .kind = std::string(each.kind),
                                        .superior = office_in(offices, each.superior),
                                        .division = std::string(each.division)},
                                       services);
    if (!made) return made.error();
    offices.emplace(each.word, made->id);
  }
  return offices;
}

// A laboratory sends nothing in (sender_of), so it needs no role for keys but the one of its own work.
identity::Role role_of_keys(const Firm& firm) {
  const auto role = identity::role_of(firm.kind == "laboratory" ? "tester" : firm.kind);
  CHECK(role);
  return *role;
}

Result<std::vector<SeatedFirm>> seat_firms(const Offices& offices, const AccountServices& services) {
  std::vector<SeatedFirm> firms;
  for (int i = 1; i <= static_cast<int>(kFirms.size()); ++i) {
    const Firm& firm = kFirms[static_cast<std::size_t>(i - 1)];
    const auto made = add_organisation(at_this_machine(),
                                       {.name = std::string(firm.name),
                                        .kind = std::string(firm.kind),
                                        .superior = office_in(offices, superior_of(i)),
                                        .division = std::string(firm.division),
                                        .codes = {party(i), place(i)}},
                                       services);
    if (!made) return made.error();
    firms.push_back({made->id, role_of_keys(firm)});
  }
  return firms;
}

std::optional<OrgId> organisation_of(const Character& each, const Offices& offices,
                                     const std::vector<SeatedFirm>& firms) {
  if (each.firm > 0) return firms[static_cast<std::size_t>(each.firm - 1)].org;
  return office_in(offices, each.office);
}

}  // namespace

Result<SeatedCast> seat_cast(const AccountServices& services) {
  const auto offices = seat_offices(services);
  if (!offices) return offices.error();
  auto firms = seat_firms(*offices, services);
  if (!firms) return std::move(firms.error());
  SeatedCast cast{std::move(*firms), {}};
  for (const Character& each : kCharacters) {
    if (each.person.empty()) continue;
    const auto person = add_person(at_this_machine(),
                                   {.login = "demo-" + std::string(each.word),
                                    .org = organisation_of(each, *offices, cast.firms),
                                    .name = std::string(each.person)},
                                   services);
    if (!person) return person.error();
    const auto granted = grant_role(at_this_machine(), person->id, std::string(each.role), {}, services);
    if (!granted) return granted.error();
    cast.people.emplace(each.word, person->id);
  }
  return cast;
}

}  // namespace suyuan
