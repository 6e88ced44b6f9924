// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <thread>

#include "../crash/sent.h"
#include "../http/client.h"
#include "../load/served.h"
#include "base/text.h"
#include "domain/tlog/policy.h"
#include "engine/digest/sha256.h"
#include "watched_log.h"

// `suyuan serve` of one agency and `suyuan witness` of others, each a process of its own.
namespace suyuan::test {

inline constexpr const char* kOrigin = "trace.first.example.cn/log";

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// `suyuan witness`, killed when this ends.
class WitnessProcess {
 public:
  WitnessProcess(const std::filesystem::path& folder, const std::string& name, const std::vector<std::string>& logs,
                 int port = 0, const std::vector<std::string>& settings = {}) {
    std::vector<std::string> words = {SUYUAN_BINARY, "witness",
                                      "--data",      folder.string(),
                                      "--name",      name,
                                      "--listen",    fmt::format("127.0.0.1:{}", port),
                                      "--set",       "log.level=error"};
    const auto add = [&](const char* word, const std::vector<std::string>& all) {
      for (const std::string& each : all) {
        words.emplace_back(word);
        words.push_back(each);
      }
    };
    add("--log", logs);
    add("--set", settings);
    std::vector<char*> arguments;
    for (std::string& each : words) arguments.push_back(each.data());
    arguments.push_back(nullptr);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::execv(arguments[0], arguments.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    std::FILE* said = ::fdopen(ends[0], "r");
    std::vector<std::string> lines;
    for (std::array<char, 1024> line{}; lines.size() < 3 && std::fgets(line.data(), line.size(), said) != nullptr;)
      lines.emplace_back(line.data(), std::strlen(line.data()) - 1);
    std::fclose(said);
    const std::string before = "://127.0.0.1:";
    const std::size_t at = lines.empty() ? std::string::npos : lines[0].find(before);
    if (lines.size() != 3 || at == std::string::npos) {
      kill_at_once();
      throw std::runtime_error("the witness did not start");
    }
    port_ = std::atoi(lines[0].c_str() + at + before.size());
    is_secure_ = lines[0][at - 1] == 's';
    vkeys_ = {lines[1], lines[2]};
  }
  ~WitnessProcess() { kill_at_once(); }
  WitnessProcess(const WitnessProcess&) = delete;
  WitnessProcess& operator=(const WitnessProcess&) = delete;
  void kill_at_once() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }
  int port() const { return port_; }
  std::string url() const { return fmt::format("http{}://127.0.0.1:{}/", is_secure_ ? "s" : "", port_); }
  const std::vector<std::string>& vkeys() const { return vkeys_; }  // Ed25519, SM2

