// SPDX-License-Identifier: Apache-2.0
// Attacks that need more than a story: each character of a token, each route, each cell.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <thread>

#include "app/codes/identify.h"
#include "app/trace/mark.h"
#include "app/trace/recall.h"
#include "app/trace/trace.h"
#include "base/text.h"
#include "walk.h"

namespace suyuan::access {
namespace {

using testing::HasSubstr;
using testing::Not;

class Attack : public testing::Test {
 protected:
  Attack() { office_.tell_the_chain(); }

  int events_of(const std::string& who, const std::string& id) {
    const std::string body = office_.get(who, "/epcis/v2/events?EQ_eventID=" + id).body;
    int count = 0;
    for (std::size_t at = body.find("\"" + id + "\""); at != std::string::npos;
         at = body.find("\"" + id + "\"", at + 1))
      ++count;
    return count;
  }
  // Somebody who may use the route; nobody needs to be it who may see what is asked for.
  static std::string user_of(const http::Route& route) {
    static const Policy kPolicy = read_policy();
    for (const auto& [role, who] : strangers())
      if (role != "public" && kPolicy.at(role).at(std::string(identity::act_word(*route.act))) != ".") return who;
    return "public";
  }

  Office office_;
};

// shows: R1, T10
TEST_F(Attack, a_cookie_with_any_character_changed_is_nobodys) {
  office_.person("officer@county-a");
  const std::string good = office_.sign_in("officer@county-a");
  const std::string token = good.substr(15, 43);
  const auto status = [&](const std::string& cookie) {
    return office_.ask({.target = "/epcis/v2/events", .headers = "Cookie: " + cookie + "\r\n"}).status;
  };
  ASSERT_EQ(status("suyuan=" + token), 200);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(status("suyuan=" + forged), 401) << i;
  }
  const auto sessions = boost::json::parse(
      office_.ask({.target = "/api/v1/sessions", .headers = "Cookie: suyuan=" + token + "\r\n"}).body);
  const std::string id(sessions.at("sessions").as_array().at(0).at("id").as_string());
  for (const std::string& cookie : std::initializer_list<std::string>{
           "suyuan=" + token.substr(1), "suyuan=" + token + "A", "suyuan=" + token.substr(0, 42),
           std::string("suyuan="), "suyuan=" + id, "suyuan=\"" + token + "\"", "suyuan=" + token + "; suyuan=" + token,
           "suyuan=" + token + "; suyuan=" + std::string(43, 'A'), "SUYUAN=" + token, "suyuan-device=" + token,
           "__Host-suyuan=" + token, "suyuan=%41" + token.substr(1), "suyuan=" + std::string(8000, 'A'),
           "suyuan=' OR 1=1 --"})
    EXPECT_EQ(status(cookie), 401) << cookie;
  EXPECT_EQ(status("suyuan=" + token), 200) << "and its holder does not notice";
}

// The product takes no idempotency keys: what names an event is its own id, and a document sent twice counts once.
// shows: R1, T3
TEST_F(Attack, what_is_sent_again_counts_once_and_opens_nothing_to_who_sends_it) {
  EXPECT_EQ(office_.report("producer@P", "e1").status, 202);
  EXPECT_EQ(events_of("officer@city", "urn:event:e1"), 1);
  // Another organisation sends the same bytes.
  const std::string before = office_.get("seller@far-shop", "/epcis/v2/events").body;
  office_.report("seller@far-shop", "e1");
  office_.report("seller@D", "e1");
  EXPECT_EQ(events_of("officer@city", "urn:event:e1"), 1);
  EXPECT_EQ(office_.get("seller@far-shop", "/epcis/v2/events").body, before);
  EXPECT_EQ(office_.get("seller@far-shop", "/epcis/v2/events/urn:event:e1").status, 404);
  EXPECT_EQ(office_.get("seller@D", "/epcis/v2/events/urn:event:e1").status, 404);
  EXPECT_EQ(office_.get("officer@far", "/epcis/v2/events/urn:event:e1").status, 404);
  EXPECT_EQ(
      office_.get("seller@far-shop", "/api/v1/trace?id=" + std::string("urn:epc:id:sgtin:6901234.056789.7")).status,
      404);
  EXPECT_EQ(office_.get("producer@P", "/epcis/v2/events/urn:event:e1").status, 200) << "it is still P's";
  // The same key, another question, another organisation: each gets an answer of its own.
  const std::string key = "Idempotency-Key: 019a0000-0000-7000-8000-000000000001\r\n";
  const Asking first{"producer@P", "POST", "/epcis/v2/queries", R"({"name":"a","query":{}})", key};
  ASSERT_EQ(office_.ask(first).status, 201);
  EXPECT_EQ(office_.ask(first).status, 409) << "it is there already";
  const Answer other = office_.ask({"seller@D", "POST", "/epcis/v2/queries", R"({"name":"b","query":{}})", key});
  EXPECT_EQ(other.status, 201);
  EXPECT_THAT(other.body, Not(HasSubstr("\"a\"")));
}

// Cells of RFC 4180, quotes taken off.
std::vector<std::string> cells_of(std::string_view csv) {
  std::vector<std::string> cells(1);
  bool is_quoted = false;
  if (csv.starts_with("\xEF\xBB\xBF")) csv.remove_prefix(3);
  for (std::size_t i = 0; i < csv.size(); ++i) {
    const char c = csv[i];
    if (is_quoted && c == '"' && i + 1 < csv.size() && csv[i + 1] == '"')
      cells.back() += csv[i++];
    else if (c == '"')
      is_quoted = !is_quoted;
    else if (!is_quoted && (c == ',' || c == '\n'))
      cells.emplace_back();
    else if (is_quoted || c != '\r')
      cells.back() += c;
  }
  EXPECT_FALSE(is_quoted) << "a quote that does not end";
  return cells;
}

// shows: R1, T10
TEST_F(Attack, no_cell_of_any_table_begins_like_a_formula) {
  const std::vector<std::string> formulas = {"=cmd|'/C calc'!A0",
                                             "+1+1",
                                             "-2+3",
                                             "@SUM(A1)",
                                             "\\t=1+1",
                                             "\\r=1+1",
                                             " =1+1",
                                             "\\n=HYPERLINK(1)",
                                             "＝1+1",
                                             "＠SUM(A1)",
                                             "＋1",
                                             "－1",
                                             "\\\"=1+1",
                                             "a\\\",=1+1,\\\"",
                                             ",=1+1"};
  // Names of the party and the place of a holder, ids of events, units of amounts; reasons of marks.
  std::string events;
  int number = 0;
  while (number < static_cast<int>(formulas.size())) {
    ++number;
    events += fmt::format(
        R"({}{{"type":"ObjectEvent","eventID":"urn:event:={}","eventTime":"2026-03-01T09:{:02}:00+08:00",)"
        R"("eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"commissioning",)"
        R"("readPoint":{{"id":"urn:epc:id:sgln:6901234.{:05}.0"}},"bizLocation":{{"id":"urn:epc:id:sgln:6901234.{:05}.0"}},)"
        R"("quantityList":[{{"epcClass":"urn:epc:class:lgtin:6901234.056789.-1+{}","quantity":{},"uom":"KGM"}}]}})",
        number == 1 ? "" : ",", number, number, number, number, number, number);
  }
  std::string places;
  number = 0;
  for (const std::string& formula : formulas) {
    ++number;
    places += fmt::format(
        R"({}{{"id":"urn:epc:id:sgln:6901234.{:05}.0","attributes":[{{"id":"urn:epcglobal:cbv:mda#name","attribute":"{}"}}]}})",
        number == 1 ? "" : ",", number, formula);
  }
  const Answer taken = office_.post(
      "producer@P", "/epcis/v2/capture",
      R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument",)"
      R"("schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z","epcisHeader":{"epcisMasterData":{"vocabularyList":[)"
      R"({"type":"urn:epcglobal:epcis:vtype:Location","vocabularyElementList":[)" +
          places + R"(]}]}},"epcisBody":{"eventList":[)" + events + "]}}");
  ASSERT_EQ(taken.status, 202) << taken.body;
  std::string codes;
  for (std::size_t i = 1; i <= formulas.size(); ++i)
    codes += fmt::format("{}urn%3Aepc%3Aclass%3Algtin%3A6901234.056789.-1%2B{}", i == 1 ? "id=" : "&id=", i);
  std::string mark;
  for (const std::string& formula : formulas) {
    const Answer marked =
        office_.post("officer@city", "/api/v1/marks",
                     fmt::format(R"({{"id":"urn:epc:class:lgtin:6901234.056789.-1+1","reason":"{}"}})", formula));
    EXPECT_TRUE(marked.status == 201 || marked.status == 400) << marked.body;
    if (marked.status == 201) mark = marked.header("Location");
  }
  ASSERT_FALSE(mark.empty());
  // What comes after the mark is what it finds.
  const std::string later =
      R"({"type":"ObjectEvent","eventID":"urn:event:later","eventTime":"2026-03-01T10:00:00+08:00",)"
      R"("eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"shipping",)"
      R"("readPoint":{"id":"urn:epc:id:sgln:6901234.00001.0"},"quantityList":[)"
      R"({"epcClass":"urn:epc:class:lgtin:6901234.056789.-1+1","quantity":1,"uom":"KGM"}]})";
  const Answer more =
      office_.post("producer@P", "/epcis/v2/capture",
                   R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],)"
                   R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z",)"
                   R"("epcisBody":{"eventList":[)" +
                       later + "]}}");
  ASSERT_EQ(more.status, 202) << more.body;
  // A thread follows; it is done when the record was found.
  for (int i = 0; i < 200 && office_.get("officer@city", mark).body.find("urn:event:later") == std::string::npos; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));

  const std::map<std::string, std::pair<std::string, std::string>> tables = {
      {"recall", {"officer@city", "/api/v1/recall?format=csv&" + codes}},
      {"markFinds", {"officer@city", mark + "?format=csv"}},
      {"searchAudit", {"auditor@city", "/api/v1/audit?format=csv&limit=1000"}}};
  int counted = 0;
  for (const http::Route& route : office_.routes()) {
    const bool is_table = std::any_of(route.answers.begin(), route.answers.end(), [](const http::Answer& each) {
      return std::find(each.media_types.begin(), each.media_types.end(), "text/csv") != each.media_types.end();
    });
    if (!is_table) continue;
    ASSERT_TRUE(tables.contains(route.operation_id)) << "a new table: put formulas into it, and name it here";
    ++counted;
    const auto& [who, target] = tables.at(route.operation_id);
    const Answer table = office_.get(who, target);
    ASSERT_EQ(table.status, 200) << target << table.body;
    EXPECT_THAT(table.header("Content-Disposition"), HasSubstr("attachment"));
    const auto cells = cells_of(table.body);
    EXPECT_GT(cells.size(), 20U) << table.body;
    bool has_formula = false;
    for (const std::string& cell : cells) {
      has_formula = has_formula || cell.find("1+1") != std::string::npos;
      const std::size_t first = std::min(cell.find_first_not_of(" \n"), cell.size());
      for (const std::string sign : {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"})
        EXPECT_NE(cell.compare(first, sign.size(), sign), 0) << route.operation_id << ": " << cell;
    }
    EXPECT_TRUE(has_formula) << route.operation_id << ": what was tried did not come through: " << table.body;
  }
  EXPECT_EQ(counted, static_cast<int>(tables.size()));
}

// shows: R1, T10
TEST_F(Attack, no_path_leads_out_of_what_the_server_serves) {
  std::ofstream(office_.folder() / "canary.txt") << "canary-of-the-folder";
  const std::vector<std::string> tricks = {"..%2F..%2Fcanary.txt",
                                           "%2e%2e%2fcanary.txt",
                                           "%252e%252e%252fcanary.txt",
                                           "..%5C..%5Ccanary.txt",
                                           "%2Fetc%2Fpasswd",
                                           "canary.txt",
                                           "x%00.json",
                                           "%C0%AE%C0%AE%C0%AFcanary.txt",
                                           "file%3A%2F%2F%2Fetc%2Fpasswd",
                                           "%27%3B%20DROP%20TABLE%20organisation%3B--",
                                           "%25s%25n%25x",
                                           "-1",
                                           "99999999999999999999",
                                           "*",
                                           std::string(3000, 'A')};
  int asked = 0;
  for (const http::Route& route : office_.routes()) {
    if (route.path.find('{') == std::string::npos) continue;
    for (const std::string& trick : tricks) {
      std::string path = route.path;
      while (path.find('{') != std::string::npos) {
        const std::size_t begin = path.find('{');
        path.replace(begin, path.find('}') - begin + 1, trick);
      }
      const std::string type = route.body_types.empty() ? "application/json" : route.body_types.front();
      const Answer is = office_.ask({user_of(route), route.method, path, "{}", "", type});
      ++asked;
      EXPECT_TRUE(is.status >= 200 && is.status < 500) << is.status << " " << route.method << " " << path << is.body;
      EXPECT_THAT(is.body, Not(HasSubstr("canary-of-the-folder"))) << path;
      EXPECT_THAT(is.body, Not(HasSubstr("root:"))) << path;
      EXPECT_THAT(is.body, Not(HasSubstr(office_.folder().string()))) << path;
    }
  }
  EXPECT_GT(asked, 100);
  for (const char* path :
       {"/../canary.txt", "/..%2fcanary.txt", "/./login", "//etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
        "/api/v1/../../canary.txt", "/canary.txt", "/login-key", "/.git/config"}) {
    const Answer is = office_.get("officer@city", path);
    EXPECT_TRUE(is.status == 400 || is.status == 404) << is.status << path;
  }
  EXPECT_EQ(office_.get("officer@city", "/epcis/v2/events").status, 200) << "the tables are still there";
}

// shows: R1
TEST_F(Attack, no_other_spelling_of_a_path_or_method_goes_past_the_gate) {
  const Policy policy = read_policy();
  int asked = 0;
  for (const http::Route& route : office_.routes()) {
    if (route.method != "GET" || policy.at("public").at(std::string(identity::act_word(*route.act))) != ".") continue;
    std::map<std::string, std::string> values;
    for (const http::Parameter& each : route.parameters) values[each.name] = "urn:event:e1";
    const std::string path = filled(route, values);
    std::string upper = path, encoded = path;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    encoded.replace(1, 1, fmt::format("%{:02X}", static_cast<int>(path[1])));
    for (const std::string& spelled :
         {path, path + "/", "/" + path, path + "//", path + ";x=1", path + "%20", path + "%2F", path + "?", path + "#x",
          "http://test" + path, upper, encoded, path + "/.", "/./" + path.substr(1), "/x/.." + path})
      for (const char* method : {"GET", "HEAD"}) {
        ++asked;
        const Answer is = office_.ask({"public", method, spelled});
        EXPECT_TRUE(is.status >= 400 && is.status < 500) << is.status << " " << method << " " << spelled;
        EXPECT_THAT(is.body, Not(HasSubstr("\"eventList\""))) << spelled;
      }
    for (const char* header :
         {"X-HTTP-Method-Override: OPTIONS\r\n", "X-Original-URL: /healthz\r\n", "X-Rewrite-URL: /healthz\r\n",
          "X-Forwarded-For: 127.0.0.1\r\n", "X-Forwarded-User: machine\r\n", "X-Who: machine\r\n"})
      EXPECT_EQ(office_.ask({.target = path, .headers = header}).status, 401) << route.path << header;
  }
  EXPECT_GT(asked, 500);
  EXPECT_EQ(office_.get("officer@city", "/epcis/v2/events/").status, 200) << "a spelling that leads there";
  EXPECT_EQ(office_.get("officer@city", "/%65pcis/v2/events").status, 200) << "another";
}

// shows: R1
TEST_F(Attack, no_document_reads_a_file_of_the_server) {
  std::ofstream(office_.folder() / "canary.txt") << "canary-of-the-folder";
  const std::string file = "file://" + (office_.folder() / "canary.txt").string();
  const std::string xml = "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY x SYSTEM \"" + file +
                          "\">]><epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" schemaVersion=\"2.0\" "
                          "creationDate=\"2026-03-01T08:00:00Z\"><EPCISBody><EventList>&x;</EventList></EPCISBody>"
                          "</epcis:EPCISDocument>";
  const std::string json = R"({"@context":[")" + file +
                           R"("],"type":"EPCISDocument","schemaVersion":"2.0",)"
                           R"("creationDate":"2026-03-01T00:00:00Z","epcisBody":{"eventList":[]}})";
  for (const auto& [type, document] : {std::pair{"application/xml", xml}, {"application/json", json}}) {
    const Answer taken = office_.ask({"producer@P", "POST", "/epcis/v2/capture", document, "", type});
    EXPECT_LT(taken.status, 500) << type;
    EXPECT_THAT(taken.body, Not(HasSubstr("canary-of-the-folder"))) << type;
    const std::string job = taken.header("Location");
    if (job.empty()) continue;
    EXPECT_THAT(office_.get("producer@P", job).body, Not(HasSubstr("canary-of-the-folder"))) << type;
    const std::string original = "/api/v1/captures/" + job.substr(job.rfind('/') + 1) + "/document";
    EXPECT_THAT(office_.get("producer@P", original).body, Not(HasSubstr("canary-of-the-folder"))) << type;
  }
  // An id is a name and no path.
  EXPECT_EQ(office_.report("producer@P", "../../canary.txt").status, 202);
  EXPECT_THAT(office_.get("producer@P", "/epcis/v2/events").body, Not(HasSubstr("canary-of-the-folder")));
}

