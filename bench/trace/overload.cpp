// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <utility>

#include "context.h"
#include "load_clients.h"
#include "server.h"

// More than the server can take: twice the rate of capture that it sustains, while others scan single codes.
namespace suyuan::bench {

namespace {

constexpr std::size_t kEvents = 1000;  // of a large document
constexpr int kClosedClients = 4;
constexpr double kSmallPerSecond = 20, kScansPerSecond = 90, kHealthPerSecond = 10;
constexpr std::uint64_t kMiB = 1U << 20U;
// What the limits allow with such documents: 320 MiB of page caches, 100 MiB of lookups and as much again of those that
// become runs, jobs of 8 large and 64 small documents with what reading them takes, and the allocator's holes.
constexpr double kMemoryMiB = 1024;

// A number of /metrics, by the beginning of its line; 0 when it is not there.
double metric(const std::string& text, const std::string& line) {
  const std::size_t at = text.find("\n" + line + " ");
  double value = 0;
  if (at != std::string::npos) std::from_chars(text.data() + at + line.size() + 2, text.data() + text.size(), value);
  return value;
}

struct Commits {
  double all = 0, seconds = 0, above = 0, longest = 0;  // above: of 100 ms
  double merges = 0, runs = 0, events = 0;
};

Commits commits_of(int port) {
  const std::string text = HttpConnection(port).get("/metrics", "text/plain").body;
  const double all = metric(text, "suyuan_commit_seconds_count");
  return {all,
          metric(text, "suyuan_commit_seconds_sum"),
          all - metric(text, "suyuan_commit_seconds_bucket{le=\"0.1\"}"),
          metric(text, "suyuan_commit_seconds_max"),
          metric(text, "suyuan_lookup_merges"),
          metric(text, "suyuan_lookup_runs"),
          metric(text, "suyuan_store_events")};
}

// Clients would be on other machines: they should not wait for the server's processor. Only root may ask for that.
void go_first() { static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), -10)); }

// Watches the memory of a process and the size of a file from a thread of its own.
class MemoryWatch {
 public:
  MemoryWatch(pid_t process, const std::filesystem::path& log)
      : thread_([this, process, log] {
          while (!stopped_) {
            std::error_code none;
            const auto size = std::filesystem::file_size(log, none);
            if (!none) log_ = std::max<std::uint64_t>(log_, size);
            samples_.push_back(memory_of(process));
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
          }
        }) {}
  ~MemoryWatch() { stop(); }
  // The greatest of the first and of the second half.
  std::pair<std::uint64_t, std::uint64_t> stop() {
    stopped_ = true;
    if (thread_.joinable()) thread_.join();
    const auto half = samples_.begin() + static_cast<std::ptrdiff_t>(samples_.size() / 2);
    const auto most = [](auto first, auto last) { return first == last ? 0 : *std::max_element(first, last); };
    return {most(samples_.begin(), half), most(half, samples_.end())};
  }
  std::uint64_t log() const { return log_; }  // after stop

 private:
  std::vector<std::uint64_t> samples_;
  std::uint64_t log_ = 0;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
};

struct Phase {
  std::string name;
  double documents_per_second = 0;  // large ones
  double seconds = 5;
};

struct Seen {
  Latencies scans, small, large, health;
  std::size_t scans_refused = 0;
  std::int64_t refused = 0, offered = 0;
  double taken_per_second = 0;  // events
  std::uint64_t memory_first = 0, memory_second = 0, log = 0;
  double waited = 0;  // of the server's threads for a processor, against the time that they ran
  Commits before, after;
};

class Overload {
 public:
  explicit Overload(Context& context)
      : context_(context), large_(kEvents, context.clock.now()), small_(1, context.clock.now()) {}

  void run();

 private:
  double sustainable(double seconds);
  Seen run_phase(const Phase& phase);
  void report(const Phase& phase, const Seen& seen);
  void report_scans(const Phase& phase, const Seen& seen);
  void report_server(const Phase& phase, const Seen& seen);
  void kill_and_check();
  void check(const std::string& when);
  void say_what_is_wrong(const std::string& when);

  std::uint32_t next_number() { return numbers_++; }
  void start(std::vector<std::string> more = {}) {
    server_.emplace(context_.binary, data(), context_.folder.path() / "server.log", std::move(more));
  }
  std::filesystem::path data() const { return context_.folder.path() / "load"; }

  Context& context_;
  const NumberedDocuments large_, small_;
  Ledger ledger_;
  std::atomic<std::uint32_t> numbers_ = 1;
  std::optional<SuyuanServer> server_;
  std::optional<double> idle_p99_;
};

// Documents a second with a few clients that send the next one when the last one is stored.
double Overload::sustainable(double seconds) {
  const auto begin = Steady::now();
  const auto end = begin + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(seconds));
  std::vector<std::thread> clients;
  std::atomic<std::int64_t> done = 0;
  for (int i = 0; i < kClosedClients; ++i)
    clients.emplace_back([&] {
      KeptConnection connection(server_->port());
      while (Steady::now() < end)
        if (send_document(connection, large_, next_number(), ledger_)) ++done;
    });
  for (std::thread& each : clients) each.join();
  return static_cast<double>(done) / std::chrono::duration<double>(Steady::now() - begin).count();
}

