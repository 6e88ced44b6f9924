// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include "adapters/sql/database.h"
#include "adapters/warehouse/dictionary_learner.h"
#include "adapters/warehouse/recorder.h"
#include "base/time.h"

namespace suyuan {

// The one thread that writes. It takes what waits, small documents before large ones, and commits them together; a
// caller is answered after COMMIT.
class Writer {
 public:
  Writer(std::unique_ptr<sql::Connection> connection, Clock& clock, std::size_t queue_max, std::size_t bytes_max,
         const LookupOptions& lookups);
  ~Writer();  // finishes what was accepted, then folds the log into the file
  // Connections of their own for the threads that make runs and that learn dictionaries.
  Status open(std::unique_ptr<sql::Connection> builder, std::unique_ptr<sql::Connection> learner);

  const Lookups& lookups() const { return lookups_; }
  const LookupKeys& keys() const { return *keys_; }
  const OriginalCodec& codec() const { return codec_; }
  const ChangeTable& changes() const { return *changes_; }
  Warehouse::WriterUse use() const;
  // A reader found a damaged run or block of facts: all of them are made anew from the tables. Any thread; returns at
  // once. Where the writer finds one itself, in a document's way or when it merges, it needs no telling.
  void mend_lookups();

  // Blocks until committed. Errors: kBusy "store.busy" when the queue is full, and those of the work itself.
  Result<SubmissionReceipt> append(NewSubmission submission);
  Status record_refusal(const Actor& actor, const std::string& public_id, bool proceed, std::int64_t refused,
                        const std::vector<Finding>& findings);
  // Work on the records, in a savepoint of its own.
  Status write(const sql::Database::Work& work);

 private:
  struct Job {
    std::shared_ptr<PreparedSubmission> prepared;  // the sender may still be at it
    bool refusal = false;
    const sql::Database::Work* work = nullptr;
    bool is_tried_again = false;  // it met a damaged run, which was mended
    std::promise<Result<SubmissionReceipt>> answer;
    std::size_t bytes() const { return prepared ? prepared->submission().original.size() : 0; }
    std::size_t events() const { return prepared ? prepared->submission().events.size() : 0; }
  };
  using Answer = std::future<Result<SubmissionReceipt>>;

  Result<Answer> enqueue(std::unique_ptr<Job> job);
  Status enqueue_and_wait(std::unique_ptr<Job> job);
  void run();
  std::deque<std::unique_ptr<Job>> next_group(std::unique_lock<std::mutex>& lock);
  void commit(std::deque<std::unique_ptr<Job>> group);
  Status commit_work(std::deque<std::unique_ptr<Job>>& group, std::vector<Result<SubmissionReceipt>>& answers);
  void note_commit(std::chrono::steady_clock::duration took);
  void keep_dictionary();
  bool may_take_large() const { return !large_.empty() && (closing_ || !lookups_.is_behind()); }
  Status mend();
  void commit_again(std::deque<std::unique_ptr<Job>> group);
  Result<SubmissionReceipt> perform(Job& job);
  Status perform(const sql::Database::Work& work);

  std::unique_ptr<sql::Connection> connection_;
  Clock& clock_;
  OriginalCodec codec_;
  Lookups lookups_;
  std::optional<LookupKeys> keys_;
  std::optional<ChangeTable> changes_;
  std::optional<Recorder> recorder_;
  std::unique_ptr<DictionaryLearner> learner_;
  const std::size_t queue_max_, bytes_max_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Job>> small_, large_;
  std::size_t bytes_ = 0;
  Warehouse::WriterUse use_;
  bool closing_ = false, is_woken_ = false, is_damaged_ = false;
  bool is_failing_ = false;  // the last commit did, or mending; of the thread
  Status mended_ = Done{};   // how the last mending ended; of the thread
  std::thread thread_;
};

}  // namespace suyuan
