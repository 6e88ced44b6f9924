// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/lookups.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/warehouse/lookup_replay.h"
#include "adapters/warehouse/transaction.h"
#include "base/background.h"
#include "base/fault_points.h"

namespace suyuan {

namespace {

constexpr unsigned kBlockBits = 24;  // of run_block.id

Status run_with(sql::Connection& connection, std::string_view text, std::initializer_list<std::int64_t> values) {
  auto statement = connection.prepare(text);
  if (!statement) return std::move(statement.error());
  int at = 0;
  for (const std::int64_t value : values) (*statement)->bind(++at, value);
  return (*statement)->run();
}

}  // namespace

struct Lookups::Build {
  Lookup which;
  runs::Snapshot made_of;
  std::uint64_t id;
  int level;
  std::int64_t upto_event, upto_object;

  // Under `mutex_`.
  std::deque<std::string> blocks;
  bool is_done = false;
  std::optional<runs::Run> run;
  std::optional<Error> failed;

  // Of the writer.
  std::deque<std::string> in_flight = {};  // taken by a transaction that is not committed yet
  std::uint64_t written = 0;
  bool is_installed = false;
};

Result<std::string_view> SqliteBlocks::block(std::uint64_t run, std::size_t number) {
  auto query = connection_.prepare("SELECT data FROM run_block WHERE id = $1");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  (*query)->bind(1, static_cast<std::int64_t>(run << kBlockBits | number));
  auto row = (*query)->step();
  if (!row) return std::move(row.error());
  if (!*row)
    return Error{ErrorKind::kCorrupt, "store.lookup_damaged",
                 fmt::format("Block {} of run {} is missing.", number, run)};
  bytes_ = (*query)->bytes(0);
  return std::string_view(bytes_);
}

// ---------------------------------------------------------------------------------------------------------------- open

Status Lookups::open(sql::Connection& writer, std::unique_ptr<sql::Connection> builder, std::function<void()> wake) {
  builder_connection_ = std::move(builder);
  wake_ = std::move(wake);
  for (const Lookup which : kAllLookups) {
    if (is_asked_by_writer(which)) in_memory_[slot(which)] = runs::Bloom(options_.spill * 4);
  }
  if (auto read = read_runs(writer); !read) return read;
  if (auto dropped = drop_orphans(writer); !dropped) return dropped;
  builder_ = std::thread([this] { build_all(); });
  Status replayed = replay(writer);
  if (!replayed && replayed.error().code == "store.lookup_damaged") replayed = rebuild(writer);
  return replayed;
}

Lookups::Lookups(const LookupOptions& options) : options_(options) {}

Lookups::~Lookups() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (builder_.joinable()) builder_.join();
}

Status Lookups::read_runs(sql::Connection& connection) {
  struct Row {
    Lookup which;
    runs::Run run;
    std::size_t blocks, tail_blocks;
  };
  std::vector<Row> rows;
  auto query = connection.prepare(
      "SELECT id, lookup, level, entries, keys, base, blocks, tail_blocks, upto_event, upto_object FROM run ORDER BY "
      "id");
  if (!query) return std::move(query.error());
  const auto number = [&](int column) { return static_cast<std::uint64_t>((*query)->integer(column)); };
  for (;;) {
    auto row = (*query)->step();
    if (!row) return std::move(row.error());
    if (!*row) break;
    rows.push_back({static_cast<Lookup>(number(1)),
                    {number(0), static_cast<int>(number(2)), number(3), number(4), number(5), {}, runs::Bloom()},
                    number(6),
                    number(7)});
    upto_[number(0)] = {(*query)->integer(8), (*query)->integer(9)};
    next_run_ = std::max(next_run_, number(0) + 1);
  }
  SqliteBlocks blocks(connection);
  std::vector<Lookup> damaged;
  for (Row& row : rows) {
    if (std::find(damaged.begin(), damaged.end(), row.which) != damaged.end()) continue;
    auto read = runs::read_tail(row.run, row.blocks, row.tail_blocks, blocks);
    if (read) {
      index(row.which).add_run(std::make_shared<const runs::Run>(std::move(row.run)));
      current_[slot(row.which)] = index(row.which).snapshot();
    } else if (read.error().code == "store.lookup_damaged") {
      damaged.push_back(row.which);
    } else {
      return read;
    }
  }
  for (const Lookup which : damaged) {
    if (auto dropped = drop(connection, which); !dropped) return dropped;
    forget(which);
  }
  return Done{};
}

Status Lookups::drop(sql::Connection& connection, Lookup which) {
  return run_with(connection, "DELETE FROM run WHERE lookup = $1", {static_cast<std::int64_t>(which)});
}

