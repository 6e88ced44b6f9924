// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "../http/client.h"
#include "../support/machine_gate.h"
#include "adapters/files/epcis_writer.h"
#include "adapters/http/page_routes.h"
#include "adapters/http/serve.h"
#include "app/page/code_page.h"
#include "base/text.h"
#include "demo_store.h"
#include "engine/digest/sha256.h"

namespace suyuan::test {

constexpr auto kCharger = "/01/09521003000015/21/YQ26010005";

class PageTest : public DemoStore {
 protected:
  void SetUp() override {
    ASSERT_TRUE(options_.settings.set("server.port", "0", SettingSource::kCommandLine).ok());
    const http::Services services{store(), clock(), log_,    read_epcis,          epcis_writer(),
                                  nullptr, nullptr, nullptr, test::machine_gate()};
    options_.add_routes.push_back(
        [services](http::Router& router) { http::add_page_routes(router, services, 1U << 20U, &story()); });
    auto server = http::start_server(options_, services);
    ASSERT_TRUE(server.ok()) << server.error().text;
    server_ = std::move(*server);
  }

  Answer open(std::string_view target, std::string_view accept = "text/html") {
    return get(server_->port(), target, "Accept: " + std::string(accept) + "\r\n");
  }

  SilentLog log_;
  http::ServerOptions options_;
  std::unique_ptr<http::RunningServer> server_;
};

// shows: T1, X6
TEST_F(PageTest, says_first_what_to_think_of_a_code_and_what_to_do) {
  const Answer answer = open(kCharger);
  EXPECT_EQ(answer.status, 200);
  const auto verdict = answer.body.find("正常");
  EXPECT_LT(verdict, answer.body.find("核对下面的名称"));
  EXPECT_LT(answer.body.find("核对下面的名称"), answer.body.find("这件产品"));
  EXPECT_LT(answer.body.find("这件产品"), answer.body.find("从哪里来"));
  EXPECT_NE(answer.body.find("广东省深圳市宝安区 · 零部件供应"), std::string::npos);
  EXPECT_LE(answer.body.size(), 14U * 1024U);
}

// shows: X6
TEST_F(PageTest, opens_for_every_scheme) {
  EXPECT_EQ(open("/t/MA.156.1023.5544%2F1.20260301.0001").status, 200);
  EXPECT_EQ(open("/t/1643000000012026030100001").status, 200);
  EXPECT_EQ(open("/t/https%3A%2F%2Fshiqiao.example%2Freel%2FJP-2026-0007").status, 200);
  EXPECT_EQ(open("/01/09521003000015/10/M2605").status, 200);
  EXPECT_EQ(open("/01/09521003000015").status, 200);
  EXPECT_EQ(open("/8003/09521006009008P001").status, 200);
}

// shows: T5
TEST_F(PageTest, never_shows_a_restricted_field) {
  const Answer html = open(kCharger);
  const Answer json = open(kCharger, "application/json");
  for (const auto* hidden : {"LINE-3", "00000000000<", "云栈仓储", "里巷电动车行", "deviceCode", "phone"}) {
    EXPECT_EQ(html.body.find(hidden), std::string::npos) << hidden;
    EXPECT_EQ(json.body.find(hidden), std::string::npos) << hidden;
  }
  EXPECT_NE(json.body.find("\"suyuan:model\""), std::string::npos);
}

// shows: T10
TEST_F(PageTest, made_kept_or_known_already_lets_nothing_run_and_nobody_frame_it) {
  const auto judge = [](const Answer& answer) {
    EXPECT_EQ(answer.header("X-Frame-Options"), "DENY");
    EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer.header("Referrer-Policy"), "same-origin");
    EXPECT_EQ(answer.header("Strict-Transport-Security"), "");
    const std::string policy = answer.header("Content-Security-Policy");
    EXPECT_TRUE(policy.starts_with("default-src 'none'")) << policy;
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(policy.find("script-src"), std::string::npos);
  };
  const Answer made = open(kCharger), kept = open(kCharger);
  const Answer known =
      get(server_->port(), kCharger, "Accept: text/html\r\nIf-None-Match: " + made.header("ETag") + "\r\n");
  EXPECT_EQ(known.status, 304);
  for (const Answer& answer : {made, kept, known, open("/"), open("/trace"), open("/no/such/page")}) judge(answer);
  EXPECT_EQ(kept.header("Content-Security-Policy"), made.header("Content-Security-Policy"));
  EXPECT_NE(made.header("Content-Security-Policy").find("style-src 'sha256-"), std::string::npos);
  EXPECT_EQ(made.body.find("<script"), std::string::npos);
  EXPECT_EQ(made.body.find(" style="), std::string::npos);
  const std::string secure = "Accept: text/html\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n";
  EXPECT_NE(get(server_->port(), kCharger, secure).header("Strict-Transport-Security"), "");
}