// shows: R1, T10
TEST_F(Attack, a_line_end_in_what_is_sent_adds_no_header_and_no_line_to_the_log) {
  const std::string evil = "x%0D%0AX-Injected:%20yes%0D%0A%0D%0A%3Cscript%3E";
  const auto judge = [&](const Answer& is, const std::string& where) {
    EXPECT_NE(is.status, 0) << where;
    EXPECT_EQ(is.header("X-Injected"), "") << where << is.head;
    EXPECT_LT(is.status, 500) << where << is.body;
  };
  for (const http::Route& route : office_.routes()) {
    std::string path = route.path, query;
    while (path.find('{') != std::string::npos) {
      const std::size_t begin = path.find('{');
      path.replace(begin, path.find('}') - begin + 1, evil);
    }
    for (const http::Parameter& each : route.parameters)
      if (each.in == http::Parameter::In::kQuery) query += (query.empty() ? "?" : "&") + each.name + "=" + evil;
    const std::string type = route.body_types.empty() ? "application/json" : route.body_types.front();
    const std::string body = "login=x%0D%0AX-Injected:%20yes&carried_target=/x%0D%0AX-Injected:%20yes&id=%0D%0A";
    judge(office_.ask({user_of(route), route.method, path + query, body, "", type}), route.operation_id);
    // Each query parameter alone: the first that is wrong hides the others.
    for (const http::Parameter& each : route.parameters)
      if (each.in == http::Parameter::In::kQuery)
        judge(office_.ask({user_of(route), route.method, path + "?" + each.name + "=" + evil, "", "", type}),
              route.operation_id + " " + each.name);
  }
  const std::string text = R"(x\r\nX-Injected: yes\r\n\r\n{\"event\":\"sign_in.done\"})";
  const std::vector<std::pair<std::string, std::string>> bodies = {
      {"/epcis/v2/queries", R"({"name":")" + text + R"(","query":{}})"},
      {"/epcis/v2/queries", R"({"name":"q","query":{"EQ_bizStep":[")" + text + R"("]}})"},
      {"/api/v1/marks", R"({"id":")" + kItem + R"(","reason":")" + text + R"("})"},
      {"/api/v1/marks", R"({"id":")" + text + R"(","reason":"x"})"},
      {"/api/v1/erasures", R"({"event":")" + text + R"(","why":")" + text + R"("})"},
      {"/api/v1/unmask",
       R"({"event":")" + text + R"(","field":")" + text + R"(","purpose":")" + text + R"(","case":"7"})"},
      {"/api/v1/session", R"({"login":")" + text + R"(","password":"x"})"}};
  for (const auto& [target, body] : bodies) judge(office_.post("producer@P", target, body), target);
  judge(office_.post("sysadmin@P", "/api/v1/people", R"({"login":")" + text + R"(","name":")" + text + R"("})"),
        "person");
  judge(office_.post("sysadmin@P", "/api/v1/organisations", R"({"name":")" + text + R"(","kind":"seller"})"), "body");
  judge(office_.post("secadmin@P", "/api/v1/keys",
                     R"({"role":"producer","acts":["event.capture"],"name":")" + text +
                         R"(","expires":"2027-02-01T00:00:00Z"})"),
        "key");
  judge(office_.post("officer@city", "/api/v1/emergencies", R"({"place":"510100","reason":")" + text + R"("})"),
        "emergency");
  // Bare line feeds and carriage returns in header fields.
  for (const char* field : {"traceparent: 00-x\nX-Injected: yes\r\n", "X-Forwarded-For: 1.2.3.4\rX-Injected: yes\r\n",
                            "Accept: text/html\x0bX-Injected: yes\r\n", "Cookie: suyuan=\x00\x01\r\n"})
    EXPECT_EQ(office_.ask({.target = "/api/v1/session", .headers = field}).header("X-Injected"), "") << field;
  const auto lines = office_.log().lines();
  EXPECT_GT(lines.size(), 5U);
  for (const std::string& line : lines) {
    EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos) << line;
    boost::system::error_code error;
    boost::json::parse(line, error);
    EXPECT_FALSE(error) << line;
  }
}

