// SPDX-License-Identifier: Apache-2.0
#include "measure.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace suyuan::bench {

namespace fs = std::filesystem;

namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_of(int who) {
  rusage use{};
  ::getrusage(who, &use);
  return seconds_of(use.ru_utime) + seconds_of(use.ru_stime);
}

// The value after "name:" in a file of such lines, or "".
std::string field(const std::string& path, const std::string& name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || !line.starts_with(name)) continue;
    if (line.find_first_not_of(" \t", name.size()) != colon) continue;
    const std::size_t value = line.find_first_not_of(" \t", colon + 1);
    return value == std::string::npos ? "" : line.substr(value);
  }
  return "";
}

std::uint64_t written_by(const std::string& process) {
  const std::string text = field("/proc/" + process + "/io", "write_bytes");
  return text.empty() ? 0 : std::stoull(text);
}

std::string filesystem_of(const fs::path& folder) {
  std::ifstream mounts("/proc/mounts");
  const std::string path = fs::weakly_canonical(folder).string();
  std::string best, type, device, where, kind, rest;
  while (mounts >> device >> where >> kind && std::getline(mounts, rest)) {
    const bool holds = where == "/" || path == where || path.starts_with(where + "/");
    if (holds && where.size() >= best.size()) {
      best = where;
      type = kind;
    }
  }
  return type;
}

}  // namespace

Cost operator+(const Cost& a, const Cost& b) {
  return {a.seconds + b.seconds, a.cpu_seconds + b.cpu_seconds, a.paused_cpu_seconds + b.paused_cpu_seconds,
          a.written + b.written};
}

Stopwatch::Stopwatch() : began_(Clock::now()), cpu_(cpu_of(RUSAGE_SELF)), written_(written_by("self")) {}

void Stopwatch::pause() {
  ran_ += std::chrono::duration<double>(Clock::now() - began_).count();
  paused_at_process_ = cpu_of(RUSAGE_SELF);
  paused_at_thread_ = cpu_of(RUSAGE_THREAD);
  paused_ = true;
}

void Stopwatch::resume() {
  const double own = cpu_of(RUSAGE_THREAD) - paused_at_thread_;
  paused_own_ += own;
  paused_background_ += std::max(0.0, cpu_of(RUSAGE_SELF) - paused_at_process_ - own);
  paused_ = false;
  began_ = Clock::now();
}

Cost Stopwatch::cost() const {
  const double now = paused_ ? 0 : std::chrono::duration<double>(Clock::now() - began_).count();
  return {ran_ + now, cpu_of(RUSAGE_SELF) - cpu_ - paused_own_, paused_background_, written_by("self") - written_};
}

ProcessUse use_of(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string text((std::istreambuf_iterator<char>(file)), {});
  if (text.rfind(')') == std::string::npos) return {};
  std::istringstream fields(text.substr(text.rfind(')') + 2));  // from the third field on
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return {(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK)), written_by(std::to_string(process))};
}

std::uint64_t memory_of(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/statm", process));
  std::uint64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

ProcessorTime processor_time_of(pid_t process) {
  ProcessorTime sum;
  std::error_code gone;
  for (const auto& thread : fs::directory_iterator(fmt::format("/proc/{}/task", process), gone)) {
    std::ifstream file(thread.path() / "schedstat");
    double ran = 0, waited = 0;  // ns
    if (file >> ran >> waited) sum = {sum.ran + ran / 1e9, sum.waited + waited / 1e9};
  }
  return sum;
}

double thread_cpu_seconds() { return cpu_of(RUSAGE_THREAD); }

double Latencies::percentile(double percent) const {
  if (microseconds_.empty()) return 0;
  std::vector<double> sorted = microseconds_;
  std::sort(sorted.begin(), sorted.end());
  const auto at = static_cast<std::size_t>(static_cast<double>(sorted.size()) * percent / 100);
  return sorted[std::min(at, sorted.size() - 1)];
}

OwnFolder::OwnFolder(const fs::path& below, bool keep) : keep_(keep) {
  std::string pattern = (below / "suyuan-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder below " + below.string());
  path_ = pattern;
  fs::permissions(path_, fs::perms(0755));
}

OwnFolder::~OwnFolder() {
  std::error_code ignored;
  if (!keep_) fs::remove_all(path_, ignored);
}

fs::path OwnFolder::room(const std::string& name) const {
  const fs::path path = path_ / name;
  fs::create_directories(path);
  return path;
}

std::uint64_t bytes_in(const fs::path& folder) {
  std::uint64_t sum = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) sum += entry.file_size();
  return sum;
}

boost::json::object describe_machine(const fs::path& folder) {
  utsname system{};
  ::uname(&system);
  double load[3] = {};
  ::getloadavg(load, 3);
  return {{"cpu", field("/proc/cpuinfo", "model name")},
          {"cores", std::thread::hardware_concurrency()},
          {"memory", field("/proc/meminfo", "MemTotal")},
          {"kernel", std::string(system.sysname) + " " + system.release},
          {"compiler", std::string("g++ ") + __VERSION__},
          {"filesystem", filesystem_of(folder)},
          {"sqlite", sqlite3_libversion()},
          {"loadBefore", {load[0], load[1], load[2]}}};
}

}  // namespace suyuan::bench
