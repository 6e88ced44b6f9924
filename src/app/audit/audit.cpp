// SPDX-License-Identifier: Apache-2.0
#include "app/audit/audit.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/text.h"
#include "engine/digest/sha256.h"

namespace suyuan {

namespace {

namespace json = boost::json;

constexpr std::size_t kShort = 80, kTarget = 300, kReason = 4000, kValue = 2000;

std::string fresh_salt() {
  std::array<unsigned char, 16> bytes{};
  CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  return {bytes.begin(), bytes.end()};
}

// Lengths first: no two triples of salt, name and value are the same bytes.
std::string masked(const std::string& salt, const AuditField& field) {
  const Sha256 digest = sha256(fmt::format("{}:{}:{}:", salt.size(), field.name.size(), field.value.size()) + salt +
                               field.name + field.value);
  return "sha256:" + hex(digest);
}

std::string json_of(const std::string& salt, std::span<const AuditField> fields) {
  if (fields.empty()) return "";
  json::object object;
  for (const AuditField& field : fields)
    object[excerpt(field.name, kShort)] = field.is_masked ? masked(salt, field) : excerpt(field.value, kValue);
  return json::serialize(object);
}

}  // namespace

AuditEntry audit_entry(const identity::Principal& who, std::string_view act, const AuditTarget& target,
                       std::string_view reason, Instant now) {
  AuditEntry entry;
  entry.at = now;
  if (who.via != identity::Via::kNobody) entry.person = who.actor.person;
  entry.org = who.actor.org;
  entry.jurisdiction = who.actor.jurisdiction;
  entry.via = who.via;
  entry.credential = excerpt(who.credential, kShort);
  entry.from = excerpt(who.from, kShort);
  entry.act = excerpt(act, kShort);
  entry.target_kind = excerpt(target.kind, kShort);
  entry.target = excerpt(target.id, kTarget);
  entry.reason = excerpt(reason, kReason);
  entry.trace_id = excerpt(who.trace_id, kShort);
  if (who.emergency && now < who.emergency->until) entry.emergency = excerpt(who.emergency->id, kShort);
  return entry;
}

AuditEntry audit_entry(const Granted& who, std::string_view act, const AuditTarget& target, std::string_view reason,
                       Instant now) {
  return audit_entry(who.who(), act, target, reason, now);
}

AuditEntry with_fields(AuditEntry entry, std::span<const AuditField> before, std::span<const AuditField> after) {
  entry.salt = fresh_salt();
  entry.before = json_of(entry.salt, before);
  entry.after = json_of(entry.salt, after);
  return entry;
}

AuditChange change_between(const std::vector<AuditField>& before, const std::vector<AuditField>& after) {
  AuditChange change;
  const auto missing_in = [](const std::vector<AuditField>& fields, const AuditField& field) {
    return std::none_of(fields.begin(), fields.end(),
                        [&](const AuditField& each) { return each.name == field.name && each.value == field.value; });
  };
  for (const AuditField& field : before)
    if (missing_in(after, field)) change.before.push_back(field);
  for (const AuditField& field : after)
    if (missing_in(before, field)) change.after.push_back(field);
  return change;
}

AuditEntry entry_about(const Granted& who, std::string_view act, const AuditTarget& target, OrgId org,
                       Jurisdiction jurisdiction, AuditChange change, std::string_view reason, Instant now) {
  AuditEntry entry = audit_entry(who, act, target, reason, now);
  if (entry.person && entry.org != org) change.after.push_back({"actingFor", std::to_string(entry.org.value())});
  entry.org = org;
  entry.jurisdiction = jurisdiction;
  return with_fields(std::move(entry), change.before, change.after);
}

bool had_value(const AuditEntry& entry, const std::string& text, const AuditField& field) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) return false;
  const json::value* kept = value.as_object().if_contains(field.name);
  return kept != nullptr && kept->is_string() && std::string_view(kept->as_string()) == masked(entry.salt, field);
}

void Audit::refused(const identity::Principal& who, std::string_view act, const AuditTarget& target, const Error& why) {
  AuditEntry entry = audit_entry(who, act, target, fmt::format("{}: {}", why.code, why.text), clock_.now());
  entry.outcome = AuditOutcome::kRefused;
  const std::lock_guard lock(mutex_);
  refusals_.add(std::move(entry));
}

void Audit::sign_in_failed(const identity::Principal& who, std::string_view login, const std::optional<Actor>& whose,
                           const Error& why) {
  const AuditTarget target{"person", whose ? std::to_string(whose->person.value()) : ""};
  AuditEntry entry = audit_entry(who, "session.open", target, why.code, clock_.now());
  entry.outcome = AuditOutcome::kRefused;
  if (whose) {
    entry.org = whose->org;
    entry.jurisdiction = whose->jurisdiction;
  }
  const AuditField typed{"login", std::string(login.substr(0, kValue)), true};
  entry = with_fields(std::move(entry), {}, std::span(&typed, 1));
  const std::lock_guard lock(mutex_);
  refusals_.add(std::move(entry));
}

Status Audit::personal_read(const Granted& who, const AuditTarget& subject, std::span<const std::string> fields,
                            std::string_view purpose, std::string_view case_id) {
  if (trim(purpose).empty() || !is_utf8(purpose) || purpose.size() > kReason)
    return Error{
        ErrorKind::kInvalid, "audit.purpose",
        fmt::format("The purpose has {} bytes; 1 to {} of UTF-8 text are wanted. Say what the personal data is "
                    "read for (GB/T 35273 7.1).",
                    trim(purpose).size(), kReason)};
  std::string names;
  for (const std::string& field : fields) names += (names.empty() ? "" : ", ") + field;
  const std::array<AuditField, 2> after{AuditField{"fields", names}, AuditField{"case", std::string(case_id)}};
  return record(
      with_fields(audit_entry(who, identity::act_word(who.act()), subject, purpose, clock_.now()), {}, after));
}

Status Audit::read_in_emergency(const identity::Principal& who, std::string_view act, const AuditTarget& target) {
  return record(audit_entry(who, act, target, "", clock_.now()));
}

Status Audit::flush() {
  std::vector<AuditEntry> entries;
  {
    const std::lock_guard lock(mutex_);
    entries = refusals_.take(clock_.now());
  }
  Status done = store_.append(entries);
  if (done) return done;
  log_.write(LogLevel::kError, "audit.not_written", "",
             {{"entries", static_cast<std::int64_t>(entries.size())}, {"code", done.error().code}});
  const std::lock_guard lock(mutex_);
  refusals_.give_back(std::move(entries));
  return done;
}

Result<std::int64_t> prune_audit(AuditStore& store, int keep_days, Clock& clock) {
  constexpr std::size_t kTogether = 5000;  // so that nobody waits long behind it
  const Instant now = clock.now();
  // An hour more than the least that the database insists on: its clock may be behind ours.
  const Instant until = now - std::chrono::days(std::max(keep_days, kAuditDaysLeast)) - std::chrono::hours(1);
  identity::Principal who = identity::machine_principal();
  who.via = identity::Via::kJob;
  who.from = "job";
  std::int64_t gone = 0;
  for (;;) {
    auto some =
        store.prune(until, kTogether,
                    audit_entry(who, "audit.prune", {"audit", ""}, fmt::format("audit.keep_days: {}", keep_days), now));
    if (!some) return std::move(some.error());
    gone += *some;
    if (*some < static_cast<std::int64_t>(kTogether)) return gone;
  }
}

}  // namespace suyuan
