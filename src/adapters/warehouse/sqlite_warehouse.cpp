// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/sqlite_warehouse.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/digest_row.h"
#include "adapters/warehouse/event_reads.h"
#include "adapters/warehouse/folder_lock.h"
#include "adapters/warehouse/job_row.h"
#include "adapters/warehouse/keys.h"
#include "adapters/warehouse/reader_pool.h"
#include "adapters/warehouse/rows.h"
#include "adapters/warehouse/sealed_store.h"
#include "adapters/warehouse/sent_by.h"
#include "adapters/warehouse/sqlite_file.h"
#include "adapters/warehouse/store_state.h"
#include "adapters/warehouse/token_key.h"
#include "adapters/warehouse/writer.h"
#include "adapters/warehouse/zstd_text.h"
#include "base/varint.h"
#include "domain/trace/fact_table.h"

namespace suyuan {

namespace {

using trace::EventSeq;
using trace::ObjectId;
using trace::StoredEvent;

// Records go through the one writer; readers are lent.
class SqliteRecords final : public sql::Database {
 public:
  SqliteRecords(ReaderPool& readers, Writer& writer) : readers_(readers), writer_(writer) {}
  Status write(const Work& work) override { return writer_.write(work); }
  Status read(const Work& work) override {
    ReaderPool::Lease connection(readers_);
    if (auto begun = (*connection).execute("BEGIN"); !begun) return begun;
    Status done = work(*connection);
    static_cast<void>((*connection).execute("ROLLBACK"));
    return done;
  }

 private:
  ReaderPool& readers_;
  Writer& writer_;
};

class SqliteWarehouse final : public Engine {
 public:
  SqliteWarehouse(std::unique_ptr<FolderLock> lock, std::unique_ptr<Writer> writer)
      : lock_(std::move(lock)), writer_(std::move(writer)), records_(readers_, *writer_) {}

  ReaderPool& readers() { return readers_; }
  sql::Database& records() override { return records_; }

  Result<SubmissionReceipt> append(NewSubmission submission) override { return writer_->append(std::move(submission)); }

  Status record_refusal(const Actor& actor, const std::string& public_id, bool proceed, std::int64_t refused,
                        const std::vector<Finding>& findings) override {
    return writer_->record_refusal(actor, public_id, proceed, refused, findings);
  }

  Result<std::optional<JobRecord>> job(const std::string& public_id) override {
    std::optional<JobRecord> found;
    auto done = rows(
        fmt::format("SELECT {} FROM submission WHERE public_id = $1", kJobColumns),
        [&](sql::Statement& s) { s.bind(1, std::string_view(public_id)); },
        [&](sql::Statement& row) -> Status {
          found = job_of_row(row);
          return Done{};
        });
    if (!done) return std::move(done.error());
    return found;
  }

  Result<std::vector<JobRecord>> jobs(std::size_t limit, const std::string& after, const Seen* senders) override {
    std::vector<JobRecord> all;
    const SentBy they(senders == nullptr ? Seen() : *senders);
    const std::string organisations = they.organisations_json(), places = they.places_json();
    auto done = rows(
        fmt::format("SELECT {} FROM submission WHERE ($1 = '' OR id < (SELECT id FROM submission WHERE public_id = "
                    "$1)){} ORDER BY id DESC LIMIT $2",
                    kJobColumns, senders == nullptr ? "" : " AND " + sqlite_sent_by(3)),
        [&](sql::Statement& s) {
          s.bind(1, std::string_view(after)).bind(2, static_cast<std::int64_t>(limit));
          if (senders != nullptr) s.bind(3, std::string_view(organisations)).bind(4, std::string_view(places));
        },
        [&](sql::Statement& row) -> Status {
          all.push_back(job_of_row(row));
          return Done{};
        });
    if (!done) return std::move(done.error());
    return all;
  }

  Result<std::vector<std::optional<ObjectId>>> find(std::span<const codes::Identity> ids) override {
    std::vector<std::optional<ObjectId>> found;
    auto done = with_reads([&](EventReads& reads) -> Status {
      for (const codes::Identity& id : ids) {
        auto object = reads.find(id);
        if (!object) return std::move(object.error());
        found.push_back(*object);
      }
      return Done{};
    });
    return done ? Result(std::move(found)) : Result<std::vector<std::optional<ObjectId>>>(std::move(done.error()));
  }