void Lookups::forget(Lookup which) {
  for (const auto& run : index(which).runs()) bury(run);
  index(which).clear();
  current_[slot(which)] = {};
}

// Its blocks are deleted once nobody reads it.
void Lookups::bury(const std::shared_ptr<const runs::Run>& run) {
  const std::uint64_t first = run->id << kBlockBits;
  dead_.push_back({run, first, first + run->fences.size() + run->bloom.words().size() / 1024 + 64});
  upto_.erase(run->id);
}

// Readers go on with what they have until it is done.
Status Lookups::replay(sql::Connection& connection) {
  is_whole_ = false;
  LookupsUpto from;
  for (const Lookup which : kAllLookups) {
    for (const auto& run : index(which).runs()) {
      from.event[which] = std::max(from.event[which], upto_[run->id].first);
      from.object[which] = std::max(from.object[which], upto_[run->id].second);
    }
    covered_[slot(which)] = {from.event[which], from.object[which]};
  }
  auto done =
      LookupReplay(*this, connection, from, [&](PendingEntries& pending, std::int64_t event, std::int64_t object) {
        take(pending, event, object);
        merge_parts();
        return settle(connection);
      }).run();
  is_whole_ = done.ok();
  refresh();
  return done;
}

Status Lookups::rebuild(sql::Connection& connection) {
  is_damaged_ = true;  // until they are dropped; then they are not whole until it is done
  if (auto settled = settle(connection); !settled) return settled;
  const auto drop_all = [&] {
    Status done = Done{};
    for (const Lookup which : kAllLookups) {
      if (done) done = drop(connection, which);
    }
    return done;
  };
  if (auto dropped = in_transaction(connection, drop_all); !dropped) return dropped;
  for (const Lookup which : kAllLookups) forget(which);
  is_damaged_ = false;
  return replay(connection);
}

// Blocks of runs that were never finished, or that others replaced.
Status Lookups::drop_orphans(sql::Connection& connection) {
  auto query = connection.prepare(
      "SELECT coalesce(min(id) >> 24, 0), coalesce((SELECT count(*) FROM run WHERE id = (SELECT min(id) >> 24 FROM "
      "run_block WHERE id >= $1)), 0) FROM run_block WHERE id >= $1");
  if (!query) return std::move(query.error());
  for (std::int64_t from = 0;;) {
    auto row = (*query)->bind(1, from).step();
    if (!row) return std::move(row.error());
    const std::int64_t run = (*query)->integer(0);
    const bool is_known = (*query)->integer(1) > 0;
    (*query)->reset();
    if (run == 0) return Done{};
    next_run_ = std::max(next_run_, static_cast<std::uint64_t>(run) + 1);
    from = (run + 1) << kBlockBits;
    if (is_known) continue;
    if (auto deleted =
            run_with(connection, "DELETE FROM run_block WHERE id >= $1 AND id < $2", {run << kBlockBits, from});
        !deleted)
      return deleted;
  }
}

std::shared_ptr<const LookupState> Lookups::state() const {
  const std::lock_guard lock(state_mutex_);
  return state_;
}

void Lookups::refresh() {
  if (!is_whole_) return;
  auto fresh = std::make_shared<LookupState>();
  fresh->of = current_;
  const std::lock_guard lock(state_mutex_);
  state_ = std::move(fresh);
}

// -------------------------------------------------------------------------------------------------------- growing

void Lookups::publish(PendingEntries& pending, std::int64_t event, std::int64_t object) {
  if (!is_whole_) return;  // nothing was stored that has entries; a run made now would claim what it lacks
  take(pending, event, object);
  refresh();
}

void Lookups::merge_parts() {
  bool has_merged = false;
  for (const Lookup which : kAllLookups) {
    if (!index(which).merge_parts()) continue;
    current_[slot(which)] = index(which).snapshot();
    has_merged = true;
  }
  if (has_merged) refresh();
}

void Lookups::take(PendingEntries& pending, std::int64_t event, std::int64_t object) {
  for (const Lookup which : kAllLookups) {
    runs::Part& entries = pending.entries(which);
    if (is_asked_by_writer(which)) {
      for (const runs::Entry& entry : entries) in_memory_[slot(which)].add(entry.key);
    }
    runs::Part taken;
    taken.assign(entries.begin(), entries.end());
    if (taken.empty()) continue;
    index(which).add(std::move(taken));
    current_[slot(which)] = index(which).snapshot();
  }
  pending.clear();
  start_builds(event, object);
}

