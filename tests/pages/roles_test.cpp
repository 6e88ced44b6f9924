// SPDX-License-Identifier: Apache-2.0
#include "cast_store.h"

#include "app/demo/cast.h"

namespace suyuan::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto kCharger = "/01/09521003000015/21/YQ26010005";
constexpr auto kTrace = "/trace?direction=forward&id=https%3A%2F%2Fid.gs1.org%2F01%2F09521001000017%2F10%2FC2604";

constexpr auto kFarRetailer = "城南电动车行", kWarehouse = "云栈仓储", kWholesaler = "禾木车配批发";

class Roles : public CastStore {
 protected:
  void SetUp() override { start(true); }
  std::string start_as(const std::string& word) { return main_of(open("/", cookie_of(word))); }
  // The sentence of the start page on how much they see.
  std::string view_of(const std::string& word) {
    const std::string main = start_as(word);
    const std::size_t begin = main.find("<p class=\"do\">");
    return main.substr(begin, main.find("</p>", begin) - begin);
  }

  static void expect_no_firm_in(const std::string& text) {
    for (const demo::Firm& firm : demo::kFirms) {
      const std::string name(firm.name.substr(0, firm.name.find("（演示）")));
      EXPECT_EQ(text.find(name), std::string::npos) << name;
    }
  }
};

// shows: R1
TEST_F(Roles, each_document_is_sent_in_by_whom_it_comes_from) {
  const auto& firms = world().cast.firms;
  std::map<OrgId, std::int64_t> sent;
  const auto settled = world().store->settled();
  ASSERT_TRUE(settled.ok());
  std::map<trace::ObjectId, int> firm_at;
  for (std::size_t i = 0; i < firms.size(); ++i) {
    const auto found = world().store->find(world().story.parties[i].codes);
    ASSERT_TRUE(found.ok());
    for (const auto& object : *found)
      if (object) firm_at.emplace(*object, static_cast<int>(i) + 1);
  }
  const auto page = world().store->scan({.filter = {}, .upto = trace::EventSeq(*settled), .after = {}, .limit = 5000});
  ASSERT_TRUE(page.ok());
  for (const trace::StoredEvent& event : page->events) {
    for (const trace::Link& link : event.links) {
      if (link.role != trace::Role::kReadPoint) continue;
      const auto sender = static_cast<std::size_t>(demo::sender_of(firm_at.at(link.object)) - 1);
      EXPECT_EQ(event.org, firms[sender].org) << event.id;
      ++sent[event.org];
    }
  }
  EXPECT_EQ(sent.size(), 13U);  // all but the laboratory
}

// shows: R1, T3
TEST_F(Roles, the_start_page_says_how_much_each_sees) {
  EXPECT_THAT(view_of("public"), HasSubstr("可见 14 家单位中的 0 家"));
  EXPECT_THAT(view_of("county"), HasSubstr("常州市武进区市场监督管理局（演示） · 监管人员"));
  EXPECT_THAT(view_of("county"), HasSubstr("可见 14 家单位中的 6 家"));
  EXPECT_THAT(view_of("city"), HasSubstr("可见 14 家单位中的 6 家"));
  EXPECT_THAT(view_of("province"), HasSubstr("可见 14 家单位中的 8 家"));  // the cable works and its buyer, too
  EXPECT_THAT(view_of("centre"), HasSubstr("可见 14 家单位中的 8 家"));
  EXPECT_THAT(view_of("producer"), HasSubstr("可见 14 家单位中的 7 家"));  // and who carried it: that names it
  EXPECT_THAT(view_of("seller"), HasSubstr("可见 14 家单位中的 4 家"));
  EXPECT_THAT(view_of("merchant"), HasSubstr("可见 14 家单位中的 4 家"));
  EXPECT_THAT(view_of("platform"), HasSubstr("可见 14 家单位中的 4 家"));
  EXPECT_THAT(view_of("neighbour"), HasSubstr("可见 14 家单位中的 0 家、323 条记录中的 0 条"));
  EXPECT_THAT(view_of("auditor"), HasSubstr("0 条。审计管理员查阅审计记录"));
}

