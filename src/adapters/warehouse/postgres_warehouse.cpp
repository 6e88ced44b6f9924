// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/postgres_warehouse.h"

#include <fmt/format.h>

#include <random>

#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/findings_json.h"
#include "adapters/warehouse/job_row.h"
#include "adapters/warehouse/keys.h"
#include "adapters/warehouse/postgres_pool.h"
#include "adapters/warehouse/postgres_reads.h"
#include "adapters/warehouse/postgres_schema.h"
#include "adapters/warehouse/postgres_writer.h"
#include "adapters/warehouse/sealed_store.h"
#include "adapters/warehouse/sent_by.h"
#include "adapters/warehouse/store_state.h"
#include "adapters/warehouse/token_key.h"
#include "adapters/warehouse/zstd_text.h"
#include "base/text.h"
#include "base/varint.h"

namespace suyuan {

namespace {

using sql::PostgresStatement;
using trace::EventSeq;
using trace::ObjectId;
using trace::StoredEvent;

// Work that was serialised by the one writer of SQLite is serialised by the server here: SERIALIZABLE, repeated when it
// gives up on one of two that met.
class PostgresRecords final : public sql::Database {
 public:
  explicit PostgresRecords(PostgresPool& pool) : pool_(pool) {}
  Status write(const Work& work) override {
    PostgresPool::Lease lease(pool_);
    return lease.transactions().run("BEGIN ISOLATION LEVEL SERIALIZABLE", work);
  }
  Status read(const Work& work) override {
    PostgresPool::Lease lease(pool_);
    if (auto begun = lease.connection().execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); !begun)
      return begun;
    Status done = work(lease.connection());
    static_cast<void>(lease.connection().execute("ROLLBACK"));
    return done;
  }

 private:
  PostgresPool& pool_;
};

class PostgresWarehouse final : public Engine {
 public:
  PostgresWarehouse() : records_(pool_) {}

  PostgresPool& pool() { return pool_; }
  SharedDictionaries& dictionaries() { return dictionaries_; }
  void set_writer(std::unique_ptr<PostgresWriter> writer) { writer_ = std::move(writer); }
  sql::Database& records() override { return records_; }

  Result<SubmissionReceipt> append(NewSubmission submission) override { return writer_->append(std::move(submission)); }

  Status record_refusal(const Actor& actor, const std::string& public_id, bool proceed, std::int64_t refused,
                        const std::vector<Finding>& findings) override {
    NewSubmission refusal;
    refusal.actor = actor;
    refusal.public_id = public_id;
    refusal.proceed = proceed;
    refusal.refused = refused;
    refusal.findings = findings;
    auto done = writer_->record_refusal(std::move(refusal));
    return done ? Status(Done{}) : Status(std::move(done.error()));
  }

  Result<std::optional<JobRecord>> job(const std::string& public_id) override {
    using Found = std::optional<JobRecord>;
    return reading<Found>([&](sql::PostgresConnection& connection) -> Result<Found> {
      auto id = submission_of(connection, public_id);
      if (!id) return std::move(id.error());
      Found found;
      if (!*id) return found;
      auto done = postgres_rows(
          connection, fmt::format("SELECT {} FROM submission WHERE id = $1", kJobColumns),
          [&](PostgresStatement& s) { s.bind(1, **id); },
          [&](const sql::Statement& row) -> Status {
            found = job_of_row(row);
            return Done{};
          });
      return done ? Result(std::move(found)) : Result<Found>(std::move(done.error()));
    });
  }

  Result<std::vector<JobRecord>> jobs(std::size_t limit, const std::string& after, const Seen* senders) override {
    using Found = std::vector<JobRecord>;
    return reading<Found>([&](sql::PostgresConnection& connection) -> Result<Found> {
      Found all;
      const SentBy they(senders == nullptr ? Seen() : *senders);
      std::int64_t before = INT64_MAX;
      if (!after.empty()) {
        auto id = submission_of(connection, after);
        if (!id) return std::move(id.error());
        before = id->value_or(0);
      }
      auto done = postgres_rows(
          connection,
          fmt::format("SELECT {} FROM submission WHERE id < $1{} ORDER BY id DESC LIMIT $2", kJobColumns,
                      senders == nullptr ? "" : " AND " + postgres_sent_by(3)),
          [&](PostgresStatement& s) {
            s.bind(1, before).bind(2, static_cast<std::int64_t>(limit));
            if (senders != nullptr) they.bind(s, 3);
          },
          [&](const sql::Statement& row) -> Status {
            all.push_back(job_of_row(row));
            return Done{};
          });
      return done ? Result(std::move(all)) : Result<Found>(std::move(done.error()));
    });
  }