 private:
  pid_t process_ = -1;
  int port_ = 0;
  bool is_secure_ = false;
  std::vector<std::string> vkeys_;
};

class Agencies : public testing::Test {
 protected:
  void SetUp() override {
    start_log({});
    logs_ = wait_for_keys();
    ASSERT_EQ(logs_.size(), 4U);
  }
  std::filesystem::path data(const std::string& name) const { return place_.path() / name; }
  void start_log(std::vector<std::string> settings, const std::string& folder = "first") {
    server_.reset();
    settings.push_back(fmt::format("tlog.origin={}", kOrigin));
    server_.emplace(data(folder), settings);
  }
  void start_with_policy(const std::string& policy, const std::string& folder = "first",
                         std::vector<std::string> settings = {}) {
    std::ofstream(place_.path() / "policy", std::ios::binary) << policy;
    settings.push_back(fmt::format("tlog.policy_file={}", (place_.path() / "policy").string()));
    settings.emplace_back("tlog.witness_timeout_ms=5000");
    start_log(std::move(settings), folder);
  }
  template <class Ready>
  bool wait_until(Ready ready) {
    for (int i = 0; i < 1200; ++i) {
      if (ready()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }
  std::vector<std::string> wait_for_keys() {
    std::vector<std::string> all;
    wait_until([&] {
      const auto answer = get(server_->port(), "/log/keys");
      if (answer.status != 200) return false;
      std::istringstream lines(answer.body);
      for (std::string line; std::getline(lines, line);) all.push_back(line);
      return !all.empty();
    });
    return all;
  }
  WitnessProcess& witness(int number, int port = 0, const std::vector<std::string>& settings = {}) {
    auto& one = witnesses_[number];
    one.reset();
    one = std::make_unique<WitnessProcess>(data(fmt::format("w{}", number)),
                                           fmt::format("witness-{}.example.cn/w", number), logs_, port, settings);
    return *one;
  }
  std::string policy_line(int number, const std::string& url = "") {
    const WitnessProcess& it = *witnesses_.at(number);
    return fmt::format("witness W{0} {1} {2}\nwitness W{0} {3}\n", number, it.vkeys()[0], url.empty() ? it.url() : url,
                       it.vkeys()[1]);
  }
  std::string capture(int document) {
    const Answer answer =
        post(server_->port(), "/epcis/v2/events", "application/ld+json", crash::document(document, 1));
    EXPECT_EQ(answer.status, 201) << answer.body;
    return crash::event_id(document, 0);
  }
  std::string published(tlog::HashKind tree = tlog::HashKind::kSha256) {
    return get(server_->port(), tree == tlog::HashKind::kSm3 ? "/log/sm3/checkpoint" : "/log/checkpoint").body;
  }
  std::uint64_t size_of(const std::string& note) {
    const auto read = tlog::note_of(note);
    return read ? tlog::checkpoint_of(read->text)->size : 0;
  }
  std::uint64_t size_at(int number, tlog::HashKind tree = tlog::HashKind::kSha256) {
    return size_of(
        get(witnesses_.at(number)->port(), fmt::format("/{}/checkpoint", hex(sha256(origin_of(kOrigin, tree))))).body);
  }
  std::string stopped_by() {
    const auto answer = boost::json::parse(get(server_->port(), "/readyz").body);
    return answer.as_object().contains("logStoppedBy") ? std::string(answer.at("logStoppedBy").as_string()) : "";
  }
  // Who of the policy cosigned what is published.
  std::vector<std::string> cosigned(tlog::HashKind tree = tlog::HashKind::kSha256) {
    const auto policy = tlog::Policy::of(bytes_of(place_.path() / "policy"));
    const auto note = tlog::note_of(published(tree));
    std::vector<std::string> names;
    if (!note || !policy) return names;
    const auto by = tlog::who_cosigned(*note, *policy);
    for (std::size_t i = 0; by && i < by->size(); ++i)
      if ((*by)[i]) names.push_back(policy->witnesses()[i].name);
    return names;
  }
  // The receipt, once there is one; its entry is written beside it.
  std::string receipt(const std::string& event, tlog::HashKind tree) {
    std::string text;
    wait_until([&] {
      const Answer answer = get(server_->port(), fmt::format("/api/v1/receipts?event={}&tree={}", event,
                                                             tree == tlog::HashKind::kSm3 ? "sm3" : "sha256"));
      if (answer.status == 200) text = answer.body;
      return answer.status == 200;
    });
    return text;
  }
  // What the second verifier says: its exit code.
  int verified_by_node(const std::string& receipt_text, tlog::HashKind tree, const std::vector<std::string>& witnesses,
                       std::size_t quorum) {
    const auto read = tlog::receipt_of(receipt_text);
    std::ofstream(place_.path() / "receipt", std::ios::binary) << receipt_text;
    std::ofstream(place_.path() / "entry", std::ios::binary) << read->extra.substr(0, read->extra.find('\n'));
    std::string line =
        fmt::format("node '{}/web/verify/cli.mjs' --english --receipt '{}' --entry '{}' --quorum {}", SUYUAN_SOURCE_DIR,
                    (place_.path() / "receipt").string(), (place_.path() / "entry").string(), quorum);
    for (const std::string& vkey : logs_)
      if (vkey.starts_with(origin_of(kOrigin, tree) + "+")) line += fmt::format(" --key '{}'", vkey);
    for (const std::string& vkey : witnesses) line += fmt::format(" --witness '{}'", vkey);
    const int status = std::system((line + " > '" + (place_.path() / "said").string() + "' 2>&1").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  Folder place_;
  std::optional<Served> server_;
  std::vector<std::string> logs_;
  std::map<int, std::unique_ptr<WitnessProcess>> witnesses_;
};

}  // namespace suyuan::test
