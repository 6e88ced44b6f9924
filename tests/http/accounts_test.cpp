// SPDX-License-Identifier: Apache-2.0
// Organisations, people and tasks over HTTP: versions, wrong bodies, and what people of one organisation may know of
// another. Who asks is said by a header here; a session or a key says it in the product.
#include "adapters/http/message.h"
#include "app/account/account_directory.h"
#include "store_fixture.h"

namespace suyuan::test {
namespace {

using testing::HasSubstr;
using testing::Not;

boost::json::object object_of(const Answer& answer) {
  boost::system::error_code error;
  auto value = boost::json::parse(answer.body, error);
  EXPECT_FALSE(error) << answer.status << answer.body;
  return value.is_object() ? value.as_object() : boost::json::object();
}

std::string code_of(const Answer& answer) {
  const auto object = object_of(answer);
  return std::to_string(answer.status) + " " +
         (object.contains("code") ? std::string(object.at("code").as_string()) : answer.body);
}

class AccountsOverHttp : public StoreFixture {
 protected:
  void SetUp() override {
    start();
    directory_of_store_ = std::make_unique<AccountDirectory>(*accounts_, log_);
    EXPECT_EQ(made("organisations", R"({"name":"湖北省局","kind":"regulator","division":"420000"})"), 2);
    EXPECT_EQ(made("organisations", R"({"name":"仙桃市局","kind":"regulator","division":"429004","superior":2})"), 3);
    EXPECT_EQ(made("organisations", R"({"name":"武汉市局","kind":"regulator","division":"420100","superior":2})"), 4);
    EXPECT_EQ(made("people", R"({"login":"admin","org":3,"name":"赵管理","mobile":"13911112222"})"), 2);
    EXPECT_EQ(send("PUT", "/people/2/roles/sysadmin", "", "If-Match: \"1\"\r\n").status, 200);
    EXPECT_EQ(made("people", R"({"login":"other","org":4,"name":"钱别处"})"), 3);
  }

  http::Gate gate() override {
    return [this](const http::Request& request, identity::Act act) -> Result<Granted> {
      if (!request.headers.has("As")) return at_this_machine().grant(act);
      const Authorizer authorizer(*directory_of_store_, clock_);
      const auto directory = directory_of_store_->directory();
      const auto* member = directory->find(PersonId(request.headers.get("As").front() - '0'));
      if (member == nullptr) return authorizer.grant(identity::public_principal(), act);
      const auto* org = directory->find(member->org);
      return authorizer.grant(
          {.actor = {member->id, org->id, org->jurisdiction}, .roles = member->roles, .via = identity::Via::kSession},
          act);
    };
  }

