// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/postgres_reads.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/digest_row.h"
#include "adapters/warehouse/event_id_bytes.h"
#include "adapters/warehouse/keys.h"
#include "adapters/warehouse/links.h"
#include "adapters/warehouse/postgres_group.h"
#include "adapters/warehouse/sent_by.h"

namespace suyuan {

namespace {

using sql::PostgresStatement;
using trace::EventSeq;
using trace::ObjectId;
using trace::StoredEvent;

Instant instant(std::int64_t micros) { return Instant(std::chrono::microseconds(micros)); }

std::vector<std::int64_t> numbers_of(std::span<const ObjectId> objects) {
  std::vector<std::int64_t> numbers;
  for (const ObjectId object : objects) numbers.push_back(object.value());
  return numbers;
}

struct Row {
  StoredEvent event;
  std::int64_t step, disposition;
};

Result<Row> event_of_row(const sql::Statement& row) {
  auto links = decode_links(row.bytes(9));
  auto id = unpack_event_id(row.bytes(5), row.bytes(6));
  const std::int64_t kind = row.integer(1), type = kind & 15, action = kind >> 4U & 15;
  if (!links || !id || type < 1 || type > 5 || action > 3)
    return damaged_store(fmt::format("event {} cannot be read", row.integer(0)));
  return Row{{EventSeq(row.integer(0)), static_cast<trace::EventType>(type), static_cast<trace::Action>(action),
              instant(row.integer(2)), std::chrono::minutes(row.integer(3)), instant(row.integer(4)), std::move(*id),
              "", "", std::move(*links), (kind >> 8U & 1) != 0, false, OrgId(row.integer(10)),
              Jurisdiction{static_cast<std::int32_t>(row.integer(11))}},
             row.integer(7),
             row.integer(8)};
}

}  // namespace

Status PostgresTerms::load(std::vector<std::int64_t> terms, sql::PostgresConnection& connection) {
  {
    const std::shared_lock lock(mutex_);
    std::erase_if(terms, [&](std::int64_t term) { return texts_.contains(term); });
  }
  if (terms.empty()) return Done{};
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  std::size_t found = 0;
  const Status done = postgres_rows(
      connection, "SELECT term, text FROM term WHERE term = ANY($1)",
      [&](PostgresStatement& s) { s.bind_list(1, std::span<const std::int64_t>(terms)); },
      [&](const sql::Statement& row) -> Status {
        const std::unique_lock lock(mutex_);
        texts_.emplace(row.integer(0), row.bytes(1));
        ++found;
        return Done{};
      });
  if (done && found != terms.size()) return damaged_store("a word of an event is missing");
  return done;
}

std::string PostgresTerms::text(std::int64_t term) {
  const std::shared_lock lock(mutex_);
  const auto found = texts_.find(term);
  return found == texts_.end() ? "" : found->second;
}

// ----------------------------------------------------------------------------------------------------------- objects

Result<std::vector<std::optional<ObjectId>>> PostgresReads::find(std::span<const codes::Identity> ids) {
  std::vector<std::string> keys;
  for (const codes::Identity& id : ids) keys.push_back(index_key(key_of(id)));
  std::unordered_map<std::string, std::int64_t> numbers;
  auto done = postgres_rows(
      connection_, "SELECT key, obj FROM object_key WHERE key = ANY($1)",
      [&](PostgresStatement& s) { s.bind_list(1, std::span<const std::string>(keys)); },
      [&](const sql::Statement& row) -> Status {
        numbers.emplace(row.bytes(0), row.integer(1));
        return Done{};
      });
  if (!done) return std::move(done.error());
  std::vector<std::optional<ObjectId>> found;
  for (const std::string& key : keys) {
    const auto number = numbers.find(key);
    found.push_back(number == numbers.end() ? std::nullopt : std::optional(ObjectId(number->second)));
  }
  return found;
}

Result<std::vector<codes::Identity>> PostgresReads::describe(std::span<const ObjectId> objects) {
  const std::vector<std::int64_t> numbers = numbers_of(objects);
  std::unordered_map<std::int64_t, codes::Identity> known;
  auto done = postgres_rows(
      connection_, "SELECT obj, key FROM object WHERE obj = ANY($1)",
      [&](PostgresStatement& s) { s.bind_list(1, std::span<const std::int64_t>(numbers)); },
      [&](const sql::Statement& row) -> Status {
        known.emplace(row.integer(0), identity_of_key(row.bytes(1)));
        return Done{};
      });
  if (!done) return std::move(done.error());
  std::vector<codes::Identity> ids;
  for (const std::int64_t number : numbers) {
    const auto found = known.find(number);
    if (found == known.end()) return damaged_store(fmt::format("object {} is missing", number));
    ids.push_back(found->second);
  }
  return ids;
}

Result<std::vector<ObjectId>> PostgresReads::members(ObjectId of_class, std::int64_t after, std::size_t limit) {
  std::vector<ObjectId> found;
  auto done = postgres_rows(
      connection_, "SELECT obj FROM member WHERE class = $1 AND obj > $2 ORDER BY obj LIMIT $3",
      [&](PostgresStatement& s) {
        s.bind(1, of_class.value()).bind(2, after).bind(3, static_cast<std::int64_t>(limit));
      },
      [&](const sql::Statement& row) -> Status {
        found.emplace_back(row.integer(0));
        return Done{};
      });
  if (!done) return std::move(done.error());
  return found;
}

// ----------------------------------------------------------------------------------------------------------- history

Result<Warehouse::Page> PostgresReads::history(std::span<const ObjectId> objects, std::span<const trace::Role> roles,
                                               std::int64_t upto, std::int64_t after, std::size_t limit) {
  std::vector<std::int64_t> numbers = numbers_of(objects), wanted, seqs;
  for (const trace::Role role : roles) wanted.push_back(static_cast<std::int64_t>(role));
  auto done = postgres_rows(
      connection_,
      "SELECT DISTINCT seq FROM posting WHERE " + postgres_is_one_of(numbers.size()) +
          " AND seq > $2 AND seq <= $3 AND (cardinality($4::bigint[]) = 0 OR role = ANY($4)) ORDER BY seq LIMIT $5",
      [&](PostgresStatement& s) {
        s.bind_list(1, std::span<const std::int64_t>(numbers)).bind(2, after).bind(3, upto);
        s.bind_list(4, std::span<const std::int64_t>(wanted)).bind(5, static_cast<std::int64_t>(limit) + 1);
      },
      [&](const sql::Statement& row) -> Status {
        seqs.push_back(row.integer(0));
        return Done{};
      });
  if (!done) return std::move(done.error());
  Warehouse::Page page;
  page.more = seqs.size() > limit;
  if (page.more) seqs.pop_back();
  auto read = events(seqs, upto);
  if (!read) return std::move(read.error());
  page.events = std::move(*read);
  return page;
}

// ------------------------------------------------------------------------------------------------------------ events

Result<std::vector<StoredEvent>> PostgresReads::events(std::span<const std::int64_t> seqs, std::int64_t upto) {
  std::vector<StoredEvent> found;
  if (seqs.empty()) return found;
  std::vector<std::pair<std::int64_t, std::int64_t>> words;
  std::vector<std::int64_t> terms;
  auto done = postgres_rows(
      connection_,
      "SELECT e.seq, e.kind, e.time, e.zone, e.recorded, e.id, e.content, e.biz_step, e.disposition, e.links, e.org, "
      "e.jurisdiction FROM unnest($1::bigint[]) WITH ORDINALITY AS w (seq, place) JOIN event e ON e.block = w.seq >> "
      "16 AND e.seq = w.seq "
      "ORDER BY w.place",
      [&](PostgresStatement& s) { s.bind_list(1, seqs); },
      [&](const sql::Statement& row) -> Status {
        auto read = event_of_row(row);
        if (!read) return std::move(read.error());
        found.push_back(std::move(read->event));
        words.emplace_back(read->step, read->disposition);
        terms.insert(terms.end(), {read->step, read->disposition});
        return Done{};
      });
  if (done && found.size() != seqs.size())
    done = damaged_store(fmt::format("one of {} events is missing", seqs.size()));
  if (done) done = terms_.load(std::move(terms), connection_);
  if (done) done = mark_wrong(found, upto);
  if (!done) return std::move(done.error());
  for (std::size_t i = 0; i < found.size(); ++i) {
    found[i].biz_step = terms_.text(words[i].first);
    found[i].disposition = terms_.text(words[i].second);
  }
  return found;
}

Status PostgresReads::mark_wrong(std::vector<StoredEvent>& events, std::int64_t upto) {
  std::vector<std::string> ids;
  std::unordered_map<std::string, std::vector<StoredEvent*>> by_id;
  for (StoredEvent& event : events) {
    if (event.is_declaration) continue;
    const std::string id(as_text(sha256(event.id)));
    std::vector<StoredEvent*>& same = by_id[id];
    if (same.empty()) ids.push_back(id);
    same.push_back(&event);
  }
  return postgres_rows(
      connection_, "SELECT id FROM event_id WHERE id = ANY($1) AND declaration = 1 AND seq <= $2",
      [&](PostgresStatement& s) { s.bind_list(1, std::span<const std::string>(ids)).bind(2, upto); },
      [&](const sql::Statement& row) -> Status {
        for (StoredEvent* event : by_id[std::string(row.bytes(0))]) event->declared_wrong = true;
        return Done{};
      });
}

Result<std::optional<std::int64_t>> PostgresReads::find_event(std::string_view id, bool declaration) {
  const Sha256 hash = sha256(id);
  std::optional<std::int64_t> seq;
  auto done = postgres_rows(
      connection_, "SELECT seq FROM event_id WHERE id = $1 AND declaration = $2",
      [&](PostgresStatement& s) { s.bind_bytes(1, as_text(hash)).bind(2, std::int64_t{declaration}); },
      [&](const sql::Statement& row) -> Status {
        seq = row.integer(0);
        return Done{};
      });
  if (!done) return std::move(done.error());
  return seq;
}

Result<std::int64_t> PostgresReads::settled() {
  std::int64_t last = 0;
  auto done = postgres_rows(
      connection_, "SELECT event FROM head WHERE id = 1", [](PostgresStatement&) {},
      [&](const sql::Statement& row) -> Status {
        last = row.integer(0);
        return Done{};
      });
  if (!done) return std::move(done.error());
  return last;
}

Result<std::vector<EventDigest>> PostgresReads::digests(std::int64_t after, std::size_t limit) {
  return digests_from([&](auto take) {
    return postgres_rows(
        connection_,
        fmt::format(
            "SELECT {} FROM event WHERE (block, seq) > ($1::bigint >> 16, $1::bigint) ORDER BY block, seq LIMIT "
            "$2",
            kDigestColumns),
        [&](PostgresStatement& s) { s.bind(1, after).bind(2, static_cast<std::int64_t>(limit)); }, take);
  });
}

Result<std::vector<EventSeq>> PostgresReads::events_of(const std::string& job) {
  constexpr std::string_view kQuery =
      "SELECT layout FROM submission WHERE id = (SELECT id FROM submission_key WHERE public_id = $1)";
  const auto bind = [&](PostgresStatement& s) { s.bind_bytes(1, job); };
  return events_from([&](auto take) { return postgres_rows(connection_, kQuery, bind, take); }, job);
}

// --------------------------------------------------------------------------------------------------------- resources

Result<Warehouse::KnownPage> PostgresReads::known(Warehouse::Resource resource, std::int64_t after, std::size_t limit) {
  using Resource = Warehouse::Resource;
  static constexpr std::string_view kTypes[] = {
      "", "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"};
  const bool is_epc = resource == Resource::kEpc;
  const bool is_place = resource == Resource::kReadPoint || resource == Resource::kBizLocation;
  const std::int64_t chunk = static_cast<std::int64_t>(limit) + 1 + (is_epc ? 200 : 0);
  Warehouse::KnownPage page;
  for (std::int64_t read = chunk; read == chunk && !page.more;) {
    std::vector<ObjectId> objects;
    std::vector<std::int64_t> numbers;
    read = 0;
    auto done = postgres_rows(
        connection_,
        is_epc ? "SELECT obj, key FROM object WHERE obj > $1 ORDER BY obj LIMIT $2"
               : "SELECT id, '' FROM resource WHERE kind = $3 AND id > $1 ORDER BY id LIMIT $2",
        [&](PostgresStatement& s) {
          s.bind(1, after).bind(2, chunk);
          if (!is_epc) s.bind(3, static_cast<std::int64_t>(resource));
        },
        [&](const sql::Statement& row) -> Status {
          ++read;
          after = row.integer(0);
          Warehouse::Known one{after, std::nullopt, ""};
          if (is_epc) one.identity = identity_of_key(row.bytes(1));
          if (is_epc && codes::level_of(*one.identity) != codes::Level::kItem) return Done{};
          if (page.known.size() == limit) {
            page.more = true;
            return Done{};
          }
          page.known.push_back(std::move(one));
          return Done{};
        });
    if (!done) return std::move(done.error());
  }
  std::vector<ObjectId> places;
  std::vector<std::int64_t> terms;
  for (const Warehouse::Known& one : page.known)
    is_place ? places.emplace_back(one.id), 0 : (terms.push_back(one.id), 0);
  if (is_epc) return page;
  auto identities = describe(places);
  if (!identities) return std::move(identities.error());
  if (resource != Resource::kEventType) {
    if (auto loaded = terms_.load(is_place ? std::vector<std::int64_t>() : terms, connection_); !loaded)
      return std::move(loaded.error());
  }
  for (std::size_t i = 0; i < page.known.size(); ++i) {
    Warehouse::Known& one = page.known[i];
    if (is_place)
      one.identity = (*identities)[i];
    else
      one.text = resource == Resource::kEventType
                     ? std::string(kTypes[static_cast<std::size_t>(one.id) % std::size(kTypes)])
                     : terms_.text(one.id);
  }
  return page;
}

Status keep_only_from(sql::PostgresConnection& connection, const Seen& senders,
                      std::vector<std::int64_t>& submissions) {
  std::vector<std::int64_t> theirs;
  const SentBy they(senders);
  auto done = postgres_rows(
      connection, "SELECT id FROM submission WHERE id = ANY($1) AND " + postgres_sent_by(2),
      [&](PostgresStatement& s) {
        s.bind_list(1, std::span<const std::int64_t>(submissions));
        they.bind(s, 2);
      },
      [&](const sql::Statement& row) -> Status {
        theirs.push_back(row.integer(0));
        return Done{};
      });
  submissions = std::move(theirs);
  return done;
}

}  // namespace suyuan
