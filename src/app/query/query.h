// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/identity/permit.h"
#include "app/query/cursor.h"
#include "app/query/present.h"
#include "app/query/question.h"

// Asking the store for events (EPCIS 2.0 §8.2.7.1, SimpleEventQuery).
namespace suyuan {

// All of it outlives the call.
struct QueryServices {
  Warehouse& warehouse;
  const DocumentReader& read;
  const EventWriter& writer;
};

// What one call may cost.
struct QueryLimits {
  std::size_t per_page_max = 1000;
  std::size_t look_at = 200'000;        // events looked at for one page; then it ends early, with a token
  std::size_t documents = 20'000;       // of them, originals read again
  std::size_t count_at_most = 100'000;  // events that maxEventCount may go through
};

struct PageRequest {
  std::size_t per_page = 30;
  std::string token;                                          // "" for the first page
  Instant now = {};                                           // when it is asked for
  Instant token_expires() const { return now + kTokenGood; }  // of the token in the answer
};

struct EventPage {
  std::vector<std::string> events;  // as text, in the order of the query
  std::string next_token;           // "" when that was all; there may be a token and no events
};

// One page of the answer. The pages of one query see the store as the first page saw it.
// Errors: those of read_question, read_cursor and Presenter::text; kTooLarge "query.too_large" (maxEventCount),
// "query.too_complex" (more to go through than one call may).
Result<EventPage> run_query(const Permit<identity::Act::kEventRead>& permit, const QueryParameters& parameters,
                            const PageRequest& page, const Presentation& how, QueryServices services,
                            const QueryLimits& limits = {});

// For standing queries: matching records with after < seq <= upto, in record order.
struct RecordRange {
  std::int64_t after = 0, upto = 0;
  std::optional<Instant> recorded_from;
};
struct RecordPage {
  std::vector<std::string> events;
  std::int64_t first = 0;    // the record of the first of them; 0: there is none
  Instant first_recorded;    // when it was recorded
  std::int64_t reached = 0;  // every record up to here was looked at; `upto` when that was all
};
Result<RecordPage> run_query_on(const Permit<identity::Act::kEventRead>& permit, const QueryParameters& parameters,
                                const RecordRange& range, std::size_t events_max, const Presentation& how,
                                QueryServices services, const QueryLimits& limits = {});

// One event, with the error declaration that repeats its id, as texts; none when there is no such event for them.
Result<std::vector<std::string>> read_event_texts(const Permit<identity::Act::kEventRead>& permit, std::string_view id,
                                                  const Presentation& how, QueryServices services);

// Whether the parameters are a query at all, and one that somebody can subscribe to.
// Errors: those of read_question; kInvalid "query.not_for_subscription" for orderBy, eventCountLimit, maxEventCount.
Status judge_query(const QueryParameters& parameters, bool standing, Warehouse& warehouse);

// JSON object of parameters, as POST /queries brings it: texts, numbers, booleans and lists of them.
// Errors: kInvalid "query.not_json", "query.parameter" naming the member that is neither. "@context" explains prefixes.
Result<QueryParameters> parameters_of_json(std::string_view text);

// Top-level resources of EPCIS 2.0 §12.7.
struct ResourcePage {
  std::vector<std::string> names;  // canonical URIs, bare CBV words, event types
  std::string next_token;
};
Result<ResourcePage> list_resources(const Permit<identity::Act::kEventRead>& permit, Warehouse::Resource resource,
                                    const PageRequest& page, Warehouse& warehouse);
// Whether the store has seen it. Errors: kInvalid for text that is no name of that kind.
Result<bool> has_resource(const Permit<identity::Act::kEventRead>& permit, Warehouse::Resource resource,
                          const std::string& name, Warehouse& warehouse);

// Capture jobs, newest first. Errors: kInvalid "query.cursor".
struct JobPage {
  std::vector<JobRecord> jobs;
  std::string next_token;
};
Result<JobPage> list_jobs(const Permit<identity::Act::kJobRead>& permit, const PageRequest& page, Warehouse& warehouse);
Error no_such_job(std::string_view id);  // kNotFound "capture.no_such_job"
Result<std::optional<JobRecord>> read_job(const Permit<identity::Act::kJobRead>& permit, const std::string& id,
                                          Warehouse& warehouse);

}  // namespace suyuan
