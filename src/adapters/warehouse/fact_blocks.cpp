// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/fact_blocks.h"

#include <algorithm>

#include "adapters/warehouse/transaction.h"
#include "base/check.h"

namespace suyuan {

namespace {

constexpr std::int64_t kTimeMax = std::int64_t{1} << 60U;
constexpr std::int64_t kSlice = 20'000;  // events: a commit with their blocks stays far below 100 ms

}  // namespace

// The event after those in blocks; 0: they are not what they should be.
Result<std::int64_t> FactBlocks::end() {
  auto query = connection_.prepare(
      "SELECT first, data, (SELECT coalesce(max(seq), 0) FROM event) FROM fact_block ORDER BY first DESC LIMIT 1");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  auto row = (*query)->step();
  if (!row) return std::move(row.error());
  if (!*row) return std::int64_t{1};
  const FactBlock last((*query)->integer(0), (*query)->bytes(1));
  const bool is_whole = !last.is_damaged() && last.end() <= (*query)->integer(2) + 1;
  return is_whole ? last.end() : std::int64_t{0};
}

// From the end, so that what is left has no gap whenever it is interrupted.
Status FactBlocks::drop() {
  auto remove = connection_.prepare(
      "DELETE FROM fact_block WHERE first >= (SELECT min(first) FROM (SELECT first FROM fact_block ORDER BY first DESC "
      "LIMIT 1000))");
  auto left = connection_.prepare("SELECT EXISTS (SELECT 1 FROM fact_block)");
  if (!remove || !left) return std::move((remove ? left : remove).error());
  for (;;) {
    {
      const sql::Reset reset(**left);
      auto row = (*left)->step();
      if (!row) return std::move(row.error());
      if ((*left)->integer(0) == 0) return Done{};
    }
    if (auto done = in_transaction(connection_, [&] { return (*remove)->run(); }); !done) return done;
  }
}

void FactBlocks::forget_all() {
  waiting_.clear();
  written_ = 0;
  next_ = 0;
}

Status FactBlocks::rebuild() {
  forget_all();
  if (auto dropped = drop(); !dropped) return dropped;
  return catch_up();
}

Status FactBlocks::catch_up() {
  forget_all();
  auto from = end();
  if (!from) return std::move(from.error());
  if (*from == 0) {
    if (auto dropped = drop(); !dropped) return dropped;
    from = 1;
  }
  next_ = *from;
  for (;;) {
    auto read = read_some();
    Status done = read ? Status(Done{}) : std::move(read.error());
    if (done && *read) done = in_transaction(connection_, [&] { return write(); });
    if (!done) {
      forget_all();
      return done;
    }
    committed();
    if (!*read) return Done{};
  }
}

// False: there were none.
Result<bool> FactBlocks::read_some() {
  auto query = connection_.prepare(
      "SELECT seq, kind, time, biz_step, links FROM event WHERE seq >= $1 AND seq < $1 + $2 ORDER BY seq");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  (*query)->bind(1, next_).bind(2, kSlice);
  const std::int64_t before = next_;
  for (;;) {
    auto row = (*query)->step();
    if (!row) return std::move(row.error());
    if (!*row) return next_ > before;
    add({(*query)->integer(0), (*query)->integer(1), (*query)->integer(2), (*query)->integer(3), (*query)->bytes(4)});
  }
}

// After a row with a time that no document can have there are no more blocks.
void FactBlocks::add(const FactRow& fact) {
  if (fact.seq != next_ || fact.time < -kTimeMax || fact.time > kTimeMax) return;
  ++next_;
  waiting_.push_back({fact, std::string(links_in_block(fact.links))});
  waiting_.back().fact.links = {};
}

void FactBlocks::forget_from(std::int64_t event) {
  written_ = 0;
  while (!waiting_.empty() && waiting_.back().fact.seq >= event) waiting_.pop_back();
  next_ = std::min(next_, event);
}

std::vector<FactRow> FactBlocks::waiting() const {
  std::vector<FactRow> facts;
  facts.reserve(waiting_.size());
  for (const Waiting& each : waiting_) {
    facts.push_back(each.fact);
    facts.back().links = each.links;
  }
  return facts;
}

Status FactBlocks::write() {
  auto insert = connection_.prepare("INSERT INTO fact_block VALUES ($1, $2)");
  if (!insert) return std::move(insert.error());
  const std::vector<FactRow> all = waiting();
  std::span<const FactRow> rest(all);
  written_ = 0;
  while (const auto packed = pack_facts(rest)) {
    if (auto done = (*insert)->bind(1, rest.front().seq).bind_bytes(2, packed->block).run(); !done) return done;
    rest = rest.subspan(packed->count);
    written_ += packed->count;
  }
  return Done{};
}

void FactBlocks::committed() {
  CHECK(written_ <= waiting_.size());
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(written_));
  written_ = 0;
}

}  // namespace suyuan