  Result<std::vector<std::optional<ObjectId>>> find(std::span<const codes::Identity> ids) override {
    return with_reads([&](PostgresReads& reads) { return reads.find(ids); });
  }
  Result<std::vector<codes::Identity>> describe(std::span<const ObjectId> objects) override {
    return with_reads([&](PostgresReads& reads) { return reads.describe(objects); });
  }
  Result<Page> history(std::span<const ObjectId> objects, std::span<const trace::Role> roles, EventSeq upto,
                       std::int64_t after_seq, std::size_t limit) override {
    return with_reads(
        [&](PostgresReads& reads) { return reads.history(objects, roles, upto.value(), after_seq, limit); });
  }
  Result<std::vector<ObjectId>> members(ObjectId of_class, std::int64_t after, std::size_t limit) override {
    return with_reads([&](PostgresReads& reads) { return reads.members(of_class, after, limit); });
  }
  Result<std::vector<std::optional<ObjectId>>> classes(std::span<const ObjectId> objects) override {
    return with_reads([&](PostgresReads& reads) { return classes(reads, objects); });
  }
  Result<ScanPage> scan(const Scan& scan) override {
    return with_reads([&](PostgresReads& reads) { return reads.scan(scan); });
  }
  Result<KnownPage> known(Resource resource, std::int64_t after, std::size_t limit) override {
    return with_reads([&](PostgresReads& reads) { return reads.known(resource, after, limit); });
  }
  Result<std::optional<StoredEvent>> find_event(std::string_view event_id, bool declaration) override {
    using Found = std::optional<StoredEvent>;
    return with_reads([&](PostgresReads& reads) -> Result<Found> {
      auto seq = reads.find_event(event_id, declaration);
      if (!seq) return std::move(seq.error());
      if (!*seq) return Found();
      auto read = reads.events(std::span(&**seq, 1), INT64_MAX);
      if (!read) return std::move(read.error());
      return Found(std::move((*read)[0]));
    });
  }
  Result<std::vector<StoredEvent>> events(std::span<const EventSeq> seqs, EventSeq upto) override {
    std::vector<std::int64_t> numbers;
    for (const EventSeq seq : seqs) numbers.push_back(seq.value());
    return with_reads([&](PostgresReads& reads) { return reads.events(numbers, upto.value()); });
  }
  Result<Original> original(EventSeq seq) override {
    auto all = originals(std::span(&seq, 1));
    if (!all) return std::move(all.error());
    return std::move((*all)[0]);
  }
  Result<std::vector<Original>> originals(std::span<const EventSeq> seqs) override;
  Result<Kept> kept(const std::string& public_id) override;
  Result<std::vector<trace::MasterDatum>> master_data(std::span<const codes::Identity> subjects) override {
    return newest_data(subjects, nullptr);
  }
  Result<std::vector<trace::MasterDatum>> master_data_from(std::span<const codes::Identity> subjects,
                                                           const Seen& senders) override {
    return newest_data(subjects, &senders);
  }
  Result<std::int64_t> settled() override {
    return with_reads([](PostgresReads& reads) { return reads.settled(); });
  }
  Result<std::vector<EventDigest>> digests(std::int64_t after, std::size_t limit) override {
    return with_reads([&](PostgresReads& reads) { return reads.digests(after, limit); });
  }
  Result<std::vector<EventSeq>> events_of(const std::string& job) override {
    return with_reads([&](PostgresReads& reads) { return reads.events_of(job); });
  }
  Result<std::string> token_key() override { return token_key_.get(records_); }
  Result<Counts> counts() override;
  Result<std::vector<ObjectId>> recent_objects(codes::Level level, std::size_t limit) override;

 private:
  // Reads are tried twice: a server that was restarted since is found again.
  template <class T, class Read>
  Result<T> reading(Read read) {
    PostgresPool::Lease lease(pool_);
    Result<T> done = read(lease.connection());
    if (!done && done.error().code == "store.unreachable") done = read(lease.connection());
    return done;
  }
  template <class Read>
  std::invoke_result_t<Read, PostgresReads&> with_reads(Read read) {
    using Answer = std::invoke_result_t<Read, PostgresReads&>;
    using Value = std::remove_cvref_t<decltype(*std::declval<Answer&>())>;
    return reading<Value>([&](sql::PostgresConnection& connection) {
      PostgresReads reads(connection, terms_);
      return read(reads);
    });
  }

