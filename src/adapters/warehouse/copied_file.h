// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "adapters/sql/database.h"
#include "adapters/warehouse/rows.h"
#include "adapters/warehouse/transaction.h"

namespace suyuan {

// The records of a file, through one connection of one thread: of a file that nobody else has open, or only read.
class CopiedFile final : public sql::Database {
 public:
  explicit CopiedFile(sql::Connection& connection) : connection_(connection) {}

  Status write(const Work& work) override {
    return in_transaction(connection_, [&] { return work(connection_); });
  }
  Status read(const Work& work) override {
    if (auto begun = connection_.execute("BEGIN"); !begun) return begun;
    Status done = work(connection_);
    static_cast<void>(connection_.execute("ROLLBACK"));
    return done;
  }

 private:
  sql::Connection& connection_;
};

inline Result<std::int64_t> number_of(sql::Connection& connection, std::string_view query) {
  std::int64_t number = 0;
  auto done = each_row_of(
      connection, query, [](sql::Statement&) {}, [&](const sql::Statement& row) { number = row.integer(0); });
  if (!done) return std::move(done.error());
  return number;
}

// Whether every page and index of the file is what SQLite wrote. Errors: kCorrupt "backup.damaged".
Status check_integrity(sql::Connection& connection, const std::string& file);

}  // namespace suyuan
