// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include "adapters/warehouse/postgres_group.h"
#include "adapters/warehouse/postgres_transactions.h"
#include "adapters/warehouse/postgres_warehouse.h"

namespace suyuan {

// The originals' codec with the dictionaries of the store: another server may have learnt one since.
class SharedDictionaries {
 public:
  const OriginalCodec& codec() const { return codec_; }
  Status load(sql::PostgresConnection& connection);
  // Learns one when the store has grown to it. Any server may; the first one's counts.
  void learn(sql::PostgresConnection& connection, std::int64_t events);

 private:
  OriginalCodec codec_;
};

// The one thread of this server that writes events. It takes what waits, small documents before large ones, and commits
// them together; a caller is answered after COMMIT. Other servers write in turn: the lock of the row `head` decides.
class PostgresWriter {
 public:
  PostgresWriter(std::unique_ptr<sql::PostgresConnection> connection, std::string name, Clock& clock,
                 SharedDictionaries& dictionaries, const PostgresWarehouseOptions& options);
  ~PostgresWriter();  // finishes what was accepted

  // Blocks until committed. Errors: kBusy "store.busy" when the queue is full, and those of Warehouse::append.
  Result<SubmissionReceipt> append(NewSubmission submission);
  Result<SubmissionReceipt> record_refusal(NewSubmission refusal);

 private:
  struct Job {
    PostgresSubmission prepared;
    std::promise<Result<SubmissionReceipt>> answer;
    std::size_t bytes() const { return prepared.submission.original.size(); }
  };
  using Jobs = std::deque<std::unique_ptr<Job>>;

  Result<SubmissionReceipt> enqueue(std::unique_ptr<Job> job);
  void run();
  Jobs next_group(std::unique_lock<std::mutex>& lock);
  void commit(Jobs jobs);
  Status commit_together(const std::vector<const PostgresSubmission*>& submissions,
                         std::vector<Result<SubmissionReceipt>>& answers);

  std::unique_ptr<sql::PostgresConnection> connection_;
  PostgresTransactions transactions_;
  Clock& clock_;
  SharedDictionaries& dictionaries_;
  const std::size_t queue_max_, bytes_max_;
  PostgresMemory memory_;
  bool expects_duplicates_ = false;  // the last group had some
  std::mutex mutex_;
  std::condition_variable wake_;
  Jobs small_, large_;
  std::size_t bytes_ = 0;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace suyuan