  Answer send(const std::string& method, const std::string& target, const std::string& body,
              const std::string& headers = "") {
    return ask(port_, method + " /api/v1" + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers +
                          (body.empty() ? "" : "Content-Type: application/json\r\n") +
                          "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  std::int64_t made(const std::string& what, const std::string& body) {
    const Answer answer = send("POST", "/" + what, body);
    EXPECT_EQ(answer.status, 201) << answer.body;
    const auto object = object_of(answer);
    const std::int64_t id = object.contains("id") ? object.at("id").as_int64() : 0;
    EXPECT_EQ(answer.header("Location"), "/api/v1/" + what + "/" + std::to_string(id));
    return id;
  }

  std::unique_ptr<AccountDirectory> directory_of_store_;
};

TEST_F(AccountsOverHttp, a_record_is_changed_on_the_version_that_was_read) {
  const Answer read = send("GET", "/organisations/3", "");
  EXPECT_EQ(read.header("ETag"), "\"1\"");
  EXPECT_EQ(read.header("Cache-Control"), "no-store");
  EXPECT_EQ(object_of(read).at("division").as_string(), "429004");
  EXPECT_EQ(code_of(send("PATCH", "/organisations/3", R"({"name":"甲"})")), "428 http.if_match_missing");
  const Answer changed = send("PATCH", "/organisations/3", R"({"name":"仙桃市场监管局"})", "If-Match: \"1\"\r\n");
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.header("ETag"), "\"2\"");
  const Answer late = send("PATCH", "/organisations/3", R"({"name":"乙"})", "If-Match: \"1\"\r\n");
  EXPECT_EQ(code_of(late), "412 account.changed");
  EXPECT_THAT(late.body, HasSubstr("/name"));
  EXPECT_THAT(late.body, HasSubstr("仙桃市场监管局"));
  for (const char* tag :
       {"W/\"2\"", "2", "\"\"", "\"02\"", "\"2x\"", "\"99999999999999999999\"", "\"-2\"", ",", "\"1\", \"3\""})
    EXPECT_EQ(code_of(send("PATCH", "/organisations/3", R"({"name":"乙"})", std::string("If-Match: ") + tag + "\r\n")),
              "412 account.changed")
        << tag;
  EXPECT_EQ(send("PATCH", "/organisations/3", R"({"name":"丙"})", "If-Match: \"1\", \"2\"\r\n").status, 200);
  EXPECT_EQ(send("PATCH", "/organisations/3", R"({"name":"丁"})", "If-Match: *\r\n").status, 200);
  for (const char* target : {"/people/2/roles/officer", "/people/2/transfer"}) {
    const std::string method = std::string(target).ends_with("transfer") ? "POST" : "PUT";
    const std::string body = method == "POST" ? R"({"to":4})" : "";
    EXPECT_EQ(code_of(send(method, target, body)), "428 http.if_match_missing");
    EXPECT_EQ(code_of(send(method, target, body, "If-Match: \"1\"\r\n")), "412 account.changed");
  }
}

TEST_F(AccountsOverHttp, wrong_bodies_and_addresses_are_refused_by_name) {
  for (const char* body :
       {"", "[]", "{", "1", "\"\xFF\"", R"({"name":"a"})", R"({"kind":"producer"})", R"({"name":1,"kind":"producer"})",
        R"({"name":"a","kind":"producer","superior":"2"})", R"({"name":"a","kind":"producer","superior":0})",
        R"({"name":"a","kind":"producer","superior":1.5})",
        R"({"name":"a","kind":"producer","superior":99999999999999999999})",
        R"({"name":"a","kind":"producer","codes":"x"})", R"({"name":"a","kind":"producer","codes":[1]})",
        R"({"name":null,"kind":"producer"})", R"({"name":"a","kind":"producer","id":9})"}) {
    const Answer answer =
        ask(port_, std::string("POST /api/v1/organisations HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                               "Content-Type: application/json\r\nContent-Length: ") +
                       std::to_string(std::string(body).size()) + "\r\n\r\n" + body);
    EXPECT_EQ(code_of(answer), "400 account.body") << body;
  }
  EXPECT_EQ(code_of(send("POST", "/organisations", R"({"name":"a\u0000b","kind":"producer"})")),
            "400 organisation.name");
  EXPECT_EQ(code_of(send("POST", "/organisations", R"({"name":"a\u202eb","kind":"producer"})")),
            "400 organisation.name");
  EXPECT_EQ(
      code_of(send("POST", "/organisations", R"({"name":")" + std::string(10'000, 'x') + R"(","kind":"producer"})")),
      "400 organisation.name");
  EXPECT_EQ(send("POST", "/organisations", R"({"name":"=1+1","kind":"producer"})").status, 201) << "a formula is text";
  for (const char* id : {"x", "0", "-1", "1.0", "01", "99999999999999999999", "%31%20", "1%2F2"}) {
    EXPECT_EQ(code_of(send("GET", std::string("/organisations/") + id, "")), "404 organisation.unknown") << id;
    EXPECT_EQ(code_of(send("GET", std::string("/people/") + id, "")), "404 person.unknown") << id;
  }
  EXPECT_EQ(code_of(send("PATCH", "/people/2", R"({"active":"no"})", "If-Match: *\r\n")), "400 account.body");
  EXPECT_EQ(code_of(send("PATCH", "/people/2", R"({"deputy":-1})", "If-Match: *\r\n")), "400 account.body");
  EXPECT_EQ(send("PATCH", "/people/2", R"({"deputy":null})", "If-Match: *\r\n").status, 200);
  EXPECT_EQ(code_of(send("PUT", "/people/2/roles/machine", "", "If-Match: *\r\n")), "400 role.unknown");
  EXPECT_EQ(code_of(send("POST", "/people/2/transfer", R"({"deputy":3})", "If-Match: *\r\n")), "400 account.body");
  EXPECT_EQ(code_of(send("GET", "/people?orgg=3", "")), "400 http.parameter");
  EXPECT_EQ(code_of(send("GET", "/people?limit=1001", "")), "400 http.parameter");
  EXPECT_EQ(code_of(send("GET", "/tasks?closed=maybe", "")), "400 http.parameter");
  EXPECT_EQ(code_of(send("POST", "/people", R"({"login":"admin","name":"重名"})")), "409 account.login_taken");
}

// shows: R1
TEST_F(AccountsOverHttp, another_organisations_id_in_the_address_is_as_one_that_does_not_exist) {
  const std::string as = "As: 2\r\n", match = as + "If-Match: *\r\n";
  EXPECT_EQ(send("GET", "/organisations/3", "", as).status, 200);
  const auto without_id = [](std::string body, const std::string& id) {
    for (std::size_t at = body.find(id); at != std::string::npos; at = body.find(id)) body.replace(at, id.size(), "N");
    return body.substr(0, body.find("traceId"));
  };
  for (const char* target : {"/organisations/", "/people/"}) {
    const std::string there = std::string(target) == "/people/" ? "3" : "4";
    const Answer hidden = send("GET", target + there, "", as), none = send("GET", std::string(target) + "77", "", as);
    EXPECT_EQ(hidden.status, 404);
    EXPECT_EQ(without_id(hidden.body, " " + there + "."), without_id(none.body, " 77."));
  }
  EXPECT_EQ(code_of(send("PATCH", "/organisations/4", R"({"name":"夺"})", match)), "404 organisation.unknown");
  EXPECT_EQ(code_of(send("PATCH", "/people/3", R"({"active":false})", match)), "404 person.unknown");
  EXPECT_EQ(code_of(send("POST", "/people/3/transfer", R"({"to":3})", match)), "404 person.unknown");
  EXPECT_EQ(code_of(send("POST", "/people", R"({"login":"spy","org":4,"name":"谍"})", as)), "404 organisation.unknown");
  EXPECT_EQ(code_of(send("PUT", "/people/3/roles/officer", "", match)), "403 access.denied");
  EXPECT_EQ(code_of(send("PATCH", "/organisations/3", R"({"division":"420000"})", match)),
            "403 organisation.from_above");
  EXPECT_EQ(code_of(send("GET", "/organisations", "", "As: 9\r\n")), "401 access.sign_in");
  const Answer people = send("GET", "/people", "", as), organisations = send("GET", "/organisations", "", as);
  EXPECT_EQ(object_of(people).at("people").as_array().size(), 1u);
  EXPECT_EQ(object_of(organisations).at("organisations").as_array().size(), 1u);
  EXPECT_TRUE(object_of(organisations).at("next").is_null());
  EXPECT_EQ(code_of(send("GET", "/people?org=4", "", as)), "404 organisation.unknown");
}

// shows: T10
TEST_F(AccountsOverHttp, names_and_numbers_leave_masked_and_lists_go_on) {
  const Answer person = send("GET", "/people/2", "");
  EXPECT_EQ(object_of(person).at("name").as_string(), "赵*");
  EXPECT_EQ(object_of(person).at("mobile").as_string(), "139****2222");
  EXPECT_EQ(object_of(person).at("roles").at(0).at("role").as_string(), "sysadmin");
  const Answer late = send("PATCH", "/people/2", R"({"name":"孙"})", "If-Match: \"1\"\r\n");
  EXPECT_EQ(code_of(late), "412 account.changed");
  for (const Answer& answer : {person, late, send("GET", "/people", "")}) {
    EXPECT_THAT(answer.body, Not(HasSubstr("管理")));
    EXPECT_THAT(answer.body, Not(HasSubstr("1111")));
  }
  const Answer first = send("GET", "/organisations?limit=2", "");
  EXPECT_EQ(object_of(first).at("next").as_int64(), 2);
  const Answer second = send("GET", "/organisations?limit=2&after=2", "");
  EXPECT_EQ(object_of(second).at("organisations").as_array().size(), 2u);
  EXPECT_TRUE(object_of(second).at("next").is_null());
  EXPECT_EQ(send("DELETE", "/people/2/roles/sysadmin", "", "If-Match: \"2\"\r\n").status, 200);
  EXPECT_EQ(code_of(send("GET", "/organisations", "", "As: 2\r\n")).substr(0, 3), "403");
}

TEST_F(AccountsOverHttp, a_mark_is_a_task_and_a_transfer_hands_it_over) {
  EXPECT_EQ(send("PUT", "/people/2/roles/officer", "", "If-Match: *\r\n").status, 200);
  const int deputy = static_cast<int>(made("people", R"({"login":"deputy","org":3,"name":"孙代理"})"));
  const Answer mark =
      send("POST", "/marks", R"({"id":"https://id.gs1.org/01/06901234567892/10/L1","reason":"过热"})", "As: 2\r\n");
  ASSERT_EQ(mark.status, 201) << mark.body;
  const auto tasks = object_of(send("GET", "/tasks", "", "As: 2\r\n")).at("tasks").as_array();
  ASSERT_EQ(tasks.size(), 1u);
  EXPECT_EQ(tasks[0].at("kind").as_string(), "mark.lift");
  EXPECT_EQ(tasks[0].at("subject").as_string(), object_of(mark).at("id").as_string());
  EXPECT_EQ(code_of(send("POST", "/people/2/transfer", R"({"to":4})", "If-Match: *\r\n")), "409 person.needs_deputy");
  const Answer moved =
      send("POST", "/people/2/transfer", R"({"to":4,"deputy":)" + std::to_string(deputy) + "}", "If-Match: *\r\n");
  ASSERT_EQ(moved.status, 200) << moved.body;
  EXPECT_EQ(object_of(moved).at("tasksMoved").as_int64(), 1);
  EXPECT_TRUE(object_of(moved).at("roles").as_array().empty());
  const auto theirs = object_of(send("GET", "/tasks?person=" + std::to_string(deputy), "")).at("tasks").as_array();
  EXPECT_EQ(theirs.size(), 1u);
}

}  // namespace
}  // namespace suyuan::test
