// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "process.h"

namespace suyuan::bench {

// `suyuan serve` on a free loopback port, with the store in that folder.
class SuyuanServer {
 public:
  // `settings`: more of them, "page.cache_bytes_max=0".
  SuyuanServer(const std::filesystem::path& binary, const std::filesystem::path& data, const std::filesystem::path& log,
               const std::vector<std::string>& settings = {});
  int port() const { return port_; }
  pid_t process() const { return child_.process(); }

 private:
  Child child_;
  int port_ = 0;
};

}  // namespace suyuan::bench
