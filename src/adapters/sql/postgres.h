// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "adapters/sql/copy_rows.h"
#include "adapters/sql/sql.h"

// The driver of PostgreSQL 13 and later: the shared dialect, and what only this engine has.
namespace suyuan::sql {

// A statement that takes lists too. Every row of the answer is in memory after the first step.
class PostgresStatement : public Statement {
 public:
  virtual PostgresStatement& bind_list(int parameter, std::span<const std::int64_t> values) = 0;  // bigint[]
  virtual PostgresStatement& bind_list(int parameter, std::span<const std::string> values) = 0;   // bytea[]
};

// What is asked of the server now and after every connect, before anything else: each query gives one row with one
// text. An error of `judge` closes the connection and is the answer to whatever was wanted of it.
struct ConnectRule {
  std::vector<std::string> queries;
  std::function<Status(const std::vector<std::string>& answers)> judge;
};

// One connection, made again when it was lost. A transaction goes with its connection: everything in it answers
// "store.unreachable" until ROLLBACK. Errors beside those of sql.h: kBusy "store.unreachable" (the server does not
// answer; after COMMIT: the outcome is unknown); kForbidden "store.rights".
class PostgresConnection : public Connection {
 public:
  virtual Result<PostgresStatement*> statement(std::string_view text) = 0;
  // Binary COPY into `target`: "posting (obj, seq, role)". Rows of other columns than these are refused by the server.
  virtual Status copy(std::string_view target, const CopyRows& rows) = 0;
  virtual const std::string& place() const = 0;  // "database \"d\" at host:port", without user and password
  // Keeps a rule from here on: see ConnectRule. Errors: those of its judge; the connection is closed then.
  virtual Status keep(ConnectRule rule) = 0;
};

// What a test lets happen at a command.
enum class Moment { kBefore, kAfter };
enum class Fault {
  kNone,
  kCut,     // the connection breaks: before, the command never arrives; after, its answer never does
  kRefuse,  // before: refused as if the disk were full
};
using Faults = std::function<Fault(std::string_view command, Moment moment)>;

struct PostgresOptions {
  // A transaction that waits so long for its client is ended by the server: its client is gone or stopped.
  int idle_ms = 15'000;
  int lock_ms = 5'000;  // waiting for a lock ends with "store.busy"
  Faults faults = {};   // tests only
};

// `url`: postgresql://user:password@host:port/database?option=…, as libpq reads it; what it leaves out comes from
// PGPASSWORD, ~/.pgpass, a service and the like. Errors: kInvalid "store.url"; kForbidden "store.login"; kNotFound
// "store.no_database"; kBusy "store.unreachable" with the server's own words; kUnsupported "store.server_old" (below
// 13), "store.encoding" (not UTF8), "store.not_durable" (fsync is off).
Result<std::unique_ptr<PostgresConnection>> open_postgres(const std::string& url, const PostgresOptions& options = {});

}  // namespace suyuan::sql
