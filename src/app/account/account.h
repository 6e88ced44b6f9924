// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/identity/permit.h"
#include "app/ports/account_store.h"
#include "app/ports/task_store.h"

// Organisations, the people who act for them, and what they have to do. What lies outside the scope of a permit is
// answered as what does not exist.
namespace suyuan {

// All of it outlives the calls.
struct AccountServices {
  AccountStore& accounts;
  TaskStore& tasks;
  Clock& clock;
};

// The versions of a record that a change was decided on; empty: whatever it is now.
using Versions = std::vector<std::int64_t>;

// --- organisations

struct NewOrganisation {
  std::string name;                     // 1..300 bytes, no control or direction characters
  std::string kind;                     // a word of identity::kOrgKindWords but "server"
  std::optional<OrgId> superior = {};   // nothing: the organisation of who adds it
  std::string division = "000000";      // GB/T 2260, six digits
  std::string uscc = {};                // or ""
  std::vector<std::string> codes = {};  // GLN, PGLN … in any notation of an EPC or Digital Link; at most 100
};

// What is left out stays.
struct OrganisationChange {
  std::optional<std::string> name = {};
  std::optional<OrgId> superior = {};
  std::optional<std::string> division = {}, uscc = {};
  std::optional<std::vector<std::string>> codes = {};
  std::optional<bool> active = {};  // false: closed; its people may what the public may
  Versions expected = {};
};

struct OrganisationQuestion {
  std::int64_t after = 0;   // id of the last one that is known
  std::size_t limit = 100;  // 1..1000
  std::string kind = {};    // of this kind only
  bool with_closed = false;
};

// Only somebody above an organisation changes what it sees or is seen by: place, superior, codes, closed or not; its
// own administrator changes the name. Codes are given by who runs the server and by regulators, who can tell whose they
// are. Errors: kInvalid "organisation.name", "organisation.kind", "organisation.division", "organisation.codes",
// "uscc.…"; kForbidden "organisation.from_above", "organisation.codes_by_regulator"; kNotFound "organisation.unknown";
// kConflict "account.changed" (its findings: what is now other than asked for); those of AccountStore::add and change.
Result<identity::Organisation> add_organisation(const Permit<identity::Act::kOrganisationChange>& permit,
                                                const NewOrganisation& wanted, const AccountServices& services);
Result<identity::Organisation> change_organisation(const Permit<identity::Act::kOrganisationChange>& permit, OrgId id,
                                                   const OrganisationChange& wanted, const AccountServices& services);
Result<identity::Organisation> view_organisation(const Permit<identity::Act::kOrganisationRead>& permit, OrgId id,
                                                 const AccountServices& services);
// One more than asked for when there are more. Errors: kInvalid "account.limit", "organisation.kind".
Result<std::vector<identity::Organisation>> list_organisations(const Permit<identity::Act::kOrganisationRead>& permit,
                                                               const OrganisationQuestion& question,
                                                               const AccountServices& services);

// --- people

// With name and mobile masked: nothing else of a person leaves these verbs.
struct PersonView {
  PersonId id{1};
  std::int64_t version = 1;
  std::string login;
  OrgId org{1};
  bool is_active = true;
  std::optional<PersonId> deputy = {};
  std::string masked_name, masked_mobile;
  std::vector<RoleGrant> roles = {};
};

struct NewPerson {
  std::string login;              // 2..64 of a-z 0-9 . _ @ -; full-width and capital letters become those
  std::optional<OrgId> org = {};  // nothing: that of who adds them
  std::string name;               // as of an organisation
  std::string mobile = {};        // of mainland China, or ""
};

struct PersonChange {
  std::optional<std::string> name = {}, mobile = {};
  std::optional<std::int64_t> deputy = {};  // a person of the same organisation; 0: nobody
  std::optional<bool> active = {};          // false: suspended, at once and everywhere
  Versions expected = {};
};

struct PeopleQuestion {
  std::optional<OrgId> org = {};  // of this organisation only
  std::int64_t after = 0;
  std::size_t limit = 100;
};

// Errors: kInvalid "person.name", "person.login", "person.mobile", "person.deputy"; kNotFound "person.unknown",
// "organisation.unknown"; kConflict "account.login_taken", "account.changed", "organisation.closed".
Result<PersonView> add_person(const Permit<identity::Act::kPersonChange>& permit, const NewPerson& wanted,
                              const AccountServices& services);
Result<PersonView> change_person(const Permit<identity::Act::kPersonChange>& permit, PersonId id,
                                 const PersonChange& wanted, const AccountServices& services);
Result<PersonView> view_person(const Permit<identity::Act::kPersonRead>& permit, PersonId id,
                               const AccountServices& services);
// One more than asked for when there are more. Errors: kInvalid "account.limit"; kNotFound "organisation.unknown".
Result<std::vector<PersonView>> list_people(const Permit<identity::Act::kPersonRead>& permit,
                                            const PeopleQuestion& question, const AccountServices& services);

// --- roles

// Granting twice, or revoking what nobody has, changes nothing. Errors: kInvalid "role.unknown", "role.excluded",
// "role.wrong_organisation"; kForbidden "role.to_oneself", "duty.separate"; kNotFound "person.unknown"; kConflict
// "account.changed".
Result<PersonView> grant_role(const Permit<identity::Act::kRoleGrant>& permit, PersonId id, const std::string& role,
                              const Versions& expected, const AccountServices& services);
Result<PersonView> revoke_role(const Permit<identity::Act::kRoleGrant>& permit, PersonId id, const std::string& role,
                               const Versions& expected, const AccountServices& services);

// --- to another organisation

struct Transfer {
  OrgId to{1};
  std::optional<PersonId> deputy = {};  // of the old organisation; nothing: the deputy that the person has
  Versions expected = {};
};
struct Transferred {
  PersonView person;
  std::int64_t tasks = 0;  // that the deputy took over
};

// Who does it reaches both organisations. All roles end. Errors: kConflict "person.needs_deputy", "person.same_place",
// "account.changed", "organisation.closed"; kInvalid "person.deputy"; kNotFound "person.unknown",
// "organisation.unknown".
Result<Transferred> transfer_person(const Permit<identity::Act::kPersonChange>& permit, PersonId id,
                                    const Transfer& wanted, const AccountServices& services);

// --- tasks

struct TasksQuestion {
  std::optional<PersonId> person = {};
  std::optional<OrgId> org = {};
  bool with_closed = false;
  std::string after = {};  // id of the last one that is known
  std::size_t limit = 100;
};

// Whoever reads only their own sees those that are for anybody of their organisation as well. One more than asked for
// when there are more. Errors: kInvalid "account.limit".
Result<std::vector<Task>> list_tasks(const Permit<identity::Act::kTaskRead>& permit, const TasksQuestion& question,
                                     const AccountServices& services);

// --- as JSON and as text; of lists the first `limit`, and where they go on

std::string organisation_json(const identity::Organisation& it);
std::string organisations_json(const std::vector<identity::Organisation>& rows, std::size_t limit);
std::string organisations_text(const std::vector<identity::Organisation>& rows, std::size_t limit, bool english);
std::string person_json(const PersonView& it);
std::string people_json(const std::vector<PersonView>& rows, std::size_t limit);
std::string people_text(const std::vector<PersonView>& rows, std::size_t limit, bool english);
std::string transferred_json(const Transferred& it);
std::string tasks_json(const std::vector<Task>& rows, std::size_t limit);
std::string tasks_text(const std::vector<Task>& rows, std::size_t limit, bool english);

}  // namespace suyuan
