// SPDX-License-Identifier: Apache-2.0
// What signing in, and what people prove themselves with, leaves in the audit.
#include <fmt/format.h>

#include "../storage/store_rows.h"
#include "login_world.h"

namespace suyuan::test {
namespace {

using identity::Act;
using identity::OrgKind;
using identity::Role;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Entries : public LoginWorld {
 protected:
  OwnPermit own(const SignedIn& signed_in) { return granted(signed_in, Act::kAccountOwn); }
  // The acts since the last call, oldest first.
  std::vector<std::string> acts() {
    std::vector<std::string> found;
    for (const AuditEntry& each : entries())
      if (each.id > known_) found.push_back(each.act);
    for (const AuditEntry& each : entries()) known_ = std::max(known_, each.id);
    return found;
  }
  AuditEntry last() { return entries().back(); }
  void let_audit_fail(bool fails) { storage::let_audit_fail(*store_, fails); }
  // A security administrator who needs no second factor, at the organisation above.
  SignedIn security() {
    services_->rules.second_factor = LoginRules::SecondFactor::kNone;
    person(office_, {Role::kSecadmin}, "sec");
    return *sign_in_as("sec");
  }
  KeyRequest request() {
    KeyRequest wanted{seller_, Role::kSeller, {}, "the warehouse", clock_.now() + 24h};
    wanted.acts.add(Act::kEventCapture);
    return wanted;
  }

  std::int64_t known_ = 0;
  const OrgId office_ = organisation(OrgKind::kRegulator, "南山局");
  const OrgId seller_ = organisation(OrgKind::kSeller, "云起贸易", office_);
  const Account wang_ = person(seller_, {Role::kSeller}, "wang");
};

// shows: T10, R1
TEST_F(Entries, a_sign_in_says_who_from_where_how_and_which_session) {
  const SignedIn in = *sign_in_as("wang");
  EXPECT_THAT(acts(), ElementsAre("session.open"));
  const AuditEntry entry = last();
  EXPECT_EQ(entry.person, wang_.member.id);
  EXPECT_EQ(entry.org, seller_);
  EXPECT_EQ(entry.jurisdiction, Jurisdiction{440300});
  EXPECT_EQ(entry.via, identity::Via::kSession);
  EXPECT_EQ(entry.credential, in.session.id);
  EXPECT_EQ(entry.from, "192.0.2.1");
  EXPECT_EQ(entry.outcome, AuditOutcome::kAllowed);
  EXPECT_EQ(entry.after, R"({"how":"password"})");
  EXPECT_THAT(entry.after + entry.reason + entry.credential, Not(HasSubstr(in.token)));
  person(office_, {Role::kLeader}, "leader");
  ASSERT_TRUE(sign_in_as("leader").ok());
  EXPECT_EQ(last().after, R"({"how":"password","heldBack":"login.second_factor_needed"})");
  ASSERT_TRUE(sign_in_by_provider(everybody(), wang_.member.id, "192.0.2.9", in.token, *services_).ok());
  EXPECT_EQ(last().after, R"({"how":"OpenID provider","inPlaceOfAnother":"true"})");
  EXPECT_EQ(last().from, "192.0.2.9");
  EXPECT_THAT(acts(), ElementsAre("session.open", "session.open"));
}

// shows: T10
TEST_F(Entries, a_failed_sign_in_has_what_was_typed_as_a_hash_only) {
  ASSERT_FALSE(sign_in_as("wang", "my guess").ok());
  const AuditEntry known = last();
  EXPECT_EQ(known.act, "session.open");
  EXPECT_EQ(known.outcome, AuditOutcome::kRefused);
  EXPECT_EQ(known.person, std::nullopt) << "nobody who is known";
  EXPECT_EQ(known.target, std::to_string(wang_.member.id.value()));
  EXPECT_EQ(known.org, seller_) << "its auditors see who tries their people's accounts";
  EXPECT_EQ(known.reason, "login.wrong");
  EXPECT_EQ(known.from, "192.0.2.1");
  ASSERT_FALSE(sign_in_as("kzvw7q2-mond-as-login", "x").ok());
  const AuditEntry unknown = last();
  EXPECT_EQ(unknown.target, "");
  EXPECT_EQ(unknown.org, OrgId(1));
  EXPECT_THAT(unknown.after, Not(HasSubstr("mond")));
  EXPECT_TRUE(had_value(unknown, unknown.after, {"login", "kzvw7q2-mond-as-login", true}));
  EXPECT_THAT(acts(), ElementsAre("session.open", "session.open"));
}

// shows: T10
TEST_F(Entries, nobody_fills_the_disk_by_failing) {
  for (int i = 0; i < 3000; ++i) static_cast<void>(sign_in_as("wang", "guess"));
  const auto few = entries("session.open").size();
  EXPECT_GE(few, static_cast<std::size_t>(RefusalTally::kOfOneAddress));
  EXPECT_LE(few, 2U * RefusalTally::kOfOneAddress);
  EXPECT_EQ(entries("session.open").back().reason, "login.too_many");
  clock_.pass(1min);
  const AuditEntry rest = entries("session.open").back();
  EXPECT_EQ(rest.after, fmt::format(R"({{"more":{}}})", 3000 - RefusalTally::kOfOneAddress));
  EXPECT_EQ(rest.org, OrgId(1)) << "a count may be of several organisations' accounts";
  EXPECT_EQ(rest.target, "");
}

// shows: T10, R1
TEST_F(Entries, passwords_and_second_factors_are_written_down_without_what_they_are) {
  SignedIn in = *sign_in_as("wang");
  acts();
  EXPECT_FALSE(change_password(own(in), "guess", "neu-und-lang", *services_, wait_).ok());
  EXPECT_EQ(last().act, "password.set");
  EXPECT_EQ(last().outcome, AuditOutcome::kRefused);
  EXPECT_EQ(last().person, wang_.member.id);
  EXPECT_THAT(acts(), ElementsAre("password.set"));
  EXPECT_FALSE(change_password(own(in), kPassword, "12345678", *services_, wait_).ok());
  EXPECT_TRUE(acts().empty()) << "a new one that will not do";
  in = *change_password(own(in), kPassword, "neu-und-lang", *services_, wait_);
  EXPECT_THAT(acts(), ElementsAre("password.set", "session.open")) << "and the session that goes on";
  const auto offer = *begin_totp(own(in), "neu-und-lang", *services_, wait_);
  EXPECT_TRUE(acts().empty()) << "nothing has changed";
  EXPECT_FALSE(confirm_totp(own(in), "000000", *services_, wait_).ok());
  EXPECT_EQ(last().reason.substr(0, 15), "totp.wrong_code");
  acts();
  const auto confirmed = *confirm_totp(own(in), totp_of(offer), *services_, wait_);
  EXPECT_THAT(acts(), ElementsAre("totp.set", "session.open"));
  EXPECT_EQ(entries("totp.set").back().person, wang_.member.id);
  EXPECT_EQ(entries("totp.set").back().org, seller_);
  clock_.pass(60s);
  ASSERT_FALSE(sign_in_as("wang", "neu-und-lang").ok());
  EXPECT_EQ(last().reason, "login.code_needed") << "somebody knows the password";
  ASSERT_FALSE(sign_in_as("wang", "neu-und-lang", "000000").ok());
  EXPECT_EQ(last().reason, "login.wrong_code");
  in = *sign_in_as("wang", "neu-und-lang", totp_of(offer));
  EXPECT_EQ(last().after, R"({"how":"password and code"})");
  acts();
  ASSERT_TRUE(end_totp(own(in), "neu-und-lang", confirmed.recovery_codes[0], *services_, wait_).ok());
  EXPECT_THAT(acts(), ElementsAre("totp.end", "session.open"));
  for (const AuditEntry& each : entries()) {
    for (const std::string& secret :
         {std::string("neu-und-lang"), std::string("guess"), offer.secret, in.token, confirmed.recovery_codes[0]})
      EXPECT_THAT(each.before + each.after + each.reason + each.target, Not(HasSubstr(secret))) << each.act;
  }
}

// shows: T10, R1
TEST_F(Entries, a_session_that_somebody_ends_says_who_ended_whose) {
  const SignedIn here = *sign_in_as("wang"), there = *sign_in_as("wang"), third = *sign_in_as("wang");
  const SignedIn sec = security();
  acts();
  ASSERT_TRUE(end_own_session(own(here), there.session.id, *services_).ok());
  EXPECT_THAT(last().reason, HasSubstr(there.session.id));
  ASSERT_EQ(*end_own_other_sessions(own(here), *services_), 1);
  EXPECT_EQ(last().after, R"({"sessions":1})");
  EXPECT_THAT(acts(), ElementsAre("session.end", "session.end"));
  ASSERT_EQ(*end_own_other_sessions(own(here), *services_), 0);
  EXPECT_FALSE(end_own_session(own(here), there.session.id, *services_).ok());
  EXPECT_FALSE(end_sessions_of(granted(sec, Act::kSessionEnd), PersonId(999), *services_).ok());
  EXPECT_TRUE(acts().empty()) << "nothing ended";
  ASSERT_EQ(*end_sessions_of(granted(sec, Act::kSessionEnd), wang_.member.id, *services_), 1);
  EXPECT_EQ(last().person, sec.session.person);
  EXPECT_EQ(last().target, std::to_string(wang_.member.id.value()));
  EXPECT_EQ(last().org, seller_);
  EXPECT_EQ(last().after, fmt::format(R"({{"sessions":1,"actingFor":"{}"}})", office_.value()));
  const SignedIn again = *sign_in_as("wang");
  ASSERT_TRUE(sign_out(everybody(), again.token, *services_).ok());
  EXPECT_EQ(last().person, wang_.member.id);
  EXPECT_EQ(last().credential, again.session.id);
  ASSERT_TRUE(sign_out(everybody(), again.token, *services_).ok());
  EXPECT_THAT(acts(), ElementsAre("session.end", "session.open", "session.end")) << "signing out twice is once";
}

// shows: T10, R1
TEST_F(Entries, a_key_is_written_down_with_what_it_may_and_never_with_itself) {
  const SignedIn sec = security();
  acts();
  const auto permit = [&] { return granted(sec, Act::kKeyMake); };
  const MadeKey made = *make_key(permit(), request(), *services_);
  EXPECT_THAT(acts(), ElementsAre("key.make"));
  const AuditEntry entry = last();
  EXPECT_EQ(entry.target_kind, "key");
  EXPECT_EQ(entry.target, made.record.id);
  EXPECT_EQ(entry.person, sec.session.person);
  EXPECT_EQ(entry.org, seller_) << "whose key it is";
  EXPECT_THAT(entry.after, HasSubstr(R"("name":"the warehouse","role":"seller","acts":"event.capture")"));
  EXPECT_THAT(entry.after, Not(HasSubstr(made.text.substr(made.text.rfind('_')))));
  KeyRequest wrong = request();
  wrong.role = Role::kLeader;
  EXPECT_FALSE(make_key(permit(), wrong, *services_).ok());
  EXPECT_FALSE(revoke_key(permit(), "none", *services_).ok());
  EXPECT_TRUE(acts().empty());
  ASSERT_TRUE(revoke_key(permit(), made.record.id, *services_).ok());
  EXPECT_FALSE(revoke_key(permit(), made.record.id, *services_).ok());
  EXPECT_THAT(acts(), ElementsAre("key.revoke"));
  EXPECT_EQ(last().before, R"({"name":"the warehouse","role":"seller"})");
}

// shows: T10, R1
TEST_F(Entries, a_link_is_written_down_when_it_is_made_and_what_it_did_when_it_is_used) {
  const std::string set_up = **set_up_link(at_this_machine(), *services_);
  EXPECT_EQ(last().act, "link.make");
  EXPECT_EQ(last().via, identity::Via::kMachine);
  EXPECT_THAT(acts(), ElementsAre("link.make"));
  EXPECT_FALSE(use_link(everybody(), set_up, {"z", "张三丰", kPassword}, *services_).ok());
  EXPECT_TRUE(acts().empty());
  ASSERT_TRUE(use_link(everybody(), set_up, {"zhangsf", "张三丰", kPassword}, *services_).ok());
  EXPECT_THAT(acts(), ElementsAre("password.set"));
  ASSERT_EQ(accounts_.entries.size(), 1U);
  const AuditEntry& added = accounts_.entries[0];
  EXPECT_EQ(added.act, "person.add");
  EXPECT_EQ(added.reason, "by a one-time link");
  EXPECT_EQ(added.person, std::nullopt) << "whoever had the link";
  EXPECT_THAT(added.after, HasSubstr(R"("roles":"secadmin")"));
  EXPECT_THAT(added.after, Not(HasSubstr("张三丰")));
  const std::string link = *password_link(at_this_machine(), "wang", *services_);
  EXPECT_EQ(last().target, std::to_string(wang_.member.id.value()));
  EXPECT_EQ(last().org, seller_);
  ASSERT_TRUE(use_link(everybody(), link, {"", "", "neu-und-lang"}, *services_).ok());
  EXPECT_EQ(last().reason, "by a one-time link");
  EXPECT_EQ(last().org, seller_);
  ASSERT_TRUE(set_password_of(at_this_machine(), "wang", "am-terminal-1", *services_).ok());
  EXPECT_EQ(last().via, identity::Via::kMachine);
  EXPECT_THAT(acts(), ElementsAre("link.make", "password.set", "password.set"));
  for (const AuditEntry& each : entries())
    for (const std::string& secret : {set_up, link, std::string("neu-und-lang"), std::string("am-terminal-1")})
      EXPECT_THAT(each.after + each.reason + each.target, Not(HasSubstr(secret))) << each.act;
}

// shows: T10, R1
TEST_F(Entries, what_cannot_be_written_down_is_not_done) {
  const SignedIn sec = security(), in = *sign_in_as("wang"), other = *sign_in_as("wang");
  const MadeKey made = *make_key(granted(sec, Act::kKeyMake), request(), *services_);
  const auto offer = *begin_totp(own(in), kPassword, *services_, wait_);
  const auto count = entries().size();
  let_audit_fail(true);
  EXPECT_FALSE(sign_in_as("wang").ok()) << "nobody gets in unseen";
  EXPECT_FALSE(change_password(own(in), kPassword, "neu-und-lang", *services_, wait_).ok());
  EXPECT_FALSE(confirm_totp(own(in), totp_of(offer), *services_, wait_).ok());
  EXPECT_FALSE(end_own_session(own(in), other.session.id, *services_).ok());
  EXPECT_FALSE(end_own_other_sessions(own(in), *services_).ok());
  EXPECT_FALSE(end_sessions_of(granted(sec, Act::kSessionEnd), wang_.member.id, *services_).ok());
  EXPECT_FALSE(sign_out(everybody(), other.token, *services_).ok());
  EXPECT_FALSE(make_key(granted(sec, Act::kKeyMake), request(), *services_).ok());
  EXPECT_FALSE(revoke_key(granted(sec, Act::kKeyMake), made.record.id, *services_).ok());
  EXPECT_FALSE(password_link(at_this_machine(), "wang", *services_).ok());
  EXPECT_FALSE(set_password_of(at_this_machine(), "wang", "am-terminal-1", *services_).ok());
  let_audit_fail(false);
  EXPECT_EQ(entries().size(), count);
  EXPECT_EQ(credentials_->sessions(wang_.member.id)->size(), 2U) << "neither more nor fewer";
  EXPECT_FALSE((*credentials_->totp(wang_.member.id))->is_confirmed);
  EXPECT_EQ(credentials_->keys(seller_, "", 10)->size(), 1U);
  EXPECT_FALSE((*credentials_->key(made.record.id))->revoked);
  EXPECT_TRUE(sign_in_as("wang").ok()) << "with the password of before";
}

}  // namespace
}  // namespace suyuan::test