Seen Overload::run_phase(const Phase& phase) {
  Seen seen;
  seen.before = commits_of(server_->port());
  const std::int64_t refused_before = ledger_.count(503) + ledger_.count(429);
  SharedLatencies scans, small, large, health;
  std::atomic<std::size_t> scans_refused = 0;
  const ProcessorTime processor_before = processor_time_of(server_->process());
  const auto begin = Steady::now() + std::chrono::milliseconds(20);
  const int port = server_->port();
  MemoryWatch memory(server_->process(), data() / "suyuan.db-wal");
  const auto documents = [&](const NumberedDocuments& which, SharedLatencies& times) {
    return [&, port] {
      return [&, connection = KeptConnection(port)](std::size_t, Steady::time_point due) mutable {
        if (send_document(connection, which, next_number(), ledger_)) times.add(Steady::now() - due);
      };
    };
  };
  {
    Paced scanning({begin, kScansPerSecond, phase.seconds}, 8, [&] {
      return [&, connection = KeptConnection(port), ran = false](std::size_t i, Steady::time_point due) mutable {
        if (!std::exchange(ran, true)) go_first();
        if (!scan_once(connection, i, ledger_)) ++scans_refused;
        scans.add(Steady::now() - due);
      };
    });
    Paced healthy({begin, kHealthPerSecond, phase.seconds}, 1, [&] {
      return [&, connection = KeptConnection(port)](std::size_t, Steady::time_point due) mutable {
        if (connection.get("/healthz", "application/json").status != 200) ledger_.wrong("/healthz is not 200");
        health.add(Steady::now() - due);
      };
    });
    const bool any = phase.documents_per_second > 0;
    Paced small_ones({begin, any ? kSmallPerSecond : 0, phase.seconds}, 8, documents(small_, small));
    Paced large_ones({begin, phase.documents_per_second, phase.seconds}, 48, documents(large_, large));
  }
  const ProcessorTime processor_after = processor_time_of(server_->process());
  seen.waited = (processor_after.waited - processor_before.waited) / (processor_after.ran - processor_before.ran);
  seen.scans = scans.all();
  seen.small = small.all();
  seen.large = large.all();
  seen.health = health.all();
  seen.scans_refused = scans_refused;
  std::tie(seen.memory_first, seen.memory_second) = memory.stop();
  seen.log = memory.log();
  seen.after = commits_of(port);
  seen.refused = ledger_.count(503) + ledger_.count(429) - refused_before;
  seen.offered = static_cast<std::int64_t>(phase.documents_per_second * phase.seconds);
  seen.taken_per_second =
      (seen.after.events - seen.before.events) / std::chrono::duration<double>(Steady::now() - begin).count();
  return seen;
}

std::string spread(const Latencies& of) {
  return fmt::format("p50 {:.1f}, p99 {:.1f}, p99.9 {:.1f}, worst {:.1f} ms of {}", of.percentile(50) / 1000,
                     of.percentile(99) / 1000, of.percentile(99.9) / 1000, of.percentile(100) / 1000, of.count());
}

void Overload::report_scans(const Phase& phase, const Seen& seen) {
  const double p99 = seen.scans.percentile(99) / 1000;
  if (!idle_p99_) idle_p99_ = p99;
  // The goal is on the time; the ratio against the idle server stands in the note, so that it is not what is judged.
  context_.report.add(
      {.measure = "load",
       .what = phase.name + ": single scans, p99",
       .value = p99,
       .unit = "ms",
       .goal = at_most(50),
       .note = fmt::format(
           "{:.1f} x idle; {}; {} refused; the server waited for a processor {:.1f} times as long as it ran",
           p99 / *idle_p99_, spread(seen.scans), seen.scans_refused, seen.waited)});
  context_.report.add({.measure = "load",
                       .what = phase.name + ": /healthz, worst",
                       .value = seen.health.percentile(100) / 1000,
                       .unit = "ms",
                       .note = spread(seen.health)});
}

void Overload::report_server(const Phase& phase, const Seen& seen) {
  context_.report.add(
      {.measure = "load",
       .what = phase.name + ": events taken",
       .value = seen.taken_per_second,
       .unit = "events/s",
       .note = fmt::format("{} large documents offered, {} answers 503 or 429", seen.offered, seen.refused)});
  context_.report.add({.measure = "load",
                       .what = phase.name + ": documents of 1 event stored, p99",
                       .value = seen.small.percentile(99) / 1000,
                       .unit = "ms",
                       .note = spread(seen.small) + "; of 1000 events: " + spread(seen.large)});
  const double commits = seen.after.all - seen.before.all;
  context_.report.add({.measure = "load",
                       .what = phase.name + ": commits over 100 ms",
                       .value = seen.after.above - seen.before.above,
                       .unit = "commits",
                       .goal = at_most(0),
                       .note = fmt::format("of {:.0f}, {:.1f} ms each; longest since the start {:.0f} ms; {:.0f} runs, "
                                           "{:.0f} merges",
                                           commits, (seen.after.seconds - seen.before.seconds) * 1000 / commits,
                                           seen.after.longest * 1000, seen.after.runs - seen.before.runs,
                                           seen.after.merges - seen.before.merges)});
  context_.report.add(
      {.measure = "load",
       .what = phase.name + ": memory of the server, greatest of the second half",
       .value = static_cast<double>(seen.memory_second) / static_cast<double>(kMiB),
       .unit = "MiB",
       .goal = at_most(kMemoryMiB),
       .note = fmt::format("{:.2f} x that of the first; write-ahead log at most {} MiB",
                           static_cast<double>(seen.memory_second) / static_cast<double>(seen.memory_first),
                           seen.log / kMiB)});
}

