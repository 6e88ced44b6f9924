// SPDX-License-Identifier: Apache-2.0
// A witness cosigns what goes on from what it cosigned before, and nothing else, whatever stops it in between.
#include "app/tlog/witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include "adapters/clock/system_clock.h"
#include "adapters/witness_files/witness_files.h"
#include "base/fault_points.h"
#include "base/text.h"
#include "engine/digest/sha256.h"
#include "watched_log.h"

namespace suyuan::test {
namespace {

using tlog::HashKind;
constexpr const char* kName = "witness.example.cn/1";

class WitnessTest : public testing::Test {
 protected:
  void open(const std::string& folder = "w") {
    witness_.reset();
    files_.reset();
    std::filesystem::create_directories(place_.path() / folder);
    auto files = make_witness_files(place_.path() / folder);
    ASSERT_TRUE(files.ok()) << files.error().text;
    files_ = std::move(*files);
    auto witness = Witness::open({*files_, clock_, keys_.signers(), kName}, log_.keys());
    ASSERT_TRUE(witness.ok()) << witness.error().text;
    witness_ = std::move(*witness);
  }
  void SetUp() override { open(); }

  // "200", "409 5", or the code of the refusal.
  std::string said(const std::string& body) {
    const auto answer = witness_->add_checkpoint(body);
    if (!answer) return answer.error().code;
    return answer->conflict ? fmt::format("409 {}", *answer->conflict) : "200";
  }
  std::string said(const tlog::AddCheckpoint& request) { return said(tlog::written(request)); }
  std::string said(WatchedLog& log, std::uint64_t old, HashKind tree = HashKind::kSha256) {
    return said(log.request(tree, old));
  }
  std::uint64_t known(HashKind tree = HashKind::kSha256) {
    const auto note = witness_->latest(hex(sha256(origin_of(WatchedLog::kOrigin, tree))));
    if (!note) return 0;
    const auto verified = tlog::verify_checkpoint(*note, log_.keys());
    EXPECT_TRUE(verified.ok()) << verified.error().text;
    return verified->checkpoint.size;
  }

