// SPDX-License-Identifier: Apache-2.0
#include "login_world.h"

namespace suyuan::test {
namespace {

using identity::Act;
using identity::OrgKind;
using identity::Role;

// The code of the error, or "".
template <class T>
std::string refusal(const Result<T>& result) {
  return result.ok() ? "" : result.error().code;
}

class Verbs : public LoginWorld {
 protected:
  OwnPermit own(const SignedIn& signed_in) { return granted(signed_in, Act::kAccountOwn); }
  std::string token_state(const SignedIn& signed_in) {
    return refusal(bearer_of_session(signed_in.token, "192.0.2.1", *services_));
  }
  // With a second factor from now on.
  TotpOffer with_totp(const SignedIn& signed_in, TotpConfirmed* confirmed = nullptr) {
    const auto offer = *begin_totp(own(signed_in), kPassword, *services_, wait_);
    auto done = confirm_totp(own(signed_in), totp_of(offer), *services_, wait_);
    CHECK(done.ok());
    if (confirmed != nullptr) *confirmed = *done;
    return offer;
  }

  const OrgId seller_ = organisation(OrgKind::kSeller);
  const Account wang_ = person(seller_, {Role::kSeller}, "wang");
};

// shows: T10
TEST_F(Verbs, whoever_is_not_known_takes_the_path_of_everybody) {
  const auto failures = [&](const std::string& login, const std::string& password) {
    const int before = hasher_.asked;
    const auto answer = sign_in_as(login, password);
    EXPECT_EQ(refusal(answer), "login.wrong");
    EXPECT_EQ(hasher_.asked - before, 1) << login;
    return answer.error().text;
  };
  Account closed = person(seller_, {Role::kSeller}, "closed");
  closed.member.is_active = false;
  ASSERT_TRUE(accounts_.change(closed).ok());
  Account fresh;
  fresh.member.org = seller_;
  fresh.login = "fresh";
  ASSERT_TRUE(accounts_.add(fresh).ok());  // without a password
  const std::string text = failures("wang", "wrong");
  EXPECT_EQ(failures("nobody", kPassword), text);
  EXPECT_EQ(failures("closed", kPassword), text);
  EXPECT_EQ(failures("fresh", "nobody"), text);
  EXPECT_EQ(failures("", ""), text);
  EXPECT_TRUE(sign_in_as(" ＷＡＮＧ ").ok()) << "full-width and capital letters are the same login";
}

TEST_F(Verbs, a_token_is_kept_as_its_hash_and_a_session_ends_when_it_should) {
  const SignedIn in = *sign_in_as("wang");
  EXPECT_EQ(in.token.size(), 43U);
  EXPECT_FALSE(credentials_->session(sha256(in.session.id))->has_value());
  EXPECT_TRUE(credentials_->session(sha256(in.token))->has_value());
  EXPECT_EQ(token_state(in), "");
  clock_.pass(30min);
  EXPECT_EQ(token_state(in), "") << "30 minutes idle are allowed";
  clock_.pass(1s);
  EXPECT_EQ(token_state(in), "access.ended");
  const SignedIn again = *sign_in_as("wang");
  for (int i = 0; i < 25; ++i) {
    clock_.pass(29min);
    EXPECT_EQ(token_state(again), i < 24 ? "" : "access.ended") << "12 hours at most, however busy: " << i;
    ASSERT_TRUE(credentials_->seen_session(sha256(again.token), clock_.now()).ok());
  }
  for (const std::string& forged : {std::string(), std::string(43, 'A'), std::string(5000, 'A'), in.session.id})
    EXPECT_EQ(refusal(bearer_of_session(forged, "", *services_)), "access.ended");
}

TEST_F(Verbs, a_dismissed_officers_token_dies_at_once_and_so_do_those_of_a_closed_organisation) {
  const SignedIn in = *sign_in_as("wang");
  Account wang = **accounts_.account(wang_.member.id);
  wang.member.is_active = false;
  ASSERT_TRUE(accounts_.change(wang).ok());
  EXPECT_EQ(token_state(in), "access.ended");
  wang.member.is_active = true;
  wang.member.roles = {};
  ASSERT_TRUE(accounts_.change(wang).ok());
  const auto bearer = bearer_of_session(in.token, "", *services_);
  EXPECT_EQ(refusal(authorizer_.grant(bearer->who, Act::kEventCapture)), "access.denied");
  identity::Organisation seller = **accounts_.organisation(seller_);
  seller.is_active = false;
  ASSERT_TRUE(accounts_.change(seller).ok());
  EXPECT_EQ(token_state(in), "access.ended");
  EXPECT_EQ(refusal(sign_in_as("wang")), "login.wrong");
}

// shows: T10
TEST_F(Verbs, failures_slow_down_and_an_attacker_elsewhere_does_not_lock_the_owner_out) {
  const SignedIn owner = *sign_in_as("wang", kPassword, "", "192.0.2.1");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(refusal(sign_in_as("wang", "guess", "", "203.0.113.9")), "login.wrong");
  const int hashed = hasher_.asked;
  EXPECT_EQ(refusal(sign_in_as("wang", kPassword, "", "203.0.113.9")), "login.too_many") << "right or wrong";
  EXPECT_EQ(wait_, 30s);
  EXPECT_EQ(hasher_.asked, hashed) << "nothing was looked at";
  EXPECT_TRUE(sign_in_as("wang", kPassword, "", "192.0.2.1").ok()) << "from the owner's address";
  // From many addresses, until the account as a whole waits.
  for (int i = 0; i < 60; ++i) static_cast<void>(sign_in_as("wang", "guess", "", "198.51.100." + std::to_string(i)));
  EXPECT_EQ(refusal(sign_in_as("wang", kPassword, "", "192.0.2.77")), "login.too_many") << "an unknown device";
  EXPECT_TRUE(sign_in_as("wang", kPassword, "", "203.0.113.9", owner.device).ok()) << "the owner's device, anywhere";
  EXPECT_TRUE(sign_in_as("wang", kPassword, "", "198.51.100.7", owner.device).ok());
  // The device has a budget of its own, and only for its own account.
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(refusal(sign_in_as("wang", "guess", "", "192.0.2.1", owner.device)), "login.wrong");
  EXPECT_EQ(refusal(sign_in_as("wang", kPassword, "", "192.0.2.1", owner.device)), "login.too_many");
  person(seller_, {Role::kSeller}, "li");
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(refusal(sign_in_as("li", "guess", "", "192.0.2.50", owner.device)), "login.wrong");
  EXPECT_EQ(refusal(sign_in_as("li", "guess", "", "192.0.2.50", owner.device)), "login.too_many");
  clock_.pass(16min);
  EXPECT_TRUE(sign_in_as("wang", kPassword, "", "203.0.113.9").ok()) << "forgotten after a quiet while";
}

TEST_F(Verbs, a_forged_device_is_an_unknown_one) {
  const SignedIn owner = *sign_in_as("wang");
  const std::string device = owner.device;
  const std::size_t last = device.rfind('.');
  for (const std::string& forged : {std::string("x"), device.substr(0, last) + "." + std::string(43, 'A'), "2" + device,
                                    device + "A", device.substr(0, last), std::string("..")}) {
    clock_.pass(1h);
    for (int i = 0; i < 5; ++i) static_cast<void>(sign_in_as("wang", "guess", "", "203.0.113.1", forged));
    EXPECT_EQ(refusal(sign_in_as("wang", kPassword, "", "203.0.113.1")), "login.too_many") << forged;
  }
}

TEST_F(Verbs, one_address_cannot_try_many_accounts_nor_one_network_of_ipv6) {
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(refusal(sign_in_as("name" + std::to_string(i), "guess", "", "2001:db8::" + std::to_string(i))),
              "login.wrong");
  EXPECT_EQ(refusal(sign_in_as("name200", "guess", "", "2001:db8::ffff")), "login.too_many");
  EXPECT_EQ(refusal(sign_in_as("name200", "guess", "", "2001:db8:0:1::1")), "login.wrong") << "another network";
}

TEST_F(Verbs, what_was_typed_as_a_login_is_in_no_log) {
  static_cast<void>(sign_in_as("MySecretPassword9\r\nsign_in.done person=1", "guess"));
  EXPECT_THAT(log_.text(), testing::HasSubstr("sign_in.failed"));
  EXPECT_THAT(log_.text(), testing::Not(testing::HasSubstr("ecretPassword")));
  EXPECT_THAT(log_.text(), testing::Not(testing::HasSubstr("sign_in.done")));
  EXPECT_TRUE(sign_in_as("wang").ok());
  EXPECT_THAT(log_.text(), testing::Not(testing::HasSubstr(kPassword)));
}

TEST_F(Verbs, an_old_cost_is_renewed_by_signing_in) {
  hasher_.cost = "dear";
  ASSERT_TRUE(sign_in_as("wang").ok());
  EXPECT_TRUE((*credentials_->password(wang_.member.id))->hash.starts_with("dear:"));
  EXPECT_TRUE(sign_in_as("wang").ok());
}

// shows: T10
TEST_F(Verbs, with_a_second_factor_the_password_alone_opens_nothing_and_a_code_counts_once) {
  const SignedIn first = *sign_in_as("wang");
  const SignedIn elsewhere = *sign_in_as("wang");
  EXPECT_EQ(refusal(begin_totp(own(first), "guess", *services_, wait_)), "login.wrong_password");
  EXPECT_EQ(refusal(confirm_totp(own(first), "000000", *services_, wait_)), "totp.none");
  EXPECT_TRUE(begin_totp(own(first), kPassword, *services_, wait_).ok());
  EXPECT_TRUE(sign_in_as("wang").ok()) << "not before its first code";
  const auto offer = *begin_totp(own(first), kPassword, *services_, wait_);
  EXPECT_THAT(offer.uri, testing::HasSubstr("secret=" + offer.secret));
  EXPECT_EQ((*credentials_->totp(wang_.member.id))->sealed.find(from_base32(offer.secret)), std::string::npos);
  EXPECT_EQ(refusal(confirm_totp(own(first), totp_of(offer, 5), *services_, wait_)), "totp.wrong_code");
  const auto confirmed = *confirm_totp(own(first), totp_of(offer), *services_, wait_);
  EXPECT_EQ(token_state(first), "access.ended") << "a new token with the new right";
  EXPECT_EQ(token_state(elsewhere), "access.ended");
  EXPECT_EQ(token_state(confirmed.signed_in), "");
  EXPECT_EQ(confirmed.recovery_codes.size(), 10U);
  EXPECT_EQ(refusal(sign_in_as("wang")), "login.code_needed");
  EXPECT_EQ(refusal(sign_in_as("wang", "guess", totp_of(offer, 1))), "login.wrong") << "says nothing of the code";
  EXPECT_EQ(refusal(sign_in_as("wang", kPassword, totp_of(offer))), "login.wrong_code") << "used for confirming";
  EXPECT_TRUE(sign_in_as("wang", kPassword, totp_of(offer, 1)).ok());
  EXPECT_EQ(refusal(sign_in_as("wang", kPassword, totp_of(offer, 1))), "login.wrong_code") << "replayed";
  const std::string recovery = confirmed.recovery_codes[3];
  EXPECT_TRUE(sign_in_as("wang", kPassword, ascii_lower(recovery)).ok());
  EXPECT_EQ(refusal(sign_in_as("wang", kPassword, recovery)), "login.wrong_code");
  EXPECT_EQ(refusal(begin_totp(own(confirmed.signed_in), kPassword, *services_, wait_)), "totp.already");
  clock_.pass(5min);
  EXPECT_EQ(refusal(end_totp(own(confirmed.signed_in), kPassword, "000000", *services_, wait_)), "totp.wrong_code");
  EXPECT_TRUE(end_totp(own(confirmed.signed_in), kPassword, totp_of(offer), *services_, wait_).ok());
  EXPECT_EQ(token_state(confirmed.signed_in), "access.ended");
  EXPECT_TRUE(sign_in_as("wang").ok());
  EXPECT_EQ(refusal(sign_in_as("wang", "guess", confirmed.recovery_codes[4])), "login.wrong");
}

TEST_F(Verbs, codes_cannot_be_guessed_either) {
  const auto offer = with_totp(*sign_in_as("wang"));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(refusal(sign_in_as("wang", kPassword, "000000")), "login.wrong_code");
  EXPECT_EQ(refusal(sign_in_as("wang", kPassword, totp_of(offer, 1))), "login.too_many");
}

TEST_F(Verbs, a_right_password_does_not_pay_for_guesses_of_the_code) {
  TotpConfirmed confirmed;
  const auto offer = with_totp(*sign_in_as("wang"), &confirmed);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(refusal(sign_in_as("wang", kPassword, "000000")), "login.wrong_code");
    EXPECT_EQ(refusal(sign_in_as("wang")), i < 4 ? "login.code_needed" : "login.too_many");
  }
  clock_.pass(16min);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(refusal(end_totp(own(confirmed.signed_in), kPassword, "000000", *services_, wait_)), "totp.wrong_code");
  EXPECT_EQ(refusal(end_totp(own(confirmed.signed_in), kPassword, totp_of(offer), *services_, wait_)),
            "login.too_many");
}

// shows: R1, T10
TEST_F(Verbs, who_signs_or_administers_reaches_the_own_account_only_until_the_second_factor) {
  const OrgId office = organisation(OrgKind::kRegulator, "南山局");
  for (const auto& [role, act] :
       {std::pair(Role::kLeader, Act::kEventRead), std::pair(Role::kSysadmin, Act::kPersonChange),
        std::pair(Role::kSecadmin, Act::kKeyMake), std::pair(Role::kAuditor, Act::kAuditRead)}) {
    const std::string login = "p-" + std::string(role_word(role));
    person(office, {role}, login);
    const SignedIn in = *sign_in_as(login);
    EXPECT_EQ(in.held_back->code, "login.second_factor_needed");
    const auto bearer = bearer_of_session(in.token, "", *services_);
    EXPECT_EQ(refusal(authorizer_.grant(bearer->who, act)), "access.key_limits") << login;
    EXPECT_EQ(refusal(authorizer_.grant(bearer->who, Act::kSessionEnd)), "access.key_limits");
    EXPECT_EQ(refusal(authorizer_.grant(bearer->who, Act::kAccountOwn)), "");
    TotpConfirmed confirmed;
    with_totp(in, &confirmed);
    EXPECT_FALSE(confirmed.signed_in.held_back.has_value());
    granted(confirmed.signed_in, act);
  }
  person(office, {Role::kOfficer}, "officer");
  SignedIn officer = *sign_in_as("officer");
  granted(officer, Act::kEventRead);
  services_->rules.second_factor = LoginRules::SecondFactor::kAll;
  EXPECT_TRUE(bearer_of_session(officer.token, "", *services_)->held_back.has_value()) << "from this moment";
  services_->rules.second_factor = LoginRules::SecondFactor::kNone;
  EXPECT_FALSE(bearer_of_session(officer.token, "", *services_)->held_back.has_value());
}

TEST_F(Verbs, a_role_that_is_granted_later_holds_a_session_back_at_once) {
  const OrgId office = organisation(OrgKind::kRegulator, "南山局");
  Account officer = person(office, {Role::kOfficer}, "officer");
  const SignedIn in = *sign_in_as("officer");
  EXPECT_FALSE(bearer_of_session(in.token, "", *services_)->held_back.has_value());
  officer.member.roles = {Role::kOfficer, Role::kLeader};
  ASSERT_TRUE(accounts_.change(officer).ok());
  EXPECT_TRUE(bearer_of_session(in.token, "", *services_)->held_back.has_value());
}

TEST_F(Verbs, a_new_password_needs_the_old_one_and_ends_every_session) {
  const SignedIn here = *sign_in_as("wang"), there = *sign_in_as("wang");
  EXPECT_EQ(refusal(change_password(own(here), "guess", "neu-und-lang", *services_, wait_)), "login.wrong_password");
  EXPECT_EQ(refusal(change_password(own(here), kPassword, "woaini1314", *services_, wait_)), "password.refused");
  EXPECT_EQ(refusal(change_password(own(here), kPassword, "wang-2931-x", *services_, wait_)), "password.refused");
  EXPECT_EQ(token_state(there), "");
  const auto anew = *change_password(own(here), kPassword, "neu-und-lang", *services_, wait_);
  EXPECT_EQ(token_state(here), "access.ended");
  EXPECT_EQ(token_state(there), "access.ended");
  EXPECT_EQ(token_state(anew), "");
  EXPECT_EQ(refusal(sign_in_as("wang")), "login.wrong");
  EXPECT_TRUE(sign_in_as("wang", "neu-und-lang").ok());
}

TEST_F(Verbs, mlps_asks_for_a_new_one_after_90_days_that_none_of_the_last_five_was) {
  services_->rules.profile = credential::PasswordProfile::kMlps3;
  SignedIn in = *sign_in_as("wang");
  std::string present = kPassword;
  for (int i = 0; i < 5; ++i) {
    const std::string wanted = "Kzvw7q2-mond" + std::to_string(i);
    in = *change_password(own(in), present, wanted, *services_, wait_);
    present = wanted;
  }
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(refusal(change_password(own(in), present, "Kzvw7q2-mond" + std::to_string(i), *services_, wait_)),
              "password.used_before")
        << i;
  ASSERT_TRUE(change_password(own(in), present, "Kzvw7q2-mond9", *services_, wait_).ok());
  in = *sign_in_as("wang", "Kzvw7q2-mond9");
  in = *change_password(own(in), "Kzvw7q2-mond9", "Kzvw7q2-mond0", *services_, wait_);
  clock_.pass(90 * 24h + 1s);
  in = *sign_in_as("wang", "Kzvw7q2-mond0");
  EXPECT_EQ(in.held_back->code, "login.password_expired");
  in = *change_password(own(in), "Kzvw7q2-mond0", "Kzvw7q2-mondX", *services_, wait_);
  EXPECT_FALSE(in.held_back.has_value());
}

TEST_F(Verbs, people_end_their_own_sessions_and_a_security_administrator_those_of_the_own_people) {
  const SignedIn here = *sign_in_as("wang"), there = *sign_in_as("wang");
  EXPECT_EQ(own_account(own(here), *services_)->sessions.size(), 2U);
  person(seller_, {Role::kSeller}, "li");
  const SignedIn li = *sign_in_as("li");
  EXPECT_EQ(refusal(end_own_session(own(here), li.session.id, *services_)), "session.unknown") << "another's";
  EXPECT_TRUE(end_own_session(own(here), there.session.id, *services_).ok());
  EXPECT_EQ(token_state(there), "access.ended");
  const SignedIn third = *sign_in_as("wang");
  EXPECT_EQ(*end_own_other_sessions(own(here), *services_), 1);
  EXPECT_EQ(token_state(third), "access.ended");
  EXPECT_EQ(token_state(here), "");
  // By others.
  EXPECT_EQ(refusal(end_sessions_of(granted(li, Act::kSessionEnd), wang_.member.id, *services_)), "person.unknown");
  EXPECT_EQ(token_state(here), "");
  services_->rules.second_factor = LoginRules::SecondFactor::kNone;
  person(seller_, {Role::kSecadmin}, "sec");
  const SignedIn sec = *sign_in_as("sec");
  EXPECT_EQ(*end_sessions_of(granted(sec, Act::kSessionEnd), wang_.member.id, *services_), 1);
  EXPECT_EQ(token_state(here), "access.ended");
  const OrgId other = organisation(OrgKind::kSeller, "别家");
  const Account stranger = person(other, {Role::kSeller}, "stranger");
  const SignedIn away = *sign_in_as("stranger");
  EXPECT_EQ(refusal(end_sessions_of(granted(sec, Act::kSessionEnd), stranger.member.id, *services_)), "person.unknown");
  EXPECT_EQ(refusal(end_sessions_of(granted(sec, Act::kSessionEnd), PersonId(999), *services_)), "person.unknown");
  EXPECT_EQ(token_state(away), "");
}

// shows: R23, T10
TEST_F(Verbs, a_key_does_what_it_was_made_for_until_it_ends_and_no_more) {
  identity::Acts capture;
  capture.add(Act::kEventCapture);
  KeyRequest wanted{seller_, Role::kSeller, capture, "扫码枪", clock_.now() + 24h};
  const MadeKey made = *make_key(at_this_machine(), wanted, *services_);
  EXPECT_EQ(made.text.size(), 3 + made.record.id.size() + 1 + 43);
  EXPECT_TRUE(made.text.starts_with("sk_" + made.record.id + "_"));
  const auto bearer = *bearer_of_key(made.text, "192.0.2.1", *services_);
  EXPECT_EQ(bearer.who.actor.org, seller_);
  EXPECT_EQ(bearer.who.actor.jurisdiction.division, 440300);
  EXPECT_EQ(refusal(authorizer_.grant(bearer.who, Act::kEventCapture)), "");
  EXPECT_EQ(refusal(authorizer_.grant(bearer.who, Act::kEventRead)), "access.key_limits");
  EXPECT_EQ(refusal(authorizer_.grant(bearer.who, Act::kPageRead)), "access.key_limits");
  for (const std::string& forged :
       {made.text + "A", made.text.substr(0, made.text.size() - 1) + "_",
        "sk_" + made.record.id + "_" + std::string(43, 'A'), "sk_none_" + std::string(43, 'A'), std::string("sk_"),
        std::string("sk__"), std::string(), "SK_" + made.text.substr(3), "sk_" + std::string(100'000, 'x')})
    EXPECT_EQ(refusal(bearer_of_key(forged, "", *services_)), "access.bad_key");
  EXPECT_EQ(list_keys(at_this_machine(), seller_, "", 10, *services_)->size(), 1U);
  EXPECT_TRUE(revoke_key(at_this_machine(), made.record.id, *services_).ok());
  EXPECT_EQ(refusal(bearer_of_key(made.text, "", *services_)), "access.bad_key");
  EXPECT_EQ(refusal(revoke_key(at_this_machine(), made.record.id, *services_)), "key.revoked");
  const MadeKey second = *make_key(at_this_machine(), wanted, *services_);
  clock_.pass(24h);
  EXPECT_EQ(refusal(bearer_of_key(second.text, "", *services_)), "access.bad_key") << "expired";
  wanted.expires = clock_.now() + 24h;
  const MadeKey third = *make_key(at_this_machine(), wanted, *services_);
  identity::Organisation seller = **accounts_.organisation(seller_);
  seller.is_active = false;
  ASSERT_TRUE(accounts_.change(seller).ok());
  EXPECT_EQ(refusal(bearer_of_key(third.text, "", *services_)), "access.bad_key") << "closed";
  EXPECT_EQ(refusal(make_key(at_this_machine(), wanted, *services_)), "key.role");
}

TEST_F(Verbs, a_key_is_not_made_for_what_it_must_not_do) {
  identity::Acts capture;
  capture.add(Act::kEventCapture);
  const auto with = [&](auto change) {
    KeyRequest wanted{seller_, Role::kSeller, capture, "扫码枪", clock_.now() + 24h};
    change(wanted);
    return refusal(make_key(at_this_machine(), wanted, *services_));
  };
  EXPECT_EQ(with([](KeyRequest&) {}), "");
  EXPECT_EQ(with([](KeyRequest& k) { k.role = Role::kOfficer; }), "role.wrong_organisation");
  for (const Role role : {Role::kPublic, Role::kMachine, Role::kLeader, Role::kSignatory, Role::kSysadmin,
                          Role::kSecadmin, Role::kAuditor})
    EXPECT_EQ(with([&](KeyRequest& k) { k.role = role; }), "key.role") << role_word(role);
  EXPECT_EQ(with([](KeyRequest& k) { k.acts = {}; }), "key.acts");
  for (const Act act : {Act::kAccountOwn, Act::kSessionEnd, Act::kPersonalUnmask, Act::kKeyMake, Act::kPlanDraft})
    EXPECT_EQ(with([&](KeyRequest& k) { k.acts.add(act); }), "key.acts") << act_word(act);
  EXPECT_EQ(with([](KeyRequest& k) { k.acts = identity::Acts::from_bits(~std::uint64_t{0}); }), "key.acts");
  EXPECT_EQ(with([&](KeyRequest& k) { k.expires = clock_.now(); }), "key.expires");
  EXPECT_EQ(with([&](KeyRequest& k) { k.expires = clock_.now() + 367 * 24h; }), "key.expires");
  EXPECT_EQ(with([&](KeyRequest& k) { k.expires = clock_.now() + 366 * 24h; }), "");
  EXPECT_EQ(with([](KeyRequest& k) { k.name = " "; }), "key.name");
  EXPECT_EQ(with([](KeyRequest& k) { k.org = OrgId(99); }), "organisation.unknown");
  // Another organisation's administrator.
  services_->rules.second_factor = LoginRules::SecondFactor::kNone;
  person(organisation(OrgKind::kSeller, "别家"), {Role::kSecadmin}, "sec");
  const SignedIn sec = *sign_in_as("sec");
  const KeyRequest wanted{seller_, Role::kSeller, capture, "扫码枪", clock_.now() + 24h};
  EXPECT_EQ(refusal(make_key(granted(sec, Act::kKeyMake), wanted, *services_)), "organisation.unknown");
  EXPECT_EQ(refusal(list_keys(granted(sec, Act::kKeyRead), seller_, "", 10, *services_)), "organisation.unknown");
  const MadeKey made = *make_key(at_this_machine(), wanted, *services_);
  EXPECT_EQ(refusal(revoke_key(granted(sec, Act::kKeyMake), made.record.id, *services_)), "key.unknown");
  EXPECT_EQ(refusal(revoke_key(granted(sec, Act::kKeyMake), "none", *services_)), "key.unknown");
}

// shows: T10
TEST_F(Verbs, the_first_administrator_comes_in_by_a_link_that_opens_once) {
  const std::string earlier = **set_up_link(at_this_machine(), *services_);
  const std::string link = **set_up_link(at_this_machine(), *services_);
  EXPECT_EQ(link.size(), 43U);
  EXPECT_EQ(refusal(open_link(everybody(), earlier, *services_)), "login.link") << "replaced at the next start";
  EXPECT_TRUE(open_link(everybody(), link, *services_).ok());
  const auto use = [&](const std::string& login, const std::string& password) {
    return refusal(use_link(everybody(), link, {login, "张三丰", password}, *services_));
  };
  EXPECT_EQ(use("z", kPassword), "login.name");
  EXPECT_EQ(use("zhang\nsan", kPassword), "login.name");
  EXPECT_EQ(use("<script>", kPassword), "login.name");
  EXPECT_EQ(use("wang", kPassword), "account.login_taken");
  EXPECT_EQ(use("zhangsf", "12345678"), "password.refused");
  EXPECT_EQ(use("zhangsf", kPassword), "") << "a mistake leaves it open";
  EXPECT_EQ(use("second", kPassword), "login.link");
  EXPECT_FALSE(set_up_link(at_this_machine(), *services_)->has_value()) << "there is one now";
  const SignedIn in = *sign_in_as("zhangsf");
  EXPECT_EQ(in.held_back->code, "login.second_factor_needed");
  EXPECT_EQ((*accounts_.account_of("zhangsf"))->member.roles, std::vector{Role::kSecadmin});
}

TEST_F(Verbs, a_link_expires_and_a_set_up_link_is_none_once_there_is_an_administrator) {
  const std::string link = **set_up_link(at_this_machine(), *services_);
  const LinkUse use{"zhangsf", "张三丰", kPassword};
  const OrgId office = organisation(OrgKind::kRegulator, "南山局");
  Account sys = person(office, {Role::kSysadmin}, "sys");
  EXPECT_EQ(refusal(use_link(everybody(), link, use, *services_)), "login.link");
  sys.member.is_active = false;
  ASSERT_TRUE(accounts_.change(sys).ok());
  clock_.pass(24h);
  EXPECT_EQ(refusal(use_link(everybody(), link, use, *services_)), "login.link");
  for (const std::string& forged : {std::string(), std::string(43, 'A'), std::string(100'000, 'A')})
    EXPECT_EQ(refusal(open_link(everybody(), forged, *services_)), "login.link");
}

TEST_F(Verbs, a_password_link_sets_the_password_of_one_person_and_ends_the_sessions) {
  const SignedIn in = *sign_in_as("wang");
  EXPECT_EQ(refusal(password_link(at_this_machine(), "nobody", *services_)), "login.unknown");
  const std::string link = *password_link(at_this_machine(), "Wang", *services_);
  EXPECT_EQ(open_link(everybody(), link, *services_)->login, "wang");
  EXPECT_EQ(refusal(use_link(everybody(), link, {"li", "x", "neu-und-lang"}, *services_)), "");
  EXPECT_EQ(token_state(in), "access.ended");
  EXPECT_TRUE(sign_in_as("wang", "neu-und-lang").ok());
  EXPECT_EQ(refusal(use_link(everybody(), link, {"", "", "neu-und-laenger"}, *services_)), "login.link");
  EXPECT_TRUE(set_password_of(at_this_machine(), "wang", "am-terminal-1", *services_).ok());
  EXPECT_TRUE(sign_in_as("wang", "am-terminal-1").ok());
}

TEST_F(Verbs, when_a_session_and_a_key_were_used_is_written_seldom_and_beside_the_questions) {
  const auto last_seen = start_last_seen(*services_);
  const SignedIn in = *sign_in_as("wang");
  const auto seen = [&] { return (*credentials_->session(sha256(in.token)))->seen; };
  clock_.pass(59s);
  last_seen->session(in.token, in.session, clock_.now());
  last_seen->write_now();
  EXPECT_EQ(seen(), in.session.seen);
  clock_.pass(1s);
  last_seen->session(in.token, in.session, clock_.now());
  last_seen->write_now();
  EXPECT_EQ(seen(), clock_.now());
  identity::Acts capture;
  capture.add(Act::kEventCapture);
  const MadeKey made =
      *make_key(at_this_machine(), {seller_, Role::kSeller, capture, "扫码枪", clock_.now() + 24h}, *services_);
  last_seen->key(made.record.id, 0, clock_.now());
  last_seen->write_now();
  EXPECT_EQ((*credentials_->key(made.record.id))->used_day, day_in_china(clock_.now()).time_since_epoch().count());
}

}  // namespace
}  // namespace suyuan::test
