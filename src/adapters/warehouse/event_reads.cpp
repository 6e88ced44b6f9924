// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/event_reads.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/event_entries.h"
#include "adapters/warehouse/event_id_bytes.h"
#include "adapters/warehouse/keys.h"
#include "adapters/warehouse/links.h"

namespace suyuan {

namespace {

using trace::EventSeq;
using trace::ObjectId;
using trace::StoredEvent;

constexpr std::string_view kEventColumns =
    "seq, kind, time, zone, recorded, id, content, biz_step, disposition, links, org, jurisdiction";
constexpr std::int64_t kNear = 6;  // rows ahead: stepping there is quicker than looking it up

Instant instant(std::int64_t micros) { return Instant(std::chrono::microseconds(micros)); }
std::uint64_t key_of_object(ObjectId object) { return static_cast<std::uint64_t>(object.value()); }

bool is_among(std::span<const trace::Role> roles, trace::Role role) {
  return roles.empty() || std::find(roles.begin(), roles.end(), role) != roles.end();
}

}  // namespace

Result<std::string> Terms::text(std::int64_t term, sql::Connection& connection) {
  if (term == 0) return std::string();
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = texts_.find(term); found != texts_.end()) return found->second;
  }
  auto query = connection.prepare("SELECT text FROM term WHERE term = $1");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  auto row = (*query)->bind(1, term).step();
  if (!row) return std::move(row.error());
  if (!*row) return damaged_store(fmt::format("word {} is missing", term));
  const std::unique_lock lock(mutex_);
  return texts_.emplace(term, (*query)->text(0)).first->second;
}

Result<trace::Movement> Terms::movement(std::int64_t term, sql::Connection& connection) {
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = movements_.find(term); found != movements_.end()) return found->second;
  }
  auto word = text(term, connection);
  if (!word) return std::move(word.error());
  const std::unique_lock lock(mutex_);
  return movements_.emplace(term, trace::movement_of(*word)).first->second;
}

// ------------------------------------------------------------------------------------------------------------- objects

Result<std::optional<ObjectId>> EventReads::find(const codes::Identity& id) {
  const KeyHash hash = keys_.hash(key_of(id));
  std::vector<std::uint64_t> values;
  if (auto found = runs::find((*state_)[Lookup::kObjectKey], hash.key, blocks_, values); !found)
    return std::move(found.error());
  for (const std::uint64_t value : values) {
    if (is_value_of(value, hash)) return std::optional(ObjectId(object_of_value(value)));
  }
  return std::optional<ObjectId>();
}

Result<codes::Identity> EventReads::describe(ObjectId object) {
  auto query = connection_.prepare("SELECT key FROM object WHERE obj = $1");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  auto row = (*query)->bind(1, object.value()).step();
  if (!row) return std::move(row.error());
  if (!*row) return damaged_store(fmt::format("object {} is missing", object.value()));
  return identity_of_key((*query)->bytes(0));
}

Result<std::vector<ObjectId>> EventReads::members(ObjectId of_class, std::int64_t after, std::size_t limit) {
  const std::uint64_t key = key_of_object(of_class);
  auto entries = runs::next_entries((*state_)[Lookup::kMember], {key, static_cast<std::uint64_t>(after)}, {key + 1, 0},
                                    limit, blocks_);
  if (!entries) return std::move(entries.error());
  std::vector<ObjectId> found;
  for (const runs::Entry& entry : *entries) {
    if (entry.value > 0) found.emplace_back(static_cast<std::int64_t>(entry.value));
  }
  return found;
}

// ------------------------------------------------------------------------------------------------------------- history

Result<EventReads::Seqs> EventReads::history(std::span<const ObjectId> objects, std::span<const trace::Role> roles,
                                             std::int64_t upto, std::int64_t after, std::size_t limit) {
  if (objects.size() == 1) return one_history(objects[0], roles, upto, after, limit);
  std::vector<std::uint64_t> keys;
  for (const ObjectId object : objects) keys.push_back(key_of_object(object));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  auto entries = runs::find_many((*state_)[Lookup::kPosting], keys, blocks_);
  if (!entries) return std::move(entries.error());
  std::vector<std::int64_t> seqs;
  for (const runs::Entry& entry : *entries) {
    const std::int64_t seq = seq_of_posting(entry.value);
    if (seq > after && seq <= upto && is_among(roles, role_of_posting(entry.value))) seqs.push_back(seq);
  }
  std::sort(seqs.begin(), seqs.end());
  seqs.erase(std::unique(seqs.begin(), seqs.end()), seqs.end());
  Seqs page;
  page.more = seqs.size() > limit;
  if (page.more) seqs.resize(limit);
  for (const std::int64_t seq : seqs) page.seqs.emplace_back(seq);
  return page;
}

