// SPDX-License-Identifier: Apache-2.0
// `./dev bench log`: what the transparency log costs. Leaves per second and core with both trees, beside one SHA-256 of
// the same bytes; its share of durable ingest, in CPU time of this process; how long after its commit a capture is in
// the published checkpoint; a log of N leaves on disk: bytes per leaf, the proof of one leaf, beside reading one file
// of the size of a tile, and checking all of it.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "adapters/clock/system_clock.h"
#include "adapters/files/epcis.h"
#include "adapters/log_folder/log_folder.h"
#include "adapters/records/log_store.h"
#include "adapters/sequencing/log_thread.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "app/capture/capture.h"
#include "app/tlog/sequencer.h"
#include "app/tlog/tiles_of.h"
#include "engine/digest/sha256.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;
using tlog::HashKind;

double cpu_seconds() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

template <class Work>
double cpu_of(Work work) {
  const double begun = cpu_seconds();
  work();
  return cpu_seconds() - begun;
}

template <class T>
T sure(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "log_bench: %s\n", result.error().text.c_str());
  std::exit(1);
}
void sure(const Status& done) {
  if (done) return;
  std::fprintf(stderr, "log_bench: %s\n", done.error().text.c_str());
  std::exit(1);
}

int missed = 0;
std::string verdict(bool is_met) {
  missed += is_met ? 0 : 1;
  return is_met ? "met" : "SHORT";
}

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / fmt::format("suyuan-log-bench-{}", ::getpid())) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string entry_of(const tlog::LogSecret& secret, std::int64_t seq) {
  static const tlog::Hash content = sha256("content");
  return tlog::written(tlog::EventEntry{
      tlog::event_commitment(tlog::event_salt(secret, seq), fmt::format("urn:uuid:{:036}", seq), content, false),
      tlog::pseudonym_of(secret, 1 + seq % 50), static_cast<std::uint64_t>(1 + seq / 50), Instant{}});
}

