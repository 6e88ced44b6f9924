// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/lookup_replay.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/event_entries.h"
#include "adapters/warehouse/event_id_bytes.h"
#include "adapters/warehouse/keys.h"
#include "adapters/warehouse/links.h"

namespace suyuan {

namespace {

constexpr std::size_t kFlushAt = 50'000;  // rows

}  // namespace

Status LookupReplay::run() {
  auto keys = LookupKeys::of_store(connection_);
  if (!keys) return std::move(keys.error());
  keys_ = *keys;
  Status done = objects();
  if (done) done = members();
  if (done) done = events();
  return done;
}

Status LookupReplay::flush_if_many(std::int64_t event, std::int64_t object) {
  if (++count_ < kFlushAt) return Done{};
  count_ = 0;
  return flush_(pending_, event, object);
}

Status LookupReplay::objects() {
  auto query = connection_.prepare("SELECT obj, key FROM object WHERE obj > $1 ORDER BY obj");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  (*query)->bind(1, std::min(from_.object[Lookup::kObjectKey], from_.object[Lookup::kLevel]));
  last_object_ = from_.object[Lookup::kObjectKey];
  for (;;) {
    auto row = (*query)->step();
    if (!row) return std::move(row.error());
    if (!*row) break;
    last_object_ = (*query)->integer(0);
    const KeyHash hash = keys_->hash((*query)->bytes(1));
    if (last_object_ > from_.object[Lookup::kObjectKey])
      pending_.add(Lookup::kObjectKey, {hash.key, object_value(last_object_, hash)});
    const codes::Level level = codes::level_of(identity_of_key((*query)->bytes(1)));
    if (level != codes::Level::kItem && last_object_ > from_.object[Lookup::kLevel])
      pending_.add(Lookup::kLevel, {static_cast<std::uint64_t>(last_object_), static_cast<std::uint64_t>(level)});
    if (auto flushed = flush_if_many(0, last_object_); !flushed) return flushed;
  }
  return flush_(pending_, 0, last_object_);
}

Result<codes::Identity> LookupReplay::identity(std::int64_t object) {
  auto query = connection_.prepare("SELECT key FROM object WHERE obj = $1");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  auto row = (*query)->bind(1, object).step();
  if (!row) return std::move(row.error());
  if (!*row) return damaged_store(fmt::format("object {} is missing", object));
  return identity_of_key((*query)->bytes(0));
}

Status LookupReplay::members() {
  auto query = connection_.prepare("SELECT obj, key FROM object WHERE obj > $1 ORDER BY obj");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  (*query)->bind(1, from_.object[Lookup::kMember]);
  SqliteBlocks blocks(connection_);
  std::vector<std::uint64_t> values;
  for (;;) {
    auto row = (*query)->step();
    if (!row) return std::move(row.error());
    if (!*row) return Done{};
    const auto above = codes::class_of(identity_of_key((*query)->bytes(1)));
    if (!above) continue;
    const KeyHash hash = keys_->hash(key_of(*above));
    values.clear();
    if (auto found = lookups_.find(Lookup::kObjectKey, hash.key, blocks, values); !found) return found;
    for (const std::uint64_t value : values) {
      if (is_value_of(value, hash))
        pending_.add(Lookup::kMember, {static_cast<std::uint64_t>(object_of_value(value)),
                                       static_cast<std::uint64_t>((*query)->integer(0))});
    }
  }
}

struct LookupReplay::EventRow {
  std::int64_t seq, time, kind;
  std::string id;
  std::vector<trace::Link> links;
};

Status LookupReplay::events() {
  std::int64_t from = INT64_MAX;
  for (const Lookup which : kAllLookups) {
    if (which != Lookup::kObjectKey && which != Lookup::kLevel) from = std::min(from, from_.event[which]);
  }
  auto query = connection_.prepare("SELECT seq, time, kind, id, content, links FROM event WHERE seq > $1 ORDER BY seq");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  (*query)->bind(1, from);
  std::int64_t last = from;
  for (;;) {
    auto row = (*query)->step();
    if (!row) return std::move(row.error());
    if (!*row) break;
    last = (*query)->integer(0);
    // An event that cannot be read is in no lookup; whoever reads it by its number is told.
    auto id = unpack_event_id((*query)->bytes(3), (*query)->bytes(4));
    auto links = decode_links((*query)->bytes(5));
    if (!id || !links) continue;
    if (auto added = add({last, (*query)->integer(1), (*query)->integer(2), std::move(*id), std::move(*links)}); !added)
      return added;
    if (auto flushed = flush_if_many(last, last_object_); !flushed) return flushed;
  }
  return flush_(pending_, last, last_object_);
}

Status LookupReplay::add(const EventRow& event) {
  const EventEntries entries{event.seq, event.time, (event.kind >> 8U & 1) != 0};
  entries.each(event_id_hash(*keys_, event.id, entries.is_declaration), event.links,
               [&](Lookup which, runs::Entry entry) {
                 if (wants(which, event.seq)) pending_.add(which, entry);
               });
  return wants(Lookup::kMember, event.seq) ? add_lot_members(event.links) : Status(Done{});
}

Status LookupReplay::add_lot_members(const std::vector<trace::Link>& links) {
  const bool names_lot = std::any_of(links.begin(), links.end(),
                                     [](const trace::Link& link) { return link.role == trace::Role::kMemberLot; });
  if (!names_lot) return Done{};
  std::vector<codes::Identity> ids;
  for (const trace::Link& link : links) {
    auto id = identity(link.object.value());
    if (!id) return std::move(id.error());
    ids.push_back(std::move(*id));
  }
  for (const runs::Entry& entry : lot_members(links, [&](std::size_t i) -> const codes::Identity& { return ids[i]; }))
    pending_.add(Lookup::kMember, entry);
  return Done{};
}

}  // namespace suyuan
