// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "adapters/sql/postgres.h"
#include "adapters/warehouse/folder_lock.h"
#include "adapters/warehouse/move_store.h"
#include "adapters/warehouse/move_tables.h"
#include "adapters/warehouse/original_codec.h"
#include "adapters/warehouse/store_state.h"

namespace suyuan {

// One of the two stores of a move, held by nobody else as long as this lives.
class MoveSide {
 public:
  // Errors: those of opening a store; kBusy "store.in_use"; kNotFound "store.none" when it is not there and not to be
  // made.
  static Result<std::unique_ptr<MoveSide>> open(const StoreAddress& address, bool make);

  sql::Connection& connection() { return postgres_ ? *postgres_ : *sqlite_; }
  sql::PostgresConnection* postgres() { return postgres_.get(); }  // nullptr: SQLite
  const std::filesystem::path& folder() const { return folder_; }
  const std::string& place() const { return place_; }
  const OriginalCodec& codec() const { return codec_; }
  Status load_dictionaries();

  Result<StoreState> state() { return read_state(connection()); }
  Status set_state(const StoreState& state);  // durable on return

  // One number of a query: its first column, 0 without a row.
  Result<std::int64_t> number(std::string_view query);
  // The greatest number in a numbered table; 0 when it is empty.
  Result<std::int64_t> last(const MoveTable& table);
  // A name for a cursor: used once, since the answer of FETCH is prepared by it.
  std::string fresh_cursor() { return "move_" + std::to_string(++cursors_); }

 private:
  Status open_folder(bool make);
  Status open_database(const std::string& url, bool make);

  std::filesystem::path folder_;
  std::string place_;
  std::unique_ptr<FolderLock> lock_;
  std::unique_ptr<sql::Connection> sqlite_;
  std::unique_ptr<sql::PostgresConnection> postgres_;
  OriginalCodec codec_;
  int cursors_ = 0;
};

// Reads a table in the order of its first column (of all columns when it is not numbered), row by row, however large it
// is. Within a transaction of the side's connection.
class MoveReader {
 public:
  // Rows whose number is above `after`.
  static Result<MoveReader> open(MoveSide& side, const MoveTable& table, std::int64_t after = 0);
  // Any query without parameters.
  static Result<MoveReader> open(MoveSide& side, const std::string& query);
  Result<bool> next() {
    auto row = statement_->step();
    if (is_cursor_ && row && !*row) row = statement_->step();  // the next piece, or none
    return row;
  }
  const sql::Statement& row() const { return *statement_; }

 private:
  MoveReader(sql::Statement* statement, bool is_cursor) : statement_(statement), is_cursor_(is_cursor) {}
  sql::Statement* statement_;
  bool is_cursor_;
};

}  // namespace suyuan
