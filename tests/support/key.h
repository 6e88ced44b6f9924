// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace suyuan::test {

// What the program prints, without the line's end. Throws when it fails.
inline std::string printed_by(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("no shell");
  std::string text;
  std::array<char, 4096> buffer;
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) text.append(buffer.data(), size);
  if (::pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

// The key of a monitoring centre for the whole country in the store of that folder, made with the command line: it may
// capture, ask and trace.
inline std::string key_for(const std::filesystem::path& program, const std::filesystem::path& folder) {
  const std::string at = " --data '" + folder.string() + "'";
  const std::string suyuan = "'" + program.string() + "' ";
  const std::string added = printed_by(suyuan + "org add 监测中心 --kind centre --division 000000 --json" + at);
  const std::string mark = "\"id\":";
  const std::size_t id = added.find(mark) + mark.size();
  const std::string org = added.substr(id, added.find_first_of(",}", id) - id);
  return printed_by(suyuan + "user key --org " + org + " --role analyst --name tests" + at);
}

}  // namespace suyuan::test
