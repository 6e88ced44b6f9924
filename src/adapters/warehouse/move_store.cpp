// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/move_store.h"

#include <fmt/format.h>

#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/move_root.h"
#include "adapters/warehouse/move_to.h"

namespace suyuan {

namespace {

using Use = StoreState::Use;

constexpr std::size_t kRowsTogether = 2'000, kBytesTogether = 8U << 20U;  // in one transaction

class Move {
 public:
  Move(MoveSide& from, MoveSide& to, Clock& clock, const MoveOptions& options)
      : from_(from), to_(to), clock_(clock), options_(options), writer_(MoveWriter::into(to)) {}

  Result<MoveReport> run() {
    auto is_closed = begin();
    if (!is_closed) return std::move(is_closed.error());
    if (!*is_closed) {
      if (auto copied = copy_all(); !copied) return std::move(copied.error());
    }
    auto report = compare();
    if (!report) return report;
    if (!*is_closed) {
      if (auto closed = close_source(); !closed) return std::move(closed.error());
    }
    if (auto opened = set(to_, to_state_, Use::kOpen, "", ""); !opened) return std::move(opened.error());
    return report;
  }

 private:
  // Says whether the source is closed already, so that only the target is to be opened.
  Result<bool> begin();
  Status claim_target();
  Status copy_all();
  Status copy(const MoveTable& table);
  Result<MoveReport> compare();
  Status close_source();

  Status set(MoveSide& side, StoreState& state, Use use, const std::string& other, const std::string& place) {
    state = {state.name, use, other, place, clock_.now()};
    return side.set_state(state);
  }
  void reached(std::string_view step) const {
    if (options_.reached) options_.reached(step);
  }
  void tell(const std::string& what, std::int64_t done, std::int64_t all) const {
    if (options_.progress) options_.progress(what, done, all);
  }

  MoveSide &from_, &to_;
  Clock& clock_;
  const MoveOptions& options_;
  std::unique_ptr<MoveWriter> writer_;
  StoreState from_state_, to_state_;
};

Result<bool> Move::begin() {
  auto from = from_.state(), to = to_.state();
  if (!from) return std::move(from.error());
  if (!to) return std::move(to.error());
  from_state_ = std::move(*from);
  to_state_ = std::move(*to);
  if (from_state_.name == to_state_.name) {
    return Error{ErrorKind::kConflict, "move.same_store",
                 fmt::format("The {} and the {} are the same store, or one is a copy of the other's files. Name a "
                             "folder or a database in which there is no store.",
                             from_.place(), to_.place())};
  }
  const bool is_ours = to_state_.other == from_state_.name;
  if (from_state_.use == Use::kMoved && from_state_.other == to_state_.name && to_state_.use == Use::kFilled && is_ours)
    return true;
  if (auto judged = judge_state(from_state_, from_.place()); !judged) return std::move(judged.error());
  if (to_state_.use == Use::kMoved) return Error(judge_state(to_state_, to_.place()).error());
  if (to_state_.use != Use::kOpen && !is_ours) {
    return Error{ErrorKind::kConflict, "move.other_source",
                 fmt::format("The {} is the target of a move of another store, the {}. End that move, or name another "
                             "target.",
                             to_.place(), to_state_.place)};
  }
  if (to_state_.use == Use::kOpen) {
    if (auto claimed = claim_target(); !claimed) return std::move(claimed.error());
  }
  if (auto set_it = set(to_, to_state_, Use::kFilling, from_state_.name, from_.place()); !set_it)
    return std::move(set_it.error());
  reached("claimed");
  return false;
}

Status Move::claim_target() {
  for (const MoveTable& table : move_tables()) {
    auto rows = to_.number(fmt::format("SELECT count(*) FROM {}", table.name));
    if (!rows) return std::move(rows.error());
    if (*rows == 0) continue;
    return Error{ErrorKind::kConflict, "move.not_empty",
                 fmt::format("The {} is not empty: its table {} has {} rows. Stores are not mixed: name a folder or a "
                             "database in which there is no store yet.",
                             to_.place(), table.name, *rows)};
  }
  return Done{};
}

// ------------------------------------------------------------------------------------------------------------ copying

Status Move::copy_all() {
  for (const MoveTable& table : move_tables()) {
    if (auto begun = from_.connection().execute("BEGIN"); !begun) return begun;
    Status done = copy(table);
    static_cast<void>(from_.connection().execute("ROLLBACK"));
    if (!done) return done;
    reached(table.name);
  }
  tell("keys", 0, 0);
  Status done = writer_->finish();
  reached("finished");
  return done;
}

Status Move::copy(const MoveTable& table) {
  std::int64_t after = 0, all = 0;
  if (table.is_numbered) {
    auto there = to_.last(table), last = from_.last(table);
    if (!there) return std::move(there.error());
    if (!last) return std::move(last.error());
    after = *there;
    all = *last;
  } else if (auto cleared = writer_->clear(table); !cleared) {
    return cleared;
  }
  auto rows = MoveReader::open(from_, table, after);
  if (!rows) return std::move(rows.error());
  std::size_t together = 0, bytes = 0;
  for (;;) {
    auto more = rows->next();
    if (!more) return std::move(more.error());
    if (!*more) break;
    const std::int64_t number = table.is_numbered ? rows->row().integer(0) : 0;
    if (options_.loses && options_.loses(table.name, number)) continue;
    if (auto put = writer_->put(table, rows->row()); !put) return put;
    bytes += rows->row().bytes(static_cast<int>(table.columns.size()) - 1).size();
    if (table.is_numbered && (++together >= kRowsTogether || bytes >= kBytesTogether)) {
      if (auto written = writer_->commit(table); !written) return written;
      together = bytes = 0;
      tell(std::string(table.name), number, all);
      reached("committed");
    }
  }
  Status written = writer_->commit(table);
  tell(std::string(table.name), all, all);
  return written;
}

// ---------------------------------------------------------------------------------------------------------- comparing

Result<MoveReport> Move::compare() {
  MoveReport report;
  report.from = from_.place();
  report.to = to_.place();
  tell("comparing", 0, 0);
  auto source = move_parts(from_), copy = move_parts(to_);
  if (!source) return std::move(source.error());
  if (!copy) return std::move(copy.error());
  for (std::size_t i = 0; i < source->size(); ++i) {
    const MoveReport::Part &mine = (*source)[i], &theirs = (*copy)[i];
    if (mine.rows == theirs.rows && mine.sha256 == theirs.sha256) continue;
    return move_differs(fmt::format("the table {} ({} rows, root {}; there {} rows, root {})", mine.name, mine.rows,
                                    mine.sha256, theirs.rows, theirs.sha256),
                        to_.place());
  }
  report.parts = std::move(*source);
  report.root = move_root(report.parts);
  if (auto checked = writer_->check(); !checked) return std::move(checked.error());
  reached("compared");
  return report;
}

// First the copy is complete, then the source is closed, then the copy is opened: never are both in use.
Status Move::close_source() {
  Status done = set(to_, to_state_, Use::kFilled, from_state_.name, from_.place());
  reached("filled");
  if (done) done = set(from_, from_state_, Use::kMoved, to_state_.name, to_.place());
  reached("closed");
  return done;
}

}  // namespace

Result<MoveReport> move_store(const StoreAddress& from, const StoreAddress& to, Clock& clock,
                              const MoveOptions& options) {
  auto source = MoveSide::open(from, false);
  if (!source) return std::move(source.error());
  auto target = MoveSide::open(to, true);
  if (!target) return std::move(target.error());
  return Move(**source, **target, clock, options).run();
}

}  // namespace suyuan
