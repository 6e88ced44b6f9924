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
#include "adapters/warehouse/recorder.h"
#include "base/time.h"

namespace suyuan {

// The one thread that writes. It takes what waits, small documents before large ones, and commits them together; a
// caller is answered after COMMIT.
class Writer {
 public:
  Writer(std::unique_ptr<sql::Connection> connection, Clock& clock, std::size_t queue_max, std::size_t bytes_max);
  ~Writer();  // finishes what was accepted, then folds the log into the file
  Status open();

  // Blocks until committed. Errors: kBusy "store.busy" when the queue is full, and those of the work itself.
  Result<SubmissionReceipt> append(NewSubmission submission);
  Status record_refusal(const Actor& actor, const std::string& public_id, bool proceed, std::int64_t refused,
                        const std::vector<Finding>& findings);
  // Work on the records, in a savepoint of its own.
  Status write(const sql::Database::Work& work);

 private:
  struct Job {
    NewSubmission submission;
    bool refusal = false;
    const sql::Database::Work* work = nullptr;
    std::promise<Result<SubmissionReceipt>> answer;
    std::size_t bytes() const { return submission.original.size(); }
  };

  Result<SubmissionReceipt> enqueue(std::unique_ptr<Job> job);
  void run();
  std::deque<std::unique_ptr<Job>> next_group(std::unique_lock<std::mutex>& lock);
  void commit(std::deque<std::unique_ptr<Job>> group);
  Result<SubmissionReceipt> perform(Job& job);
  Status perform(const sql::Database::Work& work);

  std::unique_ptr<sql::Connection> connection_;
  Clock& clock_;
  Recorder recorder_;
  const std::size_t queue_max_, bytes_max_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Job>> small_, large_;
  std::size_t bytes_ = 0;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace suyuan
