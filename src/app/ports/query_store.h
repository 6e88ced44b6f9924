// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/ports/audit_store.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/identity/actor.h"
#include "domain/trace/notation.h"

// Named queries, subscriptions to them and the outbox of deliveries. `entry`: of the audit, written with the change.
// Threads: any.
namespace suyuan {

// A name is unique within its organisation.
struct QueryName {
  OrgId org{1};
  std::string name = {};
  friend bool operator==(const QueryName&, const QueryName&) = default;
};

struct NamedQuery {
  std::string name;
  std::string definition;  // JSON object of SimpleEventQuery parameters
  Actor actor = local_actor();
  Instant created;
  QueryName key() const { return {actor.org, name}; }
};

struct Delivery {
  std::string id;                    // UUIDv7, the same at every attempt
  std::string subscription;          // its id
  std::int64_t after = 0, upto = 0;  // the records that it tells about
  Instant created, due;
  int attempts = 0;   // made so far
  bool dead = false;  // given up
  std::string last_error;
};

struct Subscription {
  std::string id;     // UUIDv7
  std::string query;  // name, and whose it is
  OrgId query_org{1};
  std::string dest;  // http or https URL
  std::string secret;
  std::string schedule;  // JSON object; "" for a stream
  bool report_if_empty = false;
  trace::EpcFormat epcs = trace::EpcFormat::kAsCaptured;
  std::optional<Instant> initial;  // events recorded before do not count
  Actor actor = local_actor();
  Instant created;

  // How far it is.
  std::int64_t resume = 0;     // the last record that deliveries cover
  std::int64_t target = 0;     // the last record of the current run
  Instant run_at;              // no record beyond `target` is of an earlier time
  std::optional<Instant> due;  // the next run; nothing for a stream
  std::optional<Instant> notified;
  std::int64_t delivered = 0;
  std::optional<Delivery> outbox;  // what waits to be delivered, or was given up
  QueryName asks() const { return {query_org, query}; }
};

class QueryStore {
 public:
  virtual ~QueryStore() = default;

  // By name, then organisation; `after`: the last one.
  virtual Result<std::vector<NamedQuery>> queries(const QueryName& after, std::size_t limit) = 0;
  virtual Result<std::optional<NamedQuery>> query(const QueryName& name) = 0;
  // Errors: kConflict "query.name_taken".
  virtual Status add(const NamedQuery& query, const AuditEntry& entry) = 0;
  // With its subscriptions. Errors: kNotFound "query.unknown".
  virtual Status remove_query(const QueryName& name, const AuditEntry& entry) = 0;

  virtual Result<std::vector<Subscription>> subscriptions(const QueryName& query, const std::string& after,
                                                          std::size_t limit) = 0;  // by id
  virtual Result<std::optional<Subscription>> subscription(const std::string& id) = 0;
  // Errors: kNotFound "query.unknown" when the query went away meanwhile.
  virtual Status add(const Subscription& subscription, const AuditEntry& entry) = 0;
  // With what it would have delivered. Errors: kNotFound "subscription.unknown".
  virtual Status remove_subscription(const std::string& id, const AuditEntry& entry) = 0;

  // Subscriptions with nothing in the outbox that have something to look at: streams behind `settled`, runs that are
  // due, runs that have not reached their target.
  virtual Result<std::vector<Subscription>> awake(std::int64_t settled, Instant now, std::size_t limit) = 0;
  // Writes how far a run is and, if any, what is to be delivered, together. Nothing happens when the subscription went
  // away or somebody else moved it on from `resume_before`.
  virtual Status move_on(const Subscription& subscription, std::int64_t resume_before,
                         const std::optional<Delivery>& delivery) = 0;

  // Takes deliveries that are due and that nobody is at, until `lease_until`; counts the attempt.
  virtual Result<std::vector<Delivery>> take_due(Instant now, Instant lease_until, std::size_t limit) = 0;
  virtual Status delivered(const Delivery& delivery, Instant now) = 0;
  // Puts `smaller`, which tells about fewer records from the same place on, where `delivery` was, and sets the
  // subscription back to its end. Nothing happens when `delivery` went away.
  virtual Status replace(const Delivery& delivery, const Delivery& smaller) = 0;
  virtual Status failed(const Delivery& delivery, const std::string& why, Instant again, bool dead) = 0;
};

}  // namespace suyuan
