// SPDX-License-Identifier: Apache-2.0
#include "domain/tlog/proof.h"

#include <gtest/gtest.h>

#include <charconv>

#include "base/text.h"

namespace suyuan::tlog {
namespace {

// The example of docs/formats/log-entries.md.
EventOpening example() {
  EventOpening opening;
  opening.entry = "event/1 N2e4MJaMLt19orx8+etZFyPeCUGNmI6YGfTJeA0f79I= bREL9UhVi9fg/yruW+/X4w== 12 1763750000123456";
  LogSecret secret;
  for (std::size_t i = 0; i < secret.size(); ++i) secret[i] = static_cast<std::uint8_t>(i);
  opening.salt = event_salt(secret, 42);
  opening.id = "urn:uuid:0197a1c2-7b3e-7c4d-8a5f-1b2c3d4e5f60";
  constexpr std::string_view kContent = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73";
  for (std::size_t i = 0; i < opening.content.size(); ++i)
    std::from_chars(kContent.data() + 2 * i, kContent.data() + 2 * i + 2, opening.content[i], 16);
  return opening;
}

TEST(Opening, what_an_entry_commits_to_is_read_as_it_was_written_and_no_other) {
  const EventOpening opening = example();
  const auto read = explanation_of(written(opening));
  ASSERT_TRUE(read.ok()) << read.error().text;
  EXPECT_EQ(read->entry, opening.entry);
  EXPECT_EQ(read->opening, opening);
  const auto entry = opened_entry(*read->opening);
  ASSERT_TRUE(entry.ok()) << entry.error().text;
  EXPECT_EQ(entry->number, 12U);
  const std::string bytes = written(opening);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string other = bytes;
    other[at] = static_cast<char>(other[at] ^ 1);
    const auto changed = explanation_of(other);
    // Only what no commitment covers may change: the submitter, the number and the time, which the tree covers.
    const bool is_covered = at < 8 + 44 || at >= opening.entry.size();
    if (changed && is_covered) {
      EXPECT_TRUE(!changed->opening || !opened_entry(*changed->opening).ok()) << at;
    }
  }
}

TEST(Opening, an_entry_may_stand_alone_and_an_anchor_has_several_lines) {
  EXPECT_EQ(explanation_of("event/1 a b 1 2\n")->entry, "event/1 a b 1 2");
  EXPECT_FALSE(explanation_of("event/1 a b 1 2\n")->opening.has_value());
  EXPECT_EQ(explanation_of("anchor/1 2\na\nb\n\n")->entry, "anchor/1 2\na\nb\n");
  EXPECT_EQ(explanation_of("audit/1 a 1\n")->entry, "audit/1 a 1");
  for (const char* none : {"", "event/1 a", "audit/1 a 1", "event/1 a b 1 2\n0123456789abcdef"})
    EXPECT_EQ(explanation_of(none).error().code, "log.extra") << none;
}

TEST(Proof, keys_that_say_nothing_of_a_log_are_the_readers_mistake) {
  const auto key = [](std::string name, NoteKeyType type) {
    return key_of(name, type, PrivateKey::fresh(algorithm_of(type)));
  };
  const NoteKey log = key("a", NoteKeyType::kEd25519), other = key("b", NoteKeyType::kSm2),
                witness = key("w", NoteKeyType::kEd25519Cosignature);
  EXPECT_TRUE(judge({.keys = {log}, .witnesses = {witness}}).ok());
  EXPECT_EQ(judge({}).error().code, "log.trust");
  EXPECT_EQ(judge({.keys = {log, other}}).error().code, "log.trust");
  EXPECT_EQ(judge({.keys = {witness}}).error().code, "log.trust");
  EXPECT_EQ(judge({.keys = {log}, .witnesses = {other}}).error().code, "log.trust");
  EXPECT_EQ(hash_of({.keys = {log}}), HashKind::kSha256);
  EXPECT_EQ(hash_of({.keys = {key("a/sm3", NoteKeyType::kSm2)}}), HashKind::kSm3);
}

TEST(Proof, every_key_that_was_given_must_have_signed) {
  const auto ed25519 = PrivateKey::fresh(SignatureAlgorithm::kEd25519),
             sm2 = PrivateKey::fresh(SignatureAlgorithm::kSm2);
  const std::string text = text_of({"log", 1, leaf_hash(HashKind::kSha256, "x")});
  Trust trust{.keys = {key_of("log", NoteKeyType::kEd25519, ed25519), key_of("log", NoteKeyType::kSm2, sm2)}};
  Note note{text, {*signature_of(text, "log", NoteKeyType::kEd25519, ed25519)}};
  EXPECT_EQ(prove_checkpoint(written(note), trust).error().code, "log.unsigned");
  note.signatures.push_back(*signature_of(text, "log", NoteKeyType::kSm2, sm2));
  const auto proven = prove_checkpoint(written(note), trust);
  ASSERT_TRUE(proven.ok()) << proven.error().text;
  EXPECT_EQ(proven->by.size(), 2U);
  trust.quorum = 1;
  EXPECT_EQ(prove_checkpoint(written(note), trust).error().code, "log.quorum");
}

}  // namespace
}  // namespace suyuan::tlog
