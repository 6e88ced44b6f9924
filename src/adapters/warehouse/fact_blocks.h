// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "adapters/sql/sql.h"
#include "adapters/warehouse/fact_block.h"

namespace suyuan {

// The blocks of an SQLite store as they grow, from event 1 on without a gap. Of the thread that writes.
class FactBlocks {
 public:
  explicit FactBlocks(sql::Connection& writer) : connection_(writer) {}

  // Makes what is missing after the last block, in transactions of its own. What comes before it ends well, or after it
  // failed, is in no block until it is called again: its rows are read.
  Status catch_up();
  // Drops all of them and makes them again.
  Status rebuild();

  // The next event of the transaction.
  void add(const FactRow& fact);
  void forget_from(std::int64_t event);  // what was rolled back
  // At the end of a transaction: the blocks that are full by now.
  Status write();
  void committed();

 private:
  void forget_all();
  struct Waiting {
    FactRow fact;  // but for its links
    std::string links;
  };
  Result<std::int64_t> end();
  Status drop();
  Result<bool> read_some();
  std::vector<FactRow> waiting() const;

  sql::Connection& connection_;
  std::vector<Waiting> waiting_;  // in no block that is committed
  std::size_t written_ = 0;       // of them, by the transaction that is open
  std::int64_t next_ = 0;         // event; 0: not caught up
};

}  // namespace suyuan