  static Result<std::optional<std::int64_t>> submission_of(sql::PostgresConnection& connection,
                                                           const std::string& public_id) {
    std::optional<std::int64_t> id;
    auto done = postgres_rows(
        connection, "SELECT id FROM submission_key WHERE public_id = $1",
        [&](PostgresStatement& s) { s.bind_bytes(1, public_id); },
        [&](const sql::Statement& row) -> Status {
          id = row.integer(0);
          return Done{};
        });
    return done ? Result(id) : Result<std::optional<std::int64_t>>(std::move(done.error()));
  }

  static Result<std::vector<std::optional<ObjectId>>> classes(PostgresReads& reads, std::span<const ObjectId> objects) {
    auto ids = reads.describe(objects);
    if (!ids) return std::move(ids.error());
    std::vector<codes::Identity> above;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < ids->size(); ++i) {
      if (auto one = codes::class_of((*ids)[i])) {
        above.push_back(std::move(*one));
        places.push_back(i);
      }
    }
    auto found = reads.find(above);
    if (!found) return found;
    std::vector<std::optional<ObjectId>> all(ids->size());
    for (std::size_t i = 0; i < places.size(); ++i) all[places[i]] = (*found)[i];
    return all;
  }

  // The bytes of events, by their place in `seqs`. One that is missing stays empty: nullopt.
  Result<std::vector<std::optional<std::string>>> bytes_of(sql::PostgresConnection& connection,
                                                           std::span<const std::int64_t> seqs);
  Result<std::vector<trace::MasterDatum>> newest_data(std::span<const codes::Identity> subjects, const Seen* senders);
  Result<std::vector<Original>> originals(sql::PostgresConnection& connection, std::span<const std::int64_t> seqs);
  Result<Kept> kept(sql::PostgresConnection& connection, const std::string& public_id);

  PostgresTerms terms_;
  SharedDictionaries dictionaries_;
  PostgresPool pool_;
  PostgresRecords records_;
  TokenKey token_key_;
  std::unique_ptr<PostgresWriter> writer_;  // ends first: finishes what was accepted
};

Result<std::vector<std::optional<std::string>>> PostgresWarehouse::bytes_of(sql::PostgresConnection& connection,
                                                                            std::span<const std::int64_t> seqs) {
  std::vector<std::optional<std::string>> all(seqs.size());
  std::vector<std::string> frames(seqs.size());
  auto done = postgres_rows(
      connection,
      "SELECT w.place, d.z FROM unnest($1::bigint[]) WITH ORDINALITY AS w (seq, place) JOIN document d ON d.block = "
      "w.seq "
      ">> 16 AND d.seq = w.seq",
      [&](PostgresStatement& s) { s.bind_list(1, seqs); },
      [&](const sql::Statement& row) -> Status {
        frames[static_cast<std::size_t>(row.integer(0)) - 1] = row.bytes(1);
        return Done{};
      });
  for (std::size_t i = 0; done && i < frames.size(); ++i) {
    if (frames[i].empty()) continue;
    all[i] = dictionaries_.codec().decompress(frames[i]);
    if (!all[i]) {  // another server may have learnt a dictionary since
      done = dictionaries_.load(connection);
      all[i] = dictionaries_.codec().decompress(frames[i]);
    }
    if (done && !all[i]) done = damaged_store(fmt::format("the original of event {} cannot be read", seqs[i]));
  }
  if (!done) return std::move(done.error());
  return all;
}

Result<std::vector<Warehouse::Original>> PostgresWarehouse::originals(std::span<const EventSeq> seqs) {
  std::vector<std::int64_t> numbers;
  for (const EventSeq seq : seqs) numbers.push_back(seq.value());
  return reading<std::vector<Original>>([&](sql::PostgresConnection& c) { return originals(c, numbers); });
}