Result<EventReads::Seqs> EventReads::one_history(ObjectId object, std::span<const trace::Role> roles, std::int64_t upto,
                                                 std::int64_t after, std::size_t limit) {
  Seqs page;
  const std::uint64_t key = key_of_object(object);
  runs::Entry from{key, static_cast<std::uint64_t>(after + 1) << 5U};  // no role is 0
  for (;;) {
    const std::size_t want = std::min<std::size_t>(limit - page.seqs.size() + 16, 65'536);
    auto entries = runs::next_entries((*state_)[Lookup::kPosting], from, {key + 1, 0}, want, blocks_);
    if (!entries) return std::move(entries.error());
    for (const runs::Entry& entry : *entries) {
      const std::int64_t seq = seq_of_posting(entry.value);
      if (seq > upto) return page;
      from = entry;
      if (!is_among(roles, role_of_posting(entry.value))) continue;
      if (!page.seqs.empty() && page.seqs.back().value() == seq) continue;
      if (page.seqs.size() == limit) {
        page.more = true;
        return page;
      }
      page.seqs.emplace_back(seq);
    }
    if (entries->size() < want) return page;
  }
}

// -------------------------------------------------------------------------------------------------------------- events

Result<StoredEvent> EventReads::event_of_row(const sql::Row& row, std::int64_t upto) {
  auto links = decode_links(row.bytes(9));
  auto id = unpack_event_id(row.bytes(5), row.bytes(6));
  const std::int64_t kind = row.integer(1);
  const std::int64_t type = kind & 15, action = kind >> 4U & 15;
  if (!links || !id || type < 1 || type > 5 || action > 3)
    return damaged_store(fmt::format("event {} cannot be read", row.integer(0)));
  auto step = terms_.text(row.integer(7), connection_);
  auto disposition = terms_.text(row.integer(8), connection_);
  if (!step || !disposition) return std::move(step ? disposition.error() : step.error());
  StoredEvent event{EventSeq(row.integer(0)),
                    static_cast<trace::EventType>(type),
                    static_cast<trace::Action>(action),
                    instant(row.integer(2)),
                    std::chrono::minutes(row.integer(3)),
                    instant(row.integer(4)),
                    std::move(*id),
                    std::move(*step),
                    std::move(*disposition),
                    std::move(*links),
                    (kind >> 8U & 1) != 0,
                    false,
                    OrgId(row.integer(10)),
                    Jurisdiction{static_cast<std::int32_t>(row.integer(11))}};
  if (event.is_declaration) return event;
  auto wrong = is_declared_wrong(event.id, upto);
  if (!wrong) return std::move(wrong.error());
  event.declared_wrong = *wrong;
  return event;
}

Result<bool> EventReads::is_declared_wrong(std::string_view id, std::int64_t upto) {
  if (!any_declared_) return false;
  std::vector<std::uint64_t> seqs;
  if (auto found = runs::find((*state_)[Lookup::kDeclared], event_id_hash(keys_, id, true).key, blocks_, seqs); !found)
    return std::move(found.error());
  if (seqs.empty()) return false;
  auto seq = find_event(id, true, upto);
  if (!seq) return std::move(seq.error());
  return seq->has_value();
}

Result<std::optional<EventSeq>> EventReads::find_event(std::string_view id, bool declaration, std::int64_t upto) {
  std::vector<std::uint64_t> seqs;
  if (auto found = runs::find((*state_)[Lookup::kEventId], event_id_hash(keys_, id, declaration).key, blocks_, seqs);
      !found)
    return std::move(found.error());
  auto query = connection_.prepare("SELECT id, content, kind >> 8 & 1 FROM event WHERE seq = $1");
  if (!query) return std::move(query.error());
  for (const std::uint64_t seq : seqs) {
    const sql::Reset reset(**query);
    auto row = (*query)->bind(1, static_cast<std::int64_t>(seq)).step();
    if (!row) return std::move(row.error());
    if (!*row) return damaged_store(fmt::format("event {} is missing", seq));
    if (((*query)->integer(2) != 0) == declaration && static_cast<std::int64_t>(seq) <= upto &&
        unpack_event_id((*query)->bytes(0), (*query)->bytes(1)) == id)
      return std::optional(EventSeq(static_cast<std::int64_t>(seq)));
  }
  return std::optional<EventSeq>();
}

// In one sweep while the next row is near, else by looking it up.
Status EventReads::each_row(std::string_view columns, std::span<const EventSeq> seqs, const sql::TakeRow& take) {
  const auto is_missing = [](EventSeq seq) { return damaged_store(fmt::format("event {} is missing", seq.value())); };
  while (!seqs.empty()) {
    std::size_t near = 1;
    while (near < seqs.size() && seqs[near] > seqs[near - 1] && seqs[near].value() - seqs[near - 1].value() <= kNear)
      ++near;
    const EventSeq* next = seqs.data();
    auto done = sql::each_row(connection_, {columns, "event", "seq", seqs[0].value(), seqs[near - 1].value()},
                              [&](const sql::Row& row) -> Status {
                                const std::int64_t seq = row.integer(0);
                                if (seq < next->value()) return Done{};
                                if (seq > next->value()) return is_missing(*next);
                                ++next;
                                return take(row);
                              });
    if (!done) return done;
    if (next != seqs.data() + near) return is_missing(*next);
    seqs = seqs.subspan(near);
  }
  return Done{};
}

Result<std::vector<StoredEvent>> EventReads::events(std::span<const EventSeq> seqs, std::int64_t upto,
                                                    const Seen* senders) {
  std::vector<StoredEvent> found;
  found.reserve(seqs.size());
  auto done = each_row(kEventColumns, seqs, [&](const sql::Row& row) -> Status {
    const Jurisdiction place{static_cast<std::int32_t>(row.integer(11))};
    if (senders != nullptr && !senders->is_sender(OrgId(row.integer(10)), place)) return Done{};
    auto event = event_of_row(row, upto);
    if (!event) return std::move(event.error());
    found.push_back(std::move(*event));
    return Done{};
  });
  if (!done) return std::move(done.error());
  return found;
}

// ----------------------------------------------------------------------------------------------------------- frontiers

Result<std::vector<trace::Posting>> EventReads::postings(std::span<const ObjectId> objects, std::int64_t upto) {
  std::vector<std::uint64_t> keys;
  keys.reserve(objects.size());
  for (const ObjectId object : objects) keys.push_back(key_of_object(object));
  auto entries = runs::find_many((*state_)[Lookup::kPosting], keys, blocks_);
  if (!entries) return std::move(entries.error());
  std::vector<trace::Posting> all;
  all.reserve(entries->size());
  for (const runs::Entry& entry : *entries) {
    const std::int64_t seq = seq_of_posting(entry.value);
    if (seq <= upto)
      all.push_back({ObjectId(static_cast<std::int64_t>(entry.key)), EventSeq(seq), role_of_posting(entry.value)});
  }
  return all;
}

Result<std::vector<codes::Level>> EventReads::levels(std::span<const ObjectId> objects) {
  std::vector<std::uint64_t> keys;
  keys.reserve(objects.size());
  for (const ObjectId object : objects) keys.push_back(key_of_object(object));
  auto entries = runs::find_many((*state_)[Lookup::kLevel], keys, blocks_);
  if (!entries) return std::move(entries.error());
  std::vector<codes::Level> levels;
  levels.reserve(objects.size());
  auto entry = entries->begin();
  for (const std::uint64_t key : keys) {
    while (entry != entries->end() && entry->key < key) ++entry;
    const bool is_item = entry == entries->end() || entry->key != key;
    levels.push_back(is_item ? codes::Level::kItem : static_cast<codes::Level>(entry->value));
  }
  return levels;
}

// ----------------------------------------------------------------------------------------------------------- resources

Result<Warehouse::KnownPage> EventReads::known(Warehouse::Resource resource, std::int64_t after, std::size_t limit) {
  using Resource = Warehouse::Resource;
  static constexpr std::string_view kTypes[] = {
      "", "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"};
  const bool is_epc = resource == Resource::kEpc;
  auto query = connection_.prepare(is_epc ? "SELECT obj, key FROM object WHERE obj > $1 ORDER BY obj"
                                          : "SELECT id, '' FROM resource WHERE kind = $2 AND id > $1 ORDER BY id");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  (*query)->bind(1, after);
  if (!is_epc) (*query)->bind(2, static_cast<std::int64_t>(resource));
  Warehouse::KnownPage page;
  for (;;) {
    auto row = (*query)->step();
    if (!row) return std::move(row.error());
    if (!*row) return page;
    Warehouse::Known one{(*query)->integer(0), std::nullopt, ""};
    if (is_epc) {
      one.identity = identity_of_key((*query)->bytes(1));
      if (codes::level_of(*one.identity) != codes::Level::kItem) continue;
    } else if (resource == Resource::kReadPoint || resource == Resource::kBizLocation) {
      auto id = describe(ObjectId(one.id));
      if (!id) return std::move(id.error());
      one.identity = std::move(*id);
    } else if (resource == Resource::kEventType) {
      one.text = kTypes[static_cast<std::size_t>(one.id) % std::size(kTypes)];
    } else {
      auto text = terms_.text(one.id, connection_);
      if (!text) return std::move(text.error());
      one.text = std::move(*text);
    }
    page.more = page.known.size() == limit;
    if (page.more) return page;
    page.known.push_back(std::move(one));
  }
}

}  // namespace suyuan
