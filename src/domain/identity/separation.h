// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/identity/act.h"
#include "domain/identity/actor.h"

// Separation of duty: which two acts on the same thing need two persons (policy/separation.csv, compiled in).
namespace suyuan::identity {

struct Separation {
  Act first, second;    // whichever comes first
  std::string subject;  // what the acts are about: "report"
  std::string clause, reason;
};

// Errors: kInvalid "policy.separation_row", naming the line and what is wrong with it.
Result<std::vector<Separation>> read_separations(std::string_view csv);
const std::vector<Separation>& separations();  // the compiled-in ones

struct DoneBy {
  PersonId person;
  Act act;
};

// May this person do this as well, on a thing on which that was done before? `same_as`: who counts as this person:
// their other accounts, whoever they are deputy of and whoever is their deputy. Of a person as the thing (role.grant):
// that they own their account (account.own) counts as done by them.
// Errors: kForbidden "duty.separate", naming both acts, the clause and what to do.
Status may_also(PersonId person, Act act, std::span<const DoneBy> on_this_subject,
                std::span<const PersonId> same_as = {});

}  // namespace suyuan::identity
