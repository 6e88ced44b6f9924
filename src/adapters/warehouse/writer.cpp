// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/writer.h"

#include "base/check.h"

namespace suyuan {

namespace {

constexpr std::size_t kLargeBytes = 256U << 10U;  // documents above this wait in the lane of their own
constexpr std::size_t kGroupMax = 64;             // documents committed together

Error full() {
  return Error{
      ErrorKind::kBusy, "store.busy",
      "The store has more documents waiting than it takes. Nothing was stored; send this one again in a moment."};
}

}  // namespace

Writer::Writer(std::unique_ptr<sql::Connection> connection, Clock& clock, std::size_t queue_max, std::size_t bytes_max)
    : connection_(std::move(connection)),
      clock_(clock),
      recorder_(*connection_),
      queue_max_(queue_max),
      bytes_max_(bytes_max) {}

Status Writer::open() {
  if (auto opened = recorder_.open(); !opened) return opened;
  thread_ = std::thread([this] { run(); });
  return Done{};
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  static_cast<void>(connection_->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
}

Result<SubmissionReceipt> Writer::append(NewSubmission submission) {
  auto job = std::make_unique<Job>();
  job->submission = std::move(submission);
  return enqueue(std::move(job));
}

Status Writer::record_refusal(const Actor& actor, const std::string& public_id, bool proceed, std::int64_t refused,
                              const std::vector<Finding>& findings) {
  auto job = std::make_unique<Job>();
  job->refusal = true;
  job->submission.actor = actor;
  job->submission.public_id = public_id;
  job->submission.proceed = proceed;
  job->submission.refused = refused;
  job->submission.findings = findings;
  auto done = enqueue(std::move(job));
  if (!done) return std::move(done.error());
  return Done{};
}

Status Writer::write(const sql::Database::Work& work) {
  auto job = std::make_unique<Job>();
  job->work = &work;
  auto done = enqueue(std::move(job));
  if (!done) return std::move(done.error());
  return Done{};
}

Result<SubmissionReceipt> Writer::enqueue(std::unique_ptr<Job> job) {
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

std::deque<std::unique_ptr<Writer::Job>> Writer::next_group(std::unique_lock<std::mutex>& lock) {
  wake_.wait(lock, [this] { return closing_ || !small_.empty() || !large_.empty(); });
  std::deque<std::unique_ptr<Job>> group;
  while (!small_.empty() && group.size() < kGroupMax) {
    group.push_back(std::move(small_.front()));
    small_.pop_front();
  }
  if (!large_.empty()) {  // one large document a group, so that small ones never wait for two
    group.push_back(std::move(large_.front()));
    large_.pop_front();
  }
  for (const auto& job : group) bytes_ -= job->bytes();
  return group;
}

void Writer::run() {
  for (;;) {
    std::deque<std::unique_ptr<Job>> group;
    {
      std::unique_lock lock(mutex_);
      group = next_group(lock);
      if (group.empty()) return;  // closing, and nothing waits
    }
    commit(std::move(group));
  }
}

Status Writer::perform(const sql::Database::Work& work) {
  if (auto begun = connection_->execute("SAVEPOINT work"); !begun) return begun;
  Status done = work(*connection_);
  if (done) done = connection_->execute("RELEASE work");
  if (!done) static_cast<void>(connection_->execute("ROLLBACK TO work; RELEASE work"));
  return done;
}

Result<SubmissionReceipt> Writer::perform(Job& job) {
  if (job.work != nullptr) {
    if (auto done = perform(*job.work); !done) return std::move(done.error());
    return SubmissionReceipt{SubmissionId(1), {}, 0, 0, 0, {}};
  }
  if (!job.refusal) return recorder_.record(job.submission, clock_.now());
  const NewSubmission& s = job.submission;
  auto written = recorder_.record_refusal(s.actor, s.public_id, s.proceed, s.refused, s.findings, clock_.now());
  if (!written) return std::move(written.error());
  return SubmissionReceipt{SubmissionId(1), {}, 0, 0, s.refused, {}};
}

void Writer::commit(std::deque<std::unique_ptr<Job>> group) {
  const Recorder::Numbers before = recorder_.numbers();
  std::vector<Result<SubmissionReceipt>> answers;
  auto state = connection_->execute("BEGIN IMMEDIATE");
  if (state) {
    for (const auto& job : group) answers.push_back(perform(*job));
    state = connection_->execute("COMMIT");
    if (!state) static_cast<void>(connection_->execute("ROLLBACK"));
  }
  if (!state) recorder_.rewind(before);
  for (std::size_t i = 0; i < group.size(); ++i) {
    // A submission that was refused on its own keeps its own reason; the others share the failure of the commit.
    if (state || (i < answers.size() && !answers[i].ok()))
      group[i]->answer.set_value(std::move(answers[i]));
    else
      group[i]->answer.set_value(Error(state.error()));
  }
}

}  // namespace suyuan
