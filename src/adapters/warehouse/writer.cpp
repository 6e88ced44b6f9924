// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/warehouse/damaged.h"
#include "base/check.h"
#include "base/fault_points.h"

namespace suyuan {

namespace {

constexpr std::size_t kLargeBytes = 256U << 10U;  // documents above this wait in the lane of their own
constexpr std::size_t kGroupMax = 64;             // documents committed together
constexpr std::size_t kEventsMax = 2'000;         // likewise, but for the last of them
constexpr auto kPause = std::chrono::seconds(1);  // before work of our own is tried again that failed

Error full() {
  return Error{
      ErrorKind::kBusy, "store.busy",
      "The store has more documents waiting than it takes. Nothing was stored; send this one again in a moment."};
}

bool met_damage(const Result<SubmissionReceipt>& answer) {
  return !answer && answer.error().code == "store.lookup_damaged";
}

Error not_mended(const Error& why) {
  return Error{
      ErrorKind::kBusy, "store.mending",
      fmt::format("A lookup of the store is damaged and could not be made anew from the tables yet; nothing was "
                  "stored. {}",
                  why.text),
      why.for_log};
}

}  // namespace

Writer::Writer(std::unique_ptr<sql::Connection> connection, Clock& clock, std::size_t queue_max, std::size_t bytes_max,
               const LookupOptions& lookups)
    : connection_(std::move(connection)),
      clock_(clock),
      lookups_(lookups),
      queue_max_(queue_max),
      bytes_max_(bytes_max) {}

Status Writer::open(std::unique_ptr<sql::Connection> builder, std::unique_ptr<sql::Connection> learner) {
  auto keys = LookupKeys::of_store(*connection_);
  if (!keys) return std::move(keys.error());
  keys_ = *keys;
  if (auto loaded = codec_.load(*connection_); !loaded) return loaded;
  const auto wake = [this] {
    {
      const std::lock_guard lock(mutex_);
      is_woken_ = true;
    }
    wake_.notify_one();
  };
  if (auto opened = lookups_.open(*connection_, std::move(builder), wake); !opened) return opened;
  changes_.emplace(*keys_);
  recorder_.emplace(*connection_, lookups_, *keys_);
  if (auto opened = recorder_->open(); !opened) return opened;
  learner_ = std::make_unique<DictionaryLearner>(std::move(learner), codec_, wake);
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
  learner_.reset();
  fault_point("closing");
  static_cast<void>(connection_->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
}

Result<SubmissionReceipt> Writer::append(NewSubmission submission) {
  const auto prepared = std::make_shared<PreparedSubmission>(std::move(submission), *keys_, codec_);
  prepared->prepare_some();
  auto job = std::make_unique<Job>();
  job->prepared = prepared;
  auto answer = enqueue(std::move(job));
  if (!answer) return std::move(answer.error());
  while (prepared->prepare_some()) continue;
  return answer->get();
}

Status Writer::record_refusal(const Actor& actor, const std::string& public_id, bool proceed, std::int64_t refused,
                              const std::vector<Finding>& findings) {
  NewSubmission refusal;
  refusal.actor = actor;
  refusal.public_id = public_id;
  refusal.proceed = proceed;
  refusal.refused = refused;
  refusal.findings = findings;
  auto job = std::make_unique<Job>();
  job->refusal = true;
  job->prepared = std::make_shared<PreparedSubmission>(std::move(refusal), *keys_, codec_);
  return enqueue_and_wait(std::move(job));
}

Status Writer::write(const sql::Database::Work& work) {
  auto job = std::make_unique<Job>();
  job->work = &work;
  return enqueue_and_wait(std::move(job));
}

Status Writer::enqueue_and_wait(std::unique_ptr<Job> job) {
  auto answer = enqueue(std::move(job));
  if (!answer) return std::move(answer.error());
  if (auto done = answer->get(); !done) return std::move(done.error());
  return Done{};
}

Result<Writer::Answer> Writer::enqueue(std::unique_ptr<Job> job) {
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
  return answer;
}

std::deque<std::unique_ptr<Writer::Job>> Writer::next_group(std::unique_lock<std::mutex>& lock) {
  if (is_failing_) wake_.wait_for(lock, kPause, [this] { return closing_ || !small_.empty() || may_take_large(); });
  wake_.wait(lock, [this] {
    return closing_ || is_woken_ || is_damaged_ || lookups_.must_rebuild() || !small_.empty() || may_take_large();
  });
  is_woken_ = false;
  std::deque<std::unique_ptr<Job>> group;
  std::size_t events = 0;
  while (!small_.empty() && group.size() < kGroupMax && events < kEventsMax) {
    events += small_.front()->events();
    group.push_back(std::move(small_.front()));
    small_.pop_front();
  }
  if (may_take_large()) {  // one large document a group, so that small ones never wait for two
    group.push_back(std::move(large_.front()));
    large_.pop_front();
  }
  for (const auto& job : group) bytes_ -= job->bytes();
  return group;
}

void Writer::run() {
  for (;;) {
    std::deque<std::unique_ptr<Job>> group;
    bool is_damaged = false;
    {
      std::unique_lock lock(mutex_);
      group = next_group(lock);
      if (group.empty() && closing_) return;
      is_damaged = std::exchange(is_damaged_, false);
    }
    if (is_damaged || lookups_.must_rebuild()) {
      mended_ = mend();
      const std::lock_guard lock(mutex_);
      is_damaged_ = is_damaged_ && !mended_;  // told meanwhile by those who met the same
    }
    if (!group.empty() || lookups_.has_work()) commit(std::move(group));
    is_failing_ |= !mended_ && lookups_.must_rebuild();
    if (lookups_.has_work()) {  // runs are written in slices, between the documents
      const std::lock_guard lock(mutex_);
      is_woken_ = true;
    }
    keep_dictionary();
  }
}

Result<SubmissionReceipt> Writer::perform(Job& job) {
  if (job.work != nullptr) {
    if (auto done = perform(*job.work); !done) return std::move(done.error());
    return SubmissionReceipt{SubmissionId(1), {}, 0, 0, 0, {}};
  }
  if (!job.refusal && lookups_.must_rebuild()) return not_mended(mended_.error());
  if (!job.refusal) return recorder_->record(*job.prepared, clock_.now());
  const NewSubmission& s = job.prepared->submission();
  auto written = recorder_->record_refusal(s.actor, s.public_id, s.proceed, s.refused, s.findings, clock_.now());
  if (!written) return std::move(written.error());
  return SubmissionReceipt{SubmissionId(1), {}, 0, 0, s.refused, {}};
}

Status Writer::perform(const sql::Database::Work& work) {
  if (auto begun = connection_->execute("SAVEPOINT work"); !begun) return begun;
  Status done = work(*connection_);
  if (done) done = connection_->execute("RELEASE work");
  if (!done) static_cast<void>(connection_->execute("ROLLBACK TO work; RELEASE work"));
  return done;
}

Status Writer::commit_work(std::deque<std::unique_ptr<Job>>& group, std::vector<Result<SubmissionReceipt>>& answers) {
  fault_point("taken");
  if (auto begun = connection_->execute("BEGIN IMMEDIATE"); !begun) return begun;
  fault_point("begun");
  for (const auto& job : group) {
    answers.push_back(perform(*job));
    // SQLite has ended the transaction by itself; what came next would be in one of its own, and stay.
    if (const auto& last = answers.back(); !last && last.error().code == "store.disk") {
      static_cast<void>(connection_->execute("ROLLBACK"));
      return last.error();
    }
    fault_point("recorded");
  }
  Status done = recorder_->finish();
  if (done) done = lookups_.write_some(*connection_);
  if (done) changes_->begin(recorder_->touched());
  fault_point("ready to commit");
  if (done) done = connection_->execute("COMMIT");
  fault_point("committed");
  if (!done) static_cast<void>(connection_->execute("ROLLBACK"));
  return done;
}

void Writer::commit(std::deque<std::unique_ptr<Job>> group) {
  std::vector<Result<SubmissionReceipt>> answers;
  const auto begun = std::chrono::steady_clock::now();
  const Status state = commit_work(group, answers);
  is_failing_ = !state.ok();
  note_commit(std::chrono::steady_clock::now() - begun);
  if (state)
    recorder_->committed();
  else
    recorder_->rolled_back();
  changes_->end();
  lookups_.written(state.ok());
  fault_point("visible");
  std::deque<std::unique_ptr<Job>> again;
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (i < answers.size() && met_damage(answers[i]) && !group[i]->is_tried_again) {
      again.push_back(std::move(group[i]));
      continue;
    }
    group[i]->prepared.reset();  // its sender frees it, and the writer can go on
    // A submission that was refused on its own keeps its own reason; the others share the failure of the commit.
    if (state || (i < answers.size() && !answers[i].ok()))
      group[i]->answer.set_value(std::move(answers[i]));
    else
      group[i]->answer.set_value(Error(state.error()));
    fault_point("answered");
  }
  lookups_.merge_parts();
  if (!again.empty()) commit_again(std::move(again));
}

// Documents that met a damaged run, of which nothing was stored: once more, after mending.
void Writer::commit_again(std::deque<std::unique_ptr<Job>> group) {
  mended_ = mend();
  for (const auto& job : group) job->is_tried_again = true;
  commit(std::move(group));
}

void Writer::note_commit(std::chrono::steady_clock::duration took) {
  const double seconds = std::chrono::duration<double>(took).count();
  constexpr auto& kBounds = Warehouse::WriterUse::kCommitSeconds;
  const auto bucket = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
  const std::lock_guard lock(mutex_);
  ++use_.commits[static_cast<std::size_t>(bucket)];
  use_.seconds += seconds;
  use_.longest = std::max(use_.longest, seconds);
}

Warehouse::WriterUse Writer::use() const {
  const std::lock_guard lock(mutex_);
  Warehouse::WriterUse use = use_;
  use.runs = lookups_.runs_written();
  use.merges = lookups_.runs_merged();
  return use;
}

// ------------------------------------------------------------------------------------------------------------- upkeep

void Writer::keep_dictionary() {
  learner_->consider(recorder_->events());
  const auto learnt = learner_->take();
  if (!learnt) return;
  auto insert = connection_->prepare("INSERT INTO zstd_dictionary VALUES ($1, $2)");
  if (!insert) return;
  (*insert)->bind(1, std::int64_t{learnt->id}).bind_bytes(2, learnt->dictionary);
  if ((*insert)->run()) codec_.add(learnt->id, learnt->dictionary);
}

void Writer::mend_lookups() {
  {
    const std::lock_guard lock(mutex_);
    is_damaged_ = true;
  }
  wake_.notify_one();
}

Status Writer::mend() {
  Status mended = lookups_.rebuild(*connection_);
  if (mended) mended = recorder_->rebuild_facts();
  if (mended && lookups_.must_rebuild()) {
    mended = Error{ErrorKind::kCorrupt, "store.lookup_damaged",
                   "What was made anew is damaged again. Check the disk and the memory of the machine."};
  }
  return mended;
}

}  // namespace suyuan