  Result<std::vector<codes::Identity>> describe(std::span<const ObjectId> objects) override {
    std::vector<codes::Identity> ids;
    auto done = with_reads([&](EventReads& reads) -> Status {
      for (const ObjectId object : objects) {
        auto id = reads.describe(object);
        if (!id) return std::move(id.error());
        ids.push_back(std::move(*id));
      }
      return Done{};
    });
    return done ? Result(std::move(ids)) : Result<std::vector<codes::Identity>>(std::move(done.error()));
  }

  Result<Page> history(std::span<const ObjectId> objects, std::span<const trace::Role> roles, EventSeq upto,
                       std::int64_t after_seq, std::size_t limit) override {
    return reading<Page>([&](EventReads& reads) -> Result<Page> {
      auto seqs = reads.history(objects, roles, upto.value(), after_seq, limit);
      if (!seqs) return std::move(seqs.error());
      auto events = reads.events(seqs->seqs, upto.value());
      if (!events) return std::move(events.error());
      return Page{std::move(*events), seqs->more};
    });
  }

  Result<std::vector<trace::Posting>> postings(std::span<const ObjectId> objects, EventSeq upto) override {
    return reading<std::vector<trace::Posting>>(
        [&](EventReads& reads) { return reads.postings(objects, upto.value()); });
  }

  Status facts(std::span<const EventSeq> seqs, EventSeq upto, trace::FactTable& table) override {
    return with_reads([&](EventReads& reads) -> Status { return reads.facts(seqs, upto.value(), table); });
  }

  Result<std::vector<codes::Level>> levels(std::span<const ObjectId> objects) override {
    return reading<std::vector<codes::Level>>([&](EventReads& reads) { return reads.levels(objects); });
  }

  Result<std::vector<ObjectId>> members(ObjectId of_class, std::int64_t after, std::size_t limit) override {
    return reading<std::vector<ObjectId>>([&](EventReads& reads) { return reads.members(of_class, after, limit); });
  }

  Result<std::vector<std::optional<ObjectId>>> classes(std::span<const ObjectId> objects) override {
    std::vector<std::optional<ObjectId>> found;
    auto done = with_reads([&](EventReads& reads) -> Status {
      for (const ObjectId object : objects) {
        auto id = reads.describe(object);
        if (!id) return std::move(id.error());
        const auto above = codes::class_of(*id);
        auto of_class = above ? reads.find(*above) : Result(std::optional<ObjectId>());
        if (!of_class) return std::move(of_class.error());
        found.push_back(*of_class);
      }
      return Done{};
    });
    return done ? Result(std::move(found)) : Result<std::vector<std::optional<ObjectId>>>(std::move(done.error()));
  }

  Result<std::optional<StoredEvent>> find_event(std::string_view event_id, bool declaration) override {
    using Found = std::optional<StoredEvent>;
    return reading<Found>([&](EventReads& reads) -> Result<Found> {
      auto seq = reads.find_event(event_id, declaration, INT64_MAX);
      if (!seq) return std::move(seq.error());
      if (!*seq) return Found();
      auto read = reads.events(std::span(&**seq, 1), INT64_MAX);
      if (!read) return std::move(read.error());
      return Found(std::move((*read)[0]));
    });
  }

  Result<std::vector<StoredEvent>> events(std::span<const EventSeq> seqs, EventSeq upto) override {
    return reading<std::vector<StoredEvent>>([&](EventReads& reads) { return reads.events(seqs, upto.value()); });
  }

  Result<ScanPage> scan(const Scan& scan) override {
    return reading<ScanPage>([&](EventReads& reads) { return reads.scan(scan); });
  }

  Result<KnownPage> known(Resource resource, std::int64_t after, std::size_t limit) override {
    return reading<KnownPage>([&](EventReads& reads) { return reads.known(resource, after, limit); });
  }