Result<std::vector<Warehouse::Original>> PostgresWarehouse::originals(sql::PostgresConnection& connection,
                                                                      std::span<const std::int64_t> seqs) {
  auto bytes = bytes_of(connection, seqs);
  if (!bytes) return std::move(bytes.error());
  std::vector<std::int64_t> submissions(seqs.size());
  auto done = postgres_rows(
      connection,
      "SELECT w.place, e.submission FROM unnest($1::bigint[]) WITH ORDINALITY AS w (seq, place) JOIN event e ON "
      "e.block = "
      "w.seq >> 16 AND e.seq = w.seq",
      [&](PostgresStatement& s) { s.bind_list(1, seqs); },
      [&](const sql::Statement& row) -> Status {
        submissions[static_cast<std::size_t>(row.integer(0)) - 1] = row.integer(1);
        return Done{};
      });
  std::unordered_map<std::int64_t, Original> frames;
  if (done) {
    done = postgres_rows(
        connection, "SELECT id, frame, syntax, person, org, jurisdiction, public_id FROM submission WHERE id = ANY($1)",
        [&](PostgresStatement& s) { s.bind_list(1, std::span<const std::int64_t>(submissions)); },
        [&](const sql::Statement& row) -> Status {
          auto frame = decompress(row.bytes(1));
          if (!frame) return damaged_store(fmt::format("the document of job {} cannot be read", row.bytes(6)));
          frames.emplace(row.integer(0),
                         Original{"", std::move(*frame), static_cast<trace::RawDocument::Syntax>(row.integer(2)),
                                  actor_of(row, 3), std::string(row.bytes(6))});
          return Done{};
        });
  }
  if (!done) return std::move(done.error());
  std::vector<Original> all;
  for (std::size_t i = 0; i < seqs.size(); ++i) {
    const auto frame = frames.find(submissions[i]);
    if (!(*bytes)[i] || frame == frames.end())
      return Error{ErrorKind::kNotFound, "event.unknown", fmt::format("There is no event {}.", seqs[i])};
    all.push_back(frame->second);
    all.back().bytes = std::move(*(*bytes)[i]);
  }
  return all;
}

Result<Engine::Kept> PostgresWarehouse::kept(const std::string& public_id) {
  return reading<Kept>([&](sql::PostgresConnection& connection) { return kept(connection, public_id); });
}

Result<Engine::Kept> PostgresWarehouse::kept(sql::PostgresConnection& connection, const std::string& public_id) {
  auto id = submission_of(connection, public_id);
  if (!id) return std::move(id.error());
  std::optional<std::string> frame;
  std::string layout, digest;
  auto done = postgres_rows(
      connection, "SELECT frame, layout, sha256 FROM submission WHERE id = $1 AND size > 0",
      [&](PostgresStatement& s) { s.bind(1, id->value_or(0)); },
      [&](const sql::Statement& row) -> Status {
        frame = decompress(row.bytes(0));
        layout = row.bytes(1);
        digest = row.bytes(2);
        if (!frame) return damaged_store(fmt::format("the document of job {} cannot be read", public_id));
        return Done{};
      });
  if (!done) return std::move(done.error());
  if (!frame)
    return Error{ErrorKind::kNotFound, "job.no_document",
                 fmt::format("There is no kept document of a job {}.", excerpt(public_id))};
  std::vector<std::int64_t> seqs;
  std::vector<std::string_view> parts;
  std::string_view rest = *frame, places = layout;
  while (!places.empty()) {
    const auto before = take_varint(places), seq = take_varint(places);
    if (!before || !seq || *before > rest.size())
      return damaged_store(fmt::format("the layout of job {} is broken", public_id));
    parts.push_back(rest.substr(0, *before));
    rest.remove_prefix(*before);
    seqs.push_back(static_cast<std::int64_t>(*seq));
  }
  auto bytes = bytes_of(connection, seqs);
  if (!bytes) return std::move(bytes.error());
  std::string whole;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!(*bytes)[i]) return damaged_store(fmt::format("the original of event {} is missing", seqs[i]));
    whole.append(parts[i]).append(*(*bytes)[i]);
  }
  whole.append(rest);
  Kept kept{std::move(whole), {}};
  if (digest.size() != kept.sent.size())
    return damaged_store(fmt::format("the document of job {} cannot be read", public_id));
  std::copy_n(reinterpret_cast<const std::uint8_t*>(digest.data()), digest.size(), kept.sent.begin());
  return kept;
}

Result<std::vector<trace::MasterDatum>> PostgresWarehouse::newest_data(std::span<const codes::Identity> subjects,
                                                                       const Seen* senders) {
  using Found = std::vector<trace::MasterDatum>;
  auto objects = find(subjects);
  if (!objects) return std::move(objects.error());
  return reading<Found>([&](sql::PostgresConnection& connection) -> Result<Found> {
    Found all;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      if (!(*objects)[i]) continue;
      const std::int64_t subject = (*objects)[i]->value();
      std::vector<std::int64_t> submissions;
      if (senders != nullptr) {
        auto of_it = postgres_rows(
            connection, "SELECT DISTINCT submission FROM master_datum WHERE subject = $1",
            [&](PostgresStatement& s) { s.bind(1, subject); },
            [&](const sql::Statement& row) -> Status {
              submissions.push_back(row.integer(0));
              return Done{};
            });
        if (of_it) of_it = keep_only_from(connection, *senders, submissions);
        if (!of_it) return std::move(of_it.error());
      }
      auto done = postgres_rows(
          connection,
          "SELECT DISTINCT ON (attribute) vocabulary, attribute, value FROM master_datum WHERE subject = $1 AND ($2 = "
          "0 OR submission = ANY($3)) ORDER BY attribute, id DESC",
          [&](PostgresStatement& s) {
            s.bind(1, subject).bind(2, std::int64_t{senders != nullptr});
            s.bind_list(3, std::span<const std::int64_t>(submissions));
          },
          [&](const sql::Statement& row) -> Status {
            all.push_back(
                {subjects[i], std::string(row.bytes(0)), std::string(row.bytes(1)), std::string(row.bytes(2))});
            return Done{};
          });
      if (!done) return std::move(done.error());
    }
    return all;
  });
}

