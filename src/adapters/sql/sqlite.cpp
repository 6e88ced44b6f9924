// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sqlite3.h>

#include <exception>
#include <map>

#include "adapters/sql/sql.h"

namespace suyuan::sql {

namespace {

Error error_of(sqlite3* db, int code, std::string_view doing) {
  const std::string detail = fmt::format("{}: {}", doing, sqlite3_errmsg(db));
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::kBusy, "store.busy", "The store is busy. Try again in a moment.", detail};
    case SQLITE_CONSTRAINT:
      return {ErrorKind::kConflict, "sql.constraint", "A stored rule forbids this.", detail};
    case SQLITE_FULL:
      return {ErrorKind::kInternal, "store.disk",
              "The disk is full; nothing was stored. Free some space and try again.", detail};
    case SQLITE_READONLY:
      return {ErrorKind::kInternal, "store.disk",
              "The store cannot be written: its folder or file is read-only. Nothing was stored.", detail};
    case SQLITE_CORRUPT:
      return {ErrorKind::kCorrupt, "store.damaged",
              "The store's file is damaged. Stop the server and restore the last backup.", detail};
    case SQLITE_NOTADB:
      return {ErrorKind::kCorrupt, "store.not_a_database",
              "The file suyuan.db is not a database of ours. Name another folder with --data.", detail};
    case SQLITE_ERROR:
      return {ErrorKind::kInternal, "sql.statement",
              "A statement of ours was refused by the store; nothing was stored.", detail};
    default:
      return {ErrorKind::kInternal, "store.disk",
              "The store could not be read or written; nothing was stored. See the log.", detail};
  }
}

// SQLite reads $2 as a name and numbers names by first appearance, so that values would swap: ?2 is a number.
std::string numbered(std::string_view text) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'') quoted = !quoted;
    const bool parameter = !quoted && text[i] == '$' && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9';
    out += parameter ? '?' : text[i];
  }
  return out;
}

class SqliteStatement final : public Statement {
 public:
  SqliteStatement(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
  ~SqliteStatement() override { sqlite3_finalize(statement_); }

  Statement& bind(int parameter, std::int64_t value) override {
    CHECK(sqlite3_bind_int64(statement_, parameter, value) == SQLITE_OK);
    return *this;
  }
  Statement& bind(int parameter, std::string_view text) override {
    CHECK(sqlite3_bind_text64(statement_, parameter, text.data() == nullptr ? "" : text.data(), text.size(),
                              SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK);
    return *this;
  }
  Statement& bind_bytes(int parameter, std::string_view bytes) override {
    CHECK(sqlite3_bind_blob64(statement_, parameter, bytes.data() == nullptr ? "" : bytes.data(), bytes.size(),
                              SQLITE_STATIC) == SQLITE_OK);
    return *this;
  }
  void bind_pointer(int parameter, void* pointer, const char* type) {
    CHECK(sqlite3_bind_pointer(statement_, parameter, pointer, type, nullptr) == SQLITE_OK);
  }
  Result<bool> step() override {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
      reset();
      return false;
    }
    Error error = error_of(db_, code, sqlite3_sql(statement_));
    reset();
    return error;
  }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  std::string_view text(int column) const override {
    const auto* data = sqlite3_column_text(statement_, column);
    return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  std::string_view bytes(int column) const override {
    const void* data = sqlite3_column_blob(statement_, column);
    return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  void reset() override {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_;
};

// The arguments of a function as a row.
class SqliteArguments final : public Row {
 public:
  explicit SqliteArguments(sqlite3_value** values) : values_(values) {}
  std::int64_t integer(int column) const override { return sqlite3_value_int64(values_[column]); }
  std::string_view text(int column) const override {
    const auto* data = sqlite3_value_text(values_[column]);
    return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(sqlite3_value_bytes(values_[column]))};
  }
  std::string_view bytes(int column) const override {
    const void* data = sqlite3_value_blob(values_[column]);
    return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_value_bytes(values_[column]))};
  }

 private:
  sqlite3_value** values_;
};

constexpr const char* kTaker = "suyuan.taker";
struct Taker {
  const TakeRow& take;
  Status done = Done{};
  std::exception_ptr thrown = {};  // never through the engine
};

// hand_out(taker, columns …): true ends the statement.
void hand_out(sqlite3_context* context, int count, sqlite3_value** values) {
  void* const given = count == 0 ? nullptr : sqlite3_value_pointer(values[0], kTaker);
  if (given == nullptr) return sqlite3_result_error(context, "hand_out is for each_row", -1);
  auto& taker = *static_cast<Taker*>(given);
  try {
    taker.done = taker.take(SqliteArguments(values + 1));
  } catch (...) {
    taker.thrown = std::current_exception();
  }
  sqlite3_result_int(context, taker.thrown || !taker.done ? 1 : 0);
}

class SqliteConnection final : public Connection {
 public:
  explicit SqliteConnection(sqlite3* db) : db_(db) {}
  ~SqliteConnection() override {
    statements_.clear();
    sqlite3_close_v2(db_);
  }

