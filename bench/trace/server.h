// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "process.h"

namespace suyuan::bench {

// `suyuan serve` on a free loopback port, with the store in that folder.
class SuyuanServer {
 public:
  SuyuanServer(const std::filesystem::path& binary, const std::filesystem::path& data, const std::filesystem::path& log,
               const std::vector<std::string>& more = {});
  int port() const { return port_; }
  pid_t process() const { return child_.process(); }

 private:
  Child child_;
  int port_ = 0;
};

}  // namespace suyuan::bench
