// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/lease_store.h"

#include <fmt/format.h>

#include "base/text.h"

namespace suyuan {

namespace {

std::int64_t micros(Instant at) { return at.time_since_epoch().count(); }

Error lost(const Lease& lease) {
  return {ErrorKind::kConflict, "lease.lost",
          fmt::format("The work \"{}\" is no longer ours (epoch {}): another server took it over. Nothing was written.",
                      excerpt(lease.name), lease.epoch)};
}

// The first column of the first row, if there is one.
template <class Bind>
Result<std::optional<std::int64_t>> number(sql::Connection& connection, std::string_view query, Bind bind) {
  auto statement = connection.prepare(query);
  if (!statement) return std::move(statement.error());
  const sql::Reset reset(**statement);
  bind(**statement);
  std::optional<std::int64_t> found;
  for (;;) {
    auto row = (*statement)->step();
    if (!row) return std::move(row.error());
    if (!*row) return found;
    found = (*statement)->integer(0);
  }
}

}  // namespace

Result<std::optional<Lease>> LeaseStore::take(const std::string& name, const std::string& holder, Instant now,
                                              Instant until) {
  std::optional<Lease> taken;
  const Status done = records_.write([&](sql::Connection& connection) -> Status {
    auto epoch = number(
        connection,
        "INSERT INTO lease (name, epoch, holder, held_until) VALUES ($1, 1, $2, $4) ON CONFLICT (name) DO UPDATE SET "
        "epoch = lease.epoch + 1, holder = excluded.holder, held_until = excluded.held_until WHERE lease.held_until < "
        "$3 RETURNING epoch",
        [&](sql::Statement& s) {
          s.bind(1, std::string_view(name)).bind(2, std::string_view(holder)).bind(3, micros(now));
          s.bind(4, micros(until));
        });
    if (!epoch) return std::move(epoch.error());
    taken = *epoch ? std::optional(Lease{name, **epoch, holder}) : std::nullopt;
    return Done{};
  });
  if (!done) return Error(done.error());
  return taken;
}

Status LeaseStore::renew(const Lease& lease, Instant until) {
  return records_.write([&](sql::Connection& connection) -> Status {
    auto epoch = number(
        connection, "UPDATE lease SET held_until = $3 WHERE name = $1 AND epoch = $2 AND holder <> '' RETURNING epoch",
        [&](sql::Statement& s) {
          s.bind(1, std::string_view(lease.name)).bind(2, lease.epoch).bind(3, micros(until));
        });
    if (!epoch) return std::move(epoch.error());
    return *epoch ? Status(Done{}) : Status(lost(lease));
  });
}

Status LeaseStore::release(const Lease& lease) {
  return records_.write([&](sql::Connection& connection) -> Status {
    auto epoch = number(connection,
                        "UPDATE lease SET holder = '', held_until = 0 WHERE name = $1 AND epoch = $2 RETURNING epoch",
                        [&](sql::Statement& s) { s.bind(1, std::string_view(lease.name)).bind(2, lease.epoch); });
    return epoch ? Status(Done{}) : Status(std::move(epoch.error()));
  });
}

// An update that changes nothing: it takes the lock of the row, which reading would not.
Status LeaseStore::confirm(sql::Connection& connection, const Lease& lease) {
  auto epoch = number(connection,
                      "UPDATE lease SET epoch = epoch WHERE name = $1 AND epoch = $2 AND holder <> '' RETURNING epoch",
                      [&](sql::Statement& s) { s.bind(1, std::string_view(lease.name)).bind(2, lease.epoch); });
  if (!epoch) return std::move(epoch.error());
  return *epoch ? Status(Done{}) : Status(lost(lease));
}

}  // namespace suyuan
