// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "app/subscription/schedule.h"
#include "app/subscription/subscription.h"
#include "base/base64.h"
#include "engine/digest/hmac.h"

namespace suyuan {

namespace {

constexpr std::size_t kLookedAtOnce = 100;  // subscriptions
constexpr std::chrono::seconds kLeaseBeyond{5};
constexpr std::chrono::seconds kRest{60};
constexpr std::chrono::seconds kPauseFirst{5}, kPauseMost{3600};

// When the first record with after < seq <= upto was made.
Result<std::optional<Instant>> recorded_from(std::int64_t after, std::int64_t upto, Warehouse& warehouse) {
  if (after >= upto || upto <= 0) return std::optional<Instant>();
  const Warehouse::Scan scan{.filter = {},
                             .upto = trace::EventSeq(upto),
                             .after = Warehouse::Place{kInstantMin, after},
                             .limit = 1,
                             .look_at = 1};
  auto page = warehouse.scan(scan);
  if (!page) return std::move(page.error());
  return page->events.empty() ? std::optional<Instant>() : std::optional(page->events.front().recorded);
}

bool may_not(const Error& error) { return error.kind == ErrorKind::kForbidden || error.kind == ErrorKind::kSignIn; }

}  // namespace

std::chrono::seconds pause_after(int attempts) {
  std::chrono::seconds pause = kPauseFirst;
  for (int i = 1; i < attempts && pause < kPauseMost; ++i) pause *= 2;
  return std::min(pause, kPauseMost);
}

Result<Instant> min_record_time(const Subscription& subscription, Warehouse& warehouse) {
  const std::int64_t told = subscription.outbox ? subscription.outbox->after : subscription.resume;
  const auto next = recorded_from(told, subscription.target, warehouse);
  if (!next) return next.error();
  const Instant at = next->value_or(subscription.run_at);
  // What waits begins with a record that they may see; what has not been looked at yet may be somebody else's.
  const Instant shown = subscription.outbox ? at : std::chrono::floor<std::chrono::seconds>(at);
  return std::max(shown, subscription.initial.value_or(kInstantMin));
}

std::optional<std::string> key_of_secret(std::string_view secret) {
  std::optional<std::string> key(secret);
  if (secret.starts_with("whsec_")) {
    // Standard Webhooks writes secrets with padding; not everybody keeps it.
    std::string padded(secret.substr(6));
    padded.append((4 - padded.size() % 4) % 4, '=');
    key = from_base64(padded);
  }
  return key && !key->empty() ? key : std::nullopt;
}

std::string signature_of(std::string_view secret, std::string_view id, std::string_view timestamp,
                         std::string_view body) {
  const std::string key = key_of_secret(secret).value_or(std::string(secret));  // stored before it was judged
  const Sha256 mac = hmac_sha256(key, fmt::format("{}.{}.{}", id, timestamp, body));
  return "v1," + base64({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

Result<bool> Deliverer::look_for_news() {
  auto settled = services_.queries.warehouse.settled();
  if (!settled) return std::move(settled.error());
  const Instant now = services_.clock.now();
  auto awake = services_.store.awake(*settled, now, kLookedAtOnce + resting_count());  // those that rest take no place
  if (!awake) return std::move(awake.error());
  if (awake->empty()) return false;
  const auto settled_at = recorded_from(*settled - 1, *settled, services_.queries.warehouse);
  if (!settled_at) return settled_at.error();
  // Not now: what is being recorded at this moment is older. In whole seconds, since it may be somebody else's record.
  const Instant run_at = std::chrono::floor<std::chrono::seconds>(settled_at->value_or(now));
  bool any = false;
  for (Subscription& subscription : *awake) {
    const std::string id = subscription.id;
    if (is_resting(id, now)) continue;
    auto done = advance(std::move(subscription), *settled, run_at, now);
    if (done) {
      any = true;
    } else if (may_not(done.error())) {  // it says so itself: Subscription state "resting"
      let_rest(id, now);
    } else if (done.error().kind != ErrorKind::kBusy) {
      let_rest(id, now);
      services_.log.write(LogLevel::kError, "subscription.failed", "",
                          {{"subscription", id}, {"code", done.error().code}, {"text", done.error().text}});
    }
  }
  return any;
}

bool Deliverer::is_resting(const std::string& subscription, Instant now) {
  const std::lock_guard lock(mutex_);
  const auto found = resting_.find(subscription);
  if (found == resting_.end()) return false;
  if (found->second > now) return true;
  resting_.erase(found);
  return false;
}

std::size_t Deliverer::resting_count() {
  const std::lock_guard lock(mutex_);
  return resting_.size();
}

void Deliverer::let_rest(const std::string& subscription, Instant now) {
  const std::lock_guard lock(mutex_);
  resting_[subscription] = now + kRest;
}

Status Deliverer::advance(Subscription subscription, std::int64_t settled, Instant run_at, Instant now) {
  const std::int64_t before = subscription.resume;
  const bool on_schedule = !subscription.schedule.empty();
  const bool is_run = on_schedule && subscription.due && *subscription.due <= now;
  if (!on_schedule || is_run) {
    subscription.target = settled;
    subscription.run_at = run_at;
  }
  if (is_run) {
    const auto schedule = Schedule::parse_json(subscription.schedule);
    if (!schedule) return schedule.error();
    subscription.due = schedule->next(now, options_.utc_offset);
  }
  auto named = services_.store.query(subscription.asks());
  if (!named) return std::move(named.error());
  if (!*named) return Done{};  // it went away a moment ago
  const auto parameters = parameters_of_json((*named)->definition);
  if (!parameters) return parameters.error();
  const auto granted = authorizer_.grant_job(subscription.actor, identity::Act::kEventRead);
  if (!granted) return granted.error();
  auto news = run_query_on(*granted, *parameters, {subscription.resume, subscription.target, subscription.initial},
                           options_.events_max, {Syntax::kJson, subscription.epcs, CbvForm::kUrn}, services_.queries);
  if (!news) return std::move(news.error());
  subscription.resume = std::max(news->reached, before);
  std::optional<Delivery> delivery;
  if (!news->events.empty() || (is_run && subscription.report_if_empty && news->reached >= subscription.target))
    delivery = Delivery{new_public_id(now),
                        subscription.id,
                        news->events.empty() ? before : news->first - 1,  // whence min_record_time
                        subscription.resume,
                        now,
                        now,
                        0,
                        false,
                        ""};
  return services_.store.move_on(subscription, before, delivery);
}

Result<bool> Deliverer::deliver_one() {
  const Instant now = services_.clock.now();
  auto due = services_.store.take_due(now, now + options_.patience + kLeaseBeyond, 1);
  if (!due) return std::move(due.error());
  if (due->empty()) return false;
  const Delivery& delivery = due->front();
  auto subscription = services_.store.subscription(delivery.subscription);
  if (!subscription) return std::move(subscription.error());
  if (!*subscription) return true;  // it went away, and the delivery with it
  if (auto done = try_delivery(delivery, **subscription); !done) return std::move(done.error());
  return true;
}

Result<RecordPage> Deliverer::events_of(const Delivery& delivery, const Subscription& subscription,
                                        std::size_t events_max) {
  auto named = services_.store.query(subscription.asks());
  if (!named) return std::move(named.error());
  if (!*named) return Error{ErrorKind::kNotFound, "query.unknown", "The query was deleted meanwhile."};
  const auto parameters = parameters_of_json((*named)->definition);
  if (!parameters) return parameters.error();
  const auto granted = authorizer_.grant_job(subscription.actor, identity::Act::kEventRead);
  if (!granted) return granted.error();
  return run_query_on(*granted, *parameters, {delivery.after, delivery.upto, subscription.initial}, events_max,
                      {Syntax::kJson, subscription.epcs, CbvForm::kUrn}, services_.queries);
}

OutgoingMessage Deliverer::message_of(const Delivery& delivery, const Subscription& subscription,
                                      const RecordPage& page) {
  AnswerHead head{subscription.query, subscription.id, format_instant_ms(delivery.created)};
  OutgoingMessage message{subscription.dest, {}, services_.queries.writer.document(head, page.events, Syntax::kJson)};
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(services_.clock.now().time_since_epoch());
  const std::string timestamp = fmt::format("{}", now.count());
  const Instant least = page.events.empty() ? subscription.run_at : page.first_recorded;
  message.headers = {{"Content-Type", "application/json"}, {"GS1-EPCIS-Version", "2.0.0"},
                     {"GS1-CBV-Version", "2.0.0"},         {"GS1-Query-Min-Record-Time", format_instant(least)},
                     {"webhook-id", delivery.id},          {"webhook-timestamp", timestamp}};
  if (subscription.secret.empty()) return message;
  const std::string signature = signature_of(subscription.secret, delivery.id, timestamp, message.body);
  message.headers.emplace_back("webhook-signature", signature);
  message.headers.emplace_back("GS1-Signature", signature);
  return message;
}

Status Deliverer::try_delivery(const Delivery& delivery, const Subscription& subscription) {
  const auto page = events_of(delivery, subscription, options_.events_max);
  if (!page && may_not(page.error()))  // waits, however long that takes
    return services_.store.failed(delivery, page.error().text, services_.clock.now() + kPauseMost, false);
  if (!page) return give_back(delivery, page.error().text, false);
  const auto status = services_.webhook.post(message_of(delivery, subscription, *page));
  if (!status) {
    const bool hopeless = status.error().kind == ErrorKind::kInvalid;
    return give_back(delivery, status.error().text, hopeless);
  }
  if (*status >= 200 && *status < 300) return services_.store.delivered(delivery, services_.clock.now());
  if (*status == 413 && page->events.size() > 1) return tell_less(delivery, subscription, page->events.size() / 2);
  const bool gone = *status == 410;
  return give_back(delivery, fmt::format("The receiver answered {}.", *status), gone);
}

// A receiver that answers 413 asks for smaller messages (EPCIS 2.0 §12.8). Another body is another message, under an id
// of its own.
Status Deliverer::tell_less(const Delivery& delivery, const Subscription& subscription, std::size_t events_max) {
  const auto page = events_of(delivery, subscription, events_max);
  if (!page) return give_back(delivery, page.error().text, false);
  const Instant now = services_.clock.now();
  const Delivery smaller{new_public_id(now), subscription.id, delivery.after, page->reached, now, now, 0, false, ""};
  return services_.store.replace(delivery, smaller);
}

Status Deliverer::give_back(const Delivery& delivery, const std::string& why, bool hopeless) {
  const bool dead = hopeless || delivery.attempts >= options_.attempts_max;
  services_.log.write(dead ? LogLevel::kError : LogLevel::kWarning, dead ? "delivery.dead" : "delivery.failed", "",
                      {{"delivery", delivery.id},
                       {"subscription", delivery.subscription},
                       {"attempts", std::int64_t{delivery.attempts}},
                       {"why", why}});
  return services_.store.failed(delivery, why, services_.clock.now() + pause_after(delivery.attempts), dead);
}

}  // namespace suyuan