Result<Warehouse::Counts> PostgresWarehouse::counts() {
  return reading<Counts>([](sql::PostgresConnection& connection) -> Result<Counts> {
    Counts counts;
    auto done = postgres_rows(
        connection, "SELECT event, object, submission, bytes FROM head WHERE id = 1", [](PostgresStatement&) {},
        [&](const sql::Statement& row) -> Status {
          counts = {row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
          return Done{};
        });
    return done ? Result(counts) : Result<Counts>(std::move(done.error()));
  });
}

Result<std::vector<ObjectId>> PostgresWarehouse::recent_objects(codes::Level level, std::size_t limit) {
  using Found = std::vector<ObjectId>;
  return reading<Found>([&](sql::PostgresConnection& connection) -> Result<Found> {
    Found found;
    auto done = postgres_rows(
        connection, "SELECT obj, key FROM object ORDER BY obj DESC LIMIT 5000", [](PostgresStatement&) {},
        [&](const sql::Statement& row) -> Status {
          if (found.size() < limit && codes::level_of(identity_of_key(row.bytes(1))) == level)
            found.emplace_back(row.integer(0));
          return Done{};
        });
    return done ? Result(std::move(found)) : Result<Found>(std::move(done.error()));
  });
}

Error no_store(const std::string& place) {
  return {
      ErrorKind::kNotFound, "store.none",
      fmt::format("There is no store in the {}. Make one with `suyuan capture FILE --database URL` or `suyuan serve "
                  "--database URL`, or name another.",
                  place)};
}

// Among all connections of all servers.
std::string fresh_name() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}", random(), random(), random());
}

}  // namespace

Result<std::unique_ptr<Store>> open_postgres_warehouse(const std::string& url, Clock& clock,
                                                       const PostgresWarehouseOptions& options) {
  auto connection = sql::open_postgres(url, options.connection);
  if (!connection) return std::move(connection.error());
  const std::string place = (*connection)->place();
  if (auto held = hold(**connection, hold_rule(place, Holding::kShared)); !held) return std::move(held.error());
  auto there = options.make ? Result<bool>(true) : has_store(**connection);
  if (!there) return std::move(there.error());
  if (!*there) return no_store(place);
  if (auto migrated = migrate_postgres(**connection); !migrated) return std::move(migrated.error());
  auto citus = has_citus(**connection);
  if (!citus) return std::move(citus.error());
  // On Citus: one connection to each worker instead of one to each shard. It is worth a factor of ten.
  const sql::ConnectRule rule = open_rule(place, *citus ? "SET citus.multi_shard_modify_mode = 'sequential';" : "");
  if (auto kept = (*connection)->keep(rule); !kept) return std::move(kept.error());
  auto warehouse = std::make_unique<PostgresWarehouse>();
  if (auto loaded = warehouse->dictionaries().load(**connection); !loaded) return std::move(loaded.error());
  for (int i = 0; i < std::max(1, options.readers); ++i) {
    auto reader = sql::open_postgres(url, options.connection);
    if (!reader) return std::move(reader.error());
    if (auto kept = (*reader)->keep(rule); !kept) return std::move(kept.error());
    auto transactions =
        std::make_unique<PostgresTransactions>(**reader, fresh_name(), options.patience, options.connection.idle_ms);
    if (i == 0) static_cast<void>(transactions->tidy());
    warehouse->pool().add({std::move(*reader), std::move(transactions)});
  }
  warehouse->set_writer(std::make_unique<PostgresWriter>(std::move(*connection), fresh_name(), clock,
                                                         warehouse->dictionaries(), options));
  const auto scrub = [url, rule = options.connection]() -> Status {
    auto own = sql::open_postgres(url, rule);
    return own ? (*own)->execute("VACUUM subject_key") : Status(std::move(own.error()));
  };
  return seal_store(std::move(warehouse), clock, std::make_unique<MasterKey>(options.key_file, false), {false, scrub});
}

}  // namespace suyuan
