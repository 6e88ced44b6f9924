// SPDX-License-Identifier: Apache-2.0
// A log and its witnesses, as programs that talk to each other.
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>

#include "../support/program_key.h"
#include "agencies.h"

namespace suyuan::test {
namespace {

using tlog::HashKind;

// Takes connections and answers each with the same bytes, or never; closes them all in the end.
class Hostile {
 public:
  explicit Hostile(std::string bytes) : bytes_(std::move(bytes)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(at);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
      throw std::runtime_error("no port");
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~Hostile() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }
  int asked() const { return asked_; }

 private:
  void run() {
    std::vector<int> open;
    for (int socket; (socket = ::accept(listener_, nullptr, nullptr)) >= 0;) {
      ++asked_;
      std::array<char, 4096> part;
      (void)!::recv(socket, part.data(), part.size(), 0);
      if (bytes_.empty()) {
        open.push_back(socket);
        continue;
      }
      for (std::string_view rest = bytes_; !rest.empty();) {
        const ssize_t sent = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent <= 0) break;
        rest.remove_prefix(static_cast<std::size_t>(sent));
      }
      ::close(socket);
    }
    for (const int socket : open) ::close(socket);
  }

  const std::string bytes_;
  int listener_, port_ = 0;
  std::atomic<int> asked_ = 0;
  std::thread thread_;
};

// shows: T9
TEST_F(Agencies, the_log_of_one_is_cosigned_by_another_and_its_receipts_say_so) {
  witness(1);
  start_with_policy(policy_line(1) + "quorum W1\n");
  const std::string event = capture(1);
  ASSERT_TRUE(wait_until([&] { return cosigned().size() == 1 && cosigned(HashKind::kSm3).size() == 1; }));
  for (const HashKind tree : tlog::kTrees) {
    const std::string text = receipt(event, tree);
    const auto read = tlog::receipt_of(text);
    ASSERT_TRUE(read.ok()) << text;
    std::vector<tlog::NoteKey> keys;
    for (const std::string& vkey : logs_)
      if (auto key = *tlog::note_key_of(vkey); key.name == origin_of(kOrigin, tree)) keys.push_back(key);
    const auto policy = *tlog::Policy::of(bytes_of(place_.path() / "policy"));
    const auto by_policy = tlog::verify_by_policy(read->checkpoint, policy, keys);
    ASSERT_TRUE(by_policy.ok()) << by_policy.error().text;
    EXPECT_TRUE(tlog::verify_receipt(tree, *read, read->extra.substr(0, read->extra.find('\n')), keys).ok());
    // A quorum of the second verifier counts names; a key of another witness is none of it.
    const auto& vkeys = witnesses_[1]->vkeys();
    EXPECT_EQ(verified_by_node(text, tree, {vkeys[0]}, 1), 0) << bytes_of(place_.path() / "said");
    EXPECT_THAT(bytes_of(place_.path() / "said"), testing::HasSubstr("witness-1.example.cn/w"));
    EXPECT_EQ(verified_by_node(text, tree, {vkeys[1]}, 1), tree == HashKind::kSm3 ? 0 : 1)
        << bytes_of(place_.path() / "said");
    EXPECT_EQ(verified_by_node(text, tree, {vkeys[0]}, 2), 1);
    EXPECT_TRUE(wait_until([&] { return size_at(1, tree) == size_of(published(tree)); }));
  }
  EXPECT_EQ(stopped_by(), "");
  // A folder that is made again asks again.
  server_.reset();
  std::filesystem::remove_all(data("first") / "log");
  start_with_policy(policy_line(1) + "quorum W1\n");
  EXPECT_TRUE(wait_until([&] { return cosigned().size() == 1 && cosigned(HashKind::kSm3).size() == 1; }));
}

TEST_F(Agencies, two_of_three_go_on_without_the_third_and_stand_still_without_two) {
  for (const int number : {1, 2, 3}) witness(number);
  const int third = witnesses_[3]->port(), second = witnesses_[2]->port();
  const std::string policy = policy_line(1) + policy_line(2) + policy_line(3) + "group two 2 W1 W2 W3\nquorum two\n";
  witnesses_[3]->kill_at_once();
  start_with_policy(policy);
  capture(1);
  const std::vector<std::string> both = {"W1", "W2"};
  ASSERT_TRUE(wait_until([&] { return cosigned() == both && cosigned(HashKind::kSm3) == both; }));
  receipt(crash::event_id(1, 0), HashKind::kSm3);

  witnesses_[2]->kill_at_once();
  const std::string before = published();
  capture(2);
  ASSERT_TRUE(wait_until([&] { return stopped_by() == "log.no_quorum"; }));
  EXPECT_EQ(published(), before) << "the last one stays";
  EXPECT_EQ(tlog::verify_checkpoint(published(), std::vector{*tlog::note_key_of(logs_[0])})->checkpoint.size,
            size_of(before));

  witness(2, second);
  witness(3, third);
  EXPECT_TRUE(wait_until([&] { return size_of(published()) > size_of(before); }));
  receipt(crash::event_id(2, 0), HashKind::kSha256);
  EXPECT_TRUE(wait_until([&] { return stopped_by().empty(); }));
  capture(3);
  EXPECT_TRUE(wait_until([&] { return cosigned().size() == 3; })) << "who was away learns what it missed";
}

// A second store with the same name and keys: the witness has seen the first.
TEST_F(Agencies, a_log_with_two_histories_is_cosigned_in_one_only) {
  witness(1);
  const std::string policy = policy_line(1) + "quorum W1\n";
  start_with_policy(policy);
  for (int i = 1; i <= 4; ++i) capture(i);
  receipt(crash::event_id(4, 0), HashKind::kSm3);
  ASSERT_TRUE(wait_until([&] { return size_at(1, HashKind::kSm3) == size_of(published()); }));
  server_.reset();
  const std::string seen = get(witnesses_[1]->port(), fmt::format("/{}/checkpoint", hex(sha256(kOrigin)))).body;

  std::filesystem::create_directories(data("second"));
  std::filesystem::copy(data("first") / "log-key", data("second") / "log-key");
  start_with_policy(policy, "second");
  for (int i = 50; i < 53; ++i) capture(i);
  ASSERT_TRUE(wait_until([&] { return stopped_by() == "log.no_quorum"; }));
  EXPECT_EQ(get(server_->port(), "/log/checkpoint").status, 404) << "nothing of it was ever published";
  EXPECT_EQ(get(witnesses_[1]->port(), fmt::format("/{}/checkpoint", hex(sha256(kOrigin)))).body, seen);
  start_with_policy(policy);
  EXPECT_TRUE(wait_until([&] { return stopped_by().empty() && size_at(1) == size_of(published()); }));
}

TEST_F(Agencies, hostile_witnesses_leave_the_log_going) {
  Hostile garbage("\x01\x02nonsense\r\n\r\n"), silent(""),
      huge("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100000000\r\n\r\n" +
           std::string(4'000'000, 'x')),
      unsized("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(4'000'000, '\n')),
      wrong("HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 3\r\n\r\n99\n");
  const std::vector<const Hostile*> all = {&garbage, &silent, &huge, &unsized, &wrong};
  std::string policy;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const KeyPair keys;
    const tlog::NoteKey key = tlog::key_of("h", tlog::NoteKeyType::kEd25519Cosignature, keys.ed25519);
    policy += fmt::format("witness H{} {} {}\n", i, tlog::vkey_of(key), all[i]->url());
  }
  std::ofstream(place_.path() / "policy", std::ios::binary) << policy << "quorum none\n";
  start_log({fmt::format("tlog.policy_file={}", (place_.path() / "policy").string()), "tlog.witness_timeout_ms=300"});
  for (int i = 1; i <= 3; ++i) {
    capture(i);
    EXPECT_FALSE(receipt(crash::event_id(i, 0), HashKind::kSm3).empty());
  }
  EXPECT_EQ(stopped_by(), "");
  EXPECT_THAT(cosigned(), testing::IsEmpty());
  for (const Hostile* each : all) EXPECT_GT(each->asked(), 0);
}

TEST_F(Agencies, a_witness_answers_in_the_words_of_the_protocol) {
  server_.reset();
  always_send("");
  const KeyPair keys;
  WatchedLog log(keys, "first"), fork(keys, "second");
  logs_.clear();
  for (const tlog::NoteKey& key : log.keys()) logs_.push_back(tlog::vkey_of(key));
  const int port = witness(1).port();
  const auto send = [&](const std::string& body) { return post(port, "/add-checkpoint", "text/plain", body); };
  const auto send_log = [&](WatchedLog& it, std::uint64_t old) {
    return send(tlog::written(it.request(HashKind::kSm3, old)));
  };
  log.grow_to(5);
  const Answer first = send_log(log, 0);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(tlog::signatures_of(first.body)->size(), 2U);
  const Answer stale = send_log(log, 0);
  EXPECT_EQ(stale.status, 409);
  EXPECT_EQ(stale.body, "5\n");
  EXPECT_EQ(stale.header("Content-Type"), "text/x.tlog.size");
  fork.grow_to(9);
  EXPECT_EQ(send_log(fork, 5).status, 422);
  KeyPair others;
  WatchedLog stranger(others, "first"), unknown(keys, "first", "unknown.example.cn/log");
  stranger.grow_to(5);
  unknown.grow_to(5);
  EXPECT_EQ(send_log(stranger, 5).status, 403);
  EXPECT_EQ(send_log(unknown, 0).status, 404);
  auto beyond = log.request(HashKind::kSm3, 5);
  beyond.old = 6;
  EXPECT_EQ(send(tlog::written(beyond)).status, 400);
  EXPECT_EQ(send("garbage").status, 400);
  EXPECT_EQ(send("").status, 400);
  EXPECT_EQ(send(std::string(10'000'000, 'x')).status, 413);
  EXPECT_EQ(send("old 5\n\n" + std::string(900'000, 'x')).status, 400);
  EXPECT_EQ(get(port, "/add-checkpoint").status, 405);
  EXPECT_EQ(get(port, "/healthz").status, 200);
  EXPECT_EQ(get(port, "/epcis/v2/events").status, 404) << "a witness has no store";
  EXPECT_EQ(get(port, "/nonsense/checkpoint").status, 404);
  const std::string monitored =
      fmt::format("/{}/checkpoint", hex(sha256(origin_of(WatchedLog::kOrigin, HashKind::kSm3))));
  EXPECT_EQ(size_of(get(port, monitored).body), 5U);
  // Killed while it is asked, again and again: it never goes back, and never takes the other history.
  std::uint64_t known = 5;
  for (int i = 0; i < 20; ++i) {
    log.grow_to(known + 1);
    const std::string body = tlog::written(log.request(HashKind::kSm3, known));
    std::thread asks([&, at = witnesses_[1]->port()] { (void)post(at, "/add-checkpoint", "text/plain", body); });
    std::this_thread::sleep_for(std::chrono::microseconds(i * 400));
    witnesses_[1]->kill_at_once();
    asks.join();
    witness(1);
    const auto again = post(witnesses_[1]->port(), "/add-checkpoint", "text/plain", body);
    ASSERT_TRUE(again.status == 200 || (again.status == 409 && again.body == fmt::format("{}\n", known + 1)))
        << again.status << again.body;
    known += 1;
    fork.grow_to(known + 20);
    EXPECT_EQ(
        post(witnesses_[1]->port(), "/add-checkpoint", "text/plain", tlog::written(fork.request(HashKind::kSm3, known)))
            .status,
        422);
  }
}

TEST_F(Agencies, what_cannot_work_is_refused_at_the_start) {
  server_.reset();
  const auto said = [&](const std::string& words) -> std::string {
    try {
      return said_by_program(words);
    } catch (const std::runtime_error& refused) {
      return refused.what();
    }
  };
  const std::string data_word = fmt::format("witness --data '{}' ", data("w9").string());
  const std::string shown = said(data_word + "--name w.example.cn/9 --show-key");
  EXPECT_THAT(shown, testing::StartsWith("w.example.cn/9+"));
  EXPECT_EQ(said(data_word + "--name w.example.cn/9 --show-key"), shown) << "the same keys again";
  EXPECT_THAT(said(data_word + "--name 'two words' --show-key"), testing::HasSubstr("witness.name"));
  EXPECT_THAT(said(data_word + "--name w"), testing::HasSubstr("witness.log"));
  EXPECT_THAT(said(data_word + "--name w --log nonsense"), testing::HasSubstr("log.vkey"));
  EXPECT_THAT(said(data_word + "--name w --listen 8080 --log '" + logs_[0] + "'"),
              testing::HasSubstr("witness.listen"));
  witness(1);
  EXPECT_THAT(said(fmt::format("witness --data '{}' --name w --log '{}'", data("w1").string(), logs_[0])),
              testing::HasSubstr("witness.folder_in_use"));
  const auto serve = [&](const std::string& policy) {
    std::ofstream(place_.path() / "policy", std::ios::binary) << policy;
    return said(fmt::format("serve --data '{}' --set server.port=0 --set 'tlog.policy_file={}' --set tlog.origin={}",
                            data("first").string(), (place_.path() / "policy").string(), kOrigin));
  };
  EXPECT_THAT(serve("quorum W\n"), testing::HasSubstr("Line 1 of the policy"));
  const std::string bare = fmt::format("witness W1 {}", witnesses_[1]->vkeys()[0]);
  EXPECT_THAT(serve(bare + "\nquorum W1\n"), testing::HasSubstr("not enough for the quorum"));
  EXPECT_THAT(serve(bare + " ftp://w.example.cn\nquorum none\n"), testing::HasSubstr("begins with https://"));
  std::filesystem::remove(place_.path() / "policy");
  EXPECT_THAT(said(fmt::format("serve --data '{}' --set server.port=0 --set tlog.policy_file=/nowhere",
                               data("first").string())),
              testing::HasSubstr("log.policy_file"));
}

}  // namespace
}  // namespace suyuan::test
