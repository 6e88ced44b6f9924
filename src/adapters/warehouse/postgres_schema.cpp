// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/postgres_schema.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "engine/digest/sha256.h"

namespace suyuan {

namespace {

constexpr Distribution kDistribution[] = {
    {"posting", "obj"},
    {"object", "obj"},
    {"member", "class"},
    {"master_datum", "subject"},
    {"object_key", "key"},
    {"event_id", "id"},
    {"event", "block"},
    {"document", "block"},
    {"submission", "id"},
    {"submission_key", "public_id"},
    {"head", ""},
    {"commit_mark", ""},
    {"term", ""},
    {"term_key", ""},
    {"resource", ""},
    {"zstd_dictionary", ""},
    {"named_query", ""},
    {"subscription", ""},
    {"delivery", ""},
    {"mark", ""},
    {"mark_code", ""},
    {"mark_act", ""},
    {"mark_find", ""},
    {"mark_known", ""},
    {"lease", ""},
    {"store_state", ""},
    {"account_state", ""},
    {"organisation", ""},
    {"organisation_code", ""},
    {"person", ""},
    {"person_role", ""},
    {"task", ""},
    {"oidc_identity", ""},
    {"oidc_state", ""},
    {"schema_step", ""},
    {"password", ""},
    {"password_earlier", ""},
    {"totp", ""},
    {"recovery_code", ""},
    {"session", ""},
    {"api_key", ""},
    {"login_link", ""},
    {"login_failure", ""},
    {"audit_entry", ""},
    {"audit_state", ""},
    {"emergency", ""},
    {"subject_key", ""},
    {"erasure", ""},
    {"evidence", ""},
    {"evidence_about", ""},
    {"evidence_withdrawal", ""},
    {"token_key", ""},
    {"tlog", ""},
    {"tlog_run", ""},
    {"tlog_submitter", ""},
    {"tlog_entry", ""},
    {"tlog_key", ""},
};

std::int64_t number_of(const Migration& migration) {
  std::int64_t number = 0;
  std::from_chars(migration.name.data(), migration.name.data() + migration.name.size(), number);
  return number;
}

Result<std::int64_t> number(sql::PostgresConnection& connection, std::string_view query) {
  auto statement = connection.statement(query);
  if (!statement) return std::move(statement.error());
  const sql::Reset reset(**statement);
  auto row = (*statement)->step();
  if (!row) return std::move(row.error());
  return *row ? (*statement)->integer(0) : 0;
}

Status note(sql::PostgresConnection& connection, const Migration& migration) {
  auto insert = connection.statement("INSERT INTO schema_step (number, name, sha256) VALUES ($1, $2, $3)");
  if (!insert) return std::move(insert.error());
  const std::string digest = hex(sha256(migration.script));
  return (*insert)->bind(1, number_of(migration)).bind(2, migration.name).bind(3, std::string_view(digest)).run();
}

Status apply_missing(sql::PostgresConnection& connection) {
  // A lock of the transaction: servers that start together make the tables once.
  if (auto locked = connection.execute("SELECT pg_advisory_xact_lock(7306090001)"); !locked) return locked;
  if (auto made = connection.execute("CREATE TABLE IF NOT EXISTS schema_step (number bigint PRIMARY KEY, name text NOT "
                                     "NULL, sha256 text NOT NULL)");
      !made)
    return made;
  auto known = number(connection, "SELECT coalesce(max(number), 0) FROM schema_step");
  if (!known) return std::move(known.error());
  const auto all = postgres_migrations();
  if (*known > number_of(all.back())) {
    return Error{ErrorKind::kUnsupported, "store.newer",
                 fmt::format("The store was written by a newer version (schema step {}; this program knows {}). Use "
                             "that version or a later one.",
                             *known, number_of(all.back()))};
  }
  for (const Migration& migration : all) {
    if (number_of(migration) <= *known) continue;
    Status done = connection.execute(migration.script);
    if (done) done = note(connection, migration);
    if (!done) return done;
  }
  return Done{};
}

// Citus refuses to distribute a table twice, so what is there already is left alone. Each table in a
// transaction of its own: killed in between, the next start goes on with the rest.
Status distribute_missing(sql::PostgresConnection& connection) {
  for (const auto& [table, column] : postgres_distribution()) {
    auto there = number(
        connection, fmt::format("SELECT count(*) FROM pg_dist_partition WHERE logicalrelid = '{}'::regclass", table));
    if (!there) return std::move(there.error());
    if (*there > 0) continue;
    const std::string call =
        column.empty() ? fmt::format("SELECT citus_add_local_table_to_metadata('{}')", table)
                       : fmt::format("SELECT create_distributed_table('{}', '{}', shard_count => 32)", table, column);
    if (auto done = connection.execute(call); !done) return done;
  }
  return Done{};
}

// Servers that start together do it once: the lock is of the session.
Status distribute(sql::PostgresConnection& connection) {
  if (auto locked = connection.execute("SELECT pg_advisory_lock(7306090001)"); !locked) return locked;
  Status done = distribute_missing(connection);
  static_cast<void>(connection.execute("SELECT pg_advisory_unlock(7306090001)"));
  return done;
}

}  // namespace

std::span<const Distribution> postgres_distribution() { return kDistribution; }

Result<bool> has_store(sql::PostgresConnection& connection) {
  auto found = number(connection, "SELECT count(*) FROM pg_class WHERE oid = to_regclass('schema_step')");
  if (!found) return std::move(found.error());
  return *found > 0;
}

Result<bool> has_citus(sql::PostgresConnection& connection) {
  auto count = number(connection, "SELECT count(*) FROM pg_extension WHERE extname = 'citus'");
  if (!count) return std::move(count.error());
  return *count > 0;
}

namespace {

// False: there is none to be had, or not by us (no right to make the extension, or its library is not loaded): then the
// tables stay where they are.
Result<bool> make_citus(sql::PostgresConnection& connection) {
  auto available = number(connection, "SELECT count(*) FROM pg_available_extensions WHERE name = 'citus'");
  if (!available) return std::move(available.error());
  if (*available == 0) return false;
  static_cast<void>(connection.execute("CREATE EXTENSION IF NOT EXISTS citus"));
  return has_citus(connection);
}

}  // namespace

Status migrate_postgres(sql::PostgresConnection& connection) {
  if (auto begun = connection.execute("BEGIN"); !begun) return begun;
  Status done = apply_missing(connection);
  if (done) done = connection.execute("COMMIT");
  if (!done) {
    static_cast<void>(connection.execute("ROLLBACK"));
    return done;
  }
  auto citus = has_citus(connection);
  if (citus && !*citus) citus = make_citus(connection);
  if (!citus) return std::move(citus.error());
  return *citus ? distribute(connection) : Status(Done{});
}

}  // namespace suyuan