void leaves(std::int64_t count) {
  std::vector<std::string> entries;
  const tlog::LogSecret secret{};
  const double making = cpu_of([&] {
    for (std::int64_t i = 1; i <= count; ++i) entries.push_back(entry_of(secret, i));
  });
  unsigned sum = 0;
  const double hashing = cpu_of([&] {
    for (const std::string& entry : entries) sum += sha256(entry)[0];
  });
  tlog::Growth growth;
  const double growing = cpu_of([&] {
    for (const std::string& entry : entries) {
      sure(growth.add(entry));
      if (growth.size() % 20'000 == 0) growth.take_tiles();
    }
  });
  const double rate = static_cast<double>(count) / growing;
  fmt::print(
      "leaves per second and core, both trees, each leaf hashed twice: {:.0f} thousand; one SHA-256 of the same "
      "bytes: {:.1f} times as many [{}]  (goal 100 thousand: {})\n",
      rate / 1000, growing / hashing, sum % 10, verdict(rate >= 100'000));
  fmt::print("making an entry (salt, commitment, pseudonym): {:.2f} us, {:.1f} SHA-256 of it\n",
             making / static_cast<double>(count) * 1e6, making / hashing);
}

std::string document(std::int64_t first, int count) {
  std::string events;
  for (std::int64_t i = first; i < first + count; ++i) {
    events += fmt::format(
        R"({}{{"type":"ObjectEvent","eventID":"urn:uuid:00000000-0000-4000-8000-{:012}","eventTime":"2026-03-01T08:00:00+08:00","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"shipping","disposition":"in_transit","readPoint":{{"id":"https://id.gs1.org/414/6901234000009/254/{}"}},"epcList":["https://id.gs1.org/01/06901234567892/21/{}","https://id.gs1.org/01/06901234567892/21/{}"],"bizTransactionList":[{{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:6901234000009:{}"}}]}})",
        i == first ? "" : ",", i, i % 100, 2 * i, 2 * i + 1, i);
  }
  return R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z","epcisBody":{"eventList":[)" +
         events + "]}}";
}

void ingest(std::int64_t count) {
  constexpr int kBatch = 1000;
  Folder folder;
  SystemClock clock;
  const auto store = sure(open_sqlite_warehouse(folder.path() / "data", clock, {}));
  const auto files = sure(make_log_folder(folder.path() / "log"));
  const auto records = make_log_store(store->records(), "bench", false);
  const PrivateKey ed25519 = PrivateKey::fresh(SignatureAlgorithm::kEd25519);
  const PrivateKey sm2 = PrivateKey::fresh(SignatureAlgorithm::kSm2);
  Sequencer sequencer({*records, store->digests(), *files, clock, LogSigners{ed25519, sm2}, "bench"});
  auto synced = std::chrono::steady_clock::now();
  const auto settle = [&] {
    while (sure(sequencer.round())) {
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - synced < std::chrono::seconds(1)) return;
    sure(files->make_durable());  // once a second, as the log's thread does
    synced = now;
  };
  settle();
  double capturing = 0, logging = 0;
  for (std::int64_t first = 0; first < count; first += 20 * kBatch) {  // what comes in between two rounds
    std::vector<std::string> documents;
    for (int i = 0; i < 20; ++i) documents.push_back(document(first + i * kBatch, kBatch));
    capturing += cpu_of([&] {
      for (std::string& each : documents)
        sure(capture_document(at_this_machine(), std::move(each), {}, read_epcis, *store, clock));
    });
    logging += cpu_of(settle);
  }
  logging += cpu_of([&] { sure(files->make_durable()); });
  const double share = logging / (logging + capturing);
  fmt::print(
      "share of the log in durable ingest ({} events, 1000 a document, parsed and checked): {:.1f} %; {:.1f} us of "
      "{:.1f} us CPU an event  (goal 10 %: {})\n",
      count, share * 100, logging / static_cast<double>(count) * 1e6,
      (logging + capturing) / static_cast<double>(count) * 1e6, verdict(share <= 0.10));
}

double percentile(std::vector<double> each, double part) {
  const auto at = static_cast<std::size_t>(part * static_cast<double>(each.size() - 1));
  std::nth_element(each.begin(), each.begin() + static_cast<std::ptrdiff_t>(at), each.end());
  return each[at];
}

template <class Work>
std::vector<double> milliseconds_of(int times, Work work) {
  std::vector<double> each;
  for (int i = 0; i < times; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    work();
    each.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count());
  }
  return each;
}

class Complaints final : public Log {
 public:
  void write(LogLevel level, std::string_view event, std::string_view, std::vector<LogField>) override {
    if (level >= LogLevel::kWarning) std::fprintf(stderr, "log_bench: %s\n", std::string(event).c_str());
  }
};

using Moment = std::chrono::steady_clock::time_point;

// When the checkpoints of a folder were seen to have which size, looked at every two milliseconds.
class Watch {
 public:
  explicit Watch(const fs::path& folder) : files_(sure(make_log_folder(folder))), thread_([this] { run(); }) {}
  ~Watch() { stop(); }
  void stop() {
    is_over_ = true;
    if (thread_.joinable()) thread_.join();
  }
  std::uint64_t size() const { return size_; }
  // After stop(): since when the leaf has been published.
  Moment published(std::uint64_t leaf) const {
    for (const auto& [at, size] : seen_)
      if (size > leaf) return at;
    return Moment::max();
  }

 private:
  void run() {
    for (; !is_over_; std::this_thread::sleep_for(std::chrono::milliseconds(2))) {
      const Checkpoints both = sure(files_->published());
      std::uint64_t smaller = UINT64_MAX;
      for (const HashKind tree : tlog::kTrees) {
        const auto note = tlog::note_of(both.of(tree));
        smaller = std::min(smaller, note ? sure(tlog::checkpoint_of(note->text)).size : 0);
      }
      if (smaller == size_) continue;
      size_ = smaller;
      seen_.emplace_back(std::chrono::steady_clock::now(), smaller);
    }
  }

  const std::unique_ptr<LogFolder> files_;
  std::atomic<bool> is_over_ = false;
  std::atomic<std::uint64_t> size_ = 0;
  std::vector<std::pair<Moment, std::uint64_t>> seen_;
  std::thread thread_;
};

// Through the thread that `suyuan serve` has.
void delay(int captures) {
  constexpr int kEvents = 20;
  constexpr std::chrono::milliseconds kEvery{50}, kGoal{1000};
  Folder folder;
  SystemClock clock;
  Complaints log;
  const auto store = sure(open_sqlite_warehouse(folder.path() / "data", clock, {}));
  const auto files = sure(make_log_folder(folder.path() / "log"));
  const auto records = make_log_store(store->records(), "bench", false);
  const PrivateKey ed25519 = PrivateKey::fresh(SignatureAlgorithm::kEd25519);
  const PrivateKey sm2 = PrivateKey::fresh(SignatureAlgorithm::kSm2);
  const auto thread =
      start_sequencing({*records, store->digests(), *files, clock, LogSigners{ed25519, sm2}, "bench"}, log);
  Watch watch(folder.path() / "log");
  std::vector<std::pair<Moment, std::string>> committed;  // job
  auto due = std::chrono::steady_clock::now();
  for (int i = 0; i < captures; ++i) {
    std::this_thread::sleep_until(due += kEvery);
    auto outcome = sure(capture_document(at_this_machine(), document(std::int64_t{i} * kEvents, kEvents), {},
                                         read_epcis, *store, clock));
    committed.emplace_back(std::chrono::steady_clock::now(), std::move(outcome.job));
  }
  for (int i = 0; i < 3000 && watch.size() < static_cast<std::uint64_t>(captures) * kEvents; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  watch.stop();
  std::vector<double> delays;
  for (const auto& [at, job] : committed) {
    const std::int64_t seq = sure(store->digests().events_of(job)).back().value();
    const auto run = sure(records->run_of(1, LogStream::kEvent, seq));
    const Moment seen = run ? watch.published(run->first + static_cast<std::uint64_t>(seq - run->ref)) : Moment::max();
    if (seen == Moment::max()) sure(Error{ErrorKind::kInternal, "bench", "A capture was never published."});
    delays.push_back(std::chrono::duration<double, std::milli>(seen - at).count());
  }
  const double most = *std::max_element(delays.begin(), delays.end());
  fmt::print(
      "from the commit of a capture to the published checkpoint with it ({} captures of {} events, one each {} ms, "
      "SQLite): p50 {:.0f}, p99 {:.0f}, max {:.0f} ms  (goal {} ms: {})\n",
      captures, kEvents, kEvery.count(), percentile(delays, 0.5), percentile(delays, 0.99), most, kGoal.count(),
      verdict(most <= static_cast<double>(kGoal.count())));
}

void on_disk(std::uint64_t count) {
  Folder folder;
  const auto files = sure(make_log_folder(folder.path() / "log"));
  const tlog::LogSecret secret{};
  tlog::Growth growth;
  while (growth.size() < count) {
    for (std::uint64_t i = 0; i < 100'000 && growth.size() < count; ++i)
      sure(growth.add(entry_of(secret, static_cast<std::int64_t>(growth.size() + 1))));
    sure(files->write(growth.take_tiles()));
  }
  std::uintmax_t bytes = 0;
  for (const auto& each : fs::recursive_directory_iterator(folder.path()))
    bytes += each.is_regular_file() ? each.file_size() : 0;
  fmt::print("a log of {} leaves on disk: {:.0f} bytes a leaf, entry and both trees\n", count,
             static_cast<double>(bytes) / static_cast<double>(count));
  std::mt19937_64 random(20261121);
  const auto proof = milliseconds_of(5000, [&] {
    TilesOf tiles(*files, HashKind::kSha256);
    tlog::TileNodes nodes(HashKind::kSha256, count, tiles);
    sure(tlog::inclusion_proof(HashKind::kSha256, nodes, random() % count, count));
  });
  const auto file = milliseconds_of(5000, [&] {
    const tlog::Tile tile{0, random() % (count / tlog::kTileWidth), tlog::kTileWidth};
    std::ifstream in(folder.path() / "log" / tlog::path_of(tile), std::ios::binary);
    std::string read(std::size_t{8192}, '\0');
    in.read(read.data(), 8192);
  });
  fmt::print(
      "proof of one leaf among them: p50 {:.3f}, p99 {:.3f} ms; {:.1f} times reading one tile  (goal 1 ms: {})\n",
      percentile(proof, 0.5), percentile(proof, 0.99), percentile(proof, 0.5) / percentile(file, 0.5),
      verdict(percentile(proof, 0.99) <= 1));
  const double seconds = cpu_of([&] {
    tlog::Growth again;
    TilesOf tiles(*files, HashKind::kSha256);
    for (std::uint64_t at = 0; at < count; at += tlog::kTileWidth) {
      const tlog::Tile bundle{-1, at / tlog::kTileWidth, std::min(tlog::kTileWidth, count - at)};
      const std::string read = sure(tiles.tile(bundle));
      const auto entries = tlog::entries_of(read, bundle.width);
      for (const std::string_view entry : *entries) sure(again.add(entry));
      again.take_tiles();
    }
    if (again.root(HashKind::kSm3) != growth.root(HashKind::kSm3)) std::exit(1);
  });
  fmt::print("deriving both roots of it anew from its files: {:.0f} s CPU, {:.0f} thousand leaves a second\n", seconds,
             static_cast<double>(count) / seconds / 1000);
}

int run(int argc, char** argv) {
  const std::int64_t count = argc > 1 ? std::atoll(argv[1]) : 10'000'000;
  if (count < 1000 || argc > 2) {
    std::fprintf(stderr, "log_bench [LEAVES of the log on disk: 1000 or more; 10000000]\n");
    return 2;
  }
  leaves(std::min<std::int64_t>(count, 1'000'000));
  ingest(std::min<std::int64_t>(count, 200'000));
  delay(400);
  on_disk(static_cast<std::uint64_t>(count));
  if (missed > 0) fmt::print("{} of the goals fell short.\n", missed);
  return 0;
}

}  // namespace
}  // namespace suyuan

int main(int argc, char** argv) { return suyuan::run(argc, argv); }