  Result<Original> original(EventSeq seq) override {
    std::optional<Original> found;
    auto done = rows(
        "SELECT d.z, s.frame, s.syntax, s.person, s.org, s.jurisdiction, s.public_id FROM document d JOIN event e ON "
        "e.seq = d.seq JOIN submission s ON s.id = e.submission WHERE d.seq = $1",
        [&](sql::Statement& s) { s.bind(1, seq.value()); },
        [&](sql::Statement& row) -> Status {
          auto bytes = writer_->codec().decompress(row.bytes(0));
          auto frame = decompress(row.bytes(1));
          if (!bytes || !frame)
            return damaged_store(fmt::format("the original of event {} cannot be read", seq.value()));
          found =
              Original{std::move(*bytes), std::move(*frame), static_cast<trace::RawDocument::Syntax>(row.integer(2)),
                       Actor{PersonId(row.integer(3)), OrgId(row.integer(4)),
                             Jurisdiction{static_cast<std::int32_t>(row.integer(5))}},
                       std::string(row.text(6))};
          return Done{};
        });
    if (!done) return std::move(done.error());
    if (!found) return Error{ErrorKind::kNotFound, "event.unknown", fmt::format("There is no event {}.", seq.value())};
    return std::move(*found);
  }

  Result<std::vector<Original>> originals(std::span<const EventSeq> seqs) override {
    std::vector<Original> all;
    for (const EventSeq seq : seqs) {
      auto one = original(seq);
      if (!one) return std::move(one.error());
      all.push_back(std::move(*one));
    }
    return all;
  }

  Result<Kept> kept(const std::string& public_id) override;
  Result<std::vector<trace::MasterDatum>> master_data(std::span<const codes::Identity> subjects) override {
    return newest_data(subjects, nullptr);
  }
  Result<std::vector<trace::MasterDatum>> master_data_from(std::span<const codes::Identity> subjects,
                                                           const Seen& senders) override {
    return newest_data(subjects, &senders);
  }

  Result<std::int64_t> settled() override {
    std::int64_t last = 0;
    auto done = rows(
        "SELECT coalesce(max(seq), 0) FROM event", [](sql::Statement&) {},
        [&](sql::Statement& row) -> Status {
          last = row.integer(0);
          return Done{};
        });
    if (!done) return std::move(done.error());
    return last;
  }

  Result<std::vector<EventDigest>> digests(std::int64_t after, std::size_t limit) override {
    return sqlite_digests([this](auto&&... all) { return rows(all...); }, after, limit);
  }
  Result<std::vector<EventSeq>> events_of(const std::string& job) override {
    return sqlite_events_of([this](auto&&... all) { return rows(all...); }, job);
  }

  Result<std::string> token_key() override { return token_key_.get(records_); }

  const Changes* changes() const override { return &writer_->changes(); }