void Overload::report(const Phase& phase, const Seen& seen) {
  report_scans(phase, seen);
  if (phase.documents_per_second > 0) report_server(phase, seen);
}

void Overload::say_what_is_wrong(const std::string& when) {
  const auto wrong = ledger_.all_wrong();
  context_.report.add({.measure = "load",
                       .what = when + ": wrong answers",
                       .value = static_cast<double>(wrong.size()),
                       .goal = at_most(0),
                       .note = wrong.empty() ? "" : wrong.front()});
}

// Every document that was acknowledged is there, whole and once; none that was refused is.
void Overload::check(const std::string& when) {
  KeptConnection connection(server_->port());
  const auto is_there = [&](const Ledger::Document& document, std::size_t event) {
    const auto answer = connection.get("/epcis/v2/events/" + NumberedDocuments::event_id(document.number, event),
                                       "application/ld+json");
    return answer.status == 200;
  };
  std::int64_t events = 0, lost = 0, ghosts = 0, torn = 0;
  for (const auto& each : ledger_.all_acknowledged()) {
    events += static_cast<std::int64_t>(each.events);
    if (!is_there(each, 0) || !is_there(each, each.events - 1)) ++lost;
  }
  for (const auto& each : ledger_.all_refused())
    if (is_there(each, 0) || is_there(each, each.events - 1)) ++ghosts;
  const auto unknown = ledger_.all_unknown();
  for (const auto& each : unknown) {
    const bool first = is_there(each, 0);
    if (first != is_there(each, each.events - 1)) ++torn;
    if (first) events += static_cast<std::int64_t>(each.events);
  }
  const auto stored = static_cast<std::int64_t>(commits_of(server_->port()).events);
  context_.report.add({.measure = "load",
                       .what = when + ": documents lost, torn, or there though refused",
                       .value = static_cast<double>(lost + torn + ghosts),
                       .goal = at_most(0),
                       .note = fmt::format("{} acknowledged, {} refused, {} unknown", ledger_.acknowledged_documents(),
                                           ledger_.all_refused().size(), unknown.size())});
  context_.report.add({.measure = "load",
                       .what = when + ": events in the store beside those of whole documents",
                       .value = static_cast<double>(std::abs(stored - events)),
                       .goal = at_most(0),
                       .note = fmt::format("{} stored, {} expected", stored, events)});
}

// The process dies while it takes as much as it can.
void Overload::kill_and_check() {
  const int port = server_->port();
  {
    Paced large_ones({Steady::now(), 40, 4}, 16, [&] {
      return [&, connection = KeptConnection(port)](std::size_t, Steady::time_point) mutable {
        send_document(connection, large_, next_number(), ledger_);
      };
    });
    std::this_thread::sleep_for(std::chrono::seconds(2));
    ::kill(server_->process(), SIGKILL);
    large_ones.stop();
  }
  server_.reset();
  start();
  check("after kill -9 and a new start");
}

void Overload::run() {
  const double seconds = context_.options.seconds;
  start();
  sustainable(1);  // warm
  const double rate = sustainable(std::max(3.0, seconds / 3));
  if (rate * seconds < 4) throw std::runtime_error("this machine is too busy to take a few documents");
  context_.report.add({.measure = "load",
                       .what = fmt::format("sustainable: {} clients, documents of {} events", kClosedClients, kEvents),
                       .value = rate * kEvents,
                       .unit = "events/s"});
  double most = rate;
  const auto offer = [&](const std::string& name, double documents, double long_as) {
    const Phase phase{name, documents, long_as};
    const Seen seen = run_phase(phase);
    report(phase, seen);
    most = std::max(most, seen.taken_per_second / kEvents);
    return seen.refused;
  };
  offer("idle", 0, seconds);
  offer("half of it", rate / 2, seconds);
  offer("all of it", rate, seconds);
  // Others on this machine may have gone meanwhile: twice of what it can do now.
  most = std::max(most, sustainable(std::max(3.0, seconds / 3)));
  if (offer("twice", most * 2, seconds * 4) == 0)
    context_.report.skip("load", "the server took twice the load without refusing any: it was not too much");
  check("after it");
  kill_and_check();
  server_.reset();
  start({"store.spill_entries=4096"});
  offer("all of it, runs merged all the time", most, seconds);
  check("at the end");
  say_what_is_wrong("at the end");
}

}  // namespace

void measure_load(Context& context) { Overload(context).run(); }

}  // namespace suyuan::bench
