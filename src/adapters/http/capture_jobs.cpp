// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/capture_jobs.h"

#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "adapters/http/shares.h"
#include "base/background.h"

namespace suyuan::http {

namespace {

// Small documents have a lane of their own: who reports one event does not wait for somebody's file.
constexpr std::size_t kSmallBytes = 64U << 10U;
constexpr int kThreads = 2;       // one reads a document while the other waits for the store's only writer
constexpr int kSmallThreads = 8;  // the writer commits together what they bring
constexpr int kSmallTimes = 8;    // as many small jobs may wait as large ones, times this

struct Job {
  Permit<identity::Act::kEventCapture> permit;
  std::string original = {};
  CaptureOptions options = {};
  std::string trace_id = {};
  // As shown while it runs.
  JobRecord record{.public_id = {}, .actor = local_actor(), .created = {}, .finished = {}, .findings = {}};
  std::optional<Result<CaptureOutcome>> done = {};
  ClientShares::Held held = {};  // of the lane
};

struct Lane {
  Lane(std::string_view what, std::int64_t most, std::int64_t of_client)
      : name(what), queue_max(static_cast<std::size_t>(most)), shares(static_cast<int>(of_client)) {}
  const std::string_view name;
  const std::size_t queue_max;
  ClientShares shares;
  std::size_t count = 0;  // that wait or run
  std::deque<std::shared_ptr<Job>> waiting = {};
};

}  // namespace

DocumentReader bounded_reader(DocumentReader read, std::size_t events_max) {
  return [read = std::move(read), events_max](std::string_view bytes) -> Result<trace::RawDocument> {
    auto document = read(bytes);
    if (!document || document->events.size() <= events_max) return document;
    return Error{ErrorKind::kTooLarge, "capture.too_many_events",
                 fmt::format("The document holds {} events; at most {} are taken at once (capture.events_max). Cut it "
                             "into several.",
                             document->events.size(), events_max)};
  };
}

struct CaptureJobs::State {
  State(Services s, Metrics& m, const Settings& settings)
      : services(std::move(s)),
        metrics(m),
        reader(bounded_reader(services.read_document, static_cast<std::size_t>(settings.number("capture.events_max")))),
        large("large", settings.number("capture.queue_max"), settings.number("capture.client_queue_max")),
        small("small", kSmallTimes * settings.number("capture.queue_max"),
              kSmallTimes * settings.number("capture.client_queue_max")) {}

  Result<CaptureOutcome> run(Job& job) {
    try {
      return capture_document(job.permit, std::move(job.original), job.options, reader, services.warehouse,
                              services.clock);
    } catch (const std::exception& error) {
      return Error{ErrorKind::kInternal, "capture.failed",
                   "The server failed on this document; nothing of it was stored. The log has the trace id.",
                   error.what()};
    }
  }

  void note(const Job& job) {
    if (!*job.done) {
      const Error& error = job.done->error();
      services.log.write(LogLevel::kError, "capture.failed", job.trace_id,
                         {{"job", job.options.public_id}, {"code", error.code}, {"error", error.for_log}});
      return;
    }
    const CaptureOutcome& outcome = **job.done;
    metrics.events_captured(outcome.accepted, outcome.duplicates, outcome.refused);
    services.log.write(LogLevel::kInfo, "capture.done", job.trace_id,
                       {{"job", job.options.public_id},
                        {"accepted", outcome.accepted},
                        {"duplicates", outcome.duplicates},
                        {"refused", outcome.refused},
                        {"document_refused", outcome.document_refused}});
  }

  void work(Lane& lane) {
    give_way(GiveWay::kALittle);
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return closing || !lane.waiting.empty(); });
      if (lane.waiting.empty()) return;
      const std::shared_ptr<Job> job = lane.waiting.front();
      lane.waiting.pop_front();
      lock.unlock();
      auto done = run(*job);
      lock.lock();
      job->done.emplace(std::move(done));
      job->held = {};
      --lane.count;
      jobs.erase(job->options.public_id);
      changed.notify_all();
      lock.unlock();
      note(*job);
      lock.lock();
    }
  }

  Services services;
  Metrics& metrics;
  DocumentReader reader;
  Lane large, small;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, std::shared_ptr<Job>, std::less<>> jobs;  // that wait or run
  bool closing = false;
  std::vector<std::thread> threads;
};

CaptureJobs::CaptureJobs(Services services, Metrics& metrics, const Settings& settings)
    : state_(std::make_unique<State>(std::move(services), metrics, settings)) {
  for (int i = 0; i < kThreads + kSmallThreads; ++i)
    state_->threads.emplace_back(
        [state = state_.get(), i] { state->work(i < kThreads ? state->large : state->small); });
}

CaptureJobs::~CaptureJobs() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->closing = true;
    for (Lane* lane : {&state_->large, &state_->small}) {
      for (const auto& job : lane->waiting) state_->jobs.erase(job->options.public_id);
      lane->waiting.clear();
    }
  }
  state_->changed.notify_all();
  for (std::thread& thread : state_->threads) thread.join();
}

Result<std::optional<CaptureOutcome>> CaptureJobs::capture(const Permit<identity::Act::kEventCapture>& permit,
                                                           std::string original, const CaptureOptions& options,
                                                           const std::string& client, std::string_view trace_id,
                                                           std::chrono::milliseconds patience) {
  Lane& lane = original.size() <= kSmallBytes ? state_->small : state_->large;
  auto job = std::make_shared<Job>(Job{.permit = permit});
  job->original = std::move(original);
  job->options = options;
  job->trace_id = trace_id;
  job->record.public_id = options.public_id;
  job->record.actor = permit.actor();
  job->record.created = state_->services.clock.now();
  job->record.proceed = options.proceed;
  job->record.success = true;  // no error so far
  std::unique_lock lock(state_->mutex);
  if (lane.count >= lane.queue_max) {
    return Error{ErrorKind::kBusy, "capture.busy",
                 fmt::format("{} capture jobs of {} documents wait or run already (capture.queue_max). Send this "
                             "document again in a moment; nothing of it was stored.",
                             lane.queue_max, lane.name)};
  }
  auto held = lane.shares.take(client);
  if (!held) {
    return Error{ErrorKind::kBusy, "capture.too_many",
                 fmt::format("{} capture jobs of this client wait or run already (capture.client_queue_max). Send this "
                             "document again in a moment, and fewer at once; nothing of it was stored.",
                             lane.shares.most())};
  }
  job->held = std::move(*held);
  ++lane.count;
  state_->jobs.emplace(options.public_id, job);
  lane.waiting.push_back(job);
  state_->changed.notify_all();
  if (!state_->changed.wait_for(lock, patience, [&] { return job->done.has_value(); })) {
    return std::optional<CaptureOutcome>();
  }
  lock.unlock();
  if (!*job->done) return job->done->error();
  return std::optional<CaptureOutcome>(**job->done);
}

std::optional<JobRecord> CaptureJobs::running(std::string_view public_id) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->jobs.find(public_id);
  if (found == state_->jobs.end()) return std::nullopt;
  return found->second->record;
}

std::vector<JobRecord> CaptureJobs::all_running() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<JobRecord> records;
  for (auto job = state_->jobs.rbegin(); job != state_->jobs.rend(); ++job) records.push_back(job->second->record);
  return records;
}

bool CaptureJobs::drain(std::chrono::milliseconds patience) {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, patience, [&] { return state_->jobs.empty(); });
}

}  // namespace suyuan::http