// shows: R1, T3
TEST_F(Roles, the_start_page_names_whom_they_see_and_nobody_else) {
  EXPECT_TRUE(start_as("county").find(kFarRetailer) != std::string::npos);  // it holds some of the bad lot
  const std::string producer = start_as("producer");
  EXPECT_TRUE(producer.find(kWarehouse) != std::string::npos);
  EXPECT_TRUE(producer.find(kWholesaler) == std::string::npos);  // its neighbour's neighbour
  EXPECT_TRUE(producer.find(kFarRetailer) == std::string::npos);
  EXPECT_TRUE(start_as("neighbour").find("和从未登记过的码一样") != std::string::npos);
  for (const auto* nobody : {"public", "neighbour", "industry", "auditor", "laboratory"}) {
    const std::string main = start_as(nobody);
    // What the page says of who looks may name their own organisation.
    expect_no_firm_in(main.substr(main.find("</p>", main.find("class=\"do\""))));
  }
}

// shows: T3, R23
TEST_F(Roles, an_industry_body_gets_numbers_without_names) {
  const std::string main = start_as("industry");
  EXPECT_THAT(view_of("industry"), HasSubstr("行业机构只看汇总数"));
  EXPECT_THAT(main, HasSubstr("汇总数 2026-03-01"));
  expect_no_firm_in(main);
  EXPECT_THAT(start_as("county"), Not(HasSubstr("汇总数 2026")));
}

// shows: R1
TEST_F(Roles, a_chain_is_seen_whole_by_the_county_in_part_by_the_producer_and_not_by_others) {
  const Answer county = open(kTrace, cookie_of("county"));
  EXPECT_EQ(county.status, 200);
  for (const auto* holder : {kWarehouse, "拾光网店", kWholesaler, "里巷电动车行", kFarRetailer, "明尺检验所"})
    EXPECT_THAT(main_of(county), HasSubstr(holder));
  EXPECT_EQ(main_of(open(kTrace, cookie_of("centre"))), main_of(county));
  const Answer producer = open(kTrace, cookie_of("producer"));
  EXPECT_EQ(producer.status, 200);
  EXPECT_THAT(main_of(producer), HasSubstr(kWarehouse));
  for (const auto* further : {kWholesaler, "里巷电动车行", kFarRetailer})
    EXPECT_THAT(main_of(producer), Not(HasSubstr(further)));
  const std::vector<std::pair<const char*, int>> others = {{"neighbour", 404}, {"platform", 404},  {"seller", 404},
                                                           {"merchant", 404},  {"public", 401},    {"industry", 403},
                                                           {"auditor", 403},   {"laboratory", 403}};
  for (const auto& [word, status] : others) {
    const Answer answer = open(kTrace, cookie_of(word));
    EXPECT_EQ(answer.status, status) << word;
    expect_no_firm_in(main_of(answer));
  }
}

// shows: R1, T5
TEST_F(Roles, the_page_of_a_code_says_the_same_to_all_and_only_what_is_public) {
  const std::string said = main_of(open(kCharger, ""));
  for (const auto* hidden : {"LINE-3", "00000000000<", kWarehouse, kWholesaler})
    EXPECT_THAT(said, Not(HasSubstr(hidden)));
  for (const StoryRole& each : world().story.roles)
    EXPECT_EQ(main_of(open(kCharger, cookie_of(each.word))), said) << each.word;
}

TEST_F(Roles, the_switch_is_on_every_page_and_knows_who_looks) {
  const std::string cookie = cookie_of("county");
  for (const auto* target : {"/", kCharger, kTrace, "/trace", "/nothing", "/account", "/login", "/?lang=en"}) {
    EXPECT_THAT(open(target, cookie).body, HasSubstr("<option value=\"county\" selected>")) << target;
    EXPECT_THAT(open(target, "").body, HasSubstr("<option value=\"public\" selected>")) << target;
    EXPECT_EQ(open(target, cookie).header("Cache-Control"), "no-store") << target;
  }
  EXPECT_THAT(open(kTrace, cookie_of("industry")).body, HasSubstr("<option value=\"industry\" selected>"));
  EXPECT_THAT(open("/", "").body, HasSubstr("<button name=\"as\" value=\"county\">"));
  EXPECT_THAT(main_of(open("/", cookie)), Not(HasSubstr("name=\"as\"")));
}