  Result<Statement*> prepare(std::string_view text) override {
    const auto found = statements_.find(text);
    if (found != statements_.end()) return found->second.get();
    sqlite3_stmt* statement = nullptr;
    const std::string spelled = numbered(text);
    const int code = sqlite3_prepare_v3(db_, spelled.c_str(), static_cast<int>(spelled.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) {
      sqlite3_finalize(statement);
      return error_of(db_, code, text);
    }
    return statements_.emplace(std::string(text), std::make_unique<SqliteStatement>(db_, statement))
        .first->second.get();
  }

  Status each_row(const TableRows& rows, const TakeRow& take) {
    auto prepared =
        prepare(fmt::format("SELECT 1 FROM {0} WHERE {1} BETWEEN $1 AND $2 AND hand_out($3, {2}) ORDER BY {1}",
                            rows.table, rows.number, rows.columns));
    if (!prepared) return std::move(prepared.error());
    auto& statement = static_cast<SqliteStatement&>(**prepared);
    const Reset at_the_end(statement);
    Taker taker{take};
    statement.bind(1, rows.first).bind(2, rows.last);
    statement.bind_pointer(3, &taker, kTaker);
    auto stepped = statement.step();
    if (taker.thrown) std::rethrow_exception(taker.thrown);
    if (!stepped) return std::move(stepped.error());
    return taker.done;
  }

  Status execute(std::string_view script) override {
    const int code = sqlite3_exec(db_, std::string(script).c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return error_of(db_, code, script.substr(0, 60));
    return Done{};
  }

 private:
  sqlite3* db_;
  std::map<std::string, std::unique_ptr<SqliteStatement>, std::less<>> statements_;
};

}  // namespace

Status each_row(Connection& sqlite, const TableRows& rows, const TakeRow& take) {
  auto* const connection = dynamic_cast<SqliteConnection*>(&sqlite);
  CHECK(connection != nullptr);
  return connection->each_row(rows, take);
}

Result<std::unique_ptr<Connection>> open_sqlite(const std::filesystem::path& file, Mode mode, int busy_ms) {
  sqlite3* db = nullptr;
  const int flags = (mode == Mode::kWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(file.c_str(), &db, flags, nullptr);
  if (code != SQLITE_OK) {
    const std::string detail = db == nullptr ? "no memory" : sqlite3_errmsg(db);
    sqlite3_close_v2(db);
    return Error{ErrorKind::kInternal, "store.open",
                 fmt::format("The store \"{}\" cannot be opened: {}. Check that the folder exists and may be written.",
                             file.string(), detail)};
  }
  if (mode == Mode::kWrite && sqlite3_db_readonly(db, "main") == 1) {  // SQLite opens it for reading and says nothing
    sqlite3_close_v2(db);
    return Error{
        ErrorKind::kInternal, "store.disk",
        fmt::format("The file \"{}\" cannot be written: it is read-only. Give this user the right to write it, "
                    "or name another store.",
                    file.string())};
  }
  sqlite3_busy_timeout(db, busy_ms);  // first of all: even opening waits for a lock
  CHECK(sqlite3_create_function_v2(db, "hand_out", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, nullptr, hand_out, nullptr,
                                   nullptr, nullptr) == SQLITE_OK);
  std::unique_ptr<Connection> connection = std::make_unique<SqliteConnection>(db);
  return connection;
}

}  // namespace suyuan::sql