  Result<Counts> counts() override {
    Counts counts;
    auto done = rows(
        "SELECT (SELECT coalesce(max(seq), 0) FROM event), (SELECT coalesce(max(obj), 0) FROM object), (SELECT "
        "coalesce(max(id), 0) FROM submission), (SELECT coalesce(sum(size), 0) FROM submission)",
        [](sql::Statement&) {},
        [&](sql::Statement& row) -> Status {
          counts = {row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
          return Done{};
        });
    if (!done) return std::move(done.error());
    return counts;
  }

  WriterUse writer_use() override { return writer_->use(); }

  Result<std::vector<ObjectId>> recent_objects(codes::Level level, std::size_t limit) override {
    std::vector<ObjectId> found;
    auto done = rows(
        "SELECT o.obj, o.key FROM object o ORDER BY o.obj DESC LIMIT 5000", [](sql::Statement&) {},
        [&](sql::Statement& row) -> Status {
          if (found.size() < limit && codes::level_of(identity_of_key(row.bytes(1))) == level)
            found.emplace_back(row.integer(0));
          return Done{};
        });
    if (!done) return std::move(done.error());
    return found;
  }

 private:
  // Reads with the lookups as they stand. A damaged run is made anew by the writer while the caller waits a moment.
  template <class Read>
  std::invoke_result_t<Read, EventReads&> with_reads(Read read) {
    ReaderPool::Lease connection(readers_);
    const ReadTogether together(*connection);
    EventReads reads(*connection, writer_->lookups(), writer_->keys(), terms_, wrong_);
    auto done = read(reads);
    if (!done && done.error().code == "store.lookup_damaged") {
      writer_->mend_lookups();
      done = Error{ErrorKind::kBusy, "store.mending",
                   "A lookup of the store is damaged and is being made anew from the tables. Nothing is lost; try "
                   "again in a moment.",
                   done.error().text};
    }
    return done;
  }
  template <class T, class Read>
  Result<T> reading(Read read) {
    return with_reads([&](EventReads& reads) -> Result<T> { return read(reads); });
  }

  Result<std::vector<trace::MasterDatum>> newest_data(std::span<const codes::Identity> subjects, const Seen* senders);

  // Runs a query on a lent connection, handing each row to `take`.
  template <class Bind, class Take>
  Status rows(std::string_view query, Bind bind, Take take) {
    ReaderPool::Lease connection(readers_);
    auto statement = (*connection).prepare(query);
    if (!statement) return std::move(statement.error());
    const sql::Reset reset(**statement);
    bind(**statement);
    for (;;) {
      auto row = (*statement)->step();
      if (!row) return std::move(row.error());
      if (!*row) return Done{};
      if (auto taken = take(**statement); !taken) return taken;
    }
  }

  Terms terms_;
  DeclaredWrong wrong_;
  std::unique_ptr<FolderLock> lock_;  // outlives the connections
  ReaderPool readers_;
  std::unique_ptr<Writer> writer_;  // ends before them: finishes what was accepted
  SqliteRecords records_;
  TokenKey token_key_;
};

Result<Engine::Kept> SqliteWarehouse::kept(const std::string& public_id) {
  std::optional<std::string> frame;
  std::string layout;
  Sha256 digest{};
  auto done = rows(
      "SELECT frame, layout, sha256 FROM submission WHERE public_id = $1 AND size > 0",
      [&](sql::Statement& s) { s.bind(1, std::string_view(public_id)); },
      [&](sql::Statement& row) -> Status {
        frame = decompress(row.bytes(0));
        layout = row.bytes(1);
        if (!frame || row.bytes(2).size() != digest.size())
          return damaged_store(fmt::format("the document of job {} cannot be read", public_id));
        std::copy_n(reinterpret_cast<const std::uint8_t*>(row.bytes(2).data()), digest.size(), digest.begin());
        return Done{};
      });
  if (!done) return std::move(done.error());
  if (!frame)
    return Error{ErrorKind::kNotFound, "job.no_document",
                 fmt::format("There is no kept document of a job {}.", public_id)};
  std::string whole;
  std::string_view rest = *frame, places = layout;
  while (!places.empty()) {
    const auto before = take_varint(places), seq = take_varint(places);
    if (!before || !seq || *before > rest.size() || *seq == 0)
      return damaged_store(fmt::format("the layout of job {} is broken", public_id));
    whole.append(rest.substr(0, *before));
    rest.remove_prefix(*before);
    auto done_event = rows(
        "SELECT z FROM document WHERE seq = $1", [&](sql::Statement& s) { s.bind(1, static_cast<std::int64_t>(*seq)); },
        [&](sql::Statement& row) -> Status {
          auto bytes = writer_->codec().decompress(row.bytes(0));
          if (!bytes) return damaged_store(fmt::format("the original of event {} cannot be read", *seq));
          whole += *bytes;
          return Done{};
        });
    if (!done_event) return std::move(done_event.error());
  }
  whole.append(rest);
  return Kept{std::move(whole), digest};
}

Result<std::vector<trace::MasterDatum>> SqliteWarehouse::newest_data(std::span<const codes::Identity> subjects,
                                                                     const Seen* senders) {
  std::vector<trace::MasterDatum> all;
  const SentBy they(senders == nullptr ? Seen() : *senders);
  const std::string organisations = they.organisations_json(), places = they.places_json();
  const std::string newest = fmt::format(
      "SELECT vocabulary, attribute, value FROM master_datum m WHERE subject = $1 AND id = (SELECT max(id) FROM "
      "master_datum WHERE subject = m.subject AND attribute = m.attribute{}) ORDER BY attribute",
      senders == nullptr ? "" : " AND submission IN (SELECT id FROM submission WHERE " + sqlite_sent_by(2) + ")");
  auto found = find(subjects);
  if (!found) return std::move(found.error());
  ReaderPool::Lease connection(readers_);
  const ReadTogether together(*connection);
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    if (!(*found)[i]) continue;
    auto done = each_row_of(
        *connection, newest,
        [&](sql::Statement& s) {
          s.bind(1, (*found)[i]->value());
          if (senders != nullptr) s.bind(2, std::string_view(organisations)).bind(3, std::string_view(places));
        },
        [&](sql::Statement& row) {
          all.push_back({subjects[i], std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))});
        });
    if (!done) return std::move(done.error());
  }
  return all;
}

