// SPDX-License-Identifier: Apache-2.0
#include "app/login/last_seen.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "base/background.h"

namespace suyuan {

namespace {

using namespace std::chrono_literals;

constexpr auto kWriteEvery = 1s;
constexpr auto kSessionEvery = 60s;
constexpr auto kSweepEvery = 1h;
constexpr std::size_t kPendingMax = 100'000;

class LastSeenThread final : public LastSeen {
 public:
  explicit LastSeenThread(const LoginServices& services) : services_(services), thread_([this] { run(); }) {}
  ~LastSeenThread() override {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
    write_now();
  }

  void session(const std::string& token, const SessionRecord& session, Instant now) override {
    if (now - session.seen < kSessionEvery) return;
    const std::lock_guard lock(mutex_);
    if (sessions_.size() < kPendingMax) sessions_[sha256(token)] = now;
  }
  void key(const std::string& id, std::int64_t used_day, Instant now) override {
    const std::int64_t today = day_in_china(now).time_since_epoch().count();
    if (used_day >= today) return;
    const std::lock_guard lock(mutex_);
    if (keys_.size() < kPendingMax) keys_[id] = today;
  }

  // What cannot be written is lost: it is seen again with the next request.
  void write_now() override {
    std::map<Sha256, Instant> sessions;
    std::map<std::string, std::int64_t> keys;
    {
      const std::lock_guard lock(mutex_);
      sessions.swap(sessions_);
      keys.swap(keys_);
    }
    for (const auto& [token, at] : sessions) static_cast<void>(services_.credentials.seen_session(token, at));
    for (const auto& [id, day] : keys) static_cast<void>(services_.credentials.used_key(id, day));
  }

 private:
  void run() {
    give_way(GiveWay::kALittle);
    auto next_sweep = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    while (!is_stopping_) {
      lock.unlock();
      write_now();
      if (std::chrono::steady_clock::now() >= next_sweep) {
        const Instant now = services_.clock.now();
        static_cast<void>(services_.credentials.sweep(now, now - services_.rules.idle));
        next_sweep = std::chrono::steady_clock::now() + kSweepEvery;
      }
      lock.lock();
      wake_.wait_for(lock, kWriteEvery, [&] { return is_stopping_; });
    }
  }

  const LoginServices services_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool is_stopping_ = false;
  std::map<Sha256, Instant> sessions_;
  std::map<std::string, std::int64_t> keys_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace

std::unique_ptr<LastSeen> start_last_seen(const LoginServices& services) {
  return std::make_unique<LastSeenThread>(services);
}

}  // namespace suyuan
