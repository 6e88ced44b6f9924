// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/document_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "adapters/warehouse/copied_file.h"
#include "adapters/warehouse/event_id_bytes.h"
#include "adapters/warehouse/keys.h"
#include "adapters/warehouse/links.h"
#include "adapters/warehouse/original_codec.h"
#include "adapters/warehouse/rows.h"
#include "adapters/warehouse/sealed_text.h"
#include "adapters/warehouse/zstd_text.h"
#include "base/varint.h"
#include "engine/digest/sha256.h"

namespace suyuan {

namespace {

constexpr std::int64_t kNear = 64;  // rows that may lie between two of one document, and are read with them

struct Place {
  std::uint64_t before = 0;  // bytes of the frame
  std::int64_t seq = 0;
};
struct Submission {
  std::int64_t id = 0, org = 0, jurisdiction = 0;
  std::string job, sent, frame, layout;
};
// What a document is made of: pieces of its frame, and its events.
struct Piece {
  std::string text;
  std::optional<std::size_t> event = {};  // of KeptDocument::events
};

std::optional<std::vector<Place>> places_of(std::string_view layout, std::size_t frame) {
  std::vector<Place> places;
  while (!layout.empty()) {
    const auto before = take_varint(layout), seq = take_varint(layout);
    if (!before || !seq || *before > frame || *seq == 0 || *seq > INT64_MAX) return std::nullopt;
    frame -= *before;
    places.push_back({*before, static_cast<std::int64_t>(*seq)});
  }
  return places;
}

// Ranges of numbers that lie near each other.
std::vector<std::pair<std::int64_t, std::int64_t>> ranges_of(std::vector<std::int64_t> numbers) {
  std::sort(numbers.begin(), numbers.end());
  std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
  for (const std::int64_t number : numbers) {
    if (ranges.empty() || number - ranges.back().second > kNear) ranges.emplace_back(number, number);
    ranges.back().second = number;
  }
  return ranges;
}

class DocumentRows final : public KeptDocuments {
 public:
  DocumentRows(sql::Database& records, Clock& clock, const std::filesystem::path& key_file, bool is_postgres)
      : records_(records),
        keys_(records, clock, std::make_unique<MasterKey>(key_file, false), {}),
        where_(is_postgres
                   ? "block >= ($1::bigint >> 16) AND block <= ($2::bigint >> 16) AND seq >= $1::bigint AND seq "
                     "<= $2::bigint"
                   : "seq >= $1 AND seq <= $2") {}

  Result<Counts> counts() override {
    Counts counts;
    auto done = records_.read([&](sql::Connection& connection) -> Status {
      auto documents = number_of(connection, "SELECT count(*) FROM submission WHERE size > 0");
      if (!documents) return std::move(documents.error());
      auto events = number_of(connection, "SELECT count(*) FROM event");
      if (!events) return std::move(events.error());
      counts = {*documents, *events};
      return Done{};
    });
    return done ? Result(counts) : Result<Counts>(std::move(done.error()));
  }

  Result<std::optional<KeptDocument>> next(std::int64_t after) override;

 private:
  struct LinkedRow {
    KeptRow row;
    std::vector<trace::Link> links;
    std::int64_t submission = 0, org = 0, jurisdiction = 0;
  };
  using Rows = std::map<std::int64_t, LinkedRow>;
  using Frames = std::map<std::int64_t, std::string>;
  Result<std::optional<Submission>> submission(std::int64_t after);
  Status load_terms(sql::Connection& connection);
  Status read_rows(sql::Connection& connection, const std::vector<Place>& places, Rows& rows, Frames& frames);
  LinkedRow row_of(const sql::Statement& row) const;
  static Status read_objects(sql::Connection& connection, Rows& rows);
  std::optional<std::vector<Piece>> pieces_of(const std::string& frame, const std::vector<Place>& places,
                                              const Frames& frames, KeptDocument& document);
  Status open(std::vector<Piece>& pieces, KeptDocument& document);

