// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace suyuan::test {

struct Received {
  std::string head, body;
  std::string header(std::string_view name) const;  // "" when missing
};

// Somebody who subscribed: a server on a free loopback port that takes one request per connection and remembers it.
class Receiver {
 public:
  explicit Receiver(int port = 0);
  ~Receiver();

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/told"; }
  void answer_with(int status) { status_ = status; }  // 0: hangs up without an answer
  // The first `count` messages; fewer when they do not come in ten seconds.
  std::vector<Received> wait_for(std::size_t count);
  std::size_t count();

 private:
  void run();
  void take(int socket);

  int listener_ = -1, port_ = 0;
  std::atomic<int> status_ = 200;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Received> received_;
  std::thread thread_;
};

}  // namespace suyuan::test
