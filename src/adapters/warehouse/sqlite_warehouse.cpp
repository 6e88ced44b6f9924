// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/sqlite_warehouse.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "adapters/warehouse/findings_json.h"
#include "adapters/warehouse/folder_lock.h"
#include "adapters/warehouse/keys.h"
#include "adapters/warehouse/links.h"
#include "adapters/warehouse/migrations.h"
#include "base/varint.h"
#include "adapters/warehouse/writer.h"
#include "adapters/warehouse/zstd_text.h"

namespace suyuan {

namespace {

using trace::EventSeq;
using trace::ObjectId;
using trace::StoredEvent;

Error damaged(std::string_view what) {
  return Error{ErrorKind::kCorrupt, "store.damaged",
               fmt::format("The store contradicts itself: {}. Stop the server and restore the last backup.", what)};
}

Instant instant(std::int64_t micros) { return Instant(std::chrono::microseconds(micros)); }

// Connections that read, lent one at a time.
class ReaderPool {
 public:
  void add(std::unique_ptr<sql::Connection> connection) { free_.push_back(std::move(connection)); }

  class Lease {
   public:
    explicit Lease(ReaderPool& pool) : pool_(pool) {
      std::unique_lock lock(pool.mutex_);
      pool.ready_.wait(lock, [&] { return !pool.free_.empty(); });
      connection_ = std::move(pool.free_.back());
      pool.free_.pop_back();
    }
    ~Lease() {
      {
        const std::lock_guard lock(pool_.mutex_);
        pool_.free_.push_back(std::move(connection_));
      }
      pool_.ready_.notify_one();
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    sql::Connection& operator*() { return *connection_; }

   private:
    ReaderPool& pool_;
    std::unique_ptr<sql::Connection> connection_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<std::unique_ptr<sql::Connection>> free_;
};

constexpr std::string_view kEventColumns =
    "e.seq, e.kind, e.time, e.zone, e.recorded, e.id, coalesce((SELECT text FROM term WHERE term = e.biz_step), ''), "
    "coalesce((SELECT text FROM term WHERE term = e.disposition), ''), e.links";

Result<StoredEvent> event_of_row(const sql::Statement& row) {
  auto links = decode_links(row.bytes(8));
  const std::int64_t kind = row.integer(1);
  const std::int64_t type = kind & 15, action = kind >> 4U & 15;
  if (!links || type < 1 || type > 5 || action > 3)
    return damaged(fmt::format("event {} cannot be read", row.integer(0)));
  return StoredEvent{EventSeq(row.integer(0)),
                     static_cast<trace::EventType>(type),
                     static_cast<trace::Action>(action),
                     instant(row.integer(2)),
                     std::chrono::minutes(row.integer(3)),
                     instant(row.integer(4)),
                     std::string(row.text(5)),
                     std::string(row.text(6)),
                     std::string(row.text(7)),
                     std::move(*links),
                     (kind >> 8U & 1) != 0,
                     false};
}

JobRecord job_of_row(const sql::Statement& row) {
  JobRecord job{
      std::string(row.text(0)),
      Actor{PersonId(row.integer(1)), OrgId(row.integer(2)), Jurisdiction{static_cast<std::int32_t>(row.integer(3))}},
      instant(row.integer(4)),
      instant(row.integer(5)),
      row.integer(6) != 0,
      row.integer(7) != 0,
      row.integer(8),
      row.integer(9),
      row.integer(10),
      findings_of_json(row.text(11))};
  return job;
}

constexpr std::string_view kJobColumns =
    "public_id, person, org, jurisdiction, created, finished, success, proceed, accepted, duplicates, refused, "
    "findings";

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

class SqliteWarehouse final : public Store {
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

  Result<std::vector<JobRecord>> jobs(std::size_t limit, const std::string& after) override {
    std::vector<JobRecord> all;
    auto done = rows(
        fmt::format("SELECT {} FROM submission WHERE $1 = '' OR id < (SELECT id FROM submission WHERE public_id = $1) "
                    "ORDER BY id DESC LIMIT $2",
                    kJobColumns),
        [&](sql::Statement& s) { s.bind(1, std::string_view(after)).bind(2, static_cast<std::int64_t>(limit)); },
        [&](sql::Statement& row) -> Status {
          all.push_back(job_of_row(row));
          return Done{};
        });
    if (!done) return std::move(done.error());
    return all;
  }

