// SPDX-License-Identifier: Apache-2.0
// `suyuan verify` as a person at a terminal meets it, and the second verifier beside it.
#include <boost/json.hpp>

#include "../cli/run_binary.h"
#include "app/tlog/tiles_of.h"
#include "domain/tlog/proof.h"
#include "logged_store.h"

namespace suyuan::log_test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using tlog::HashKind;

const Keys kTrue('k'), kForged('f');

std::string quoted(const std::string& text) { return "'" + text + "'"; }

// The receipt of an event, with what explains it.
std::string receipt_of(const LoggedStore& store, std::int64_t seq, HashKind tree) {
  const auto view = sure(view_sqlite_store(store.folder()));
  const auto records = make_log_store(view->records(), "test", true);
  const LogState log = *sure(records->state());
  const LogRun run = *sure(records->run_of(log.number, LogStream::kEvent, seq));
  const auto offset = static_cast<std::uint64_t>(seq - run.ref);
  const EventDigest event = sure(view->digests().digests(seq - 1, 1)).at(0);
  tlog::EventOpening opening{tlog::written(event_entry(log.secret, event, run.number + offset)),
                             tlog::event_salt(log.secret, seq), event.is_declaration, event.content, event.id};
  const auto files = sure(make_log_folder(store.log()));
  TilesOf tiles(*files, tree);
  tlog::TileNodes nodes(tree, log.size, tiles);
  tlog::Receipt receipt;
  receipt.extra = tlog::written(opening);
  receipt.index = run.first + offset;
  receipt.proof = sure(tlog::inclusion_proof(tree, nodes, receipt.index, log.size));
  receipt.checkpoint = log.checkpoints.of(tree);
  return tlog::written(receipt);
}

class VerifyCommand : public testing::Test {
 protected:
  VerifyCommand() {
    store_.capture(2, 1, 20);
    store_.audit(2);
    store_.sequence(kTrue);
  }
  std::string file(const std::string& name, const std::string& bytes) const {
    std::ofstream(out_.path() / name, std::ios::binary) << bytes;
    return quoted((out_.path() / name).string());
  }
  // Those of a tree, as words of a command.
  static std::string keys(HashKind tree, const Keys& of = kTrue) {
    const auto all = vkeys_of(kOrigin, of.signers());
    const std::size_t first = tree == HashKind::kSm3 ? 2 : 0;
    return fmt::format(" --key '{}' --key '{}'", all[first], all[first + 1]);
  }
  std::string data() const { return " --data " + quoted(store_.folder().string()); }

  Folder own_, out_;
  LoggedStore store_{own_.path()};
};

