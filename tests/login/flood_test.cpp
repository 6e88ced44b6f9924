// SPDX-License-Identifier: Apache-2.0
#include "../storage/store_rows.h"
#include "login_world.h"

// A minute of ten thousand attempts, on a clock that stands in between: what they cost, and who still gets in.
namespace suyuan::test {
namespace {

using identity::OrgKind;
using identity::Role;

class Flood : public LoginWorld {
 protected:
  static constexpr int kMany = 10'000;
  static constexpr std::chrono::microseconds kMinute = 60s;

  // Each a part of the minute after the one before. How many were hashed.
  int tried(const std::function<void(int)>& attempt) {
    const int before = hasher_.asked;
    for (int i = 0; i < kMany; ++i) {
      attempt(i);
      clock_.pass(kMinute / kMany);
    }
    return hasher_.asked - before;
  }
  // What is remembered of failures.
  std::int64_t rows() { return storage::number_in(*store_, "SELECT count(*) FROM login_failure"); }
  bool gets_in(const std::string& login, const std::string& address, const std::string& device = "") {
    return sign_in_as(login, kPassword, "", address, device).ok();
  }

  const OrgId seller_ = organisation(OrgKind::kSeller);
  const Account wang_ = person(seller_, {Role::kSeller}, "wang");
  const Account li_ = person(seller_, {Role::kSeller}, "li");
};

// shows: R1, T10
TEST_F(Flood, of_one_address_a_hundred_are_heard_and_everybody_else_gets_in) {
  const std::string device = sign_in_as("wang")->device;
  int inside = 0;
  const int hashed = tried([&](int i) {
    static_cast<void>(sign_in_as("name" + std::to_string(i), "guess", "", "203.0.113.9"));
    if (i % 1000 == 999) inside += gets_in("li", "192.0.2.50") ? 1 : 0;
  });
  EXPECT_EQ(inside, 10) << "from another address";
  // The hundred that are free, the one that begins the wait, those of li; nothing else was looked at.
  EXPECT_LE(hashed, 100 + 2 + 10);
  EXPECT_GE(hashed, 100);
  EXPECT_LE(rows(), 3 * 120) << "an attempt that waits leaves nothing behind";
  EXPECT_TRUE(gets_in("wang", "203.0.113.9", device)) << "a known device, even from that address";
}

// shows: R1, T10
TEST_F(Flood, of_many_addresses_on_one_account_fifty_are_heard_and_its_owner_gets_in) {
  const std::string device = sign_in_as("wang")->device;
  int inside = 0;
  const int hashed = tried([&](int i) {
    const std::string address = "198.51." + std::to_string(i / 250 % 250) + "." + std::to_string(i % 250);
    static_cast<void>(sign_in_as("wang", "guess", "", address));
    if (i % 1000 == 999) inside += gets_in("wang", "192.0.2.77", device) && gets_in("li", "192.0.2.50") ? 1 : 0;
  });
  EXPECT_EQ(inside, 10) << "the owner on a known device, and everybody else";
  EXPECT_LE(rows(), 3 * 120);
  EXPECT_LE(hashed, 50 + 2 + 20);
  EXPECT_GE(hashed, 50);
}

}  // namespace
}  // namespace suyuan::test
