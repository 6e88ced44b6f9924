// SPDX-License-Identifier: Apache-2.0
#include "server.h"

#include <charconv>
#include <stdexcept>

namespace suyuan::bench {

namespace {

std::vector<std::string> command(const std::filesystem::path& binary, const std::filesystem::path& data,
                                 const std::vector<std::string>& more) {
  std::vector<std::string> all = {binary.string(), "serve",         "--data", data.string(),
                                  "--set",         "server.port=0", "--set",  "log.level=warning"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

SuyuanServer::SuyuanServer(const std::filesystem::path& binary, const std::filesystem::path& data,
                           const std::filesystem::path& log, const std::vector<std::string>& more)
    : child_(command(binary, data, more), log) {
  const std::string greeting = child_.line();  // "… http://127.0.0.1:43117  (…)"
  const std::string_view before = "http://127.0.0.1:";
  const std::size_t at = greeting.find(before);
  if (at != std::string::npos)
    std::from_chars(greeting.data() + at + before.size(), greeting.data() + greeting.size(), port_);
  if (port_ == 0) throw std::runtime_error("the server did not start; it said \"" + greeting + "\"");
}

}  // namespace suyuan::bench
