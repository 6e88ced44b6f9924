// SPDX-License-Identifier: Apache-2.0
#include "domain/tlog/entry.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "engine/digest/sha256.h"

namespace suyuan::tlog {
namespace {

Instant at(std::int64_t micros) { return Instant(std::chrono::microseconds(micros)); }

LogSecret secret() {
  LogSecret bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  return bytes;
}

// The worked examples of docs/formats/log-entries.md.
TEST(Entries, ArePrintedAsTheFormatSays) {
  const std::string id = "urn:uuid:0197a1c2-7b3e-7c4d-8a5f-1b2c3d4e5f60";
  const Hash content = sha256("content");
  EventEntry event;
  event.commitment = event_commitment(event_salt(secret(), 42), id, content, false);
  event.submitter = pseudonym_of(secret(), 7);
  event.number = 12;
  event.recorded = at(1'763'750'000'123'456);
  EXPECT_EQ(written(event),
            "event/1 N2e4MJaMLt19orx8+etZFyPeCUGNmI6YGfTJeA0f79I= bREL9UhVi9fg/yruW+/X4w== 12 1763750000123456");

  const ActEntry act{act_commitment(act_salt(secret(), 3), "1:3\n"), at(1'763'750'000'000'000)};
  EXPECT_EQ(written(act), "audit/1 pGcVg042/sYJ6vpKwj5I2MTWw+Xm4Sy3QJ0QP4/M4vI= 1763750000000000");
}

TEST(Entries, AreReadBackAsTheyWereWritten) {
  EventEntry event{sha256("a"), pseudonym_of(secret(), 1), 18'446'744'073'709'551'615U, at(0)};
  const Entry all[] = {event, EventEntry{sha256("b"), {}, 1, at(INT64_MAX)}, ActEntry{sha256("c"), at(5)},
                       AnchorEntry{"a\n1\nx\n\n— a b\n", "a/sm3\n1\ny\n\n— c d\n"}, AnchorEntry{"", ""}};
  for (const Entry& entry : all) {
    const auto read = entry_of(written(entry));
    ASSERT_TRUE(read.ok()) << read.error().text;
    EXPECT_EQ(*read, entry);
  }
}

TEST(Entries, AnotherSpellingIsRefused) {
  const std::string good = written(Entry(EventEntry{sha256("a"), {}, 12, at(7)}));
  ASSERT_TRUE(entry_of(good).ok());
  std::vector<std::string> wrong = {"",
                                    " ",
                                    "event/1",
                                    "event/2" + good.substr(7),
                                    good + "\n",
                                    good + " ",
                                    " " + good,
                                    good + " 1",
                                    "Event/1" + good.substr(7),
                                    "anchor/1 ",
                                    "anchor/1 5\nabc",
                                    "anchor/1 05\nabcdefg",
                                    "anchor/1 -1\nabc",
                                    "audit/1 x 1",
                                    std::string(70'000, 'a')};
  std::string spaced = good;
  spaced.insert(spaced.find(' '), " ");
  wrong.push_back(spaced);
  for (const auto& [from, to] : {std::pair{" 12 7", " 0 7"},
                                 {" 12 7", " 012 7"},
                                 {" 12 7", " +12 7"},
                                 {" 12 7", " 12 07"},
                                 {" 12 7", " 12 9223372036854775808"},
                                 {" 12 7", " 18446744073709551616 7"},
                                 {"= ", " "}})
    wrong.push_back(std::string(good).replace(good.find(from), std::string_view(from).size(), to));
  for (const std::string& text : wrong) {
    const auto read = entry_of(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code, "log.entry");
  }
}

TEST(Entries, NothingThatDiffersCommitsToTheSame) {
  const Hash one = sha256("1"), other = sha256("2");
  const auto commitment = event_commitment("salt", "a", one, false);
  EXPECT_NE(commitment, event_commitment("salt", "b", one, false));
  EXPECT_NE(commitment, event_commitment("salt", "a", other, false));
  EXPECT_NE(commitment, event_commitment("salt", "a", one, true));
  EXPECT_NE(commitment, event_commitment("tlas", "a", one, false));
  EXPECT_NE(pseudonym_of(secret(), 1), pseudonym_of(secret(), 2));
  EXPECT_NE(act_salt(secret(), 1), act_salt(secret(), 2));
  EXPECT_NE(event_salt(secret(), 1), event_salt(secret(), 2));
  EXPECT_NE(event_salt(secret(), 1), act_salt(secret(), 1));
}

}  // namespace
}  // namespace suyuan::tlog
