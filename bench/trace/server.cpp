// SPDX-License-Identifier: Apache-2.0
#include "server.h"

#include <charconv>
#include <stdexcept>

#include "../../tests/support/program_key.h"

namespace suyuan::bench {

namespace {

// Of a monitoring centre in that store: one that comes later, in the same place, sees what an earlier one sent in.
void get_key(const std::filesystem::path& data) {
  HttpConnection::always_send(test::key_header("--data '" + data.string() + "'", "centre", "analyst"));
}

std::vector<std::string> command(const std::filesystem::path& binary, const std::filesystem::path& data,
                                 const std::vector<std::string>& settings) {
  std::vector<std::string> words = {binary.string(), "serve", "--data", data.string()};
  for (const std::string& each : settings) words.insert(words.end(), {"--set", each});
  words.insert(words.end(), {"--set", "server.port=0", "--set", "log.level=warning"});
  return words;
}

}  // namespace

SuyuanServer::SuyuanServer(const std::filesystem::path& binary, const std::filesystem::path& data,
                           const std::filesystem::path& log, const std::vector<std::string>& settings)
    : child_((get_key(data), command(binary, data, settings)), log) {
  const std::string greeting = child_.line();  // "… http://127.0.0.1:43117  (…)"
  const std::string_view before = "http://127.0.0.1:";
  const std::size_t at = greeting.find(before);
  if (at != std::string::npos)
    std::from_chars(greeting.data() + at + before.size(), greeting.data() + greeting.size(), port_);
  if (port_ == 0) throw std::runtime_error("the server did not start; it said \"" + greeting + "\"");
}

}  // namespace suyuan::bench
