// SPDX-License-Identifier: Apache-2.0
#include "domain/tlog/policy.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "domain/tlog/add_checkpoint.h"

namespace suyuan::tlog {
namespace {

using testing::HasSubstr;
constexpr const char* kOrigin = "trace.example.cn/log";

// A name with keys of both algorithms, made when they are asked for first.
class People {
 public:
  const PrivateKey& key(const std::string& who, SignatureAlgorithm algorithm) {
    auto& keys = keys_[{who, algorithm}];
    if (!keys) keys = std::make_unique<PrivateKey>(PrivateKey::fresh(algorithm));
    return *keys;
  }
  NoteKey note_key(const std::string& who, NoteKeyType type) { return key_of(who, type, key(who, algorithm_of(type))); }
  std::string vkey(const std::string& who, NoteKeyType type) { return vkey_of(note_key(who, type)); }
  std::string log(const std::string& who = kOrigin) { return vkey(who, NoteKeyType::kEd25519); }
  std::string witness(const std::string& who) { return vkey(who, NoteKeyType::kEd25519Cosignature); }
  std::string sm2(const std::string& who) { return vkey(who, NoteKeyType::kSm2Cosignature); }
  void sign(Note& note, const std::string& who, NoteKeyType type) {
    note.signatures.push_back(*signature_of(note.text, who, type, key(who, algorithm_of(type)), 1'700'000'000));
  }
  // A checkpoint of the log with the Ed25519 cosignatures of these.
  std::string checkpoint(const std::vector<std::string>& witnesses, const std::string& origin = kOrigin) {
    Note note{text_of({origin, 5, empty_root(HashKind::kSm3)}), {}};
    sign(note, origin, NoteKeyType::kEd25519);
    for (const std::string& each : witnesses) sign(note, each, NoteKeyType::kEd25519Cosignature);
    return written(note);
  }

 private:
  std::map<std::pair<std::string, SignatureAlgorithm>, std::unique_ptr<PrivateKey>> keys_;
};

class PolicyTest : public testing::Test {
 protected:
  std::string lines_of(const std::vector<std::string>& witnesses) {
    std::string lines;
    for (const std::string& each : witnesses) lines += fmt::format("witness {} {}\n", each, them_.witness(each));
    return lines;
  }
  // "": satisfied; else the code of why not.
  std::string judged(const std::string& policy, const std::string& note) {
    const auto read = Policy::of(policy);
    EXPECT_TRUE(read.ok()) << read.error().text;
    if (!read) return "no policy";
    const auto verified = verify_by_policy(note, *read);
    return verified ? "" : verified.error().code;
  }
  std::string why(const std::string& policy) {
    const auto read = Policy::of(policy);
    EXPECT_FALSE(read.ok()) << policy;
    if (read) return "";
    EXPECT_EQ(read.error().code, "log.policy");
    return read.error().text;
  }
  People them_;
};

// The example of the specification: two of three, and one of three others.
TEST_F(PolicyTest, groups_of_groups_count_as_the_specification_says) {
  const std::string policy = "# whom we believe\n  \t\nlog " + them_.log() + " https://log.example.cn/\n" +
                             lines_of({"X1", "X2", "X3"}) + "group X-witnesses 2 X1 X2 X3\n" +
                             lines_of({"Y1", "Y2", "Y3"}) +
                             " group\tY-witnesses any Y1 Y2 Y3 \ngroup X-and-Y all X-witnesses Y-witnesses\n"
                             "quorum X-and-Y\n";
  const std::vector<std::string> names = {"X1", "X2", "X3", "Y1", "Y2", "Y3"};
  for (unsigned mask = 0; mask < 64; ++mask) {
    std::vector<std::string> signed_by;
    int x = 0, y = 0;
    for (unsigned i = 0; i < 6; ++i) {
      if ((mask >> i & 1U) == 0) continue;
      signed_by.push_back(names[i]);
      ++(i < 3 ? x : y);
    }
    EXPECT_EQ(judged(policy, them_.checkpoint(signed_by)), x >= 2 && y >= 1 ? "" : "log.unwitnessed") << mask;
  }
  const auto read = Policy::of(policy);
  EXPECT_EQ(read->logs().front().url, "https://log.example.cn/");
  EXPECT_TRUE(read->needs_witnesses());
  EXPECT_THAT(verify_by_policy(them_.checkpoint({"X1", "Y2", "X3"}), *read)->witnesses,
              testing::ElementsAre("X1", "X3", "Y2"));
}

TEST_F(PolicyTest, a_witness_alone_and_no_witness_at_all) {
  const std::string log = "log " + them_.log() + "\n";
  EXPECT_EQ(judged(log + lines_of({"W"}) + "quorum W\n", them_.checkpoint({})), "log.unwitnessed");
  EXPECT_EQ(judged(log + lines_of({"W"}) + "quorum W\n", them_.checkpoint({"V"})), "log.unwitnessed");
  EXPECT_EQ(judged(log + lines_of({"W"}) + "quorum W\n", them_.checkpoint({"V", "W"})), "");
  EXPECT_EQ(judged(log + "quorum none\n", them_.checkpoint({})), "");
  EXPECT_FALSE(Policy::of("quorum none\n")->needs_witnesses());
}

TEST_F(PolicyTest, a_witness_that_two_groups_name_counts_in_each) {
  const std::string policy = "log " + them_.log() + "\n" + lines_of({"A", "B", "C"}) +
                             "group one 2 A B\ngroup two 2 B C\ngroup either any one two\nquorum either\n";
  EXPECT_EQ(judged(policy, them_.checkpoint({"A", "C"})), "log.unwitnessed");
  EXPECT_EQ(judged(policy, them_.checkpoint({"A", "B"})), "");
  EXPECT_EQ(judged(policy, them_.checkpoint({"B", "C"})), "");
}

TEST_F(PolicyTest, a_witness_counts_once_whichever_of_its_keys_signed) {
  const std::string policy = "log " + them_.log() + "\n" + lines_of({"A", "B"}) +
                             fmt::format("witness A {}\ngroup both all A B\nquorum both\n", them_.sm2("A"));
  Note note = *note_of(them_.checkpoint({}));
  them_.sign(note, "A", NoteKeyType::kSm2Cosignature);
  them_.sign(note, "A", NoteKeyType::kEd25519Cosignature);
  EXPECT_EQ(judged(policy, written(note)), "log.unwitnessed");
  Note by_sm2 = *note_of(them_.checkpoint({"B"}));
  them_.sign(by_sm2, "A", NoteKeyType::kSm2Cosignature);
  EXPECT_EQ(judged(policy, written(by_sm2)), "");
  EXPECT_EQ(judged("log " + them_.log() + "\nwitness A " + them_.sm2("A") + "\nquorum A\n", written(by_sm2)), "");
}

// Every key of the log has to have signed; a signature under a known key has to hold.
TEST_F(PolicyTest, the_keys_of_the_log_have_to_have_signed) {
  const std::string both =
      fmt::format("log {}\nlog {}\nquorum none\n", them_.log(), them_.vkey(kOrigin, NoteKeyType::kSm2));
  EXPECT_EQ(judged(both, them_.checkpoint({})), "log.unsigned");
  Note note = *note_of(them_.checkpoint({}));
  them_.sign(note, kOrigin, NoteKeyType::kSm2);
  EXPECT_EQ(judged(both, written(note)), "");
  EXPECT_EQ(judged("log " + them_.log("another/log") + "\nquorum none\n", them_.checkpoint({})), "log.unsigned");
  EXPECT_EQ(judged("quorum none\n", them_.checkpoint({})), "log.unsigned");
  const std::vector<NoteKey> given = {them_.note_key(kOrigin, NoteKeyType::kEd25519)};
  EXPECT_TRUE(verify_by_policy(them_.checkpoint({}), *Policy::of("quorum none\n"), given).ok());

  const std::string one = "log " + them_.log() + "\n" + lines_of({"W"}) + "quorum none\n";
  Note changed = *note_of(them_.checkpoint({"W"}));
  changed.signatures.back().bytes.back() ^= 1;
  EXPECT_EQ(judged(one, written(changed)), "log.signature");
  EXPECT_EQ(judged(one, "no note"), "log.note");
  Note no_checkpoint{"two\nlines\n", {}};
  them_.sign(no_checkpoint, kOrigin, NoteKeyType::kEd25519);
  EXPECT_EQ(judged(one, written(no_checkpoint)), "log.checkpoint");
}

TEST_F(PolicyTest, what_cannot_be_meant_is_refused_with_its_line) {
  const std::string log = "log " + them_.log() + "\n", w = lines_of({"W"});
  EXPECT_THAT(why(""), HasSubstr("no quorum line"));
  EXPECT_THAT(why(log + w), HasSubstr("no quorum line"));
  EXPECT_THAT(why("quorum none"), testing::AllOf(HasSubstr("Line 1"), HasSubstr("does not end")));
  EXPECT_THAT(why(log + "quorum none\r\n"), testing::AllOf(HasSubstr("Line 2"), HasSubstr("0x0d")));
  EXPECT_THAT(why(std::string("quorum none\n#\0\n", 15)), HasSubstr("0x00"));
  EXPECT_THAT(why("quorum none\n#\x7f\n"), HasSubstr("0x7f"));
  EXPECT_THAT(why("quorum none\nquorum none\n"), HasSubstr("already"));
  EXPECT_THAT(why("quorum\n"), HasSubstr("takes one name"));
  EXPECT_THAT(why("quorum W\n" + w), testing::AllOf(HasSubstr("Line 1"), HasSubstr("defines \"W\"")));
  EXPECT_THAT(why(lines_of({"witness1"}) + "quorum witnes1\n"), HasSubstr("did you mean \"witness1\"?"));
  EXPECT_THAT(why("Log " + them_.log() + "\n"), HasSubstr("begins with \"Log\""));
  EXPECT_THAT(why("log\n"), HasSubstr("takes a verifier key"));
  EXPECT_THAT(why("log nonsense\n"), HasSubstr("not a verifier key"));
  EXPECT_THAT(why("log " + them_.witness("W") + "\n"), HasSubstr("key of a witness"));
  EXPECT_THAT(why("log " + them_.log() + " one two\n"), HasSubstr("takes a verifier key"));
  EXPECT_THAT(why(log + log), testing::AllOf(HasSubstr("Line 2"), HasSubstr("another line")));
  EXPECT_THAT(why("witness W\n"), HasSubstr("takes a name"));
  EXPECT_THAT(why("witness W " + them_.log() + "\n"), HasSubstr("key of a log"));
  EXPECT_THAT(why("witness none " + them_.witness("W") + "\n"), HasSubstr("choose another"));
  EXPECT_THAT(why(w + w), HasSubstr("another line"));
  EXPECT_THAT(why(w + "witness W " + them_.witness("V") + "\n"), HasSubstr("taken"));
  EXPECT_THAT(why(w + "witness W " + them_.sm2("W") + "\nwitness W " + them_.sm2("V") + "\n"), HasSubstr("taken"));
  EXPECT_THAT(why(w + "witness W " + them_.sm2("W") + " http://w.example.cn\n"), HasSubstr("another URL"));
  EXPECT_THAT(why(w + "group g all W\nwitness g " + them_.sm2("g") + "\n"), HasSubstr("taken"));
  EXPECT_THAT(why(w + "group W all W\n"), HasSubstr("taken"));
  EXPECT_THAT(why(w + "group g all\n"), HasSubstr("at least one name"));
  EXPECT_THAT(why(w + "group g all W W\n"), HasSubstr("twice"));
  EXPECT_THAT(why(w + "group g all g\n"), HasSubstr("defines \"g\""));
  EXPECT_THAT(why(w + "group g all none\n"), HasSubstr("defines \"none\""));
  for (const char* count : {"0", "2", "01", "+1", "-1", "most", "18446744073709551617"})
    EXPECT_THAT(why(w + "group g " + count + " W\n"), HasSubstr("from 1 to 1")) << count;
  // The same key under another name of the key.
  const NoteKey key = them_.note_key("W", NoteKeyType::kEd25519Cosignature);
  EXPECT_THAT(why(w + "witness V " + vkey_of({"V", key.type, key.public_key}) + "\nquorum none\n"),
              HasSubstr("another line"));
  EXPECT_THAT(why(std::string(300'000, '#') + "\n"), HasSubstr("larger"));
}

TEST_F(PolicyTest, names_are_bytes) {
  const std::string key = them_.witness("W");
  EXPECT_TRUE(Policy::of("witness \xff\xfe " + key + "\nquorum \xff\xfe\n").ok());
  EXPECT_TRUE(Policy::of("witness 见证 " + key + " https://见证.example.cn/\ngroup all all 见证\nquorum all\n").ok());
}

TEST(AddCheckpoint, a_request_is_written_as_it_is_read_and_nothing_else_is_one) {
  const std::string note = "origin\n3\nroot\n\n\u2014 me c2lnbmF0dXJl\n";
  AddCheckpoint request{2, {empty_root(HashKind::kSha256), empty_root(HashKind::kSm3)}, note};
  const std::string body = written(request);
  EXPECT_THAT(body, testing::StartsWith("old 2\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"));
  const auto read = add_checkpoint_of(body);
  ASSERT_TRUE(read.ok()) << read.error().text;
  EXPECT_EQ(written(*read), body);
  EXPECT_EQ(read->checkpoint, note);
  const std::string hash = body.substr(6, 45);
  std::string most = "old 0\n";
  for (int i = 0; i < 63; ++i) most += hash;
  EXPECT_TRUE(add_checkpoint_of(most + "\n").ok());
  const std::vector<std::string> others = {"",
                                           "old 2",
                                           "old 2\n",
                                           "old\n\n",
                                           "old -1\n\n",
                                           "old 01\n\n",
                                           "old 18446744073709551616\n\n",
                                           "Old 2\n\n",
                                           "old  2\n\n",
                                           "old 2 \n\n",
                                           "old 2\r\n\r\n",
                                           "old 2\n" + hash,
                                           "old 2\nnonsense\n\n",
                                           "old 2\n" + hash.substr(0, 40) + "\n\n",
                                           most + hash + "\n"};
  for (const std::string& bad : others) {
    const auto refused = add_checkpoint_of(bad);
    ASSERT_FALSE(refused.ok()) << bad;
    EXPECT_EQ(refused.error().code, "log.add_checkpoint");
  }
}

TEST(AddCheckpoint, answers_are_signature_lines_or_a_size) {
  const std::vector<NoteSignature> both = {{"one", 1, "bytes"}, {"two", 2, "more"}};
  EXPECT_EQ(*signatures_of(written(both)), both);
  EXPECT_FALSE(signatures_of("").ok());
  EXPECT_FALSE(signatures_of("garbage\n").ok());
  EXPECT_FALSE(signatures_of(written(both) + "\n" + written(both)).ok());
  EXPECT_FALSE(signatures_of("another text\n\n" + written(both)).ok());
  EXPECT_EQ(size_of_conflict("20\n"), 20U);
  for (const char* bad : {"", "20", "020\n", "20\n20\n", "20 \n", "x\n"}) EXPECT_FALSE(size_of_conflict(bad)) << bad;
}

}  // namespace
}  // namespace suyuan::tlog
