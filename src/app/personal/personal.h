// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/audit/audit.h"
#include "app/capture/capture.h"
#include "app/identity/permit.h"
#include "app/ports/account_store.h"
#include "app/ports/erasure_store.h"
#include "app/ports/personal_data.h"
#include "base/time.h"

// Values about people: who sees one in the clear, and how they are erased. docs/personal-data.md
namespace suyuan {

// The event as it was read when it was captured (app/query presents it).
using EventTree = std::function<Result<trace::Node>(const trace::StoredEvent&, const Warehouse::Original&)>;

// All of it outlives the calls.
struct PersonalServices {
  PersonalData& personal;
  ErasureStore& erasures;
  Audit& audit;
  Warehouse& warehouse;
  AccountStore& accounts;
  const Authorizer& authorizer;
  Clock& clock;
  EventTree tree = {};  // for unmask
};

// What values are about: the thing or party of master data, somebody with an account, or one event.
struct PersonalSubject {
  std::optional<codes::Identity> code = {};
  std::optional<PersonId> person = {};
  std::string event_id = {};  // when there is neither; "job:…" for what belongs to no event and no party
};

struct UnmaskRequest {
  PersonalSubject subject;
  std::string field;    // in any spelling; of a person "name" or "mobile"
  std::string purpose;  // 10 to 500 characters
  std::string case_id;  // 1 to 100
};

// The values of one field in the clear; kErased where one was erased. In the audit before anything is given.
// Errors: kInvalid "unmask.purpose", "unmask.case", "unmask.field"; kNotFound "unmask.nothing": there is no such value,
// or none in the scope.
Result<std::vector<std::string>> unmask(const Permit<identity::Act::kPersonalUnmask>& permit,
                                        const UnmaskRequest& request, const PersonalServices& services);

// The document of a job: as it was sent for the organisation that sent it, with an entry of the audit when something in
// it is about people; for others, or without `personal` and `audit`, with that masked.
// Errors: kNotFound "job.no_document"; those of Warehouse::document and of the audit.
Result<std::string> read_original(const Permit<identity::Act::kOriginalRead>& permit, const std::string& job,
                                  Warehouse& warehouse, PersonalData* personal, Audit* audit);

// Whoever may approve it gets a task: somebody else of the nearest organisation, from the own one upwards, that has
// such a person. Errors: kInvalid "erasure.reason" (10 to 500 characters); kNotFound "erasure.nothing": nothing is kept
// of the subject, or nothing in the scope.
Result<Erasure> request_erasure(const Permit<identity::Act::kErasureRequest>& permit, const PersonalSubject& subject,
                                const std::string& why, const PersonalServices& services);
// Carries it out. Errors: kNotFound "erasure.unknown"; kForbidden "erasure.same_person"; kConflict "erasure.done";
// "erasure.ended"; kBusy "erasure.log_in_use".
Result<Erasure> approve_erasure(const Permit<identity::Act::kErasureApprove>& permit, const std::string& id,
                                const PersonalServices& services);
// Nothing is erased. Errors: as approve_erasure; kInvalid "erasure.reason".
Result<Erasure> refuse_erasure(const Permit<identity::Act::kErasureApprove>& permit, const std::string& id,
                               const std::string& why, const PersonalServices& services);
// By who asked for it. Errors: kNotFound "erasure.unknown"; kForbidden "erasure.other_person"; kConflict
// "erasure.done", "erasure.ended".
Result<Erasure> withdraw_erasure(const Permit<identity::Act::kErasureRequest>& permit, const std::string& id,
                                 const PersonalServices& services);

// Those in the scope, by id, carried out or not. `permit`: of erasure.request or erasure.approve.
Result<std::vector<Erasure>> list_erasures(const Granted& permit, const std::string& after, std::size_t limit,
                                           const PersonalServices& services);

// After a restore: erases again what the list of another time says. How many keys it destroyed.
Result<std::int64_t> repeat_erasures(const Permit<identity::Act::kStoreMaintain>& permit,
                                     const std::vector<Erasure>& erasures, ErasureStore& store);

// {"id","subject","keys":[…],"why","asked","requested_by":{…},"done"} and, as it ended, "approved_by":{…},
// "refused":{"at","by":{…},"why"} or "withdrawn":{"at","by":{…}}
std::string erasure_json(const Erasure& erasure);
// {"erasures":[…],"next"}
std::string erasures_json(const std::vector<Erasure>& erasures, std::size_t limit);
// What erasures_json wrote. Errors: kInvalid "erasure.list".
Result<std::vector<Erasure>> read_erasures_json(std::string_view text);

}  // namespace suyuan