Status Lookups::find(Lookup which, std::uint64_t key, runs::BlockSource& source,
                     std::vector<std::uint64_t>& values) const {
  const runs::Snapshot& all = current_[slot(which)];
  if (!is_asked_by_writer(which) || in_memory_[slot(which)].may_have(key)) runs::find_in_parts(all.parts, key, values);
  return runs::find_in_runs(all.runs, key, source, values);
}

void Lookups::start_builds(std::int64_t event, std::int64_t object) {
  for (const Lookup which : kAllLookups) {
    const bool is_full = index(which).hot() >= options_.spill;
    if (!is_full && (has_builds() || !lags(which, event, object))) continue;
    covered_[slot(which)] = {event, object};
    start(which, index(which).freeze(), 0, event, object);
  }
}

bool Lookups::has_builds() const {
  const std::lock_guard lock(mutex_);
  return !builds_.empty();
}

// A lookup with few entries, or none, becomes a run, too: else every start would read all the tables for its sake.
bool Lookups::lags(Lookup which, std::int64_t event, std::int64_t object) const {
  const auto [covered_event, covered_object] = covered_[slot(which)];
  const bool is_of_objects = which == Lookup::kObjectKey || which == Lookup::kLevel;
  const std::int64_t behind = is_of_objects ? object - covered_object : event - covered_event;
  return behind >= static_cast<std::int64_t>(options_.spill);
}

void Lookups::start(Lookup which, runs::Snapshot made_of, int level, std::int64_t event, std::int64_t object) {
  auto build = std::make_unique<Build>();
  build->which = which;
  build->made_of = std::move(made_of);
  build->id = next_run_++;
  build->level = level;
  build->upto_event = event;
  build->upto_object = object;
  {
    const std::lock_guard lock(mutex_);
    builds_.push_back(std::move(build));
  }
  changed_.notify_all();
}

// The thread that builds: one run after the other, never further ahead of the writer than options_.blocks_waiting.
void Lookups::build_all() {
  give_way(GiveWay::kALittle);  // large documents wait for it when it falls behind
  for (;;) {
    Build* next = nullptr;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] {
        const auto found = std::find_if(builds_.begin(), builds_.end(), [](const auto& b) { return !b->is_done; });
        next = found == builds_.end() ? nullptr : found->get();
        return stopping_ || next != nullptr;
      });
      if (stopping_) return;
    }
    SqliteBlocks source(*builder_connection_);
    auto built = runs::build_run(next->made_of, next->id, next->level, source,
                                 [&](std::string block) { return put(*next, std::move(block)); });
    {
      const std::lock_guard lock(mutex_);
      next->is_done = true;
      if (!built)
        next->failed = std::move(built.error());
      else
        next->run = std::move(*built);
    }
    changed_.notify_all();
    wake_();
  }
}

bool Lookups::put(Build& build, std::string block) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopping_ || build.blocks.size() < options_.blocks_waiting; });
    if (stopping_) return false;
    build.blocks.push_back(std::move(block));
    if (build.blocks.size() % options_.blocks_per_commit != 0) return true;
  }
  changed_.notify_all();
  wake_();
  return true;
}

// ------------------------------------------------------------------------------------------------------------- writing

bool Lookups::has_work() const {
  const std::lock_guard lock(mutex_);
  if (builds_.empty()) {
    return std::any_of(dead_.begin(), dead_.end(), [](const Dead& dead) { return dead.run.expired(); });
  }
  const Build& first = *builds_.front();
  return first.is_done || first.blocks.size() >= options_.blocks_per_commit;
}

bool Lookups::is_behind() const {
  const std::lock_guard lock(mutex_);
  return builds_.size() >= options_.builds_waiting;
}

Status Lookups::write_some(sql::Connection& connection) {
  std::size_t budget = options_.blocks_per_commit;
  Build* first = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (!builds_.empty()) first = builds_.front().get();
  }
  if (first != nullptr) {
    if (auto written = write_blocks(connection, *first, budget); !written) return written;
  }
  return delete_dead(connection, budget);
}

