// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/event_entries.h"
#include "adapters/warehouse/event_id_bytes.h"
#include "adapters/warehouse/event_reads.h"
#include "adapters/warehouse/links.h"
#include "domain/trace/fact_table.h"

namespace suyuan {

namespace {

using trace::EventSeq;
using trace::ObjectId;

constexpr std::size_t kWorthBlocks = 16;   // fewer events are read by themselves
constexpr std::size_t kWorthReading = 20;  // declarations, for every event that is then read from a block
constexpr std::int64_t kNear = 256;        // events between two that are read in one sweep

std::size_t before(std::span<const EventSeq> seqs, std::int64_t first) {
  return static_cast<std::size_t>(std::lower_bound(seqs.begin(), seqs.end(), EventSeq(first)) - seqs.begin());
}

Error unreadable_id(std::int64_t seq) { return damaged_store(fmt::format("the id of event {} cannot be read", seq)); }

Error damaged_block(std::int64_t first) {
  return {ErrorKind::kCorrupt, "store.lookup_damaged",
          fmt::format("The block of facts from event {} on is damaged. It can be made again from the tables: suyuan "
                      "lookups --rebuild.",
                      first)};
}

}  // namespace

// Those that lie together from blocks, the others from their rows.
Status EventReads::facts(std::span<const EventSeq> seqs, std::int64_t upto, trace::FactTable& facts) {
  DeclaredWrong::Seqs maybe;
  while (!seqs.empty()) {
    std::size_t near = 1;
    while (near < seqs.size() && seqs[near] > seqs[near - 1] && seqs[near].value() - seqs[near - 1].value() <= kNear)
      ++near;
    const auto some = seqs.first(near);
    if (near >= kWorthBlocks && !maybe) {
      auto known = maybe_wrong(seqs.size() * kWorthReading);
      if (!known) return std::move(known.error());
      maybe = std::move(*known);
    }
    const bool is_in_blocks = near >= kWorthBlocks && maybe;
    if (auto done = is_in_blocks ? facts_in_blocks(some, upto, *maybe, facts) : facts_in_rows(some, upto, facts); !done)
      return done;
    seqs = seqs.subspan(near);
  }
  return Done{};
}

Result<DeclaredWrong::Seqs> EventReads::maybe_wrong(std::size_t worth) {
  return wrong_.of(*state_, blocks_, worth,
                   [&](std::span<const std::int64_t> declarations) -> Result<std::vector<std::uint64_t>> {
                     const std::vector<EventSeq> seqs(declarations.begin(), declarations.end());
                     std::vector<std::uint64_t> keys;
                     auto done = each_row("seq, id, content", seqs, [&](const sql::Row& row) -> Status {
                       const auto id = unpack_event_id(row.bytes(1), row.bytes(2));
                       if (!id) return unreadable_id(row.integer(0));
                       keys.push_back(event_id_hash(keys_, *id, false).key);
                       return Done{};
                     });
                     return done ? Result(std::move(keys)) : std::move(done.error());
                   });
}

// In one sweep. Rows are read of the newest, which are in no block yet, of those with too many links for one, and of
// those that may have been declared wrong.
Status EventReads::facts_in_blocks(std::span<const EventSeq> seqs, std::int64_t upto,
                                   std::span<const std::int64_t> maybe_wrong, trace::FactTable& facts) {
  auto begin = connection_.prepare("SELECT coalesce(max(first), 0) FROM fact_block WHERE first <= $1");
  if (!begin) return std::move(begin.error());
  std::int64_t first = 0;
  {
    const sql::Reset reset(**begin);
    auto row = (*begin)->bind(1, seqs.front().value()).step();
    if (!row) return std::move(row.error());
    first = (*begin)->integer(0);
  }
  auto maybe = std::lower_bound(maybe_wrong.begin(), maybe_wrong.end(), seqs.front().value());
  const auto may_be_wrong = [&](std::int64_t seq) {
    while (maybe != maybe_wrong.end() && *maybe < seq) ++maybe;
    return maybe != maybe_wrong.end() && *maybe == seq;
  };
  const auto take_rows = [&](std::size_t count) -> Status {
    Status done = count == 0 ? Status(Done{}) : facts_in_rows(seqs.first(count), upto, facts);
    seqs = seqs.subspan(count);
    return done;
  };
  const auto take = [&](const FactRow& fact) -> Status {
    if (fact.links.empty() || may_be_wrong(fact.seq)) return take_rows(1);
    seqs = seqs.subspan(1);
    return add_fact(fact, true, facts);
  };
  auto done = sql::each_row(connection_, {"first, data", "fact_block", "first", first, seqs.back().value()},
                            [&](const sql::Row& row) -> Status {
                              FactBlock block(row.integer(0), row.bytes(1));
                              Status taken = take_rows(before(seqs, row.integer(0)));
                              FactRow fact;
                              while (taken && !seqs.empty() && seqs.front().value() < block.end() && block.next(fact)) {
                                if (fact.seq == seqs.front().value()) taken = take(fact);
                              }
                              return taken && block.is_damaged() ? damaged_block(row.integer(0)) : taken;
                            });
  return done ? take_rows(seqs.size()) : done;
}

Status EventReads::facts_in_rows(std::span<const EventSeq> seqs, std::int64_t upto, trace::FactTable& facts) {
  return each_row(any_declared_ ? "seq, kind, time, biz_step, links, id, content" : "seq, kind, time, biz_step, links",
                  seqs, [&](const sql::Row& row) -> Status {
                    const FactRow fact{row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.bytes(4)};
                    if (!any_declared_ || (fact.kind >> 8U & 1) != 0) return add_fact(fact, true, facts);
                    const auto id = unpack_event_id(row.bytes(5), row.bytes(6));
                    if (!id) return unreadable_id(fact.seq);
                    auto wrong = is_declared_wrong(*id, upto);
                    if (!wrong) return std::move(wrong.error());
                    return add_fact(fact, !*wrong, facts);
                  });
}

// `counts`: it was not declared wrong.
Status EventReads::add_fact(const FactRow& row, bool counts, trace::FactTable& facts) {
  const std::int64_t type = row.kind & 15, action = row.kind >> 4U & 15;
  const auto damaged = [&] { return damaged_store(fmt::format("event {} cannot be read", row.seq)); };
  if (type < 1 || type > 5 || action > 3) return damaged();
  if (row.step != last_step_) {
    auto movement = terms_.movement(row.step, connection_);
    if (!movement) return std::move(movement.error());
    last_step_ = row.step;
    last_movement_ = *movement;
  }
  facts.begin({EventSeq(row.seq),
               static_cast<trace::EventType>(type),
               static_cast<trace::Action>(action),
               Instant(std::chrono::microseconds(row.time)),
               last_movement_,
               counts && (row.kind >> 8U & 1) == 0,
               {}});
  const bool is_whole = each_link(
      row.links, [&](ObjectId object, trace::Role role, bool is_quantity, const std::optional<Decimal>& amount,
                     std::string_view uom) { facts.add(object, role, is_quantity, amount, uom); });
  facts.end();
  return is_whole ? Status(Done{}) : damaged();
}

}  // namespace suyuan
