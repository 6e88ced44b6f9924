// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace suyuan::test {

// `suyuan serve` as a process of its own on a free loopback port, killed when this ends. Throws when it does not start.
class Served {
 public:
  Served(const std::filesystem::path& folder, const std::vector<std::string>& settings);
  ~Served();
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;
  int port() const { return port_; }
  pid_t process() const { return process_; }
  void kill_at_once();           // SIGKILL: it cannot finish anything
  std::uint64_t memory() const;  // resident bytes

 private:
  pid_t process_ = -1;
  int output_ = -1, port_ = 0;
};

}  // namespace suyuan::test
