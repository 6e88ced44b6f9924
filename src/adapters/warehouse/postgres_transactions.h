// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "adapters/sql/postgres.h"

namespace suyuan {

// Transactions of one connection that are safe to repeat: each leaves a mark in the same transaction, so that after a
// COMMIT whose answer was lost the mark says what became of it. One thread at a time.
class PostgresTransactions {
 public:
  using Work = std::function<Status(sql::PostgresConnection&)>;
  using Patience = std::chrono::milliseconds;

  // `writer` names this connection among all of all servers. `stopped_ms`: see release_stopped.
  PostgresTransactions(sql::PostgresConnection& connection, std::string writer, Patience patience, int stopped_ms)
      : connection_(connection), writer_(std::move(writer)), patience_(patience), stopped_ms_(stopped_ms) {}

  // Runs `work` in a transaction that `begin` opens, again while the store is busy or cannot be reached, for as long as
  // the patience lasts. Errors: those of `work`; kBusy "store.unreachable": whether it was committed is not known.
  Status run(std::string_view begin, const Work& work);
  // Forgets the marks of connections that ended long ago.
  Status tidy();

 private:
  enum class Outcome { kCommitted, kNot };
  Status attempt(std::string_view begin, const Work& work, bool& is_in_doubt);
  Result<Outcome> outcome();
  void release_stopped();

  sql::PostgresConnection& connection_;
  const std::string writer_;
  const Patience patience_;
  const int stopped_ms_;
  std::int64_t number_ = 0;
};

}  // namespace suyuan