  Result<std::vector<std::optional<ObjectId>>> find(std::span<const codes::Identity> ids) override {
    std::vector<std::optional<ObjectId>> found;
    for (const codes::Identity& id : ids) {
      const std::string key = key_of(id);
      auto number =
          number_of("SELECT obj FROM object_key WHERE key = $1", [&](sql::Statement& s) { s.bind_bytes(1, key); });
      if (!number) return std::move(number.error());
      found.push_back(*number ? std::optional(ObjectId(**number)) : std::nullopt);
    }
    return found;
  }

  Result<std::vector<codes::Identity>> describe(std::span<const ObjectId> objects) override {
    std::vector<codes::Identity> ids;
    for (const ObjectId object : objects) {
      const std::size_t before = ids.size();
      auto done = rows(
          "SELECT key FROM object WHERE obj = $1", [&](sql::Statement& s) { s.bind(1, object.value()); },
          [&](sql::Statement& row) -> Status {
            ids.push_back(identity_of_key(row.bytes(0)));
            return Done{};
          });
      if (!done) return std::move(done.error());
      if (ids.size() == before) return damaged(fmt::format("object {} is missing", object.value()));
    }
    return ids;
  }

  Result<Page> history(std::span<const ObjectId> objects, std::span<const trace::Role> roles, EventSeq upto,
                       std::int64_t after_seq, std::size_t limit) override {
    std::set<std::int64_t> seqs;
    for (const ObjectId object : objects) {
      auto done = rows(
          "SELECT DISTINCT seq, role FROM posting WHERE obj = $1 AND seq > $2 AND seq <= $3 ORDER BY seq",
          [&](sql::Statement& s) { s.bind(1, object.value()).bind(2, after_seq).bind(3, upto.value()); },
          [&](sql::Statement& row) -> Status {
            const auto role = static_cast<trace::Role>(row.integer(1));
            if (roles.empty() || std::find(roles.begin(), roles.end(), role) != roles.end())
              seqs.insert(row.integer(0));
            return Done{};
          });
      if (!done) return std::move(done.error());
    }
    Page page;
    std::vector<EventSeq> wanted;
    for (const std::int64_t seq : seqs) {
      if (wanted.size() == limit) {
        page.more = true;
        break;
      }
      wanted.emplace_back(seq);
    }
    auto read = events_upto(wanted, upto.value());
    if (!read) return std::move(read.error());
    page.events = std::move(*read);
    return page;
  }

  Result<std::vector<ObjectId>> members(ObjectId of_class, std::int64_t after, std::size_t limit) override {
    return objects_of("SELECT obj FROM member WHERE class = $1 AND obj > $2 ORDER BY obj LIMIT $3",
                      [&](sql::Statement& s) {
                        s.bind(1, of_class.value()).bind(2, after).bind(3, static_cast<std::int64_t>(limit));
                      });
  }

  Result<std::vector<std::optional<ObjectId>>> classes(std::span<const ObjectId> objects) override {
    auto ids = describe(objects);
    if (!ids) return std::move(ids.error());
    std::vector<std::optional<ObjectId>> found;
    for (const codes::Identity& id : *ids) {
      const auto above = codes::class_of(id);
      if (!above) {
        found.emplace_back();
        continue;
      }
      auto one = find(std::span(&*above, 1));
      if (!one) return std::move(one.error());
      found.push_back((*one)[0]);
    }
    return found;
  }

  Result<std::optional<StoredEvent>> find_event(std::string_view event_id, bool declaration) override {
    const Sha256 key = sha256(event_id);
    auto seq = number_of("SELECT seq FROM event_id WHERE id = $1 AND declaration = $2",
                         [&](sql::Statement& s) { s.bind_bytes(1, as_text(key)).bind(2, std::int64_t{declaration}); });
    if (!seq) return std::move(seq.error());
    if (!*seq) return std::optional<StoredEvent>();
    const EventSeq wanted(**seq);
    auto read = events(std::span(&wanted, 1));
    if (!read) return std::move(read.error());
    return std::optional(std::move((*read)[0]));
  }

