// SPDX-License-Identifier: Apache-2.0
#include "adapters/auditing/audit_thread.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace suyuan {

namespace {

constexpr std::chrono::milliseconds kRest{500};
constexpr std::chrono::hours kBetweenPrunings{1};

class Thread final : public AuditThread {
 public:
  Thread(Audit& audit, AuditStore& store, int keep_days, Clock& clock, Log& log)
      : audit_(audit), store_(store), keep_days_(keep_days), clock_(clock), log_(log), thread_([this] { repeat(); }) {}
  ~Thread() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

 private:
  void repeat() {
    for (;;) {
      prune_when_due();
      static_cast<void>(audit_.flush());  // it says in the log what went wrong, and keeps the entries
      std::unique_lock lock(mutex_);
      if (!wake_.wait_for(lock, kRest, [this] { return stopping_; })) continue;
      lock.unlock();
      static_cast<void>(audit_.flush());
      return;
    }
  }

  void prune_when_due() {
    const auto now = std::chrono::steady_clock::now();
    if (pruned_ && now - *pruned_ < kBetweenPrunings) return;
    pruned_ = now;
    const auto gone = prune_audit(store_, keep_days_, clock_);
    if (!gone && gone.error().kind != ErrorKind::kBusy)
      log_.write(LogLevel::kError, "audit.not_pruned", "", {{"code", gone.error().code}, {"text", gone.error().text}});
  }

  Audit& audit_;
  AuditStore& store_;
  const int keep_days_;
  Clock& clock_;
  Log& log_;
  std::optional<std::chrono::steady_clock::time_point> pruned_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<AuditThread> start_auditing(Audit& audit, AuditStore& store, int keep_days, Clock& clock, Log& log) {
  return std::make_unique<Thread>(audit, store, keep_days, clock, log);
}

}  // namespace suyuan