  sql::Database& records_;
  SubjectKeys keys_;
  const std::string where_;  // rows from $1 to $2
  OriginalCodec codec_;
  std::map<std::int64_t, std::string> terms_;
};

Result<std::optional<Submission>> DocumentRows::submission(std::int64_t after) {
  std::optional<Submission> found;
  auto done = records_.read([&](sql::Connection& connection) -> Status {
    found.reset();
    return each_row_of(
        connection,
        "SELECT id, org, jurisdiction, public_id, sha256, frame, layout FROM submission WHERE id > $1 AND size > 0 "
        "ORDER BY id LIMIT 1",
        [&](sql::Statement& s) { s.bind(1, after); },
        [&](const sql::Statement& row) {
          found = Submission{row.integer(0),
                             row.integer(1),
                             row.integer(2),
                             std::string(row.bytes(3)),
                             std::string(row.bytes(4)),
                             std::string(row.bytes(5)),
                             std::string(row.bytes(6))};
        });
  });
  if (!done) return std::move(done.error());
  return found;
}

// Few, and new ones come with new events.
Status DocumentRows::load_terms(sql::Connection& connection) {
  return each_row_of(
      connection, "SELECT term, text FROM term WHERE term > $1 ORDER BY term",
      [&](sql::Statement& s) { s.bind(1, terms_.empty() ? 0 : terms_.rbegin()->first); },
      [&](const sql::Statement& row) { terms_.emplace(row.integer(0), row.bytes(1)); });
}

DocumentRows::LinkedRow DocumentRows::row_of(const sql::Statement& row) const {
  const auto term = [&](std::int64_t number) {
    const auto found = terms_.find(number);
    return found != terms_.end() ? found->second : number == 0 ? "" : fmt::format("word {}", number);
  };
  const std::int64_t kind = row.integer(3);
  KeptRow kept;
  kept.content = row.bytes(2);
  kept.id = unpack_event_id(row.bytes(1), row.bytes(2)).value_or("?");
  kept.is_declaration = (kind >> 8U & 1) != 0;
  kept.type = static_cast<trace::EventType>(kind & 15);
  kept.action = static_cast<trace::Action>(kind >> 4U & 15);
  kept.time = Instant(std::chrono::microseconds(row.integer(4)));
  kept.zone = std::chrono::minutes(row.integer(5));
  kept.biz_step = term(row.integer(6));
  kept.disposition = term(row.integer(7));
  return {std::move(kept), decode_links(row.bytes(8)).value_or(std::vector<trace::Link>()), row.integer(9),
          row.integer(10), row.integer(11)};
}

Status DocumentRows::read_objects(sql::Connection& connection, Rows& rows) {
  std::vector<std::int64_t> numbers;
  for (const auto& [seq, row] : rows)
    for (const trace::Link& link : row.links) numbers.push_back(link.object.value());
  std::map<std::int64_t, codes::Identity> objects;
  for (const auto& [first, last] : ranges_of(std::move(numbers))) {
    auto done = each_row_of(
        connection, "SELECT obj, key FROM object WHERE obj >= $1 AND obj <= $2",
        [&, from = first, to = last](sql::Statement& s) { s.bind(1, from).bind(2, to); },
        [&](const sql::Statement& row) { objects.emplace(row.integer(0), identity_of_key(row.bytes(1))); });
    if (!done) return done;
  }
  for (auto& [seq, row] : rows) {
    for (const trace::Link& link : row.links) {
      const auto found = objects.find(link.object.value());
      row.row.objects.push_back({link.role, found == objects.end() ? codes::Identity() : found->second, link.amount,
                                 link.uom, link.is_quantity, ""});
    }
  }
  return Done{};
}

Status DocumentRows::read_rows(sql::Connection& connection, const std::vector<Place>& places, Rows& rows,
                               Frames& frames) {
  Status done = load_terms(connection);
  if (done) done = codec_.load(connection);
  std::vector<std::int64_t> seqs;
  for (const Place& place : places) seqs.push_back(place.seq);
  for (const auto& [first, last] : ranges_of(std::move(seqs))) {
    const auto bind = [&, from = first, to = last](sql::Statement& s) { s.bind(1, from).bind(2, to); };
    if (done)
      done = each_row_of(connection,
                         fmt::format("SELECT seq, id, content, kind, time, zone, biz_step, disposition, links, "
                                     "submission, org, jurisdiction FROM event WHERE {}",
                                     where_),
                         bind, [&](const sql::Statement& row) { rows.emplace(row.integer(0), row_of(row)); });
    if (done)
      done = each_row_of(connection, fmt::format("SELECT seq, z FROM document WHERE {}", where_), bind,
                         [&](const sql::Statement& row) { frames.emplace(row.integer(0), row.bytes(1)); });
  }
  return done ? read_objects(connection, rows) : done;
}

// Nothing: an event's bytes cannot be read, and that was said.
std::optional<std::vector<Piece>> DocumentRows::pieces_of(const std::string& frame, const std::vector<Place>& places,
                                                          const Frames& frames, KeptDocument& document) {
  std::vector<Piece> pieces;
  std::string_view rest = frame;
  for (std::size_t i = 0; i < places.size(); ++i) {
    pieces.push_back({std::string(rest.substr(0, places[i].before))});
    rest.remove_prefix(places[i].before);
    const auto found = frames.find(places[i].seq);
    auto bytes = found == frames.end() ? std::nullopt : codec_.decompress(found->second);
    if (!bytes) {
      document.unreadable = fmt::format("the bytes of event {} {}", places[i].seq,
                                        found == frames.end() ? "are not in the store" : "cannot be unpacked");
      return std::nullopt;
    }
    pieces.push_back({std::move(*bytes), i});
  }
  pieces.push_back({std::string(rest)});
  return pieces;
}

// Values about people, as they were sent; those whose key is not there were erased.
Status DocumentRows::open(std::vector<Piece>& pieces, KeptDocument& document) {
  std::vector<std::vector<SealedPart>> parts;
  std::vector<std::int64_t> numbers;
  for (const Piece& piece : pieces) {
    parts.push_back(sealed_parts(piece.text));
    for (const SealedPart& part : parts.back())
      if (part.kind != 'L') numbers.push_back(part.key);
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  auto keys = keys_.keys(numbers);
  if (!keys && !keys.error().code.starts_with("secrets.")) return std::move(keys.error());
  if (!keys) keys = std::map<std::int64_t, SubjectKeys::Usable>();
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    auto opened = open_parts(pieces[i].text, parts[i], *keys, Reading::kClear);
    if (!opened) {
      document.unreadable = "a value about a person in it was changed";
      return Done{};
    }
    if (opened->erased > 0) document.is_whole = false;
    if (pieces[i].event) {
      KeptEvent& event = document.events[*pieces[i].event];
      event.is_whole = opened->erased == 0;
      event.begin = document.bytes.size();
      event.end = event.begin + opened->text.size();
    }
    document.bytes += opened->text;
  }
  return Done{};
}

Result<std::optional<KeptDocument>> DocumentRows::next(std::int64_t after) {
  auto found = submission(after);
  if (!found) return std::move(found.error());
  if (!*found) return std::optional<KeptDocument>();
  const Submission& kept = **found;
  KeptDocument document;
  document.submission = kept.id;
  document.job = kept.job;
  const auto frame = decompress(kept.frame);
  const auto places = frame ? places_of(kept.layout, frame->size()) : std::nullopt;
  if (!places) {
    document.unreadable = frame ? "its layout is broken" : "its frame cannot be unpacked";
    return std::optional(std::move(document));
  }
  Rows rows;
  Frames frames;
  auto read = records_.read([&](sql::Connection& connection) {
    rows.clear();
    frames.clear();
    return read_rows(connection, *places, rows, frames);
  });
  if (!read) return std::move(read.error());
  for (const Place& place : *places) {
    KeptEvent event{trace::EventSeq(place.seq)};
    if (const auto row = rows.find(place.seq); row != rows.end()) {
      event.row = row->second.row;
      event.row->is_its = row->second.submission == kept.id && row->second.org == kept.org &&
                          row->second.jurisdiction == kept.jurisdiction;
    }
    document.events.push_back(std::move(event));
  }
  auto pieces = pieces_of(*frame, *places, frames, document);
  if (!pieces) return std::optional(std::move(document));
  if (auto opened = open(*pieces, document); !opened) return std::move(opened.error());
  const Sha256 now = sha256(document.bytes);
  document.is_sent =
      !document.is_whole || kept.sent == std::string_view(reinterpret_cast<const char*>(now.data()), now.size());
  return std::optional(std::move(document));
}

}  // namespace

std::unique_ptr<KeptDocuments> make_kept_documents(sql::Database& records, Clock& clock,
                                                   const std::filesystem::path& key_file, bool is_postgres) {
  return std::make_unique<DocumentRows>(records, clock, key_file, is_postgres);
}

}  // namespace suyuan