TEST_F(Roles, the_switch_leads_back_and_nowhere_else) {
  const Answer there = switch_to("county", "%2Ftrace%3Fid%3Dx%26lang%3Den");
  EXPECT_EQ(there.status, 303);
  EXPECT_EQ(there.header("Location"), "/trace?id=x&lang=en");
  EXPECT_THAT(there.header("Set-Cookie"), HasSubstr("HttpOnly; SameSite=Strict"));
  for (const auto* elsewhere : {"https%3A%2F%2Fevil.example%2F", "%2F%2Fevil.example", "%2Fnothing", "%2Flogout", ""})
    EXPECT_EQ(switch_to("county", elsewhere).header("Location"), "/") << elsewhere;
  const std::string cookie = cookie_of("county");
  const Answer left = switch_to("public", "%2F", cookie);
  EXPECT_EQ(left.status, 303);
  EXPECT_THAT(left.header("Set-Cookie"), HasSubstr("Max-Age=0"));
  EXPECT_EQ(open(kTrace, cookie).status, 401);  // the session is over, not only its cookie
}

TEST_F(Roles, the_switch_is_a_session_like_others_and_gives_no_more_than_its_role) {
  const Answer foreign = post(server_->port(), "/demo/role", "application/x-www-form-urlencoded", "as=county",
                              "Origin: http://evil.example\r\n");
  EXPECT_EQ(foreign.status, 403);
  EXPECT_EQ(foreign.header("Set-Cookie"), "");
  const Answer silent = post(server_->port(), "/demo/role", "application/x-www-form-urlencoded", "as=county");
  EXPECT_EQ(silent.status, 403);
  const std::string cookie = cookie_of("county");
  const Answer account = open("/account", cookie);
  EXPECT_EQ(account.status, 200);
  EXPECT_THAT(main_of(account), HasSubstr("demo-county"));
  EXPECT_EQ(get(server_->port(), "/api/v1/keys?org=1", cookie).status, 403);
  // Another role: the earlier session is over.
  switch_to("producer", "%2F", cookie);
  EXPECT_EQ(open("/account", cookie).status, 401);
}

class Served : public CastStore {
 protected:
  void SetUp() override { start(false); }
};

// shows: R1
TEST_F(Served, a_server_for_real_has_no_switch) {
  EXPECT_EQ(switch_to("county").status, 404);
  EXPECT_EQ(open("/demo/role", "").status, 404);
  for (const auto* target : {"/", kCharger, "/trace", "/login"}) {
    const Answer answer = open(target, "");
    EXPECT_THAT(answer.body, Not(HasSubstr("name=\"as\""))) << target;
    EXPECT_THAT(answer.body, Not(HasSubstr("演示身份"))) << target;
  }
}

TEST_F(Served, every_page_says_who_is_signed_in_and_lets_them_out) {
  const auto begun = sign_in_by_provider(*Authorizer::grant_public(identity::Act::kPageRead),
                                         world().cast.people.at("county"), "192.0.2.1", "", *world().login);
  ASSERT_TRUE(begun.ok());
  const std::string cookie = "Cookie: suyuan=" + begun->token + "\r\n";
  const Answer kept = open(kCharger, "");
  EXPECT_EQ(open(kCharger, "").body, kept.body);
  for (const auto* target : {"/", kCharger, kTrace, "/account"}) {
    const Answer answer = open(target, cookie);
    EXPECT_EQ(answer.status, 200) << target;
    EXPECT_THAT(answer.body, HasSubstr("<a href=\"/account\">我的账号（监管人员）</a>")) << target;
    EXPECT_THAT(answer.body, HasSubstr("action=\"/logout\"")) << target;
    EXPECT_EQ(answer.header("Cache-Control"), "no-store") << target;
    EXPECT_EQ(answer.header("ETag"), "") << target;
  }
  EXPECT_THAT(open("/nothing", cookie).body, HasSubstr("action=\"/logout\""));
  EXPECT_EQ(open(kCharger, "").body, kept.body);
  for (const auto* target : {"/", kCharger}) {
    EXPECT_THAT(open(target, "").body, Not(HasSubstr("/account"))) << target;
    EXPECT_THAT(open(target, "").body, HasSubstr("<a href=\"/login\">登录</a>")) << target;
  }
}

}  // namespace
}  // namespace suyuan::test
