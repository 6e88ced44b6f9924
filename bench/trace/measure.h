// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace suyuan::bench {

struct Cost {
  double seconds = 0;      // wall clock, while not paused
  double cpu_seconds = 0;  // of all threads, also of those that worked during pauses; without the pauses' own work
  double paused_cpu_seconds = 0;  // the part of it that background threads spent during pauses
  std::uint64_t written = 0;      // bytes that this process caused to be written to disk
};
Cost operator+(const Cost& a, const Cost& b);

// Measures what this process does. What the calling thread does between pause() and resume() does not count: making
// the load is not the subject.
class Stopwatch {
 public:
  Stopwatch();
  void pause();
  void resume();
  Cost cost() const;

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point began_;
  double ran_ = 0;
  double cpu_, paused_own_ = 0, paused_background_ = 0, paused_at_process_ = 0, paused_at_thread_ = 0;
  std::uint64_t written_;
  bool paused_ = false;
};

// What another process has used since it began.
struct ProcessUse {
  double cpu_seconds = 0;
  std::uint64_t written = 0;
};
std::uint64_t memory_of(pid_t process);  // resident bytes now; 0 when it is gone
ProcessUse use_of(pid_t process);
// How long its threads have run and how long they were ready but waited for a processor, so far.
struct ProcessorTime {
  double ran = 0, waited = 0;  // s
};
ProcessorTime processor_time_of(pid_t process);
double thread_cpu_seconds();  // of the calling thread

class Latencies {
 public:
  void add(std::chrono::steady_clock::duration took) {
    microseconds_.push_back(std::chrono::duration<double, std::micro>(took).count());
  }
  void add(const Latencies& more) {
    microseconds_.insert(microseconds_.end(), more.microseconds_.begin(), more.microseconds_.end());
  }
  double percentile(double percent) const;  // in us
  std::size_t count() const { return microseconds_.size(); }

 private:
  std::vector<double> microseconds_;
};

// A folder that is gone afterwards.
class OwnFolder {
 public:
  OwnFolder(const std::filesystem::path& below, bool keep);
  ~OwnFolder();
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path room(const std::string& name) const;  // made, and open to other users

 private:
  std::filesystem::path path_;
  bool keep_;
};

std::uint64_t bytes_in(const std::filesystem::path& folder);

// Processor, cores, memory, kernel, compiler, filesystem of the folder, SQLite, load average now.
boost::json::object describe_machine(const std::filesystem::path& folder);

}  // namespace suyuan::bench
