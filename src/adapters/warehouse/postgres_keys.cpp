// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/postgres_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/event_entries.h"
#include "adapters/warehouse/event_id_bytes.h"
#include "adapters/warehouse/keys.h"
#include "adapters/warehouse/links.h"
#include "adapters/warehouse/move_to.h"
#include "adapters/warehouse/postgres_group.h"

namespace suyuan {

namespace {

// The places of the columns in move_tables' event.
constexpr int kSeq = 0, kKind = 7, kId = 10, kContent = 11, kLinks = 12;

// A sum over a set of rows that does not depend on their order.
struct Sum {
  std::uint64_t rows = 0, sum = 0;

  void add(std::int64_t number, std::int64_t other, std::string_view bytes = {}) {
    std::uint64_t x = static_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15U + static_cast<std::uint64_t>(other);
    for (const char c : bytes) x = (x ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    sum += x ^ (x >> 31U);
    ++rows;
  }
  friend bool operator==(const Sum&, const Sum&) = default;
};

enum Key { kEventId, kPosting, kObjectKey, kTermKey, kSubmissionKey, kMember, kKeys };
using Sums = std::array<Sum, kKeys>;

// What each table of keys should hold.
Status expect(MoveSide& side, Sums& sums) {
  runs::Part members;
  auto events = MoveReader::open(side, move_table("event"));
  if (!events) return std::move(events.error());
  for (auto more = events->next(); !more || *more; more = events->next()) {
    if (!more) return std::move(more.error());
    auto keys = event_keys(events->row());
    if (!keys) return std::move(keys.error());
    sums[kEventId].add(keys->seq, keys->is_declaration, keys->id);
    for (const auto& [object, role] : keys->postings) sums[kPosting].add(object, keys->seq << 8U | role);
    if (!names_a_lot(keys->links)) continue;
    auto of_lots = lot_members_of(side, keys->links);
    if (!of_lots) return std::move(of_lots.error());
    members.insert(members.end(), of_lots->begin(), of_lots->end());
  }
  ClassMembers classes(side);
  Status done = classes.each([&](const runs::Entry& member) -> Status {
    members.push_back(member);
    return Done{};
  });
  if (!done) return done;
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  for (const runs::Entry& each : members)
    sums[kMember].add(static_cast<std::int64_t>(each.key), static_cast<std::int64_t>(each.value));
  const std::tuple<const char*, Key, bool> keyed[] = {
      {"object", kObjectKey, true}, {"term", kTermKey, true}, {"submission", kSubmissionKey, false}};
  for (const auto& [table, key, is_shortened] : keyed) {
    auto rows = MoveReader::open(side, move_table(table));
    if (!rows) return std::move(rows.error());
    for (auto more = rows->next(); !more || *more; more = rows->next()) {
      if (!more) return std::move(more.error());
      const std::string_view text = rows->row().bytes(1);
      sums[key].add(rows->row().integer(0), 0, is_shortened ? index_key(text) : std::string(text));
    }
  }
  return Done{};
}

// What they hold. Bytes are there or not: column 2.
Status take(MoveSide& side, Sums& sums) {
  static constexpr std::array<const char*, kKeys> kQueries = {
      "SELECT seq, declaration, id FROM event_id",   "SELECT obj, seq << 8 | role, ''::bytea FROM posting",
      "SELECT obj, 0, key FROM object_key",          "SELECT term, 0, key FROM term_key",
      "SELECT id, 0, public_id FROM submission_key", "SELECT class, obj, ''::bytea FROM member"};
  for (std::size_t key = 0; key < kQueries.size(); ++key) {
    auto rows = MoveReader::open(side, kQueries[key]);
    if (!rows) return std::move(rows.error());
    for (auto more = rows->next(); !more || *more; more = rows->next()) {
      if (!more) return std::move(more.error());
      sums[key].add(rows->row().integer(0), rows->row().integer(1), rows->row().bytes(2));
    }
  }
  return Done{};
}

}  // namespace

Result<EventKeys> event_keys(const sql::Statement& row) {
  EventKeys keys;
  keys.seq = row.integer(kSeq);
  keys.is_declaration = (row.integer(kKind) >> 8U & 1) != 0;
  const auto id = unpack_event_id(row.bytes(kId), row.bytes(kContent));
  auto links = decode_links(row.bytes(kLinks));
  if (!id || !links) return damaged_store(fmt::format("event {} cannot be read", keys.seq));
  keys.id = as_text(sha256(*id));
  keys.links = std::move(*links);
  for (const trace::Link& link : keys.links)
    keys.postings.emplace_back(link.object.value(), static_cast<std::int64_t>(link.role));
  std::sort(keys.postings.begin(), keys.postings.end());
  keys.postings.erase(std::unique(keys.postings.begin(), keys.postings.end()), keys.postings.end());
  return keys;
}

bool names_a_lot(const std::vector<trace::Link>& links) {
  return std::any_of(links.begin(), links.end(),
                     [](const trace::Link& link) { return link.role == trace::Role::kMemberLot; });
}

Result<runs::Part> lot_members_of(MoveSide& side, const std::vector<trace::Link>& links) {
  std::vector<std::int64_t> objects;
  for (const trace::Link& link : links) objects.push_back(link.object.value());
  auto query = side.postgres()->statement("SELECT obj, key FROM object WHERE obj = ANY($1)");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  (*query)->bind_list(1, std::span<const std::int64_t>(objects));
  std::unordered_map<std::int64_t, codes::Identity> ids;
  for (;;) {
    auto row = (*query)->step();
    if (!row) return std::move(row.error());
    if (!*row) break;
    ids.emplace((*query)->integer(0), identity_of_key((*query)->bytes(1)));
  }
  for (const std::int64_t object : objects)
    if (!ids.contains(object)) return damaged_store(fmt::format("object {} is missing", object));
  return lot_members(links, [&](std::size_t i) -> const codes::Identity& { return ids.at(objects[i]); });
}

Status ClassMembers::each(const std::function<Status(const runs::Entry&)>& take) {
  auto rows = MoveReader::open(side_, move_table("object"));
  if (!rows) return std::move(rows.error());
  for (auto more = rows->next(); !more || *more; more = rows->next()) {
    if (!more) return std::move(more.error());
    const auto above = codes::class_of(identity_of_key(rows->row().bytes(1)));
    if (!above) continue;
    auto of_class = object_of(key_of(*above));
    if (!of_class) return std::move(of_class.error());
    const Status taken =
        take({static_cast<std::uint64_t>(*of_class), static_cast<std::uint64_t>(rows->row().integer(0))});
    if (!taken) return taken;
  }
  return Done{};
}

Result<std::int64_t> ClassMembers::object_of(const std::string& key) {
  constexpr std::size_t kKept = 1U << 20U;
  if (const auto found = classes_.find(key); found != classes_.end()) return found->second;
  auto query = side_.connection().prepare("SELECT obj FROM object_key WHERE key = $1");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  const std::string short_key = index_key(key);
  auto row = (*query)->bind_bytes(1, short_key).step();
  if (!row) return std::move(row.error());
  if (!*row) return damaged_store("the class of an object is no object");
  if (classes_.size() >= kKept) classes_.clear();
  return classes_.emplace(key, (*query)->integer(0)).first->second;
}

Status check_postgres_keys(MoveSide& side) {
  static constexpr std::array<std::string_view, kKeys> kNames = {"event_id", "posting",        "object_key",
                                                                 "term_key", "submission_key", "member"};
  Sums expected, found;
  if (auto begun = side.connection().execute("BEGIN"); !begun) return begun;
  Status done = expect(side, expected);
  if (done) done = take(side, found);
  static_cast<void>(side.connection().execute("ROLLBACK"));
  for (std::size_t key = 0; done && key < kNames.size(); ++key)
    if (!(expected[key] == found[key])) return move_differs(fmt::format("the table {}", kNames[key]), side.place());
  return done;
}

}  // namespace suyuan
