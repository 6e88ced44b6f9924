// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "measure.h"
#include "numbered_documents.h"
#include "process.h"

// Clients that send when their timetable says so, whether the server keeps up or not: time counts from when a request
// should have gone out, so that a server that stalls is not spared the requests it held up (coordinated omission).
namespace suyuan::bench {

using Steady = std::chrono::steady_clock;

// What became of documents, for all clients together. Threads: any.
class Ledger {
 public:
  void acknowledged(std::uint32_t number, std::size_t events);
  void refused(std::uint32_t number, std::size_t events);
  void unknown(std::uint32_t number, std::size_t events);  // the server went away before it said
  void wrong(std::string what);                            // an answer that must not be
  void said(int status);

  struct Document {
    std::uint32_t number;
    std::size_t events;
  };
  std::vector<Document> all_acknowledged() const;
  std::vector<Document> all_refused() const;
  std::vector<Document> all_unknown() const;
  std::vector<std::string> all_wrong() const;
  std::size_t acknowledged_documents() const;
  std::int64_t count(int status) const;
  // One of those that were acknowledged, by any number; most of the time a late one.
  std::optional<Document> some(std::uint64_t random) const;

 private:
  mutable std::mutex mutex_;
  std::vector<Document> acknowledged_, refused_, unknown_;
  std::vector<std::string> wrong_;
  std::vector<std::pair<int, std::int64_t>> statuses_;
};

struct Timetable {
  Steady::time_point begin;
  double per_second = 1;
  double seconds = 1;
  Steady::time_point at(std::size_t i) const {
    return begin + std::chrono::duration_cast<Steady::duration>(
                       std::chrono::duration<double>(static_cast<double>(i) / per_second));
  }
  std::size_t count() const { return static_cast<std::size_t>(per_second * seconds); }
};

// A connection that is made again when the server closes it.
class KeptConnection {
 public:
  explicit KeptConnection(int port) : port_(port) {}
  // Throws when the server is gone, or ends a connection without an answer.
  HttpConnection::Answer get(const std::string& target, std::string_view accept);
  HttpConnection::Answer post(const std::string& target, const std::string& body);

 private:
  HttpConnection& open();
  HttpConnection::Answer kept(HttpConnection::Answer answer);
  int port_;
  std::unique_ptr<HttpConnection> connection_;
};

// Threads that share a timetable. `work(i)` of the i-th item runs when its time has come and a thread is free.
class Paced {
 public:
  template <class MakeWork>
  Paced(const Timetable& timetable, int threads, MakeWork make_work) : timetable_(timetable) {
    for (int t = 0; t < threads; ++t)
      threads_.emplace_back([this, work = make_work()]() mutable {
        for (std::size_t i = next_++; i < timetable_.count() && !stopped_; i = next_++) {
          std::this_thread::sleep_until(timetable_.at(i));
          if (!stopped_) work(i, timetable_.at(i));
        }
      });
  }
  ~Paced() { join(); }
  Paced(const Paced&) = delete;
  Paced& operator=(const Paced&) = delete;
  void stop() { stopped_ = true; }
  void join() {
    for (std::thread& each : threads_)
      if (each.joinable()) each.join();
  }

 private:
  const Timetable timetable_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stopped_ = false;
  std::vector<std::thread> threads_;
};

// Latencies of many threads.
class SharedLatencies {
 public:
  void add(Steady::duration took) {
    const std::lock_guard lock(mutex_);
    all_.add(took);
  }
  Latencies all() const {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  mutable std::mutex mutex_;
  Latencies all_;
};

// Sends one document and stays with it until its job has ended. False: refused, or the server went away.
bool send_document(KeptConnection& connection, const NumberedDocuments& documents, std::uint32_t number,
                   Ledger& ledger);
// Asks one question of somebody who scans: a page, a trace or an event, of a document that was acknowledged. False: the
// server was too busy, or gone.
bool scan_once(KeptConnection& connection, std::size_t which, Ledger& ledger);
// "" when the answer is what a client may get: 2xx, or 503 and 429 that say when to come again.
std::string problem_with(const HttpConnection::Answer& answer);

}  // namespace suyuan::bench