  Result<std::vector<StoredEvent>> events(std::span<const EventSeq> seqs) override {
    return events_upto(seqs, INT64_MAX);
  }

  Result<Original> original(EventSeq seq) override {
    std::optional<Original> found;
    auto done = rows(
        "SELECT d.z, s.frame, s.syntax, s.person, s.org, s.jurisdiction, s.public_id FROM document d JOIN event e ON "
        "e.seq = d.seq JOIN submission s ON s.id = e.submission WHERE d.seq = $1",
        [&](sql::Statement& s) { s.bind(1, seq.value()); },
        [&](sql::Statement& row) -> Status {
          auto bytes = decompress(row.bytes(0));
          auto frame = decompress(row.bytes(1));
          if (!bytes || !frame) return damaged(fmt::format("the original of event {} cannot be read", seq.value()));
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

  Result<ScanPage> scan(const Scan& scan) override;
  Result<KnownPage> known(Resource resource, std::int64_t after, std::size_t limit) override;

  Result<std::string> document(const std::string& public_id) override;
  Result<std::vector<trace::MasterDatum>> master_data(std::span<const codes::Identity> subjects) override;

  Result<std::int64_t> settled() override {
    auto last = number_of("SELECT coalesce(max(seq), 0) FROM event", [](sql::Statement&) {});
    if (!last) return std::move(last.error());
    return last->value_or(0);
  }

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

  template <class Bind>
  Result<std::optional<std::int64_t>> number_of(std::string_view query, Bind bind) {
    std::optional<std::int64_t> number;
    auto done = rows(query, bind, [&](sql::Statement& row) -> Status {
      number = row.integer(0);
      return Done{};
    });
    if (!done) return std::move(done.error());
    return number;
  }

  template <class Bind>
  Result<std::vector<ObjectId>> objects_of(std::string_view query, Bind bind) {
    std::vector<ObjectId> found;
    auto done = rows(query, bind, [&](sql::Statement& row) -> Status {
      found.emplace_back(row.integer(0));
      return Done{};
    });
    if (!done) return std::move(done.error());
    return found;
  }

  Result<std::vector<StoredEvent>> events_upto(std::span<const EventSeq> seqs, std::int64_t upto) {
    std::vector<StoredEvent> found;
    found.reserve(seqs.size());
    for (const EventSeq seq : seqs) {
      auto done = rows(
          fmt::format("SELECT {} FROM event e WHERE e.seq = $1", kEventColumns),
          [&](sql::Statement& s) { s.bind(1, seq.value()); },
          [&](sql::Statement& row) -> Status {
            auto event = event_of_row(row);
            if (!event) return std::move(event.error());
            found.push_back(std::move(*event));
            return Done{};
          });
      if (!done) return std::move(done.error());
      if (found.empty() || found.back().seq != seq) return damaged(fmt::format("event {} is missing", seq.value()));
      if (auto marked = mark_wrong(found.back(), upto); !marked) return std::move(marked.error());
    }
    return found;
  }

  Status mark_wrong(StoredEvent& event, std::int64_t upto) {
    if (event.is_declaration) return Done{};
    const Sha256 key = sha256(event.id);
    auto declared = number_of("SELECT seq FROM event_id WHERE id = $1 AND declaration = 1 AND seq <= $2",
                              [&](sql::Statement& s) { s.bind_bytes(1, as_text(key)).bind(2, upto); });
    if (!declared) return std::move(declared.error());
    event.declared_wrong = declared->has_value();
    return Done{};
  }

  std::unique_ptr<FolderLock> lock_;  // outlives the connections
  ReaderPool readers_;
  std::unique_ptr<Writer> writer_;  // ends before them: finishes what was accepted
  SqliteRecords records_;
};

bool passes(const Warehouse::Filter& filter, const StoredEvent& event) {
  const auto among = [](const auto& wanted, const auto& value) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
  };
  const auto names = [&](const Warehouse::Filter::Naming& naming) {
    return std::any_of(event.links.begin(), event.links.end(), [&](const trace::Link& link) {
      return among(naming.roles, link.role) && !naming.objects.empty() && among(naming.objects, link.object);
    });
  };
  return among(filter.types, event.type) && among(filter.actions, event.action) &&
         among(filter.biz_steps, event.biz_step) && among(filter.dispositions, event.disposition) &&
         event.time >= filter.time_from.value_or(kInstantMin) && event.time < filter.time_until.value_or(kInstantMax) &&
         event.recorded >= filter.recorded_from.value_or(kInstantMin) &&
         event.recorded < filter.recorded_until.value_or(kInstantMax) &&
         std::all_of(filter.naming.begin(), filter.naming.end(), names);
}

Result<Warehouse::ScanPage> SqliteWarehouse::scan(const Scan& scan) {
  const bool by_time = scan.order == Order::kTime;
  const Place start = scan.after.value_or(scan.descending ? Place{kInstantMax, INT64_MAX} : Place{kInstantMin, 0});
  const std::string_view column = by_time ? "(e.time, e.seq)" : "e.seq";
  const std::string query =
      fmt::format("SELECT e.seq FROM event e WHERE {} {} {} AND e.seq <= $3 ORDER BY {}, e.seq {} LIMIT $4", column,
                  scan.descending ? "<" : ">", by_time ? "($1, $2)" : "$2",
                  by_time ? (scan.descending ? "e.time DESC" : "e.time") : (scan.descending ? "e.seq DESC" : "e.seq"),
                  scan.descending ? "DESC" : "");
  std::vector<EventSeq> seqs;
  auto done = rows(
      query,
      [&](sql::Statement& s) {
        if (by_time) s.bind(1, start.time.time_since_epoch().count());
        s.bind(2, start.seq).bind(3, scan.upto.value()).bind(4, static_cast<std::int64_t>(scan.look_at));
      },
      [&](sql::Statement& row) -> Status {
        seqs.emplace_back(row.integer(0));
        return Done{};
      });
  if (!done) return std::move(done.error());
  auto read = events_upto(seqs, scan.upto.value());
  if (!read) return std::move(read.error());
  ScanPage page;
  for (StoredEvent& event : *read) {
    if (page.events.size() == scan.limit) return page;
    page.next = Place{event.time, event.seq.value()};
    if (passes(scan.filter, event)) page.events.push_back(std::move(event));
  }
  if (seqs.size() < scan.look_at) page.next.reset();
  return page;
}

Result<Warehouse::KnownPage> SqliteWarehouse::known(Resource resource, std::int64_t after, std::size_t limit) {
  KnownPage page;
  std::string query = "SELECT obj, key FROM object WHERE obj > $1 ORDER BY obj";
  if (resource == Resource::kReadPoint || resource == Resource::kBizLocation)
    query = fmt::format(
        "SELECT obj, key FROM object o WHERE obj > $1 AND EXISTS (SELECT 1 FROM posting p WHERE p.obj = o.obj AND role "
        "= "
        "{}) ORDER BY obj",
        static_cast<int>(resource == Resource::kReadPoint ? trace::Role::kReadPoint : trace::Role::kBizLocation));
  if (resource == Resource::kBizStep || resource == Resource::kDisposition)
    query = fmt::format(
        "SELECT term, text FROM term t WHERE term > $1 AND EXISTS (SELECT 1 FROM event WHERE {} = t.term) "
        "ORDER BY term",
        resource == Resource::kBizStep ? "biz_step" : "disposition");
  if (resource == Resource::kEventType)
    query = "SELECT DISTINCT kind & 15, '' FROM event WHERE (kind & 15) > $1 ORDER BY 1";
  static constexpr std::string_view kTypes[] = {
      "", "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"};
  auto done = rows(
      query, [&](sql::Statement& s) { s.bind(1, after); },
      [&](sql::Statement& row) -> Status {
        Known one{row.integer(0), std::nullopt, ""};
        if (resource <= Resource::kBizLocation) {
          one.identity = identity_of_key(row.bytes(1));
          if (resource == Resource::kEpc && codes::level_of(*one.identity) != codes::Level::kItem) return Done{};
        } else {
          one.text = resource == Resource::kEventType ? kTypes[row.integer(0)] : row.text(1);
        }
        if (page.known.size() < limit)
          page.known.push_back(std::move(one));
        else
          page.more = true;
        return Done{};
      });
  if (!done) return std::move(done.error());
  return page;
}

Result<std::string> SqliteWarehouse::document(const std::string& public_id) {
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
          return damaged(fmt::format("the document of job {} cannot be read", public_id));
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
      return damaged(fmt::format("the layout of job {} is broken", public_id));
    whole.append(rest.substr(0, *before));
    rest.remove_prefix(*before);
    auto done_event = rows(
        "SELECT z FROM document WHERE seq = $1", [&](sql::Statement& s) { s.bind(1, static_cast<std::int64_t>(*seq)); },
        [&](sql::Statement& row) -> Status {
          auto bytes = decompress(row.bytes(0));
          if (!bytes) return damaged(fmt::format("the original of event {} cannot be read", *seq));
          whole += *bytes;
          return Done{};
        });
    if (!done_event) return std::move(done_event.error());
  }
  whole.append(rest);
  if (sha256(whole) != digest)
    return damaged(fmt::format("the document of job {} is not what was captured", public_id));
  return whole;
}

Result<std::vector<trace::MasterDatum>> SqliteWarehouse::master_data(std::span<const codes::Identity> subjects) {
  std::vector<trace::MasterDatum> all;
  auto found = find(subjects);
  if (!found) return std::move(found.error());
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    if (!(*found)[i]) continue;
    auto done = rows(
        "SELECT vocabulary, attribute, value FROM master_datum m WHERE subject = $1 AND id = (SELECT max(id) FROM "
        "master_datum WHERE subject = m.subject AND attribute = m.attribute) ORDER BY attribute",
        [&](sql::Statement& s) { s.bind(1, (*found)[i]->value()); },
        [&](sql::Statement& row) -> Status {
          all.push_back({subjects[i], std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))});
          return Done{};
        });
    if (!done) return std::move(done.error());
  }
  return all;
}

// synchronous=FULL is what "acknowledged means durable" rests on, so it is asked back.
Status assert_durable(sql::Connection& connection) {
  auto pragma = connection.prepare("PRAGMA synchronous");
  if (!pragma) return std::move(pragma.error());
  const sql::Reset reset(**pragma);
  auto row = (*pragma)->step();
  if (!row) return std::move(row.error());
  CHECK(*row && (*pragma)->integer(0) == 2);
  return Done{};
}

Result<std::unique_ptr<sql::Connection>> open_for_writing(const std::filesystem::path& file) {
  auto connection = sql::open_sqlite(file, sql::Mode::kWrite);
  if (!connection) return connection;
  auto ready = (*connection)
                   ->execute(
                       "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA "
                       "secure_delete = OFF; PRAGMA cache_size = -65536; "
                       "PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864");
  if (ready) ready = assert_durable(**connection);
  if (ready) ready = migrate(**connection);
  if (!ready) return std::move(ready.error());
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
  auto connection = open_for_writing(file);
  if (!connection) return std::move(connection.error());
  auto writer =
      std::make_unique<Writer>(std::move(*connection), clock, options.queue_documents_max, options.queue_bytes_max);
  if (auto opened = writer->open(); !opened) return std::move(opened.error());
  auto warehouse = std::make_unique<SqliteWarehouse>(std::move(*lock), std::move(writer));
  for (int i = 0; i < std::max(1, options.readers); ++i) {
    auto reader = sql::open_sqlite(file, sql::Mode::kRead);
    if (!reader) return std::move(reader.error());
    if (auto ready = (*reader)->execute("PRAGMA query_only = ON; PRAGMA cache_size = -16384"); !ready)
      return std::move(ready.error());
    warehouse->readers().add(std::move(*reader));
  }
  return std::unique_ptr<Store>(std::move(warehouse));
}

}  // namespace suyuan
