// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

namespace suyuan {

struct Ran {
  int exit = -1;
  std::string out;  // standard output and standard error
  std::string last_line() const {
    const std::string text = out.substr(0, out.find_last_not_of('\n') + 1);
    return text.substr(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1);
  }
};

// The binary with these words; `environment`: "NAME=value …" before it.
inline Ran run(const std::string& arguments, const std::string& environment = "") {
  Ran ran;
  FILE* pipe =
      ::popen(fmt::format("env -u SUYUAN_CONFIG {} '{}' {} 2>&1", environment, SUYUAN_BINARY, arguments).c_str(), "r");
  std::array<char, 4096> buffer;
  for (std::size_t size; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    ran.out.append(buffer.data(), size);
  const int status = ::pclose(pipe);
  ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

}  // namespace suyuan
