// SPDX-License-Identifier: Apache-2.0
#include "app/audit/refusals.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "app/audit/audit.h"
#include "base/text.h"

namespace suyuan {
namespace {

constexpr Instant at(int second) { return Instant(std::chrono::seconds(1'800'000'000 + second)); }  // a minute begins

AuditEntry refusal(std::string from, std::int64_t person, Instant when) {
  AuditEntry entry;
  entry.at = when;
  if (person > 0) entry.person = PersonId(person);
  entry.org = OrgId(7);
  entry.from = std::move(from);
  entry.act = "event.read";
  entry.outcome = AuditOutcome::kRefused;
  entry.reason = "access.denied";
  return entry;
}

// shows: R1
TEST(RefusalTally, one_address_gets_some_entries_a_minute_and_then_a_count) {
  RefusalTally tally;
  for (int i = 0; i < 5000; ++i) tally.add(refusal("10.0.0.1", 0, at(i % 60)));
  const auto kept = tally.take(at(59));
  EXPECT_EQ(kept.size(), static_cast<std::size_t>(RefusalTally::kOfOneAddress));
  const auto counted = tally.take(at(60));
  ASSERT_EQ(counted.size(), 1U);
  EXPECT_EQ(counted[0].after, fmt::format(R"({{"more":{}}})", 5000 - RefusalTally::kOfOneAddress));
  EXPECT_EQ(counted[0].from, "10.0.0.1");
  EXPECT_LT(counted[0].at, at(60));
  EXPECT_TRUE(tally.take(at(120)).empty());
  tally.add(refusal("10.0.0.1", 0, at(130)));
  EXPECT_EQ(tally.take(at(131)).size(), 1U) << "a new minute";
}

TEST(RefusalTally, any_number_of_addresses_writes_a_bounded_number_of_lines_and_loses_no_count) {
  RefusalTally tally;
  constexpr int kMany = 200'000;
  for (int i = 0; i < kMany; ++i) tally.add(refusal(fmt::format("a{}", i), 0, at(1)));
  const auto lines = tally.take(at(61));
  EXPECT_LE(lines.size(), RefusalTally::kOfAllAddresses + RefusalTally::kCountLines + 1);
  std::int64_t all = 0;
  for (const AuditEntry& line : lines) {
    const auto more = line.after.find(':');
    all += more == std::string::npos ? 1 : std::strtoll(line.after.c_str() + more + 1, nullptr, 10);
  }
  EXPECT_EQ(all, kMany);
}

TEST(RefusalTally, who_has_no_account_cannot_hide_the_refusals_of_those_with_one) {
  RefusalTally tally;
  for (int i = 0; i < 100'000; ++i) tally.add(refusal(fmt::format("a{}", i), 0, at(1)));
  tally.add(refusal("10.0.0.9", 42, at(2)));
  const auto lines = tally.take(at(3));
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const AuditEntry& e) { return e.person == PersonId(42); }));
}

TEST(RefusalTally, what_could_not_be_written_waits_up_to_a_bound) {
  RefusalTally tally;
  tally.add(refusal("10.0.0.1", 0, at(1)));
  auto waiting = tally.take(at(2));
  tally.give_back(std::move(waiting));
  EXPECT_EQ(tally.take(at(3)).size(), 1U);
  tally.give_back(std::vector<AuditEntry>(RefusalTally::kWaitingMost + 5, refusal("x", 0, at(3))));
  EXPECT_EQ(tally.lost(), 5);
  EXPECT_EQ(tally.take(at(4)).size(), RefusalTally::kWaitingMost);
}

// shows: R1, T10
TEST(AuditEntries, masked_fields_are_salted_hashes_that_can_be_checked_and_not_compared) {
  const identity::Principal who = identity::machine_principal();
  const std::vector<AuditField> fields = {{"mobile", "13800138000", true}, {"name", "张三", true}, {"place", "440305"}};
  const AuditEntry one = with_fields(audit_entry(who, "person.change", {"person", "5"}, "why", at(0)), {}, fields);
  const AuditEntry two = with_fields(audit_entry(who, "person.change", {"person", "5"}, "why", at(0)), {}, fields);
  EXPECT_EQ(one.after.find("13800138000"), std::string::npos);
  EXPECT_EQ(one.after.find("张三"), std::string::npos);
  EXPECT_NE(one.after.find("440305"), std::string::npos);
  EXPECT_NE(one.after, two.after) << "each entry has its own salt";
  EXPECT_EQ(one.salt.size(), 16U);
  EXPECT_TRUE(had_value(one, one.after, fields[0]));
  EXPECT_FALSE(had_value(one, one.after, {"mobile", "13800138001", true}));
  EXPECT_FALSE(had_value(one, one.after, {"name", "13800138000", true})) << "of another field";
  EXPECT_FALSE(had_value(two, one.after, fields[0])) << "with another salt";
}

// shows: T10
TEST(AuditEntries, no_text_can_forge_a_line_or_grow_without_bound) {
  identity::Principal who = identity::machine_principal();
  who.from = "1.2.3.4\r\nSet-Cookie: x";
  who.credential = std::string(5000, 'k');
  const AuditEntry entry =
      audit_entry(who, "a\nb", {"path", "GET /\x1b[31m\xff"}, std::string("fine\0\n2026 forged", 18), at(0));
  for (const std::string& text : {entry.from, entry.act, entry.target, entry.reason}) {
    EXPECT_TRUE(std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
        << text;
    EXPECT_TRUE(is_utf8(text));
  }
  EXPECT_LT(entry.credential.size(), 100U);
  EXPECT_EQ(audit_entry(identity::public_principal(), "x", {}, "", at(0)).person, std::nullopt);
}

}  // namespace
}  // namespace suyuan
