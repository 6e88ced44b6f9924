// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "adapters/warehouse/postgres_transactions.h"

namespace suyuan {

// Connections that read, or write records, lent one at a time.
class PostgresPool {
 public:
  struct Member {
    std::unique_ptr<sql::PostgresConnection> connection;
    std::unique_ptr<PostgresTransactions> transactions;
  };
  void add(Member member) { free_.push_back(std::move(member)); }

  class Lease {
   public:
    explicit Lease(PostgresPool& pool) : pool_(pool) {
      std::unique_lock lock(pool.mutex_);
      pool.ready_.wait(lock, [&] { return !pool.free_.empty(); });
      member_ = std::move(pool.free_.back());
      pool.free_.pop_back();
    }
    ~Lease() {
      {
        const std::lock_guard lock(pool_.mutex_);
        pool_.free_.push_back(std::move(member_));
      }
      pool_.ready_.notify_one();
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    sql::PostgresConnection& connection() { return *member_.connection; }
    PostgresTransactions& transactions() { return *member_.transactions; }

   private:
    PostgresPool& pool_;
    Member member_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<Member> free_;
};

}  // namespace suyuan