// shows: T9
TEST_F(PageTest, of_receipts_runs_the_modules_of_the_verifier_and_nothing_else) {
  const Answer page = open("/verify");
  EXPECT_EQ(page.status, 200);
  EXPECT_LE(page.body.size(), 14U * 1024U);
  EXPECT_THAT(page.header("Content-Security-Policy"),
              testing::AllOf(testing::StartsWith("default-src 'none'"), testing::HasSubstr("; script-src 'self'"),
                             testing::Not(testing::HasSubstr("unsafe"))));
  EXPECT_THAT(page.body, testing::HasSubstr("<noscript>"));
  EXPECT_THAT(open("/verify?lang=en").body, testing::HasSubstr("Check a receipt"));
  const std::string_view body = page.body;
  EXPECT_EQ(body.find("<script"), body.find("<script type=\"module\" src=\"/verify/page.mjs\"></script>"));
  EXPECT_EQ(body.find("<script"), body.rfind("<script"));
}

TEST_F(PageTest, serves_the_modules_byte_for_byte_and_once) {
  const std::filesystem::path folder = std::filesystem::path(SUYUAN_SOURCE_DIR) / "web/verify";
  std::size_t modules = 0;
  for (const auto& each : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(each.path(), std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const std::string target = "/verify/" + each.path().filename().string();
    const Answer answer = get(server_->port(), target);
    EXPECT_EQ(answer.body, text) << target;
    EXPECT_EQ(answer.header("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(answer.header("Cache-Control"), "no-cache");
    EXPECT_EQ(get(server_->port(), target, "If-None-Match: " + answer.header("ETag") + "\r\n").status, 304);
    ++modules;
  }
  EXPECT_GE(modules, 8U);
  for (const auto* absent : {"/verify/absent.mjs", "/verify/..%2Fpage.mjs", "/verify/x/page.mjs"})
    EXPECT_EQ(get(server_->port(), absent).status, 404) << absent;
}

TEST_F(PageTest, of_a_link_set_has_the_addresses_that_the_client_used) {
  const auto links = [&](const std::string& more) {
    return get(server_->port(), kCharger, "Accept: application/linkset+json\r\n" + more).body;
  };
  EXPECT_NE(links("").find("http://test/"), std::string::npos);
  EXPECT_NE(links("X-Forwarded-Proto: https\r\n").find("https://test/"), std::string::npos);
  EXPECT_NE(links("").find("http://test/"), std::string::npos);  // from memory: the other one must not be
}

TEST_F(PageTest, names_the_expected_check_digit_on_the_page_of_a_broken_code) {
  const Answer answer = open("/01/09521003000014/21/1");
  EXPECT_EQ(answer.status, 404);
  EXPECT_NE(answer.body.find("expected 5"), std::string::npos);
}

TEST_F(PageTest, knows_what_was_never_recorded) {
  const Answer answer = open("/01/09521003000015/21/NOBODY");
  EXPECT_EQ(answer.status, 404);
  EXPECT_NE(answer.body.find("查无此码"), std::string::npos);
  EXPECT_NE(open("/01/09521003000015/21/NOBODY", "application/json").body.find("\"unknown\""), std::string::npos);
}

TEST_F(PageTest, draws_attention_to_what_was_destroyed_and_what_was_declared_wrong) {
  EXPECT_NE(open("/01/09521003000015/21/YQ26040003").body.find("▲ 关注"), std::string::npos);
  EXPECT_NE(open("/01/09521003000015/21/YQ26060060").body.find("被声明有误"), std::string::npos);
}

TEST_F(PageTest, escapes_what_came_from_outside) {
  for (const auto* target :
       {"/t/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/find?text=%3Cscript%3Ealert(1)%3C%2Fscript%3E%20x",
        "/trace?id=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/?lang=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/01/%3Cscript%3E", "/nothing/%3Cscript%3E?x=%22%3E%3Cscript%3E"}) {
    EXPECT_EQ(open(target).body.find("<script"), std::string::npos) << target;
  }
}

TEST_F(PageTest, carries_no_script_no_cookie_and_a_strict_policy) {
  const Answer answer = open(kCharger);
  EXPECT_EQ(answer.body.find("<script"), std::string::npos);
  EXPECT_EQ(answer.header("Set-Cookie"), "");
  EXPECT_NE(answer.header("Content-Security-Policy").find("default-src 'none'; style-src 'sha256-"), std::string::npos);
  EXPECT_EQ(answer.header("Cache-Control"), "private, max-age=30");
  EXPECT_NE(answer.header("Vary").find("Cookie"), std::string::npos);
  EXPECT_NE(answer.header("Vary").find("Accept"), std::string::npos);
}

TEST_F(PageTest, gives_a_fingerprint_that_anybody_can_check) {
  Footprint footprint(nullptr);
  const auto page = look_at_code(at_this_machine(), kCharger, read_epcis, store(), clock(), footprint);
  ASSERT_TRUE(page.ok());
  ASSERT_FALSE(page->event_id.empty());
  const auto stored = store().find_event(page->event_id, false);
  ASSERT_TRUE(stored.ok() && stored->has_value());
  EXPECT_EQ(page->fingerprint, hex(sha256(store().original((*stored)->seq)->bytes)));
  EXPECT_GE(page->steps.size(), 3U);
  EXPECT_LE(page->steps.size(), kOriginSteps);
}

// shows: T4
TEST_F(PageTest, answers_link_types_as_a_resolver) {
  const Answer linkset = open(kCharger, "application/linkset+json");
  EXPECT_NE(linkset.body.find("https://gs1.org/voc/defaultLink"), std::string::npos);
  EXPECT_EQ(open(std::string(kCharger) + "?linkType=linkset").body, linkset.body);
  const Answer trace = open(std::string(kCharger) + "?linkType=gs1:traceability");
  EXPECT_EQ(trace.status, 307);
  EXPECT_EQ(trace.header("Location").find("/trace?id="), 0U);
  EXPECT_EQ(open(std::string(kCharger) + "?linkType=gs1:nonsense").status, 404);
}

TEST_F(PageTest, is_sent_from_memory_the_second_time_and_not_at_all_to_who_has_it) {
  const Answer first = open(kCharger);
  Client client(server_->port());
  const auto ask_again = [&](std::string_view method, const std::string& more) {
    EXPECT_TRUE(client.send(
        fmt::format("{} {} HTTP/1.1\r\nHost: trace.example\r\nAccept: text/html\r\n{}\r\n", method, kCharger, more)));
    return client.receive(method == "GET" && more.empty());
  };
  for (int i = 0; i < 2; ++i) EXPECT_EQ(ask_again("GET", "").body, first.body);
  EXPECT_EQ(ask_again("HEAD", "").header("Content-Length"), std::to_string(first.body.size()));
  const Answer same = ask_again("GET", "If-None-Match: " + first.header("ETag") + "\r\n");
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.header("ETag"), first.header("ETag"));
  EXPECT_EQ(ask_again("GET", "").body, first.body);  // the connection goes on
  const Answer metrics = get(server_->port(), "/metrics");
  EXPECT_EQ(metrics.body.find("\nsuyuan_http_from_memory_total 0\n"), std::string::npos);
  EXPECT_NE(metrics.body.find("\nsuyuan_http_from_memory_total "), std::string::npos);
}

TEST_F(PageTest, leads_every_notation_to_one_page) {
  for (const auto* text : {"(01)09521003000015(21)YQ26010005", "https://brand.example/01/09521003000015/21/YQ26010005",
                           "https://id.gs1.org/01/09521003000015/21/YQ26010005"}) {
    const Answer answer = open("/find?text=" + std::string(text));
    EXPECT_EQ(answer.status, 303) << text;
    EXPECT_EQ(answer.header("Location"), kCharger) << text;
  }
}

TEST_F(PageTest, hides_firms_from_those_who_are_not_at_this_machine) {
  const std::string target = "/trace?direction=forward&id=https%3A%2F%2Fid.gs1.org%2F01%2F09521001000017%2F10%2FC2604";
  EXPECT_NE(open(target).body.find("云栈仓储"), std::string::npos);
  const Answer far = get(server_->port(), target, "Accept: text/html\r\nX-Forwarded-For: 203.0.113.9\r\n");
  EXPECT_EQ(far.status, 200);
  EXPECT_EQ(far.body.find("云栈仓储"), std::string::npos);
}

TEST_F(PageTest, of_a_store_for_real_tell_nothing_of_the_demonstration) {
  const auto folder = std::filesystem::temp_directory_path() / ("suyuan-empty-test-" + std::to_string(::getpid()));
  {
    auto empty = open_sqlite_warehouse(folder, clock(), {});
    ASSERT_TRUE(empty.ok());
    const http::Services services{**empty, clock(), log_,    read_epcis,          epcis_writer(),
                                  nullptr, nullptr, nullptr, test::machine_gate()};
    http::ServerOptions options;
    options.settings = options_.settings;
    options.add_routes.push_back(
        [services](http::Router& router) { http::add_page_routes(router, services, 1U << 20U); });
    auto server = http::start_server(options, services);
    ASSERT_TRUE(server.ok());
    const Answer answer = get((*server)->port(), "/", "Accept: text/html\r\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.find("演示"), std::string::npos);
    EXPECT_NE(answer.body.find("还没有记录"), std::string::npos);
    EXPECT_EQ(get((*server)->port(), kCharger, "Accept: text/html\r\n").status, 404);
  }
  std::filesystem::remove_all(folder);
}

TEST_F(PageTest, pages_through_the_nodes_of_a_trace) {
  const std::string target = "/trace?direction=forward&id=https%3A%2F%2Fid.gs1.org%2F01%2F09521001000017%2F10%2FC2604";
  EXPECT_NE(open(target).body.find("row=25"), std::string::npos);
  const Answer second = open(target + "&row=25");
  EXPECT_NE(second.body.find("26–50 / 523"), std::string::npos);
  EXPECT_EQ(open(target + "&row=999999999999999999999").status, 200);
}

}  // namespace suyuan::test