// The log keeps what was overwritten until it is emptied, for which nobody may be reading an older state.
Status empty_write_ahead_log(const std::filesystem::path& file) {
  constexpr int kTries = 20;
  auto connection = sql::open_sqlite(file, sql::Mode::kWrite, 1000);
  if (!connection) return std::move(connection.error());
  for (int i = 0; i < kTries; ++i) {
    auto checkpoint = (*connection)->prepare("PRAGMA wal_checkpoint(TRUNCATE)");
    if (!checkpoint) return std::move(checkpoint.error());
    const sql::Reset reset(**checkpoint);
    auto row = (*checkpoint)->step();
    if (row && *row && (*checkpoint)->integer(0) == 0) return Done{};
    if (!row && row.error().kind != ErrorKind::kBusy) return std::move(row.error());
  }
  return Error{ErrorKind::kBusy, "erasure.log_in_use",
               "The values are erased: their keys are destroyed. The store's log still holds a copy of the keys, since "
               "somebody reads an older state of the store; it is emptied when the server stops, or with the next "
               "erasure."};
}

Result<std::unique_ptr<sql::Connection>> open_usable(const std::filesystem::path& folder) {
  auto connection = open_sqlite_file(folder);
  if (!connection) return connection;
  auto state = read_state(**connection);
  if (!state) return std::move(state.error());
  if (auto judged = judge_state(*state, sqlite_place(folder)); !judged) return std::move(judged.error());
  return connection;
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_warehouse(const std::filesystem::path& folder, Clock& clock,
                                                     const SqliteWarehouseOptions& options) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed)
    return Error{ErrorKind::kInternal, "store.open",
                 fmt::format("The folder \"{}\" cannot be made: {}. Name another with --data.", folder.string(),
                             failed.message())};
  auto lock = FolderLock::take(folder);
  if (!lock) return std::move(lock.error());
  const std::filesystem::path file = folder / "suyuan.db";
  auto connection = open_usable(folder);
  if (!connection) return std::move(connection.error());
  auto builder = sql::open_sqlite(file, sql::Mode::kRead);
  if (!builder) return std::move(builder.error());
  auto learner = sql::open_sqlite(file, sql::Mode::kRead);
  if (!learner) return std::move(learner.error());
  auto writer = std::make_unique<Writer>(std::move(*connection), clock, options.queue_documents_max,
                                         options.queue_bytes_max, options.lookups);
  if (auto opened = writer->open(std::move(*builder), std::move(*learner)); !opened) return std::move(opened.error());
  auto warehouse = std::make_unique<SqliteWarehouse>(std::move(*lock), std::move(writer));
  for (int i = 0; i < std::max(1, options.readers); ++i) {
    auto reader = sql::open_sqlite(file, sql::Mode::kRead);
    if (!reader) return std::move(reader.error());
    if (auto ready = (*reader)->execute("PRAGMA query_only = ON; PRAGMA cache_size = -16384"); !ready)
      return std::move(ready.error());
    warehouse->readers().add(std::move(*reader));
  }
  const auto key_file = options.key_file.empty() ? folder / "secrets" / "master.key" : options.key_file;
  return seal_store(std::move(warehouse), clock, std::make_unique<MasterKey>(key_file, options.key_file.empty()),
                    {true, [file] { return empty_write_ahead_log(file); }});
}

Result<std::vector<LookupCheck>> check_sqlite_lookups(const std::filesystem::path& folder, bool rebuild) {
  auto lock = FolderLock::take(folder);
  if (!lock) return std::move(lock.error());
  auto connection = open_usable(folder);
  if (!connection) return std::move(connection.error());
  return check_sqlite_file(folder, **connection, rebuild);
}

}  // namespace suyuan
