// SPDX-License-Identifier: Apache-2.0
// A log asks its witnesses: what holds is published with its checkpoint, and nobody can make it publish anything else.
#include "app/tlog/cosigning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>

#include "adapters/clock/system_clock.h"
#include "adapters/witness_files/witness_files.h"
#include "adapters/witnesses/witness_threads.h"
#include "app/tlog/witness.h"
#include "watched_log.h"

namespace suyuan::test {
namespace {

using tlog::HashKind;
using Answers = std::function<Result<WitnessReply>(const std::string&)>;

// A witness in this process.
struct Agency {
  Agency(std::string its_name, const std::vector<tlog::NoteKey>& logs, Clock& clock) : name(std::move(its_name)) {
    auto made = make_witness_files(place.path());
    files = std::move(*made);
    auto opened = Witness::open({*files, clock, keys.signers(), name}, logs);
    witness = std::move(*opened);
  }
  WitnessReply answer(const std::string& body) {
    const auto said = witness->add_checkpoint(body);
    if (!said) return {said.error().code == "witness.inconsistent" ? 422 : 400, said.error().text};
    return said->conflict ? WitnessReply{409, fmt::format("{}\n", *said->conflict)} : WitnessReply{200, said->lines};
  }
  std::string vkey(std::size_t which = 0) const { return tlog::vkey_of(witness_keys(name, keys.signers())[which]); }

