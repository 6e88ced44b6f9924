// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace suyuan::http {

// Part of an amount that all share; gives it back.
template <class Number>
class Share {
 public:
  Share() = default;
  Share(Share&& other) noexcept : total_(std::exchange(other.total_, nullptr)), part_(other.part_) {}
  Share& operator=(Share&& other) noexcept {
    std::swap(total_, other.total_);
    std::swap(part_, other.part_);
    return *this;
  }
  ~Share() {
    if (total_ != nullptr) total_->fetch_sub(part_);
  }
  // Empty when the total would go above `most`.
  static std::optional<Share> take(std::atomic<Number>& total, Number part, Number most) {
    if (total.fetch_add(part) > most - part) {
      total.fetch_sub(part);
      return std::nullopt;
    }
    Share share;
    share.total_ = &total;
    share.part_ = part;
    return share;
  }

 private:
  std::atomic<Number>* total_ = nullptr;
  Number part_ = 0;
};

// How much each client holds of something that all share, so that one who floods leaves room for others. Threads: any.
class ClientShares {
 public:
  explicit ClientShares(int most) : most_(most) {}

  // One more for this client, given back when it goes; nothing when it has its share.
  class Held {
   public:
    Held() = default;
    Held(ClientShares& shares, std::string client) : shares_(&shares), client_(std::move(client)) {}
    Held(Held&& other) noexcept : shares_(std::exchange(other.shares_, nullptr)), client_(std::move(other.client_)) {}
    Held& operator=(Held&& other) noexcept {
      std::swap(shares_, other.shares_);
      std::swap(client_, other.client_);
      return *this;
    }
    ~Held() {
      if (shares_ != nullptr) shares_->give_back(client_);
    }

   private:
    ClientShares* shares_ = nullptr;
    std::string client_;
  };
  std::optional<Held> take(const std::string& client) {
    const std::lock_guard lock(mutex_);
    int& held = held_[client];
    if (held >= most_) return std::nullopt;
    ++held;
    return Held(*this, client);
  }
  int most() const { return most_; }

 private:
  void give_back(const std::string& client) {
    const std::lock_guard lock(mutex_);
    const auto found = held_.find(client);
    if (--found->second == 0) held_.erase(found);
  }

  const int most_;
  std::mutex mutex_;
  std::map<std::string, int> held_;  // of those who hold any: no more than requests in flight
};

}  // namespace suyuan::http
