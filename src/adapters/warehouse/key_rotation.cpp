// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/key_rotation.h"

#include <fmt/format.h>

#include "adapters/warehouse/move_side.h"
#include "adapters/warehouse/rows.h"
#include "adapters/warehouse/subject_keys.h"

namespace suyuan {

namespace {

struct Wrapped {
  std::int64_t number = 0;
  std::string bytes;
};

Result<std::vector<Wrapped>> next_keys(sql::Connection& connection, std::int64_t after, std::size_t limit) {
  std::vector<Wrapped> found;
  auto done = each_row_of(
      connection, "SELECT number, wrapped FROM subject_key WHERE number > $1 ORDER BY number LIMIT $2",
      [&](sql::Statement& s) { s.bind(1, after).bind(2, static_cast<std::int64_t>(limit)); },
      [&](const sql::Statement& row) {
        found.push_back({row.integer(0), std::string(row.bytes(1))});
      });
  if (!done) return std::move(done.error());
  return found;
}

Status rewrap(sql::Connection& connection, const Wrapped& key, const SealKey& from, const SealKey& to) {
  const auto bytes = rewrapped(key.number, key.bytes, from, to);
  if (!bytes) return wrong_master_key();
  if (*bytes == key.bytes) return Done{};
  return each_row_of(
      connection, "UPDATE subject_key SET wrapped = $2 WHERE number = $1",
      [&](sql::Statement& s) { s.bind(1, key.number).bind_bytes(2, *bytes); }, [](const sql::Statement&) {});
}

Result<std::int64_t> rewrap_all(MoveSide& side, const KeyRotation& rotation, const SealKey& from, const SealKey& to) {
  sql::Connection& connection = side.connection();
  std::int64_t all = 0;
  for (std::int64_t after = INT64_MIN;;) {
    auto some = next_keys(connection, after, rotation.together);
    if (!some) return std::move(some.error());
    if (some->empty()) return all;
    Status done = connection.execute("BEGIN");
    for (std::size_t i = 0; done && i < some->size(); ++i) done = rewrap(connection, (*some)[i], from, to);
    if (done) done = connection.execute("COMMIT");
    if (!done) {
      static_cast<void>(connection.execute("ROLLBACK"));
      return std::move(done.error());
    }
    after = some->back().number;
    all += static_cast<std::int64_t>(some->size());
    if (rotation.progress) rotation.progress(all);
  }
}

}  // namespace

Result<std::int64_t> rotate_master_key(const StoreAddress& store, const KeyRotation& rotation) {
  auto from = MasterKey(rotation.from, false).get(true);
  if (!from) return std::move(from.error());
  auto to = MasterKey(rotation.to, false).get(true);
  if (!to) return std::move(to.error());
  auto side = MoveSide::open(store, false);
  if (!side) return std::move(side.error());
  const bool is_sqlite = (*side)->postgres() == nullptr;
  sql::Connection& connection = (*side)->connection();
  if (auto set = is_sqlite ? connection.execute("PRAGMA secure_delete = ON") : Status(Done{}); !set)
    return std::move(set.error());
  auto all = rewrap_all(**side, rotation, *from, *to);
  if (!all) return all;
  // Nothing that the old key opens stays in the files.
  const auto scrub = is_sqlite ? "PRAGMA wal_checkpoint(TRUNCATE)" : "VACUUM subject_key";
  if (auto done = connection.execute(scrub); !done) return std::move(done.error());
  if (!rotation.replaces) return all;
  auto replaced = replace_key_file(rotation.from, *to);
  return replaced ? std::move(all) : Result<std::int64_t>(std::move(replaced.error()));
}

}  // namespace suyuan