  const std::string name;
  Folder place;
  KeyPair keys;
  std::unique_ptr<WitnessStore> files;
  std::unique_ptr<Witness> witness;
};

class HeardLog final : public Log {
 public:
  void write(LogLevel, std::string_view event, std::string_view, std::vector<LogField> fields) override {
    heard.push_back(fmt::format("{} {}", event, std::get<std::string>(fields.front().value)));
  }
  std::vector<std::string> heard;
};

class CosigningTest : public testing::Test {
 protected:
  // Three witnesses of which `least` have to cosign; each line once more for SM2.
  std::string policy(const std::string& least) {
    std::string text;
    for (std::size_t i = 0; i < 3; ++i) {
      text += fmt::format("witness W{0} {1} http://{0}.example.cn/\nwitness W{0} {2}\n", i + 1, agencies_[i].vkey(),
                          agencies_[i].vkey(1));
    }
    return text + (least == "none" ? "quorum none\n"
                                   : fmt::format("group all-of-them {} W1 W2 W3\nquorum all-of-them\n", least));
  }
  void ask_with(const std::string& text, std::chrono::milliseconds patience = std::chrono::seconds(30)) {
    auto read = tlog::Policy::of(text);
    ASSERT_TRUE(read.ok()) << read.error().text;
    policy_ = *read;
    cosigning_.reset();
    const auto http = [this](const std::string& url, const std::string& body, std::chrono::milliseconds) {
      const auto number = static_cast<std::size_t>(url.at(url.find("//") + 2) - '1');
      EXPECT_EQ(url, fmt::format("http://{}.example.cn/add-checkpoint", number + 1));
      ++requests_;
      return answers_[number] ? answers_[number](body) : Result<WitnessReply>(agencies_[number].answer(body));
    };
    std::vector<std::string> urls;
    for (const tlog::PolicyWitness& each : policy_.witnesses()) urls.push_back(each.url);
    witnesses_ = make_witnesses(urls, http, patience);
    cosigning_ = std::make_unique<Cosigning>(policy_, *witnesses_, log_.folder(), heard_);
  }
  // The names of who cosigned both trees, or the code of the refusal.
  std::string cosigned(WatchedLog& log) {
    const Checkpoints own = log.checkpoints();
    const auto notes = cosigning_->cosign(own);
    if (!notes) {
      why_ = notes.error().text;
      return notes.error().code;
    }
    EXPECT_TRUE(cosigning_->suffices(*notes));
    std::array<std::string, 2> names;
    for (const HashKind tree : tlog::kTrees) {
      EXPECT_TRUE(notes->of(tree).starts_with(own.of(tree)));
      EXPECT_TRUE(tlog::verify_checkpoint(notes->of(tree), log.keys()).ok());
      std::vector<tlog::NoteKey> keys;
      for (const tlog::NoteKey& key : log.keys())
        if (key.name == origin_of(WatchedLog::kOrigin, tree)) keys.push_back(key);
      const auto verified = tlog::verify_by_policy(notes->of(tree), policy_, keys);
      EXPECT_TRUE(verified.ok()) << verified.error().text;
      if (verified) names[tree == HashKind::kSm3] = fmt::format("{}", fmt::join(verified->witnesses, " "));
    }
    EXPECT_EQ(names[0], names[1]);
    return names[0];
  }

  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  KeyPair log_keys_;
  WatchedLog log_{log_keys_, "first"};
  std::array<Agency, 3> agencies_{Agency("one.example.cn/w", log_.keys(), clock_),
                                  Agency("two.example.cn/w", log_.keys(), clock_),
                                  Agency("three.example.cn/w", log_.keys(), clock_)};
  std::array<Answers, 3> answers_;
  std::atomic<int> requests_ = 0;
  HeardLog heard_;
  tlog::Policy policy_ = *tlog::Policy::of("quorum none\n");
  std::string why_;
  std::unique_ptr<Witnesses> witnesses_;
  std::unique_ptr<Cosigning> cosigning_;
};

TEST_F(CosigningTest, each_checkpoint_goes_to_every_witness_and_a_new_start_learns_what_they_know) {
  ask_with(policy("all"));
  for (const std::uint64_t size : {2U, 5U, 5U, 300U}) {
    log_.grow_to(size);
    EXPECT_EQ(cosigned(log_), "W1 W2 W3") << why_;
  }
  EXPECT_EQ(requests_, 4 * 3 * 2) << "one for each tree";
  log_.grow_to(700);
  requests_ = 0;
  ask_with(policy("all"));
  EXPECT_EQ(cosigned(log_), "W1 W2 W3") << why_;
  EXPECT_EQ(requests_, 2 * 3 * 2) << "told by 409 what they know, and asked again";
}

TEST_F(CosigningTest, two_of_three_are_enough_when_two_are_asked_for) {
  ask_with(policy("2"));
  log_.grow_to(3);
  answers_[1] = [](const std::string&) { return Error{ErrorKind::kBusy, "webhook.unreachable", "no connection"}; };
  EXPECT_EQ(cosigned(log_), "W1 W3");
  EXPECT_THAT(heard_.heard, testing::ElementsAre("log.witness_missing W2"));
  log_.grow_to(4);
  answers_[2] = answers_[1];
  EXPECT_EQ(cosigned(log_), "log.no_quorum");
  EXPECT_THAT(why_, testing::AllOf(testing::HasSubstr("W2: "), testing::HasSubstr("W3: "),
                                   testing::HasSubstr("no connection"), testing::Not(testing::HasSubstr("W1: "))));
  answers_[1] = nullptr;
  EXPECT_EQ(cosigned(log_), "W1 W2") << "one that was away is told what it missed";
  EXPECT_THAT(heard_.heard,
              testing::ElementsAre("log.witness_missing W2", "log.witness_missing W3", "log.witness_cosigns W2"));
}

// Whatever a witness answers, it adds its own cosignature or nothing, and the log goes on.
TEST_F(CosigningTest, a_hostile_witness_adds_nothing) {
  ask_with(policy("2"));
  log_.grow_to(3);
  const auto answer = [](int status, std::string body) {
    return [status, body = std::move(body)](const std::string&) { return Result<WitnessReply>({status, body}); };
  };
  const std::string of_another = agencies_[1].answer(tlog::written(log_.request(HashKind::kSha256, 0))).body;
  const std::vector<Answers> hostile = {
      answer(200, ""), answer(200, "garbage"), answer(200, std::string(60'000, '\n')), answer(200, of_another),
      answer(200, "\n" + of_another), answer(200, "another text\n\n" + of_another), answer(409, ""), answer(409, "2"),
      answer(409, "0\n"), answer(409, "18446744073709551615\n"), answer(409, "99999999999999999999999\n"),
      answer(302, "http://elsewhere.example.cn/"), answer(500, std::string("\x1b[31m\0", 6)),
      [size = 0](const std::string&) mutable {
        return Result<WitnessReply>({409, fmt::format("{}\n", ++size % 3)});
      },
      // The right line, and one under the same key that does not hold.
      [&](const std::string& body) {
        WitnessReply reply = agencies_[0].answer(body);
        if (reply.status != 200) return Result<WitnessReply>(reply);
        auto lines = *tlog::signatures_of(reply.body);
        lines.front().bytes.back() ^= 1;
        return Result<WitnessReply>({200, tlog::written(lines)});
      }};
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    answers_[0] = hostile[i];
    EXPECT_EQ(cosigned(log_), "W2 W3") << i << ": " << why_;
  }
  answers_[0] = nullptr;
  EXPECT_EQ(cosigned(log_), "W1 W2 W3") << why_;
}

TEST_F(CosigningTest, who_is_slow_holds_up_nobody_and_is_not_asked_twice_at_once) {
  ask_with(policy("2"), std::chrono::milliseconds(2000));
  std::atomic<bool> go_on = false;
  std::atomic<int> asked = 0;
  answers_[0] = [&](const std::string&) {
    ++asked;
    while (!go_on) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return Result<WitnessReply>({500, ""});
  };
  log_.grow_to(3);
  EXPECT_EQ(cosigned(log_), "W2 W3") << why_;
  log_.grow_to(4);
  EXPECT_EQ(cosigned(log_), "W2 W3") << why_;
  EXPECT_EQ(asked, 1);
  go_on = true;
  cosigning_.reset();
  witnesses_.reset();  // the talk that goes on reads what is declared here
}

// Two stores under one name and key: the witnesses take the history that came first.
TEST_F(CosigningTest, another_history_of_the_log_finds_no_quorum) {
  ask_with(policy("2"));
  log_.grow_to(6);
  EXPECT_EQ(cosigned(log_), "W1 W2 W3");
  WatchedLog fork(log_keys_, "second");
  for (const std::uint64_t size : {4U, 6U, 9U}) {
    fork.grow_to(size);
    Cosigning other(policy_, *witnesses_, fork.folder(), heard_);
    const auto notes = other.cosign(fork.checkpoints());
    ASSERT_FALSE(notes.ok()) << size;
    EXPECT_EQ(notes.error().code, "log.no_quorum");
    EXPECT_THAT(notes.error().text, testing::HasSubstr(size == 4   ? "an older store was put back"
                                                       : size == 6 ? "another history"
                                                                   : "it answered 422"));
  }
}

TEST_F(CosigningTest, each_tree_needs_its_quorum) {
  ask_with(policy("all"));
  std::uint64_t size = 3;
  for (const bool knows_sm3 : {false, true}) {
    log_.grow_to(size++);
    answers_[2] = [&](const std::string& body) {
      const bool is_sm3 = body.find("/sm3\n") != std::string::npos;
      return is_sm3 == knows_sm3 ? Result<WitnessReply>(agencies_[2].answer(body))
                                 : Result<WitnessReply>({404, "not watched"});
    };
    EXPECT_EQ(cosigned(log_), "log.no_quorum") << knows_sm3;
    EXPECT_THAT(why_, testing::HasSubstr("404"));
  }
}

TEST_F(CosigningTest, a_policy_of_another_log_publishes_nothing) {
  KeyPair others;
  log_.grow_to(3);
  const std::string own = tlog::vkey_of(log_.keys()[0]);
  ask_with("log " + own + "\n" + policy("none"));
  EXPECT_EQ(cosigned(log_), "W1 W2 W3") << why_;
  WatchedLog stranger(others, "first");
  ask_with("log " + tlog::vkey_of(stranger.keys()[0]) + "\n" + policy("none"));
  EXPECT_EQ(cosigned(log_), "log.policy") << "the name of this log, another key";
  WatchedLog elsewhere(others, "first", "other.example.cn/log");
  ask_with("log " + tlog::vkey_of(elsewhere.keys()[0]) + "\n" + policy("none"));
  EXPECT_EQ(cosigned(log_), "log.policy");
}

TEST_F(CosigningTest, what_was_published_without_its_quorum_does_not_suffice) {
  ask_with(policy("1"));
  log_.grow_to(3);
  const Checkpoints own = log_.checkpoints();
  EXPECT_FALSE(cosigning_->suffices(own));
  EXPECT_FALSE(cosigning_->suffices({}));
  auto notes = cosigning_->cosign(own);
  ASSERT_TRUE(notes.ok());
  EXPECT_TRUE(cosigning_->suffices(*notes));
  notes->sm3 = own.sm3;
  EXPECT_FALSE(cosigning_->suffices(*notes)) << "both trees";
}

}  // namespace
}  // namespace suyuan::test
