// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/attempt_rows.h"

#include <algorithm>

#include "adapters/records/statements.h"

namespace suyuan {

namespace {

using namespace records;
using credential::Attempts;

// Locks the row on every engine, making it when it is not there.
Result<Attempts> held_attempts(Connection& connection, const AttemptKey& key, Instant now) {
  Attempts found;
  auto done = rows(
      connection,
      "INSERT INTO login_failure (kind, what, failures, last, open_at) VALUES ($1, $2, 0, $3, 0) ON CONFLICT (kind, "
      "what) "
      "DO UPDATE SET failures = login_failure.failures RETURNING failures, last, open_at",
      [&](Statement& s) {
        s.bind(1, static_cast<std::int64_t>(key.by)).bind_bytes(2, bytes_of(key.what)).bind(3, micros(now));
      },
      [&](Statement& row) {
        found = {static_cast<int>(row.integer(0)), instant(row.integer(1)), instant(row.integer(2))};
      });
  if (!done) return std::move(done.error());
  return found;
}

Status write_attempts(Connection& connection, const AttemptKey& key, const Attempts& now) {
  return change(connection,
                "UPDATE login_failure SET failures = $3, last = $4, open_at = $5 WHERE kind = $1 AND what = $2",
                [&](Statement& s) {
                  s.bind(1, static_cast<std::int64_t>(key.by)).bind_bytes(2, bytes_of(key.what));
                  s.bind(3, std::int64_t{now.failures}).bind(4, micros(now.last)).bind(5, micros(now.open_at));
                });
}

// In one order for everybody, so that two at once never wait for each other.
std::vector<AttemptKey> in_order(std::vector<AttemptKey> keys) {
  std::sort(keys.begin(), keys.end(),
            [](const AttemptKey& a, const AttemptKey& b) { return std::pair(a.by, a.what) < std::pair(b.by, b.what); });
  return keys;
}

// Without writing: a flood of attempts that wait takes nothing of the store's one writer, and leaves no rows.
Result<std::optional<Instant>> waits_until(sql::Database& records, const std::vector<AttemptKey>& keys, Instant now) {
  std::optional<Instant> open_at;
  auto done = records.read([&](Connection& connection) -> Status {
    Status asked = Done{};
    for (std::size_t i = 0; asked && i < keys.size(); ++i)
      asked = rows(
          connection, "SELECT open_at FROM login_failure WHERE kind = $1 AND what = $2",
          [&](Statement& s) { s.bind(1, static_cast<std::int64_t>(keys[i].by)).bind_bytes(2, bytes_of(keys[i].what)); },
          [&](Statement& row) {
            if (const Instant at = instant(row.integer(0)); now < at) open_at = std::max(open_at.value_or(at), at);
          });
    return asked;
  });
  if (!done) return std::move(done.error());
  return open_at;
}

}  // namespace

Result<std::optional<Instant>> charge_attempts(sql::Database& records, const std::vector<AttemptKey>& keys,
                                               Instant now) {
  auto waiting = waits_until(records, keys, now);
  if (!waiting || *waiting) return waiting;
  std::optional<Instant> open_at;
  auto done = records.write([&](Connection& connection) -> Status {
    open_at.reset();
    const auto ordered = in_order(keys);
    std::vector<Attempts> held;
    for (const AttemptKey& key : ordered) {
      auto found = held_attempts(connection, key, now);
      if (!found) return std::move(found.error());
      if (now < found->open_at) open_at = open_at ? std::max(*open_at, found->open_at) : found->open_at;
      held.push_back(*found);
    }
    Status written = Done{};
    for (std::size_t i = 0; written && !open_at && i < ordered.size(); ++i)
      written = write_attempts(connection, ordered[i], after_failure(held[i], ordered[i].rule, now));
    return written;
  });
  if (!done) return std::move(done.error());
  return open_at;
}

Status lower_attempts(sql::Database& records, const std::vector<AttemptKey>& keys, bool is_success) {
  return records.write([&](Connection& connection) -> Status {
    Status done = Done{};
    for (const AttemptKey& key : in_order(keys)) {
      const bool is_own =
          is_success && (key.by == AttemptKey::By::kAccountAndAddress || key.by == AttemptKey::By::kDevice);
      const auto bind = [&](Statement& s) {
        s.bind(1, static_cast<std::int64_t>(key.by)).bind_bytes(2, bytes_of(key.what));
      };
      done = is_own ? change(connection, "DELETE FROM login_failure WHERE kind = $1 AND what = $2", bind)
                    : change(connection,
                             "UPDATE login_failure SET failures = failures - 1, open_at = 0 WHERE kind = $1 AND what = "
                             "$2 AND failures > 0",
                             bind);
      if (!done) return done;
    }
    return done;
  });
}

}  // namespace suyuan
