// SPDX-License-Identifier: Apache-2.0
// The program with a certificate, as an operator starts it and renews that.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "run_binary.h"
#include "tests/http/tls_client.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;
using test::TlsClient;

class TlsServe : public testing::Test {
 protected:
  TlsServe() : folder_(fs::temp_directory_path() / ("suyuan-tls-serve-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  ~TlsServe() override {
    if (process_ != 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
    fs::remove_all(folder_);
  }

  void put(const test::Pem& pem) const {
    std::ofstream(folder_ / "server.pem") << pem.certificate;
    std::ofstream(folder_ / "server.key") << pem.key;
    ::chmod((folder_ / "server.key").c_str(), 0600);
  }
  std::string words() const {
    return fmt::format(
        "serve --data '{0}/store' --set server.port=0 --set tls.check_seconds=0 --set 'tls.certificate={0}/server.pem' "
        "--set 'tls.key={0}/server.key'",
        folder_.string());
  }
  std::string said() const {
    std::ostringstream text;
    text << std::ifstream(folder_ / "log").rdbuf();
    return text.str();
  }
  int start() {
    process_ = ::fork();
    if (process_ == 0) {
      const int out = ::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      ::dup2(out, 1);
      ::dup2(out, 2);
      const std::string line = fmt::format("exec '{}' {}", SUYUAN_BINARY, words());
      ::execl("/bin/sh", "sh", "-c", line.c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
    const std::string before = "Suyuan ", address = "https://127.0.0.1:";
    for (int i = 0; i < 600; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      const std::string text = said();
      const std::size_t at = text.find(address, std::min(text.find(before), text.size()));
      if (at != std::string::npos) return std::atoi(text.c_str() + at + address.size());
    }
    ADD_FAILURE() << said();
    return 0;
  }

  fs::path folder_;
  pid_t process_ = 0;
};

// shows: T10
TEST_F(TlsServe, takes_a_new_certificate_on_sighup_and_still_drains_on_sigterm) {
  put(test::make_certificate({.name = "first"}));
  const int port = start();
  TlsClient open(port);
  EXPECT_EQ(open.peer_name(), "first");
  put(test::make_certificate({.name = "second"}));
  EXPECT_EQ(TlsClient(port).peer_name(), "first");
  ::kill(process_, SIGHUP);
  std::string name;
  for (int i = 0; i < 200 && name != "second"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    name = TlsClient(port).peer_name();
  }
  EXPECT_EQ(name, "second");
  open.send("GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(open.receive().status, 200);
  ::kill(process_, SIGTERM);
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = 0;
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << said();
}

TEST_F(TlsServe, does_not_start_with_files_that_do_not_fit) {
  put({test::make_certificate().certificate, test::make_certificate().key});
  const Ran ran = run(words());
  EXPECT_EQ(ran.exit, 1) << ran.out;
  EXPECT_NE(ran.out.find("tls.mismatch"), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace suyuan
