// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "app/identity/permit.h"
#include "app/operation/log.h"
#include "app/operation/settings.h"
#include "app/ports/query_store.h"
#include "app/ports/webhook.h"
#include "app/query/query.h"
#include "base/time.h"

// Named queries and those who want to be told of their answers (EPCIS 2.0 §8.2.5, §12.8). What is told, how it is
// signed and when it is told again: docs/formats/webhooks.md.
namespace suyuan {

// All of it outlives the calls.
struct StandingServices {
  QueryStore& store;
  QueryServices queries;
  Webhook& webhook;
  Clock& clock;
  Log& log;
  const Authorizer* authorizer = nullptr;  // to say which subscriptions rest since nobody may ask for them now
};

struct StandingOptions {
  std::chrono::minutes utc_offset{480};  // of the wall clock that schedules are read on
  int attempts_max = 20;                 // then a delivery is given up
  std::size_t events_max = 500;          // in one message
  std::chrono::milliseconds patience{15'000};
};

// webhook.…, server.utc_offset; a setting that is no offset counts as +08:00.
StandingOptions standing_options(const Settings& settings);

// From {"name": …, "query": {…}}. Errors: kInvalid "query.not_json", "query.name", and those of judge_query; kConflict
// "query.name_taken".
// `prefixes` (of GS1-Extensions) become part of the query.
Result<NamedQuery> create_query(const Permit<identity::Act::kQueryDefine>& permit, std::string_view body,
                                const trace::Prefixes& prefixes, StandingServices services);

// From {"dest", "signatureToken", "stream" or "schedule", "reportIfEmpty", "initialRecordTime"}.
// Errors: kNotFound "query.unknown"; kInvalid "subscription.refused" with every finding; kUnsupported
// "epcis.epc_format" for kUrn; those of Webhook::judge.
Result<Subscription> subscribe(const Permit<identity::Act::kSubscriptionMake>& permit, const std::string& query,
                               std::string_view body, trace::EpcFormat epcs, StandingServices services,
                               const StandingOptions& options);

std::string query_json(const NamedQuery& query);  // {"name","query"}
// Whoever subscribes from this moment on misses nothing that this subscription has not delivered: when the first record
// that it has still to deliver was made. Several records may be of one moment, so that some may come again.
Result<Instant> min_record_time(const Subscription& subscription, Warehouse& warehouse);
// Without the secret. `rests`: nobody may ask for it now.
std::string subscription_json(const Subscription& subscription, Instant min_record_time, bool rests = false);

// People's queries and subscriptions, those within the scope; others' are unknown. A name is the own organisation's, or
// else that of the first below it that has one so called.
// Errors: kNotFound "query.unknown", "subscription.unknown"; kInvalid "query.cursor".
struct QueryPage {
  std::vector<NamedQuery> queries;  // by name
  std::string next_token;
};
Result<QueryPage> list_queries(const Permit<identity::Act::kQueryRead>& permit, const PageRequest& page,
                               StandingServices services);
Result<NamedQuery> read_query(const Permit<identity::Act::kQueryRead>& permit, const std::string& name,
                              StandingServices services);
Status delete_query(const Permit<identity::Act::kQueryDefine>& permit, const std::string& name,
                    StandingServices services);

struct SubscriptionPage {
  std::vector<Subscription> subscriptions;
  std::string next_token;
};
Result<SubscriptionPage> list_subscriptions(const Permit<identity::Act::kSubscriptionRead>& permit,
                                            const std::string& query, const PageRequest& page,
                                            StandingServices services);
Result<Subscription> read_subscription(const Permit<identity::Act::kSubscriptionRead>& permit, const std::string& query,
                                       const std::string& id, StandingServices services);
Status unsubscribe(const Permit<identity::Act::kSubscriptionMake>& permit, const std::string& query,
                   const std::string& id, StandingServices services);
// Whether its organisation may not ask for it now.
bool rests(const Subscription& subscription, const StandingServices& services);
// Without what may be a secret: the audit is read by others than whoever subscribed.
std::string address_of(const Subscription& subscription);
// What a name is to somebody. Errors: kNotFound "query.unknown".
Result<NamedQuery> find_query(const Granted& permit, const std::string& name, QueryStore& store);

// Runs what is due and delivers what waits. Threads: any, several at once.
class Deliverer {
 public:
  // Each subscription is answered as its organisation may ask now.
  Deliverer(StandingServices services, StandingOptions options, const Authorizer& authorizer)
      : services_(services), options_(options), authorizer_(authorizer) {}

  // Looks at what subscriptions have new, and puts it into the outbox. True when there was something.
  Result<bool> look_for_news();
  // Takes one delivery out of the outbox and tries it. True when there was one.
  Result<bool> deliver_one();

 private:
  Status advance(Subscription subscription, std::int64_t settled, Instant run_at, Instant now);
  Result<RecordPage> events_of(const Delivery& delivery, const Subscription& subscription, std::size_t events_max);
  OutgoingMessage message_of(const Delivery& delivery, const Subscription& subscription, const RecordPage& page);
  Status try_delivery(const Delivery& delivery, const Subscription& subscription);
  Status tell_less(const Delivery& delivery, const Subscription& subscription, std::size_t events_max);
  Status give_back(const Delivery& delivery, const std::string& why, bool hopeless);

  bool is_resting(const std::string& subscription, Instant now);
  std::size_t resting_count();
  void let_rest(const std::string& subscription, Instant now);

  StandingServices services_;
  StandingOptions options_;
  const Authorizer& authorizer_;
  std::mutex mutex_;
  std::map<std::string, Instant> resting_;  // subscriptions that failed, and until when they are left alone
};

// How long to wait before attempt n + 1: 5 s, doubled each time, at most an hour.
std::chrono::seconds pause_after(int attempts);
// The key that a secret stands for: "whsec_…" is base64, any other is taken as it is. Nothing when it is empty or no
// base64.
std::optional<std::string> key_of_secret(std::string_view secret);
// "v1,<base64>" of HMAC-SHA256 over "id.timestamp.body" (Standard Webhooks).
std::string signature_of(std::string_view secret, std::string_view id, std::string_view timestamp,
                         std::string_view body);

}  // namespace suyuan
