// SPDX-License-Identifier: Apache-2.0
#include "adapters/sequencing/log_thread.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace suyuan {

namespace {

constexpr std::chrono::milliseconds kRest{200};  // between two rounds, unless there is more than fits into one
constexpr std::chrono::milliseconds kRestOnError{2000};

class Thread final : public LogThread {
 public:
  Thread(const LogServices& services, Log& log)
      : store_(services.store), log_(log), sequencer_(services), thread_([this] { repeat(); }) {}
  ~Thread() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
    if (auto released = store_.let_go(); !released)
      log_.write(LogLevel::kWarning, "log.lease_kept", "", {{"code", released.error().code}});
  }
  std::string stopped_by() const override {
    const std::lock_guard lock(mutex_);
    return stopped_by_;
  }

 private:
  void repeat() {
    for (;;) {
      const auto more = sequencer_.round();
      std::unique_lock lock(mutex_);
      tell(more);
      const auto rest = !more ? kRestOnError : *more ? std::chrono::milliseconds(0) : kRest;
      if (wake_.wait_for(lock, rest, [this] { return stopping_; })) return;
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
  Log& log_;
  Sequencer sequencer_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::string stopped_by_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<LogThread> start_sequencing(const LogServices& services, Log& log) {
  return std::make_unique<Thread>(services, log);
}

}  // namespace suyuan