// What others wrote is read at a terminal too: no command of it, and no line that they made up.
// shows: R1
TEST_F(Attack, what_others_wrote_is_no_line_of_its_own_at_the_terminal) {
  const std::string evil = R"(x\u001b[2J\n\u202eforged line)";
  const Answer taken = office_.post(
      "producer@P", "/epcis/v2/capture",
      R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument",)"
      R"("schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z","epcisHeader":{"epcisMasterData":{"vocabularyList":[)"
      R"({"type":"urn:epcglobal:epcis:vtype:Location","vocabularyElementList":[{"id":"urn:epc:id:sgln:6901234.00077.0",)"
      R"("attributes":[{"id":"urn:epcglobal:cbv:mda#name","attribute":")" +
          evil + R"("}]}]}]}},"epcisBody":{"eventList":[]}})");
  ASSERT_EQ(taken.status, 202) << taken.body;
  ASSERT_EQ(
      office_.post("officer@city", "/api/v1/marks", R"({"id":")" + kItem + R"(","reason":")" + evil + R"("})").status,
      201);
  const http::Services& services = office_.services();
  const auto read = read_code(OrgId(1), kItem, office_.clock());
  ASSERT_TRUE(read.ok());
  const codes::Identity code = read->candidates.at(0).id;
  TraceRequest of_it;
  of_it.start = {code};
  RecallRequest out_of_it;
  out_of_it.start = {code};
  const auto traced = trace_chain(at_this_machine(), of_it, services.warehouse);
  const auto recalled = recall(at_this_machine(), out_of_it, services.warehouse);
  const MarkServices marks{*services.marks, services.warehouse, services.clock, *services.authorizer};
  const auto marked = list_marks(at_this_machine(), "", 10, true, marks);
  ASSERT_TRUE(traced.ok() && recalled.ok() && marked.ok());
  for (const std::string& text : {trace_text(*traced, true), recall_text(*recalled, true), marks_text(*marked, true)}) {
    EXPECT_THAT(text, HasSubstr("forged line"));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\n\u202eforged line")));
    EXPECT_THAT(text, Not(HasSubstr("\nforged line")));
  }
}

}  // namespace
}  // namespace suyuan::access
