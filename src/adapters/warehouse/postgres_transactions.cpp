// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/postgres_transactions.h"

#include <algorithm>
#include <thread>

namespace suyuan {

Status PostgresTransactions::run(std::string_view begin, const Work& work) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + patience_;
  std::chrono::milliseconds pause{2};
  bool is_in_doubt = false;
  for (;;) {
    Status done = Done{};
    if (is_in_doubt) {
      auto found = outcome();
      if (found && *found == Outcome::kCommitted) return Done{};
      if (found) is_in_doubt = false;
      if (!found) done = std::move(found.error());
    }
    if (!is_in_doubt) done = attempt(begin, work, is_in_doubt);
    if (done) return done;
    const bool is_passing = done.error().code == "store.busy" || done.error().code == "store.unreachable";
    if (!is_passing || Clock::now() >= until) return done;
    if (done.error().code == "store.busy") release_stopped();
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(100));
  }
}

Status PostgresTransactions::attempt(std::string_view begin, const Work& work, bool& is_in_doubt) {
  if (auto begun = connection_.execute(begin); !begun) return begun;
  Status done = work(connection_);
  if (done) {
    auto mark = connection_.statement(
        "INSERT INTO commit_mark (writer, number) VALUES ($1, $2) ON CONFLICT (writer) DO UPDATE SET number = "
        "excluded.number, at = now()");
    (*mark)->bind(1, std::string_view(writer_)).bind(2, ++number_);
    done = (*mark)->run();
  }
  if (done) {
    done = connection_.execute("COMMIT");
    is_in_doubt = !done && done.error().code == "store.unreachable";
  }
  if (!done) static_cast<void>(connection_.execute("ROLLBACK"));
  return done;
}

// The server may still be busy with that COMMIT after our connection to it is gone: both statements wait for it.
Result<PostgresTransactions::Outcome> PostgresTransactions::outcome() {
  if (auto begun = connection_.execute("BEGIN"); !begun) return std::move(begun.error());
  auto insert = connection_.statement("INSERT INTO commit_mark (writer, number) VALUES ($1, 0) ON CONFLICT DO NOTHING");
  (*insert)->bind(1, std::string_view(writer_));
  const Status made = (*insert)->run();
  auto query = connection_.statement("SELECT number FROM commit_mark WHERE writer = $1 FOR UPDATE");
  (*query)->bind(1, std::string_view(writer_));
  auto row = made ? (*query)->step() : Result<bool>(made.error());
  const std::int64_t last = row && *row ? (*query)->integer(0) : 0;
  (*query)->reset();
  static_cast<void>(connection_.execute("ROLLBACK"));
  if (!row) return std::move(row.error());
  return last == number_ ? Outcome::kCommitted : Outcome::kNot;
}

// A transaction of ours that has waited so long for its client belongs to a process that is stopped or gone; in the
// middle of COPY the server's own timeout does not count. What it wrote is undone; when it wakes up it changes nothing.
void PostgresTransactions::release_stopped() {
  auto query = connection_.statement(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name "
      "= "
      "'suyuan' AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND wait_event_type = 'Client' AND state_change "
      "< clock_timestamp() - $1 * interval '1 millisecond'");
  (*query)->bind(1, std::int64_t{stopped_ms_});
  static_cast<void>((*query)->step());
  (*query)->reset();
}

Status PostgresTransactions::tidy() {
  return connection_.execute("DELETE FROM commit_mark WHERE at < now() - interval '30 days'");
}

}  // namespace suyuan
