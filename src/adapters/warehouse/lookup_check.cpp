// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/lookup_check.h"

#include <algorithm>

#include "adapters/warehouse/fact_block.h"
#include "adapters/warehouse/lookup_replay.h"

namespace suyuan {

namespace {

// A sum over a set of entries that does not depend on their order.
struct Sum {
  std::uint64_t count = 0, sum = 0;

  void add(const runs::Entry& entry) {
    std::uint64_t x = entry.key * 0x9E3779B97F4A7C15U + entry.value;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    sum += x ^ (x >> 31U);
    ++count;
  }
  friend bool operator==(const Sum&, const Sum&) = default;
};

// Members may be said again by a later event: they are put together before they are counted. The others are of one
// event or object each, so what repeats is side by side in one flush.
struct Expected {
  std::array<Sum, kAllLookups.size()> sums;
  runs::Part members;

  void take(PendingEntries& pending) {
    for (const Lookup which : kAllLookups) {
      runs::Part entries(pending.entries(which).begin(), pending.entries(which).end());
      std::sort(entries.begin(), entries.end());
      entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
      if (which == Lookup::kMember) {
        members.insert(members.end(), entries.begin(), entries.end());
        continue;
      }
      for (const runs::Entry& entry : entries) sums[static_cast<std::size_t>(which) - 1].add(entry);
    }
    pending.clear();
  }
  void finish() {
    std::sort(members.begin(), members.end());
    members.erase(std::unique(members.begin(), members.end()), members.end());
    for (const runs::Entry& entry : members) sums[static_cast<std::size_t>(Lookup::kMember) - 1].add(entry);
  }
};

Result<Sum> sum_of(const runs::Snapshot& snapshot, runs::BlockSource& source) {
  Sum sum;
  runs::Merge merge(snapshot, source);
  runs::Part some;
  do {
    if (auto read = merge.next(some); !read) return std::move(read.error());
    for (const runs::Entry& entry : some) sum.add(entry);
  } while (!some.empty());
  return sum;
}

std::string_view name_of(Lookup which) {
  static constexpr std::string_view kNames[] = {"posting", "object key", "event id", "member",
                                                "time",    "declared",   "level"};
  return kNames[slot(which)];
}

// Adds up how many of a block's facts are those of the table. False: it is damaged.
Result<bool> compare(FactBlock block, std::int64_t first, sql::Connection& connection, LookupCheck& check) {
  auto query = connection.prepare(
      "SELECT seq, kind, time, biz_step, links FROM event WHERE seq >= $1 AND seq < $2 ORDER BY seq");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  (*query)->bind(1, first).bind(2, block.end());
  for (FactRow fact; block.next(fact);) {
    auto row = (*query)->step();
    if (!row) return std::move(row.error());
    const sql::Statement& is = **query;
    const bool is_same = *row && fact == FactRow{is.integer(0), is.integer(1), is.integer(2), is.integer(3),
                                                 links_in_block(is.bytes(4))};
    check.found += is_same ? 1 : 0;
  }
  return !block.is_damaged();
}

Result<LookupCheck> check_facts(sql::Connection& connection) {
  auto query = connection.prepare("SELECT first, data FROM fact_block ORDER BY first");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  LookupCheck check{"facts"};
  std::int64_t next = 1;
  bool has_gap = false;
  for (;;) {
    auto row = (*query)->step();
    if (!row) return std::move(row.error());
    if (!*row) break;
    const std::int64_t first = (*query)->integer(0);
    const FactBlock block(first, (*query)->bytes(1));
    has_gap = has_gap || first != next;
    next = block.end();
    auto is_whole = compare(block, first, connection, check);
    if (!is_whole) return std::move(is_whole.error());
    check.is_damaged = check.is_damaged || !*is_whole;
  }
  check.expected = static_cast<std::uint64_t>(next - 1);
  check.is_same = !check.is_damaged && !has_gap && check.found == check.expected;
  return check;
}

}  // namespace

Result<std::vector<LookupCheck>> check_lookups(const Lookups& lookups, sql::Connection& connection) {
  Expected expected;
  LookupReplay replay(lookups, connection, {}, [&](PendingEntries& pending, std::int64_t, std::int64_t) -> Status {
    expected.take(pending);
    return Done{};
  });
  const Status replayed = replay.run();
  if (!replayed && replayed.error().code == "store.lookup_damaged")  // asked which object a class is
    return std::vector<LookupCheck>{{name_of(Lookup::kObjectKey), 0, 0, false, true}};
  if (!replayed) return Error(replayed.error());
  expected.finish();
  SqliteBlocks blocks(connection);
  const auto state = lookups.state();
  std::vector<LookupCheck> checks;
  for (const Lookup which : kAllLookups) {
    const Sum& wanted = expected.sums[static_cast<std::size_t>(which) - 1];
    auto sum = sum_of((*state)[which], blocks);
    if (!sum && sum.error().code != "store.lookup_damaged") return std::move(sum.error());
    checks.push_back({name_of(which), wanted.count, sum ? sum->count : 0, sum && *sum == wanted, !sum.ok()});
  }
  auto facts = check_facts(connection);
  if (!facts) return std::move(facts.error());
  checks.push_back(*facts);
  return checks;
}

}  // namespace suyuan
