// SPDX-License-Identifier: Apache-2.0
#include "adapters/witnesses/witness_threads.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/check.h"
#include "base/text.h"

namespace suyuan {

namespace {

using Clock = std::chrono::steady_clock;

class WitnessThreads final : public Witnesses {
 public:
  WitnessThreads(const std::vector<std::string>& urls, WitnessHttp http, std::chrono::milliseconds patience)
      : http_(std::move(http)), patience_(patience), seats_(urls.size()) {
    for (std::size_t i = 0; i < urls.size(); ++i) {
      if (urls[i].empty()) continue;
      seats_[i].url = urls[i].substr(0, urls[i].find_last_not_of('/') + 1) + "/add-checkpoint";
      seats_[i].thread = std::thread([this, &seat = seats_[i]] { work(seat); });
    }
  }
  ~WitnessThreads() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (Seat& seat : seats_)
      if (seat.thread.joinable()) seat.thread.join();
  }

  void talk(std::vector<Talk> talks) override {
    CHECK(talks.size() == seats_.size());
    const auto open = std::make_shared<int>(0);
    const auto until = Clock::now() + patience_;
    std::unique_lock lock(mutex_);
    for (std::size_t i = 0; i < talks.size(); ++i) {
      Seat& seat = seats_[i];
      if (!talks[i] || seat.is_busy || !seat.thread.joinable()) continue;
      seat.talk = std::move(talks[i]);
      seat.until = until;
      seat.open = open;
      seat.is_busy = true;
      ++*open;
    }
    wake_.notify_all();
    ended_.wait_until(lock, until, [&] { return *open == 0 || stopping_; });
  }

 private:
  struct Seat {
    std::string url;
    Talk talk;
    Clock::time_point until;
    std::shared_ptr<int> open;  // talks of one round that have not ended
    bool is_busy = false;
    std::thread thread;
  };

  void work(Seat& seat) {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return stopping_ || seat.is_busy; });
      if (stopping_) return;
      const Talk talk = std::exchange(seat.talk, nullptr);
      const auto until = seat.until;
      lock.unlock();
      talk([&](const std::string& body) { return post(seat.url, body, until); });
      lock.lock();
      seat.is_busy = false;
      --*seat.open;
      ended_.notify_all();
    }
  }

  Result<WitnessReply> post(const std::string& url, const std::string& body, Clock::time_point until) const {
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    if (rest.count() > 0) return http_(url, body, rest);
    return Error{
        ErrorKind::kDeadline, "witness.timeout",
        fmt::format("{} took longer than the {} ms of tlog.witness_timeout_ms.", excerpt(url, 200), patience_.count())};
  }

  const WitnessHttp http_;
  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable wake_, ended_;
  bool stopping_ = false;
  std::vector<Seat> seats_;  // by witness; never grows
};

}  // namespace

std::unique_ptr<Witnesses> make_witnesses(const std::vector<std::string>& urls, WitnessHttp http,
                                          std::chrono::milliseconds patience) {
  return std::make_unique<WitnessThreads>(urls, std::move(http), patience);
}

}  // namespace suyuan
