// SPDX-License-Identifier: Apache-2.0
#include "served.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <map>
#include <stdexcept>

#include "../http/client.h"
#include "../support/program_key.h"

namespace suyuan::test {

namespace {

[[noreturn]] void become(char* const* arguments, int output) {
  ::dup2(output, STDOUT_FILENO);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::unsetenv("SUYUAN_CONFIG");
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

}  // namespace

Served::Served(const std::filesystem::path& folder, const std::vector<std::string>& settings) {
  static std::map<std::filesystem::path, std::string> keys;
  std::string& key = keys[folder];
  if (key.empty()) key = key_header("--data '" + folder.string() + "'", "producer", "producer");
  always_send(key);
  std::vector<std::string> texts = {SUYUAN_BINARY, "serve",         "--data", folder.string(),
                                    "--set",       "server.port=0", "--set",  "log.level=error"};
  for (const std::string& each : settings) {
    texts.emplace_back("--set");
    texts.push_back(each);
  }
  std::vector<char*> arguments;
  for (std::string& each : texts) arguments.push_back(each.data());
  arguments.push_back(nullptr);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
  process_ = ::fork();
  if (process_ == 0) become(arguments.data(), ends[1]);
  ::close(ends[1]);
  output_ = ends[0];
  std::string greeting;
  for (char c = 0; ::read(output_, &c, 1) == 1 && c != '\n';) greeting += c;
  const std::string before = "http://127.0.0.1:";
  if (const std::size_t at = greeting.find(before); at != std::string::npos)
    port_ = std::atoi(greeting.c_str() + at + before.size());
  if (port_ == 0) {
    kill_at_once();
    ::close(output_);
    throw std::runtime_error("the server did not start: " + greeting);
  }
}

Served::~Served() {
  kill_at_once();
  ::close(output_);
}

void Served::kill_at_once() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

std::uint64_t Served::memory() const {
  std::ifstream file(fmt::format("/proc/{}/statm", process_));
  std::uint64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace suyuan::test
