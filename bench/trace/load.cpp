// SPDX-License-Identifier: Apache-2.0
#include "load.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <stdexcept>

namespace suyuan::bench {

namespace {

constexpr std::int64_t kAtOnce = 20'000;  // events made before they are written

class Sqlite {
 public:
  explicit Sqlite(const std::filesystem::path& file) {
    check(sqlite3_open(file.c_str(), &database_));
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = OFF; PRAGMA cache_size = -65536");
  }
  ~Sqlite() {
    for (sqlite3_stmt* each : statements_) sqlite3_finalize(each);
    sqlite3_close(database_);
  }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  void run(const char* sql) { check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr)); }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr));
    statements_.push_back(statement);
    return statement;
  }
  void insert(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) check(SQLITE_ERROR);
    sqlite3_reset(statement);
  }

 private:
  void check(int code) {
    if (code != SQLITE_OK) throw std::runtime_error(fmt::format("SQLite: {}", sqlite3_errmsg(database_)));
  }
  sqlite3* database_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
};

void bind_text(sqlite3_stmt* statement, int at, std::string_view text) {
  sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

struct PlainEvent {
  std::string json;
  std::vector<std::string> ids;
};

class BareLoop : public Target {
 public:
  explicit BareLoop(const std::filesystem::path& file) : database_(file) {
    database_.run("CREATE TABLE event (seq INTEGER PRIMARY KEY, json TEXT NOT NULL)");
    insert_ = database_.prepare("INSERT INTO event VALUES (?, ?)");
  }
  void prepare(NewSubmission submission) override {
    auto& events = waiting_.emplace_back();
    for (const NewEvent& each : submission.events) {
      events.push_back({submission.original.substr(each.begin, each.end - each.begin), {}});
      for (const trace::Object& object : each.event.objects)
        if (object.role <= trace::Role::kOutput) events.back().ids.push_back(codes::canonical_uri(object.id));
    }
  }
  void write() override {
    for (const auto& events : waiting_) {
      database_.run("BEGIN IMMEDIATE");
      for (const PlainEvent& each : events) {
        sqlite3_bind_int64(insert_, 1, ++seq_);
        bind_text(insert_, 2, each.json);
        database_.insert(insert_);
        write_ids(each);
      }
      database_.run("COMMIT");
    }
    waiting_.clear();
  }

 protected:
  virtual void write_ids(const PlainEvent&) {}
  Sqlite database_;
  std::int64_t seq_ = 0;

 private:
  sqlite3_stmt* insert_;
  std::vector<std::vector<PlainEvent>> waiting_;
};

class NaiveLayout : public BareLoop {
 public:
  explicit NaiveLayout(const std::filesystem::path& file) : BareLoop(file) {
    database_.run("CREATE TABLE epc (epc TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (epc, seq)) WITHOUT ROWID");
    insert_ = database_.prepare("INSERT OR IGNORE INTO epc VALUES (?, ?)");
  }

 protected:
  void write_ids(const PlainEvent& event) override {
    for (const std::string& id : event.ids) {
      bind_text(insert_, 1, id);
      sqlite3_bind_int64(insert_, 2, seq_);
      database_.insert(insert_);
    }
  }

 private:
  sqlite3_stmt* insert_;
};

}  // namespace

void WarehouseTarget::write() {
  for (NewSubmission& each : waiting_) {
    const auto count = static_cast<std::int64_t>(each.events.size());
    const auto receipt = warehouse_.append(std::move(each));
    if (!receipt) throw std::runtime_error("append: " + receipt.error().text + " " + receipt.error().for_log);
    if (receipt->accepted != count) throw std::runtime_error("append did not accept every event");
  }
  waiting_.clear();
}

std::unique_ptr<Target> bare_loop(const std::filesystem::path& file) { return std::make_unique<BareLoop>(file); }
std::unique_ptr<Target> naive_layout(const std::filesystem::path& file) { return std::make_unique<NaiveLayout>(file); }

std::vector<std::int64_t> pieces(std::int64_t from, std::int64_t to) {
  std::vector<std::int64_t> marks;
  for (std::size_t i = 0; i <= kPieces; ++i)
    marks.push_back(from + (to - from) * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(kPieces));
  return marks;
}

std::vector<Cost> load(EventSource& source, Target& target, std::int64_t batch, const std::vector<std::int64_t>& marks,
                       const std::function<void()>& beside) {
  std::vector<Cost> costs;
  std::int64_t done = 0;
  Cost aside;
  for (const std::int64_t mark : marks) {
    Stopwatch watch;
    while (done < mark) {
      watch.pause();
      const std::int64_t until = std::min(mark, done + std::max(batch, kAtOnce));
      while (done < until) {
        const std::int64_t count = std::min(batch, until - done);
        target.prepare(source.submission(static_cast<std::size_t>(count)));
        done += count;
      }
      watch.resume();
      target.write();
    }
    costs.push_back(watch.cost() + aside);
    if (!beside) continue;
    Stopwatch other;
    other.pause();
    beside();
    other.resume();
    aside = other.cost();
    aside.seconds = 0;
    aside.written = 0;
  }
  return costs;
}

}  // namespace suyuan::bench
