// SPDX-License-Identifier: Apache-2.0
#include "adapters/webhook/delivery_threads.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace suyuan {

namespace {

constexpr std::chrono::milliseconds kRest{200};          // between two looks when there was nothing
constexpr std::chrono::milliseconds kRestOnError{2000};  // when the store does not answer

class Threads final : public DeliveryThreads {
 public:
  Threads(StandingServices services, const StandingOptions& options, int threads, const Authorizer& authorizer)
      : log_(services.log), deliverer_(services, options, authorizer) {
    all_.emplace_back([this] { repeat(&Deliverer::look_for_news); });
    for (int i = 0; i < threads; ++i) all_.emplace_back([this] { repeat(&Deliverer::deliver_one); });
  }

  ~Threads() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : all_) thread.join();
  }

 private:
  void repeat(Result<bool> (Deliverer::*work)()) {
    for (;;) {
      auto any = (deliverer_.*work)();
      if (!any && any.error().kind != ErrorKind::kBusy)
        log_.write(LogLevel::kError, "delivery.store", "", {{"code", any.error().code}, {"text", any.error().text}});
      std::unique_lock lock(mutex_);
      const auto rest = !any ? kRestOnError : *any ? std::chrono::milliseconds(0) : kRest;
      if (wake_.wait_for(lock, rest, [this] { return stopping_; })) return;
    }
  }

  Log& log_;
  Deliverer deliverer_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::vector<std::thread> all_;
};

}  // namespace

std::unique_ptr<DeliveryThreads> start_deliveries(StandingServices services, const StandingOptions& options,
                                                  int threads, const Authorizer& authorizer) {
  return std::make_unique<Threads>(services, options, threads, authorizer);
}

}  // namespace suyuan
