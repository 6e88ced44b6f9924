// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

// A thin driver over SQL engines. Parameters are $1, $2 … on every engine and may repeat and come in any order.
namespace suyuan::sql {

// A row of an answer, until the next one is asked for.
class Row {
 public:
  virtual ~Row() = default;
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual std::string_view bytes(int column) const = 0;
};

// A prepared statement, reusable; the row at which it stands. Texts and bytes given to bind must live until step has
// returned.
class Statement : public Row {
 public:
  virtual Statement& bind(int parameter, std::int64_t value) = 0;
  virtual Statement& bind(int parameter, std::string_view text) = 0;
  virtual Statement& bind_bytes(int parameter, std::string_view bytes) = 0;

  // True: there is a row. False: done; the statement is reset and its bindings are cleared.
  // Errors: kBusy "store.busy"; kConflict "sql.constraint"; kInternal "store.disk" (full, unreadable, I/O).
  virtual Result<bool> step() = 0;
  virtual void reset() = 0;

  // For a statement without rows.
  Status run() {
    auto stepped = step();
    if (!stepped) return std::move(stepped.error());
    reset();
    return Done{};
  }
};

// Resets a statement when the reader leaves, however it leaves.
class Reset {
 public:
  explicit Reset(Statement& statement) : statement_(statement) {}
  ~Reset() { statement_.reset(); }
  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;

 private:
  Statement& statement_;
};

// One connection, one thread at a time.
class Connection {
 public:
  virtual ~Connection() = default;
  // The statement of that text, prepared once per connection. Errors: kInternal "sql.statement", here or at its first
  // step.
  virtual Result<Statement*> prepare(std::string_view text) = 0;
  // Statements without parameters and rows, separated by semicolons.
  virtual Status execute(std::string_view script) = 0;
};

// The rows of a table whose number (its INTEGER PRIMARY KEY) is between `first` and `last`, ascending, until `take`
// answers an error, which is the answer then. Row by row through a statement costs half as much again; `take` is called
// from inside the engine, and may use other statements of the connection for reading. SQLite only. Errors: as step.
struct TableRows {
  std::string_view columns, table, number;
  std::int64_t first, last;
};
using TakeRow = std::function<Status(const Row& row)>;
Status each_row(Connection& sqlite, const TableRows& rows, const TakeRow& take);

enum class Mode { kWrite, kRead };

// Opens an SQLite database; kWrite makes the file when it is not there. Every connection waits up to `busy` for others.
// Errors: kInternal "store.open", "store.disk" (kWrite: the file is read-only); kCorrupt "store.not_a_database".
Result<std::unique_ptr<Connection>> open_sqlite(const std::filesystem::path& file, Mode mode, int busy_ms = 5000);

}  // namespace suyuan::sql