// shows: T9
TEST_F(VerifyCommand, a_receipt_needs_nothing_but_itself_and_keys_for_either_verifier) {
  for (const HashKind tree : tlog::kTrees) {
    const std::string receipt = file("r", receipt_of(store_, 7, tree));
    const Ran ran = run("verify --english --receipt " + receipt + keys(tree));
    EXPECT_EQ(ran.exit, 0) << ran.out;
    EXPECT_THAT(ran.out, StartsWith("Verified: this entry is number 6, counted from 0, of the 22"));
    EXPECT_THAT(ran.out, HasSubstr("signed by Ed25519, SM2"));
    EXPECT_THAT(ran.out, HasSubstr("Number 7 of the submitter "));
    EXPECT_THAT(ran.out, HasSubstr("Content hash "));
    EXPECT_EQ(run("verify --receipt " + receipt + keys(tree)).out.substr(0, 12), "验证通过");
    Ran other;
    FILE* pipe = ::popen(fmt::format("node '{}/web/verify/cli.mjs' --english --receipt {}{} 2>&1", SUYUAN_SOURCE_DIR,
                                     receipt, keys(tree))
                             .c_str(),
                         "r");
    std::array<char, 4096> buffer;
    for (std::size_t size; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
      other.out.append(buffer.data(), size);
    EXPECT_EQ(::pclose(pipe), 0);
    EXPECT_THAT(other.out, StartsWith("Verified: the event ni:///sha-256;"));
    const std::size_t id = ran.out.find("ni:///sha-256;");
    EXPECT_THAT(other.out, HasSubstr(ran.out.substr(id, ran.out.find('\n', id) - id))) << "both open it to one event";
  }
}

TEST_F(VerifyCommand, a_receipt_that_does_not_hold_is_1_and_a_wrong_call_is_2) {
  const std::string bytes = receipt_of(store_, 7, HashKind::kSha256), receipt = file("r", bytes);
  const std::string right = keys(HashKind::kSha256);
  std::string changed = bytes;
  changed[changed.find("index ") + 6] = '5';
  const Ran refused = run("verify --receipt " + file("c", changed) + right);
  EXPECT_EQ(refused.exit, 1);
  EXPECT_THAT(refused.out, HasSubstr("[log.not_included]"));
  EXPECT_EQ(run("verify --receipt " + receipt + keys(HashKind::kSha256, kForged)).exit, 1);
  EXPECT_EQ(run("verify --receipt " + receipt + " --entry " + file("e", "x") + right).exit, 1);
  EXPECT_EQ(run("verify --receipt " + receipt + " --hash sm3" + right).exit, 1);
  EXPECT_THAT(run("verify --json --receipt " + file("c", changed) + right).out, StartsWith(R"({"verified":false)"));
  for (const std::string& wrong :
       std::vector<std::string>{std::string(), std::string(" --key x"), right + keys(HashKind::kSm3),
                                right + " --hash md5", right + " --quorum -1", right + " --entry /absent",
                                right + " --data x", " --witness" + right.substr(6), right + " --against x"}) {
    EXPECT_EQ(run("verify --receipt " + receipt + wrong).exit, 2) << wrong;
  }
  EXPECT_EQ(run("verify --receipt /absent" + right).exit, 2);
  EXPECT_EQ(run("verify --entry /absent").exit, 2);
}

TEST_F(VerifyCommand, a_store_is_checked_beside_its_server_and_what_is_wrong_is_said) {
  SystemClock clock;
  const std::string all = keys(HashKind::kSha256) + keys(HashKind::kSm3);
  {
    const auto server = sure(open_sqlite_warehouse(store_.folder(), clock, {}));
    const Ran ran = run("verify --english" + data() + all);
    EXPECT_EQ(ran.exit, 0) << ran.out;
    EXPECT_THAT(ran.out, HasSubstr("Verified: rows, leaves, tiles and checkpoints agree."));
    EXPECT_THAT(ran.out, testing::Not(HasSubstr("--key")));
  }
  EXPECT_THAT(run("verify --english" + data()).out, HasSubstr("only the store itself says which keys are its"));
  EXPECT_THAT(run("verify" + data()).out, HasSubstr("验证通过"));
  const std::string kept = file("checkpoint", checkpoint_of(store_.log()));
  store_.change("UPDATE event SET recorded = recorded + 1 WHERE seq = 3");
  const Ran named = run("verify" + data() + all);
  EXPECT_EQ(named.exit, 1);
  EXPECT_THAT(named.out, HasSubstr("行被改动 [verify.row_changed] Leaf 2 is event 3"));
  store_.rebuild(kTrue);
  EXPECT_EQ(run("verify" + data() + all).exit, 0);
  const Ran against = run("verify --json" + data() + all + " --against " + kept);
  EXPECT_EQ(against.exit, 1);
  const auto answer = boost::json::parse(against.last_line()).as_object();
  EXPECT_EQ(answer.at("faults").at(0).at("code"), "verify.against");
  EXPECT_EQ(run("verify" + data() + " --log /absent").exit, 1);
  EXPECT_EQ(run("verify --data /absent").exit, 1);
  EXPECT_EQ(run("verify" + data() + " --against " + file("x", "no checkpoint")).exit, 1);
}

// shows: T9
TEST_F(VerifyCommand, keys_are_printed_for_publication_and_changed) {
  const Ran shown = run("keys" + data());
  EXPECT_EQ(shown.exit, 0);
  for (const std::string& vkey : vkeys_of(kOrigin, kTrue.signers())) EXPECT_THAT(shown.out, HasSubstr(vkey));
  EXPECT_EQ(run("keys --rotate" + data()).exit, 1) << "there is no key file to change";
  std::ofstream(store_.folder() / "log-key") << "not keys";
  EXPECT_EQ(run("keys --rotate" + data()).exit, 0);
  EXPECT_EQ(contents(store_.folder() / "log-key").substr(0, 15), "suyuan log keys");
  const auto answer = boost::json::parse(run("keys --json" + data()).last_line()).as_object();
  EXPECT_EQ(answer.at("origin"), kOrigin);
  EXPECT_EQ(answer.at("keys").as_array().size(), 4U);
  EXPECT_EQ(run("keys --data /absent").exit, 1);
}

TEST_F(VerifyCommand, a_log_is_looked_at_adopted_and_begun_anew) {
  const std::string receipt = file("r", receipt_of(store_, 7, HashKind::kSm3));
  const auto seen = boost::json::parse(run("log --json" + data()).last_line()).as_object();
  EXPECT_EQ(seen.at("size"), 22);
  EXPECT_EQ(seen.at("published"), 22);
  EXPECT_EQ(seen.at("restored"), false);
  EXPECT_EQ(run("log --adopt" + data()).exit, 0);
  EXPECT_EQ(boost::json::parse(run("log --json" + data()).last_line()).at("restored"), true);
  EXPECT_EQ(run("log --adopt --new-origin" + data()).exit, 2);
  EXPECT_EQ(run("log --new-origin --set tlog.origin=" + std::string(kOrigin) + data()).exit, 1) << "the same name";
  EXPECT_EQ(run("log --new-origin --set tlog.origin=trace.example.cn/two" + data()).exit, 0);
  const auto anew = boost::json::parse(run("log --json" + data()).last_line()).as_object();
  EXPECT_EQ(anew.at("origin"), "trace.example.cn/two");
  EXPECT_EQ(anew.at("size"), 0);
  EXPECT_FALSE(fs::exists(store_.log() / "checkpoint"));
  EXPECT_TRUE(fs::exists(store_.folder() / "log-1" / "checkpoint")) << "the old files are kept beside";

  store_.sequence(kTrue, "trace.example.cn/two");
  const Ran both = run("verify --english" + data());
  EXPECT_EQ(both.exit, 0) << both.out;
  EXPECT_THAT(both.out, HasSubstr("The log trace.example.cn/two has"));
  EXPECT_THAT(both.out, HasSubstr(fmt::format("The older log {} has 22 entries: 20 events of 1 submitters, 2 acts, 0 "
                                              "anchors, 0 lost rows; 22 of them are published.",
                                              kOrigin)));
  EXPECT_THAT(both.out, HasSubstr("Verified: rows, leaves, tiles and checkpoints agree."));
  EXPECT_EQ(run("verify --receipt " + receipt + keys(HashKind::kSm3)).exit, 0) << "old receipts verify by their key";
  fs::rename(store_.folder() / "log-1", store_.folder() / "elsewhere");
  const auto answer = boost::json::parse(run("verify --json" + data()).last_line()).as_object();
  EXPECT_EQ(answer.at("verified"), true);
  EXPECT_EQ(answer.at("notVerified").at(0).at("code"), "verify.older_no_folder");
  EXPECT_EQ(answer.at("older").at(0).at("log").at("origin"), kOrigin);
  EXPECT_EQ(answer.at("older").at(0).at("log").at("published"), 0);
  EXPECT_THAT(run("verify --english" + data()).out, HasSubstr("Verified, but for what is marked \"?\""));
}

}  // namespace
}  // namespace suyuan::log_test
