// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/log_store.h"

#include <fmt/format.h>

#include <mutex>

#include "adapters/records/audit_rows.h"
#include "adapters/records/lease_store.h"
#include "app/tlog/leaves.h"

namespace suyuan {

namespace {

using namespace records;

constexpr std::string_view kLeaseName = "log";
constexpr std::string_view kStateColumns =
    "number, origin, secret, opened, size, event_upto, audit_upto, anchored, note_sha256, note_sm3, standing";
constexpr std::string_view kRunColumns = "first, stream, ref, count, org, number";

std::int64_t signed_of(std::uint64_t number) { return static_cast<std::int64_t>(number); }
std::uint64_t count_at(const Statement& row, int column) { return static_cast<std::uint64_t>(row.integer(column)); }
std::string_view text_of(const tlog::LogSecret& secret) {
  return {reinterpret_cast<const char*>(secret.data()), secret.size()};
}

LogState state_at(const Statement& row) {
  LogState state;
  state.number = row.integer(0);
  state.origin = row.text(1);
  const std::string_view secret = row.bytes(2);
  std::copy_n(secret.begin(), std::min(secret.size(), state.secret.size()),
              reinterpret_cast<char*>(state.secret.data()));
  state.opened = instant(row.integer(3));
  state.size = count_at(row, 4);
  state.event_upto = row.integer(5);
  state.audit_upto = row.integer(6);
  state.anchored = instant(row.integer(7));
  state.checkpoints = {std::string(row.text(8)), std::string(row.text(9))};
  state.standing = static_cast<LogStanding>(row.integer(10));
  return state;
}

LogRun run_at(const Statement& row) {
  LogRun run;
  run.first = count_at(row, 0);
  run.stream = static_cast<LogStream>(row.integer(1));
  run.ref = row.integer(2);
  run.count = count_at(row, 3);
  if (row.integer(4) > 0) run.org = OrgId(row.integer(4));
  run.number = count_at(row, 5);
  return run;
}

Error moved_on(const LogState& state) {
  return {
      ErrorKind::kConflict, "log.moved_on",
      fmt::format("The log {} is no longer at size {} of number {}: somebody else wrote to it. Nothing was written.",
                  state.origin, state.size, state.number)};
}

Status insert_run(Connection& connection, std::int64_t log, const LogRun& run) {
  return change(
      connection,
      "INSERT INTO tlog_run (log, first, stream, ref, count, org, number) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      [&](Statement& s) {
        s.bind(1, log).bind(2, signed_of(run.first)).bind(3, static_cast<std::int64_t>(run.stream));
        s.bind(4, run.ref).bind(5, signed_of(run.count)).bind(6, run.org ? run.org->value() : 0);
        s.bind(7, signed_of(run.number));
      });
}

Status insert_entry(Connection& connection, std::int64_t log, std::uint64_t leaf, std::string_view entry) {
  return change(connection, "INSERT INTO tlog_entry (log, leaf, entry) VALUES ($1, $2, $3)",
                [&](Statement& s) { s.bind(1, log).bind(2, signed_of(leaf)).bind(3, entry); });
}

Status put_keys(Connection& connection, std::int64_t log, const std::vector<LogKey>& keys) {
  for (const LogKey& key : keys) {
    auto done = change(connection,
                       "INSERT INTO tlog_key (log, vkey, since, until) VALUES ($1, $2, $3, $4) ON CONFLICT (log, vkey) "
                       "DO UPDATE SET until = excluded.until",
                       [&](Statement& s) {
                         s.bind(1, log).bind(2, std::string_view(key.vkey)).bind(3, micros(key.since));
                         s.bind(4, micros(key.until));
                       });
    if (!done) return done;
  }
  return Done{};
}

Status read_run(Connection& connection, std::int64_t log, LogStream stream, std::int64_t ref,
                std::optional<LogRun>& found) {
  found.reset();
  auto read = rows(
      connection,
      fmt::format("SELECT {} FROM tlog_run WHERE log = $1 AND stream = $2 AND ref <= $3 ORDER BY ref DESC LIMIT 1",
                  kRunColumns),
      [&](Statement& s) { s.bind(1, log).bind(2, static_cast<std::int64_t>(stream)).bind(3, ref); },
      [&](Statement& row) { found = run_at(row); });
  if (found && found->ref + signed_of(found->count) <= ref) found.reset();
  return read;
}

class SqlLogStore final : public LogStore {
 public:
  SqlLogStore(sql::Database& records, std::string holder, bool is_shared)
      : records_(records), leases_(records), holder_(std::move(holder)), is_shared_(is_shared) {}

