// SPDX-License-Identifier: Apache-2.0
#include "adapters/following/mark_thread.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace suyuan {

namespace {

constexpr std::chrono::milliseconds kRest{200};          // between two looks when there was nothing
constexpr std::chrono::milliseconds kRestOnError{2000};  // when the store does not answer

class Thread final : public MarkThread {
 public:
  Thread(const MarkServices& services, Log& log) : log_(log), follower_(services), thread_([this] { repeat(); }) {}
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
      const auto any = follower_.look();
      if (!any && any.error().kind != ErrorKind::kBusy)
        log_.write(LogLevel::kError, "mark.failed", "", {{"code", any.error().code}, {"text", any.error().text}});
      std::unique_lock lock(mutex_);
      const auto rest = !any ? kRestOnError : *any ? std::chrono::milliseconds(0) : kRest;
      if (wake_.wait_for(lock, rest, [this] { return stopping_; })) return;
    }
  }

  Log& log_;
  MarkFollower follower_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<MarkThread> start_following(const MarkServices& services, Log& log) {
  return std::make_unique<Thread>(services, log);
}

}  // namespace suyuan
