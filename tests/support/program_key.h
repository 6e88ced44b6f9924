// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>

// An organisation with a key, made in a store as an operator does: for tests that talk to `suyuan serve` as a program.
// Before the server starts: a folder has one program at a time.
namespace suyuan::test {

inline std::string said_by_program(const std::string& words) {
  const std::string line = std::string("'") + SUYUAN_BINARY + "' " + words + " 2>&1";
  std::FILE* pipe = ::popen(line.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("the program was not started: " + line);
  std::string said;
  std::array<char, 4096> part{};
  while (std::fgets(part.data(), static_cast<int>(part.size()), pipe) != nullptr) said += part.data();
  if (::pclose(pipe) != 0) throw std::runtime_error(line + "\n" + said);
  while (!said.empty() && said.back() == '\n') said.pop_back();
  return said;
}

// `store`: "--data DIR" or "--database URL". The field to send with each request, "Authorization: Bearer sk_…\r\n", of
// an organisation of its own whose key may do what keys of that role may.
inline std::string key_header(const std::string& store, const std::string& kind, const std::string& role) {
  const std::string made = said_by_program("org add --name test-" + kind + " --kind " + kind +
                                           " --under 1 --division 440300 --json " + store);
  const std::size_t at = made.find("\"id\":");
  if (at == std::string::npos) throw std::runtime_error("no organisation: " + made);
  const std::size_t end = made.find_first_of(",}", at);
  return "Authorization: Bearer " +
         said_by_program("user key --org " + made.substr(at + 5, end - at - 5) + " --role " + role + " " + store) +
         "\r\n";
}

}  // namespace suyuan::test