  Result<std::optional<LogState>> state() override {
    std::optional<LogState> found;
    auto done = records_.read([&](Connection& connection) -> Status {
      found.reset();
      return rows(
          connection, fmt::format("SELECT {} FROM tlog ORDER BY number DESC LIMIT 1", kStateColumns), [](Statement&) {},
          [&](Statement& row) { found = state_at(row); });
    });
    if (!done) return std::move(done.error());
    return found;
  }

  Result<std::vector<LogState>> older() override {
    std::vector<LogState> all;
    auto done = records_.read([&](Connection& connection) -> Status {
      all.clear();
      return rows(
          connection,
          fmt::format("SELECT {} FROM tlog WHERE number < (SELECT max(number) FROM tlog) ORDER BY number",
                      kStateColumns),
          [](Statement&) {}, [&](Statement& row) { all.push_back(state_at(row)); });
    });
    if (!done) return std::move(done.error());
    return all;
  }

  Result<bool> hold(Instant now, Instant until) override;
  Status let_go() override;
  Status open(const LogState& fresh, const std::vector<LogKey>& keys) override;
  Status advance(const LogStep& step) override;
  Status set_keys(std::int64_t log, const std::vector<LogKey>& keys) override {
    return writing([&](Connection& connection) { return put_keys(connection, log, keys); });
  }

  Result<std::vector<LogKey>> keys(std::int64_t log) override;
  Result<std::vector<LogRun>> runs(std::int64_t log, std::uint64_t leaf, std::size_t limit) override;
  Result<std::optional<LogRun>> run_of(std::int64_t log, LogStream stream, std::int64_t ref) override;
  Result<std::map<std::uint64_t, std::string>> kept(std::int64_t log, std::uint64_t first, std::uint64_t end) override;
  Result<std::map<OrgId, std::uint64_t>> counts(std::int64_t log, const std::vector<OrgId>& orgs) override;
  Result<std::vector<AuditEntry>> audits(std::int64_t after, std::size_t limit) override;

 private:
  // One transaction that confirms the lease first.
  template <class Work>
  Status writing(Work work) {
    const auto lease = this->lease();
    if (!lease) return Error{ErrorKind::kConflict, "lease.lost", "This process does not write the log."};
    auto done = records_.write([&](Connection& connection) -> Status {
      if (auto confirmed = LeaseStore::confirm(connection, *lease); !confirmed) return confirmed;
      return work(connection);
    });
    if (!done && done.error().code == "lease.lost") forget();
    return done;
  }
  std::optional<Lease> lease() const {
    const std::lock_guard lock(mutex_);
    return lease_;
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    lease_.reset();
  }

