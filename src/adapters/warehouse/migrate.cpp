// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "adapters/warehouse/migrations.h"
#include "adapters/warehouse/transaction.h"
#include "base/text.h"
#include "engine/digest/sha256.h"

namespace suyuan {

namespace {

Status note(sql::Connection& connection, std::int64_t number, const Migration& migration) {
  auto insert = connection.prepare("INSERT INTO schema_step (number, name, sha256) VALUES ($1, $2, $3)");
  if (!insert) return std::move(insert.error());
  const std::string digest = hex(sha256(migration.script));
  return (*insert)->bind(1, number).bind(2, migration.name).bind(3, std::string_view(digest)).run();
}

Status apply(sql::Connection& connection, std::int64_t number, const Migration& migration) {
  return in_transaction(connection, [&] {
    Status done = connection.execute(migration.script);
    return done ? note(connection, number, migration) : done;
  });
}

}  // namespace

Status migrate(sql::Connection& connection) {
  if (auto made = connection.execute("CREATE TABLE IF NOT EXISTS schema_step (number INTEGER PRIMARY KEY, name TEXT "
                                     "NOT NULL, sha256 TEXT NOT NULL) STRICT");
      !made)
    return made;
  auto count = connection.prepare("SELECT coalesce(max(number), 0) FROM schema_step");
  if (!count) return std::move(count.error());
  auto row = (*count)->step();
  if (!row) return std::move(row.error());
  const std::int64_t known = (*count)->integer(0);
  (*count)->reset();
  const auto all = migrations();
  if (known > static_cast<std::int64_t>(all.size())) {
    return Error{ErrorKind::kUnsupported, "store.newer",
                 fmt::format("The store was written by a newer version (schema step {}; this program knows {}). Use "
                             "that version or a later one.",
                             known, all.size())};
  }
  for (std::int64_t number = known + 1; number <= static_cast<std::int64_t>(all.size()); ++number) {
    if (auto applied = apply(connection, number, all[static_cast<std::size_t>(number - 1)]); !applied) return applied;
  }
  return Done{};
}

}  // namespace suyuan
