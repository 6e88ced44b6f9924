// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/postgres_writer.h"

#include <fmt/format.h>

#include "adapters/warehouse/damaged.h"

namespace suyuan {

namespace {

constexpr std::size_t kLargeBytes = 256U << 10U;  // documents above this wait in the lane of their own
constexpr std::size_t kDocumentsMax = 256;        // committed together
constexpr std::size_t kEventsMax = 5'000;         // likewise, but for one document that has more

Error full() {
  return Error{
      ErrorKind::kBusy, "store.busy",
      "The store has more documents waiting than it takes. Nothing was stored; send this one again in a moment."};
}

}  // namespace

Status SharedDictionaries::load(sql::PostgresConnection& connection) { return codec_.load(connection); }

void SharedDictionaries::learn(sql::PostgresConnection& connection, std::int64_t events) {
  constexpr std::int64_t kLearnAt[] = {2'000, 64'000, 2'000'000};
  constexpr std::int64_t kSamples = 2'000;
  if (codec_.last() >= std::size(kLearnAt) || events < kLearnAt[codec_.last()]) return;
  if (!load(connection) || codec_.last() >= std::size(kLearnAt) || events < kLearnAt[codec_.last()]) return;
  auto query =
      connection.statement("SELECT z FROM document WHERE block >= $1 >> 16 AND seq > $1 ORDER BY seq LIMIT $2");
  (*query)->bind(1, events - kSamples).bind(2, kSamples);
  std::vector<std::string> samples;
  for (auto row = (*query)->step(); row && *row; row = (*query)->step()) {
    if (auto text = codec_.decompress((*query)->bytes(0)); text && text->size() < 64U << 10U)
      samples.push_back(std::move(*text));
  }
  (*query)->reset();
  const auto dictionary = OriginalCodec::train(samples, codec_.last() + 1);
  if (!dictionary) return;
  auto insert = connection.statement("INSERT INTO zstd_dictionary (id, data) VALUES ($1, $2) ON CONFLICT DO NOTHING");
  (*insert)->bind(1, std::int64_t{codec_.last()} + 1).bind_bytes(2, *dictionary);
  if ((*insert)->run()) static_cast<void>(load(connection));
}

PostgresWriter::PostgresWriter(std::unique_ptr<sql::PostgresConnection> connection, std::string name, Clock& clock,
                               SharedDictionaries& dictionaries, const PostgresWarehouseOptions& options)
    : connection_(std::move(connection)),
      transactions_(*connection_, std::move(name), options.patience, options.connection.idle_ms),
      clock_(clock),
      dictionaries_(dictionaries),
      queue_max_(options.queue_documents_max),
      bytes_max_(options.queue_bytes_max),
      thread_([this] { run(); }) {}

PostgresWriter::~PostgresWriter() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

Result<SubmissionReceipt> PostgresWriter::append(NewSubmission submission) {
  auto job = std::make_unique<Job>();
  job->prepared = prepare_for_postgres(std::move(submission), dictionaries_.codec());
  return enqueue(std::move(job));
}

Result<SubmissionReceipt> PostgresWriter::record_refusal(NewSubmission refusal) {
  auto job = std::make_unique<Job>();
  job->prepared.submission = std::move(refusal);
  job->prepared.is_refusal = true;
  return enqueue(std::move(job));
}

Result<SubmissionReceipt> PostgresWriter::enqueue(std::unique_ptr<Job> job) {
  auto answer = job->answer.get_future();
  {
    const std::lock_guard lock(mutex_);
    const std::size_t waiting = small_.size() + large_.size();
    if (closing_ || waiting >= queue_max_ || (waiting > 0 && bytes_ + job->bytes() > bytes_max_)) return full();
    bytes_ += job->bytes();
    auto& lane = job->bytes() > kLargeBytes ? large_ : small_;
    lane.push_back(std::move(job));
  }
  wake_.notify_one();
  return answer.get();
}

PostgresWriter::Jobs PostgresWriter::next_group(std::unique_lock<std::mutex>& lock) {
  wake_.wait(lock, [this] { return closing_ || !small_.empty() || !large_.empty(); });
  Jobs group;
  std::size_t events = 0;
  const auto take = [&](Jobs& lane) {
    events += lane.front()->prepared.events.size();
    bytes_ -= lane.front()->bytes();
    group.push_back(std::move(lane.front()));
    lane.pop_front();
  };
  while (!small_.empty() && group.size() < kDocumentsMax && events < kEventsMax) take(small_);
  // One large document a group at least, so that none waits for ever, and more while there is room.
  if (!large_.empty()) take(large_);
  while (!large_.empty() && events + large_.front()->prepared.events.size() <= kEventsMax) take(large_);
  return group;
}

void PostgresWriter::run() {
  for (;;) {
    Jobs group;
    {
      std::unique_lock lock(mutex_);
      group = next_group(lock);
    }
    if (group.empty()) return;
    commit(std::move(group));
  }
}

// Event ids are nearly always new: COPY finds the others, and they are looked up in a second attempt. Where there were
// duplicates there are more (somebody sends again), so the next group looks first.
Status PostgresWriter::commit_together(const std::vector<const PostgresSubmission*>& submissions,
                                       std::vector<Result<SubmissionReceipt>>& answers) {
  std::optional<PostgresGroup> group;
  bool is_new = !expects_duplicates_;
  for (;;) {
    Status done = transactions_.run("BEGIN", [&](sql::PostgresConnection& connection) {
      group.emplace(connection, memory_, clock_.now());
      return group->write(submissions, is_new);
    });
    if (done) break;
    if (!is_new || done.error().code != "sql.constraint") return done;
    is_new = false;
  }
  expects_duplicates_ = group->has_duplicates();
  memory_.add(std::move(group->learnt()));
  answers = std::move(group->answers());
  dictionaries_.learn(*connection_, group->head().event);
  return Done{};
}

void PostgresWriter::commit(Jobs jobs) {
  std::vector<const PostgresSubmission*> submissions;
  for (const auto& job : jobs) submissions.push_back(&job->prepared);
  std::vector<Result<SubmissionReceipt>> answers;
  const Status done = commit_together(submissions, answers);
  const bool is_passing =
      !done && (done.error().code == "store.unreachable" || done.error().code == "store.busy" || jobs.size() == 1);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (done) {
      jobs[i]->answer.set_value(std::move(answers[i]));
    } else if (is_passing) {
      jobs[i]->answer.set_value(Error(done.error()));
    } else {  // one of them has an error of its own: each for itself
      Jobs alone;
      alone.push_back(std::move(jobs[i]));
      commit(std::move(alone));
    }
  }
}

}  // namespace suyuan