Status Lookups::write_blocks(sql::Connection& connection, Build& build, std::size_t& budget) {
  bool is_last = false;
  {
    const std::lock_guard lock(mutex_);
    std::size_t bytes = 0;
    while (!build.blocks.empty() && build.in_flight.size() < budget && bytes < options_.bytes_per_commit) {
      bytes += build.blocks.front().size();
      build.in_flight.push_back(std::move(build.blocks.front()));
      build.blocks.pop_front();
    }
    is_last = build.is_done && build.blocks.empty();
  }
  changed_.notify_all();
  auto insert = connection.prepare("INSERT INTO run_block VALUES ($1, $2)");
  if (!insert) return std::move(insert.error());
  std::uint64_t number = build.written;
  for (const std::string& block : build.in_flight) {
    (*insert)->bind(1, static_cast<std::int64_t>(build.id << kBlockBits | number++)).bind_bytes(2, block);
    if (auto written = (*insert)->run(); !written) return written;
  }
  budget -= build.in_flight.size();
  fault_point("blocks of a run written");
  if (!is_last) return Done{};
  build.is_installed = true;
  fault_point("run ended");
  return build.run ? write_run(connection, build) : Status(Done{});
}

Status Lookups::write_run(sql::Connection& connection, const Build& build) {
  const std::uint64_t blocks = build.written + build.in_flight.size();
  const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  for (const auto& replaced : build.made_of.runs) {
    if (auto deleted = run_with(connection, "DELETE FROM run WHERE id = $1", {number(replaced->id)}); !deleted)
      return deleted;
  }
  const runs::Run& run = *build.run;
  return run_with(connection, "INSERT INTO run VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                  {number(run.id), static_cast<std::int64_t>(build.which), run.level, number(run.count),
                   number(run.keys), number(run.base), number(run.fences.size()), number(blocks - run.fences.size()),
                   build.upto_event, build.upto_object});
}

Status Lookups::delete_dead(sql::Connection& connection, std::size_t budget) {
  for (Dead& dead : dead_) {
    if (budget == 0 || !dead.run.expired()) continue;  // somebody still reads it
    const std::uint64_t end = std::min<std::uint64_t>(dead.end, dead.next_block + budget);
    if (auto deleted = run_with(connection, "DELETE FROM run_block WHERE id >= $1 AND id < $2",
                                {static_cast<std::int64_t>(dead.next_block), static_cast<std::int64_t>(end)});
        !deleted)
      return deleted;
    budget -= end - dead.next_block;
    dead.next_block = end;  // a rolled back deletion leaves blocks that the next start drops
  }
  std::erase_if(dead_, [](const Dead& dead) { return dead.next_block >= dead.end; });
  return Done{};
}

void Lookups::written(bool is_committed) {
  std::unique_ptr<Build> finished;
  {
    const std::lock_guard lock(mutex_);
    if (builds_.empty()) return;
    Build& first = *builds_.front();
    if (!is_committed) {
      for (auto block = first.in_flight.rbegin(); block != first.in_flight.rend(); ++block)
        first.blocks.push_front(std::move(*block));
      first.is_installed = false;
    } else {
      first.written += first.in_flight.size();
    }
    first.in_flight.clear();
    if (is_committed && first.is_installed) {
      finished = std::move(builds_.front());
      builds_.pop_front();
    }
  }
  if (finished) install(*finished);
}

void Lookups::install(const Build& build) {
  if (!build.run) {  // what it was made of stays
    is_damaged_ |= build.failed && build.failed->code == "store.lookup_damaged";
    return;
  }
  ++runs_written_;
  if (!build.made_of.runs.empty()) ++runs_merged_;
  upto_[build.id] = {build.upto_event, build.upto_object};
  index(build.which).install(build.made_of, std::make_shared<const runs::Run>(*build.run));
  for (const auto& replaced : build.made_of.runs) bury(replaced);
  current_[slot(build.which)] = index(build.which).snapshot();
  if (is_asked_by_writer(build.which) && build.made_of.runs.empty()) filter_again(build.which);
  if (runs::Snapshot merged = index(build.which).mergeable(options_.fan_in); !merged.runs.empty()) {
    std::int64_t event = 0, object = 0;
    for (const auto& run : merged.runs) {
      event = std::max(event, upto_[run->id].first);
      object = std::max(object, upto_[run->id].second);
    }
    const int level = merged.runs.front()->level + 1;
    start(build.which, std::move(merged), level, event, object);
  }
  refresh();
}

void Lookups::filter_again(Lookup which) {
  runs::Bloom& filter = in_memory_[slot(which)];
  filter.clear();
  for (const auto& part : index(which).snapshot().parts) {
    for (const runs::Entry& entry : *part) filter.add(entry.key);
  }
}

Status Lookups::settle(sql::Connection& connection) {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (builds_.empty()) return Done{};
      changed_.wait(lock, [&] {
        return builds_.front()->is_done || builds_.front()->blocks.size() >= options_.blocks_per_commit;
      });
    }
    const Status done = in_transaction(connection, [&] { return write_some(connection); });
    written(done.ok());
    if (!done) return done;
  }
}

}  // namespace suyuan
