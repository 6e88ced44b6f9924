// SPDX-License-Identifier: Apache-2.0
#include "adapters/sequencing/log_thread.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace suyuan {

namespace {

constexpr std::chrono::milliseconds kRest{200};  // between two rounds, unless there is more than fits into one
constexpr std::chrono::milliseconds kRestOnError{2000};
constexpr std::chrono::milliseconds kDurableEvery{1000};  // so much is made again after a crash, at most

class Thread final : public LogThread {
 public:
  Thread(const LogServices& services, Log& log)
      : store_(services.store),
        folder_(services.folder),
        log_(log),
        sequencer_(services),
        thread_([this] { repeat(); }),
        syncing_([this] { keep_durable(); }) {}
  ~Thread() override {
    end(stopping_, thread_);
    if (auto released = store_.let_go(); !released)
      log_.write(LogLevel::kWarning, "log.lease_kept", "", {{"code", released.error().code}});
    end(has_stopped_, syncing_);
  }
  std::string stopped_by() const override {
    const std::lock_guard lock(mutex_);
    return stopped_by_;
  }

 private:
  void end(bool& flag, std::thread& thread) {
    {
      const std::lock_guard lock(mutex_);
      flag = true;
    }
    wake_.notify_all();
    thread.join();
  }

  void repeat() {
    for (;;) {
      auto more = next_round();
      std::unique_lock lock(mutex_);
      if (unsynced_) more = *unsynced_;
      tell(more);
      const auto rest = !more ? kRestOnError : *more ? std::chrono::milliseconds(0) : kRest;
      if (wake_.wait_for(lock, rest, [this] { return stopping_; })) return;
    }
  }

  // After a sync that failed nothing is signed any more.
  Result<bool> next_round() {
    {
      const std::lock_guard lock(mutex_);
      if (unsynced_) return *unsynced_;
    }
    return sequencer_.round();
  }

  // In a thread of its own: a sync takes as long as the disk does, and checkpoints do not wait for it. Whatever was
  // published is durable within kDurableEvery and the time of two syncs, and at the end.
  void keep_durable() {
    std::unique_lock lock(mutex_);
    for (bool is_last = false; !is_last && !unsynced_;) {
      is_last = wake_.wait_for(lock, kDurableEvery, [this] { return has_stopped_; });
      lock.unlock();
      auto done = folder_.make_durable();
      lock.lock();
      if (done) continue;
      unsynced_ = std::move(done.error());
      tell(*unsynced_);
    }
  }

  // Said once, not each time that it is tried again.
  void tell(const Result<bool>& round) {
    const std::string code = round ? "" : round.error().code;
    if (code == stopped_by_) return;
    stopped_by_ = code;
    if (round)
      log_.write(LogLevel::kInfo, "log.goes_on", "", {});
    else
      log_.write(LogLevel::kError, code == "log.no_quorum" ? "log.no_quorum" : "log.stopped", "",
                 {{"code", code}, {"text", round.error().text}, {"why", round.error().for_log}});
  }

  LogStore& store_;
  LogFolder& folder_;
  Log& log_;
  Sequencer sequencer_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false, has_stopped_ = false;
  std::optional<Error> unsynced_;  // a sync failed
  std::string stopped_by_;
  std::thread thread_, syncing_;
};

}  // namespace

std::unique_ptr<LogThread> start_sequencing(const LogServices& services, Log& log) {
  return std::make_unique<Thread>(services, log);
}

}  // namespace suyuan
