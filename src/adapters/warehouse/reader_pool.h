// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "adapters/sql/sql.h"

namespace suyuan {

// Connections that read, lent one at a time.
class ReaderPool {
 public:
  void add(std::unique_ptr<sql::Connection> connection) { free_.push_back(std::move(connection)); }

  class Lease {
   public:
    explicit Lease(ReaderPool& pool) : pool_(pool) {
      std::unique_lock lock(pool.mutex_);
      pool.ready_.wait(lock, [&] { return !pool.free_.empty(); });
      connection_ = std::move(pool.free_.back());
      pool.free_.pop_back();
    }
    ~Lease() {
      {
        const std::lock_guard lock(pool_.mutex_);
        pool_.free_.push_back(std::move(connection_));
      }
      pool_.ready_.notify_one();
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    sql::Connection& operator*() { return *connection_; }

   private:
    ReaderPool& pool_;
    std::unique_ptr<sql::Connection> connection_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<std::unique_ptr<sql::Connection>> free_;
};

// Statements of one call read in one transaction: each one of its own takes and gives back the locks of the log.
class ReadTogether {
 public:
  explicit ReadTogether(sql::Connection& connection) : connection_(connection) { run("BEGIN"); }
  ~ReadTogether() { run("COMMIT"); }
  ReadTogether(const ReadTogether&) = delete;
  ReadTogether& operator=(const ReadTogether&) = delete;

 private:
  void run(std::string_view statement) {
    if (auto prepared = connection_.prepare(statement)) static_cast<void>((*prepared)->step());
  }
  sql::Connection& connection_;
};

}  // namespace suyuan