  Folder place_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  KeyPair log_keys_, keys_;
  WatchedLog log_{log_keys_, "first"}, fork_{log_keys_, "second"};
  std::unique_ptr<WitnessStore> files_;
  std::unique_ptr<Witness> witness_;
};

TEST_F(WitnessTest, what_goes_on_is_cosigned_in_both_trees) {
  std::uint64_t old = 0;
  for (const std::uint64_t size : {1U, 3U, 4U, 300U, 300U, 513U}) {
    log_.grow_to(size);
    for (const HashKind tree : tlog::kTrees) {
      const auto request = log_.request(tree, old);
      const auto answer = witness_->add_checkpoint(tlog::written(request));
      ASSERT_TRUE(answer.ok() && !answer->conflict) << size;
      tlog::Note note = *tlog::note_of(request.checkpoint);
      const auto lines = tlog::signatures_of(answer->lines);
      ASSERT_EQ(lines->size(), tree == HashKind::kSm3 ? 2U : 1U) << "SM2 cosigns trees of SM3";
      note.signatures.insert(note.signatures.end(), lines->begin(), lines->end());
      const auto by = tlog::who_signed(note, witness_keys(kName, keys_.signers()));
      ASSERT_TRUE(by.ok());
      ASSERT_EQ(by->size(), lines->size());
      EXPECT_EQ((*by)[0].time, 1795219200U);
      EXPECT_EQ(known(tree), size);
    }
    old = size;
  }
}

TEST_F(WitnessTest, what_does_not_go_on_is_refused_and_changes_nothing) {
  log_.grow_to(5);
  ASSERT_EQ(said(log_, 0), "200");
  EXPECT_EQ(said(log_, 0), "409 5") << "a replayed request";
  EXPECT_EQ(said(log_, 3), "409 5");
  EXPECT_EQ(said(log_, 5), "200") << "asked again";
  auto with_proof = log_.request(HashKind::kSha256, 5);
  with_proof.proof.emplace_back();
  EXPECT_EQ(said(with_proof), "witness.inconsistent");
  auto beyond = log_.request(HashKind::kSha256, 5);
  beyond.old = 6;
  EXPECT_EQ(said(beyond), "witness.old_size");

  fork_.grow_to(5);
  EXPECT_EQ(said(fork_, 5), "409 5") << "another root for the same size";
  fork_.grow_to(9);
  EXPECT_EQ(said(fork_, 5), "witness.inconsistent") << "another history";
  auto bare = fork_.request(HashKind::kSha256, 0);
  bare.old = 5;
  EXPECT_EQ(said(bare), "witness.inconsistent");
  EXPECT_EQ(said(fork_, 0), "409 5");

  WatchedLog shrunk(log_keys_, "first");
  shrunk.grow_to(4);
  EXPECT_EQ(said(shrunk, 4), "409 5");
  EXPECT_EQ(said(shrunk, 0), "409 5");
  EXPECT_EQ(known(), 5U);

  log_.grow_to(9);
  auto request = log_.request(HashKind::kSha256, 5);
  request.proof.front()[0] ^= 1;
  EXPECT_EQ(said(request), "witness.inconsistent");
  EXPECT_EQ(said(log_, 5), "200");
}

TEST_F(WitnessTest, a_first_checkpoint_has_no_proof) {
  log_.grow_to(5);
  auto request = log_.request(HashKind::kSm3, 0);
  request.proof.emplace_back();
  EXPECT_EQ(said(request), "witness.inconsistent");
  const auto signed_empty = [&](const tlog::Hash& root) {
    tlog::Note note{tlog::text_of({WatchedLog::kOrigin, 0, root}), {}};
    note.signatures.push_back(
        *tlog::signature_of(note.text, WatchedLog::kOrigin, tlog::NoteKeyType::kEd25519, log_keys_.ed25519));
    return tlog::AddCheckpoint{0, {}, tlog::written(note)};
  };
  EXPECT_EQ(said(signed_empty(tlog::empty_root(HashKind::kSm3))), "witness.inconsistent")
      << "the tree follows from the name of the log";
  EXPECT_EQ(said(signed_empty(tlog::empty_root(HashKind::kSha256))), "200");
  EXPECT_EQ(said(log_, 0), "200");
}

TEST_F(WitnessTest, who_did_not_sign_and_who_is_not_watched_is_told_so) {
  log_.grow_to(3);
  const auto good = log_.request(HashKind::kSha256, 0);
  KeyPair strangers;
  WatchedLog stranger(strangers, "first"), unknown(log_keys_, "first", "other.example.cn/log");
  stranger.grow_to(3);
  unknown.grow_to(3);
  EXPECT_EQ(said(stranger, 0), "witness.unsigned");
  EXPECT_EQ(said(unknown, 0), "witness.unknown_log");
  tlog::Note note = *tlog::note_of(good.checkpoint);
  note.signatures[1].bytes.back() ^= 1;
  EXPECT_EQ(said(tlog::AddCheckpoint{0, {}, tlog::written(note)}), "witness.unsigned");
  for (const std::string& garbage : {std::string(), std::string("garbage"), std::string(1000, '\0')})
    EXPECT_EQ(said(garbage), "log.add_checkpoint");
  EXPECT_EQ(said("old 0\n\ngarbage"), "log.note");
  EXPECT_EQ(said("old 0\n\none line\n\n\u2014 me c2lnbmF0dXJl\n"), "log.checkpoint");
  EXPECT_EQ(said(good), "200");
  // What others signed under it is not kept.
  log_.grow_to(4);
  auto more = log_.request(HashKind::kSha256, 3);
  tlog::Note crowded = *tlog::note_of(more.checkpoint);
  crowded.signatures.push_back({"somebody", 7, "whatever"});
  more.checkpoint = tlog::written(crowded);
  EXPECT_EQ(said(more), "200");
  EXPECT_THAT(*witness_->latest(hex(sha256(WatchedLog::kOrigin))), testing::Not(testing::HasSubstr("somebody")));
  EXPECT_EQ(witness_->latest("nonsense").error().code, "witness.unknown_log");
}

TEST_F(WitnessTest, of_many_at_once_from_the_same_size_one_is_cosigned) {
  log_.grow_to(3);
  ASSERT_EQ(said(log_, 0), "200");
  std::uint64_t size = 3;
  for (int round = 0; round < 20; ++round) {
    std::vector<std::string> bodies;
    for (int i = 1; i <= 6; ++i) {
      log_.grow_to(size + static_cast<std::uint64_t>(i));
      bodies.push_back(tlog::written(log_.request(HashKind::kSha256, size)));
    }
    std::atomic<int> cosigned = 0;
    std::atomic<std::uint64_t> cosigned_size = 0;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      threads.emplace_back([&, i] {
        const auto answer = witness_->add_checkpoint(bodies[i]);
        if (!answer.ok() || answer->conflict) return;
        ++cosigned;
        cosigned_size = size + i + 1;
      });
    }
    for (std::thread& each : threads) each.join();
    ASSERT_EQ(cosigned, 1);
    ASSERT_EQ(known(), cosigned_size);
    ASSERT_EQ(said(log_, known()), "200");
    size = known();
  }
}

TEST_F(WitnessTest, what_it_remembers_outlives_it_and_what_is_damaged_is_not_taken_for_nothing) {
  log_.grow_to(5);
  ASSERT_EQ(said(log_, 0), "200");
  EXPECT_EQ(make_witness_files(place_.path() / "w").error().code, "witness.folder_in_use");
  open();
  EXPECT_EQ(said(log_, 0), "409 5");
  witness_.reset();
  const auto file = place_.path() / "w" / (hex(sha256(WatchedLog::kOrigin)) + ".checkpoint");
  std::string text;
  {
    std::ifstream in(file, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  const auto opened_with = [&](const std::string& bytes, const KeyPair& keys) -> std::string {
    std::ofstream(file, std::ios::binary) << bytes;
    const auto witness = Witness::open({*files_, clock_, keys.signers(), kName}, log_.keys());
    return witness ? "" : witness.error().code;
  };
  EXPECT_EQ(opened_with(text, keys_), "");
  std::string changed = text;
  changed[changed.find("\n5\n") + 1] = '4';
  EXPECT_EQ(opened_with(changed, keys_), "witness.damaged");
  EXPECT_EQ(opened_with(text.substr(0, text.size() / 2), keys_), "witness.damaged");
  EXPECT_EQ(opened_with("", keys_), "witness.disk");
  EXPECT_EQ(opened_with(text, KeyPair()), "witness.damaged") << "another key";
  const std::vector<tlog::NoteKey> wrong = {witness_keys(kName, keys_.signers())[0]};
  EXPECT_EQ(Witness::open({*files_, clock_, keys_.signers(), kName}, wrong).error().code, "witness.log");
}

TEST_F(WitnessTest, a_disk_that_failed_ends_cosigning) {
  log_.grow_to(2);
  ASSERT_EQ(said(log_, 0), "200");
  const auto draft = place_.path() / "w" / (hex(sha256(WatchedLog::kOrigin)) + ".checkpoint.new");
  std::filesystem::create_directories(draft);  // nothing can be written there
  log_.grow_to(4);
  EXPECT_EQ(said(log_, 2), "witness.disk");
  std::filesystem::remove(draft);
  EXPECT_EQ(said(log_, 2), "witness.disk") << "until it is started again";
  open();
  EXPECT_EQ(said(log_, 2), "200");
}

std::string_view killed_at;

// SIGKILL at each step of remembering; then the other history tries to come first.
TEST_F(WitnessTest, killed_at_any_step_it_never_cosigns_two_histories) {
  for (const std::string_view point : {"witness.draft", "witness.renamed", "witness.kept"}) {
    WatchedLog log(log_keys_, "first"), fork(log_keys_, "second");
    log.grow_to(3);
    open(fmt::format("at-{}", point));
    ASSERT_EQ(said(log, 0), "200");
    log.grow_to(7);
    fork.grow_to(8);
    witness_.reset();
    files_.reset();
    const pid_t child = ::fork();
    if (child == 0) {
      open(fmt::format("at-{}", point));
      killed_at = point;
      armed_fault_hook = [](std::string_view reached) {
        if (reached == killed_at) ::raise(SIGKILL);
      };
      (void)said(log, 3);
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << point << " was not reached";
    open(fmt::format("at-{}", point));
    const bool is_kept = point != "witness.draft";
    EXPECT_EQ(said(log, 3), is_kept ? "409 7" : "200") << point;
    EXPECT_EQ(said(log, 7), "200") << point;
    EXPECT_EQ(said(fork, 3), "409 7") << point;
    EXPECT_EQ(said(fork, 7), "witness.inconsistent") << point;
  }
}

}  // namespace
}  // namespace suyuan::test