  sql::Database& records_;
  LeaseStore leases_;
  std::string holder_;
  bool is_shared_;
  mutable std::mutex mutex_;
  std::optional<Lease> lease_;
  Instant renew_at_;
};

// A store that nobody else can open is taken for no time at all: its next process need not wait.
Result<bool> SqlLogStore::hold(Instant now, Instant until) {
  const auto held = lease();
  if (held && (!is_shared_ || now < renew_at_)) return true;
  if (held) {
    if (auto renewed = leases_.renew(*held, until); !renewed) {
      forget();
      if (renewed.error().code == "lease.lost") return false;
      return std::move(renewed.error());
    }
  } else {
    auto taken = leases_.take(std::string(kLeaseName), holder_, now, is_shared_ ? until : Instant{});
    if (!taken) return std::move(taken.error());
    if (!*taken) return false;
    const std::lock_guard lock(mutex_);
    lease_ = std::move(**taken);
  }
  renew_at_ = now + (until - now) / 2;
  return true;
}

Status SqlLogStore::let_go() {
  const auto held = lease();
  if (!held) return Done{};
  forget();
  return leases_.release(*held);
}

Status SqlLogStore::open(const LogState& fresh, const std::vector<LogKey>& keys) {
  return writing([&](Connection& connection) -> Status {
    auto is_next = touched(
        connection,
        fmt::format("INSERT INTO tlog ({}) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 WHERE (SELECT "
                    "coalesce(max(number), 0) + 1 FROM tlog) = $1 RETURNING number",
                    kStateColumns),
        [&](Statement& s) {
          s.bind(1, fresh.number).bind(2, std::string_view(fresh.origin)).bind_bytes(3, text_of(fresh.secret));
          s.bind(4, micros(fresh.opened)).bind(5, signed_of(fresh.size)).bind(6, fresh.event_upto);
          s.bind(7, fresh.audit_upto).bind(8, micros(fresh.anchored));
          s.bind(9, std::string_view(fresh.checkpoints.sha256)).bind(10, std::string_view(fresh.checkpoints.sm3));
          s.bind(11, static_cast<std::int64_t>(fresh.standing));
        });
    if (!is_next) return std::move(is_next.error());
    return *is_next ? put_keys(connection, fresh.number, keys) : Status(moved_on(fresh));
  });
}

Status SqlLogStore::advance(const LogStep& step) {
  return writing([&](Connection& connection) -> Status {
    auto is_there = touched(
        connection,
        "UPDATE tlog SET size = $1, event_upto = $2, audit_upto = $3, anchored = $4, note_sha256 = $5, note_sm3 = $6, "
        "standing = $7 WHERE number = $8 AND size = $9 AND note_sha256 = $10 AND standing = $11 RETURNING number",
        [&](Statement& s) {
          s.bind(1, signed_of(step.to.size)).bind(2, step.to.event_upto).bind(3, step.to.audit_upto);
          s.bind(4, micros(step.to.anchored)).bind(5, std::string_view(step.to.checkpoints.sha256));
          s.bind(6, std::string_view(step.to.checkpoints.sm3)).bind(7, static_cast<std::int64_t>(step.to.standing));
          s.bind(8, step.from.number).bind(9, signed_of(step.from.size));
          s.bind(10, std::string_view(step.from.checkpoints.sha256));
          s.bind(11, static_cast<std::int64_t>(step.from.standing));
        });
    if (!is_there) return std::move(is_there.error());
    if (!*is_there) return moved_on(step.from);
    for (const LogRun& run : step.runs)
      if (auto done = insert_run(connection, step.from.number, run); !done) return done;
    for (const auto& [leaf, entry] : step.kept)
      if (auto done = insert_entry(connection, step.from.number, leaf, entry); !done) return done;
    for (const auto& [org, count] : step.counts) {
      auto done = change(connection,
                         "INSERT INTO tlog_submitter (log, org, count) VALUES ($1, $2, $3) ON CONFLICT (log, org) DO "
                         "UPDATE SET count = excluded.count",
                         [&, org = org, count = count](Statement& s) {
                           s.bind(1, step.from.number).bind(2, org.value()).bind(3, signed_of(count));
                         });
      if (!done) return done;
    }
    return Done{};
  });
}

Result<std::vector<LogKey>> SqlLogStore::keys(std::int64_t log) {
  std::vector<LogKey> all;
  auto done = records_.read([&](Connection& connection) -> Status {
    all.clear();
    return rows(
        connection, "SELECT vkey, since, until FROM tlog_key WHERE log = $1 ORDER BY since, vkey",
        [&](Statement& s) { s.bind(1, log); },
        [&](Statement& row) {
          all.push_back({std::string(row.text(0)), instant(row.integer(1)), instant_or_none(row.integer(2))});
        });
  });
  if (!done) return std::move(done.error());
  return all;
}

Result<std::vector<LogRun>> SqlLogStore::runs(std::int64_t log, std::uint64_t leaf, std::size_t limit) {
  std::vector<LogRun> all;
  auto done = records_.read([&](Connection& connection) -> Status {
    all.clear();
    return rows(
        connection,
        fmt::format("SELECT {} FROM tlog_run WHERE log = $1 AND first >= (SELECT coalesce(max(first), 0) FROM tlog_run "
                    "WHERE log = $1 AND first <= $2) ORDER BY first LIMIT $3",
                    kRunColumns),
        [&](Statement& s) { s.bind(1, log).bind(2, signed_of(leaf)).bind(3, static_cast<std::int64_t>(limit)); },
        [&](Statement& row) { all.push_back(run_at(row)); });
  });
  if (!done) return std::move(done.error());
  if (!all.empty() && all.front().end() <= leaf) all.erase(all.begin());
  return all;
}

Result<std::optional<LogRun>> SqlLogStore::run_of(std::int64_t log, LogStream stream, std::int64_t ref) {
  std::optional<LogRun> found;
  auto done = records_.read([&](Connection& connection) { return read_run(connection, log, stream, ref, found); });
  if (!done) return std::move(done.error());
  return found;
}

Result<std::map<std::uint64_t, std::string>> SqlLogStore::kept(std::int64_t log, std::uint64_t first,
                                                               std::uint64_t end) {
  std::map<std::uint64_t, std::string> all;
  auto done = records_.read([&](Connection& connection) -> Status {
    all.clear();
    return rows(
        connection, "SELECT leaf, entry FROM tlog_entry WHERE log = $1 AND leaf >= $2 AND leaf < $3",
        [&](Statement& s) { s.bind(1, log).bind(2, signed_of(first)).bind(3, signed_of(end)); },
        [&](Statement& row) { all.emplace(count_at(row, 0), row.text(1)); });
  });
  if (!done) return std::move(done.error());
  return all;
}

Result<std::map<OrgId, std::uint64_t>> SqlLogStore::counts(std::int64_t log, const std::vector<OrgId>& orgs) {
  std::map<OrgId, std::uint64_t> all;
  auto done = records_.read([&](Connection& connection) -> Status {
    all.clear();
    for (const OrgId org : orgs) {
      std::uint64_t& count = all[org];
      auto read = rows(
          connection, "SELECT count FROM tlog_submitter WHERE log = $1 AND org = $2",
          [&](Statement& s) { s.bind(1, log).bind(2, org.value()); },
          [&](Statement& row) { count = count_at(row, 0); });
      if (!read) return read;
    }
    return Done{};
  });
  if (!done) return std::move(done.error());
  return all;
}

Result<std::vector<AuditEntry>> SqlLogStore::audits(std::int64_t after, std::size_t limit) {
  std::vector<AuditEntry> all;
  auto done = records_.read([&](Connection& connection) -> Status {
    all.clear();
    return rows(
        connection, fmt::format("SELECT {} FROM audit_entry WHERE id > $1 ORDER BY id LIMIT $2", kAuditColumns),
        [&](Statement& s) { s.bind(1, after).bind(2, static_cast<std::int64_t>(limit)); },
        [&](Statement& row) { all.push_back(audit_entry_of(row)); });
  });
  if (!done) return std::move(done.error());
  return all;
}

}  // namespace

Status keep_leaves_of(sql::Connection& connection, const std::vector<AuditEntry>& entries) {
  std::vector<LogState> logs;
  auto read = rows(
      connection, fmt::format("SELECT {} FROM tlog", kStateColumns), [](Statement&) {},
      [&](Statement& row) { logs.push_back(state_at(row)); });
  if (!read) return read;
  for (const LogState& log : logs) {
    for (const AuditEntry& entry : entries) {
      std::optional<LogRun> run;
      if (read = read_run(connection, log.number, LogStream::kAudit, entry.id, run); !read) return read;
      if (!run) continue;  // no leaf yet, and never
      const auto leaf = run->first + static_cast<std::uint64_t>(entry.id - run->ref);
      if (auto kept = insert_entry(connection, log.number, leaf, tlog::written(act_entry(log.secret, entry))); !kept)
        return kept;
    }
  }
  return Done{};
}

Status stand_still(sql::Database& records) {
  return records.write([](Connection& connection) {
    return change(connection, "UPDATE tlog SET standing = $1 WHERE number = (SELECT max(number) FROM tlog)",
                  [](Statement& s) { s.bind(1, static_cast<std::int64_t>(LogStanding::kRestored)); });
  });
}

std::unique_ptr<LogStore> make_log_store(sql::Database& records, const std::string& holder, bool is_shared) {
  return std::make_unique<SqlLogStore>(records, holder, is_shared);
}

}  // namespace suyuan
