// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/wait.h>

#include "../support/program_key.h"
#include "receiver.h"
#include "store_fixture.h"

// Recall and marks over HTTP: what is asked wrongly, what a spreadsheet gets, and what is found while the server runs.
namespace suyuan::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kLot = "https://id.gs1.org/01/06901234567892/10/L1";
constexpr const char* kLotAsked = "%5DC1010690123456789210L1";  // as a scanner sends it: ]C1 01… 10L1

std::string lot_event(int number, const std::string& step, int party = 1) {
  return R"({"type":"ObjectEvent","eventTime":"2026-03-01T08:0)" + std::to_string(number) +
         R"(:00+08:00","eventTimeZoneOffset":"+08:00","action":")" + (step == "commissioning" ? "ADD" : "OBSERVE") +
         R"(","bizStep":")" + step + R"(","quantityList":[{"epcClass":")" + kLot +
         R"(","quantity":10,"uom":"KGM"}],"destinationList":[{"type":"possessing_party","destination":)" +
         R"("https://id.gs1.org/417/)" + (party == 1 ? "6901234000016" : "6901234000023") + R"("}]})";
}

std::string made_of_lot(int first, int count) {
  std::string outputs;
  for (int i = first; i < first + count; ++i)
    outputs +=
        (i > first ? ",\"" : "\"") + std::string("https://id.gs1.org/01/06901234567908/21/") + std::to_string(i) + "\"";
  return R"({"type":"TransformationEvent","eventTime":"2026-03-01T09:00:00+08:00","eventTimeZoneOffset":"+08:00",)"
         R"("bizLocation":{"id":"https://id.gs1.org/414/6901234000016"},"inputQuantityList":[{"epcClass":")" +
         std::string(kLot) + R"(","quantity":1,"uom":"KGM"}],"outputEPCList":[)" + outputs + "]}";
}

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

class RecallTest : public StoreFixture {
 protected:
  void SetUp() override { start(); }
  Answer api(const std::string& target) { return get(port_, "/api/v1" + target); }
  Answer mark(const std::string& body) { return post(port_, "/api/v1/marks", "application/json", body); }
  std::string marked(const std::string& code) {
    const Answer made = mark(R"({"id":")" + code + R"(","reason":"过热 overheats"})");
    EXPECT_EQ(made.status, 201) << made.body;
    return made.header("Location").substr(7);
  }
  // The mark once every record was looked at, or after ten seconds.
  boost::json::object once_looked_at(const std::string& target) {
    for (int i = 0; i < 200; ++i) {
      auto object = object_of(api(target));
      if (object.at("mark").at("lookedUpto").as_int64() == object.at("mark").at("recorded").as_int64() &&
          object.at("mark").at("exact").as_bool())
        return object;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ADD_FAILURE() << api(target).body;
    return {};
  }
};

// shows: X3
TEST_F(RecallTest, wrong_questions_are_refused_by_name) {
  capture(lot_event(1, "commissioning"));
  EXPECT_EQ(code_of(api("/recall")), "400 http.parameter");
  EXPECT_EQ(code_of(api("/recall?id=E%3D1")), "400 code.unreadable");
  EXPECT_EQ(code_of(api("/recall?id=113401000000000521")), "400 code.ambiguous") << "an SSCC, or a credit code";
  EXPECT_EQ(code_of(api("/recall?id=https%3A%2F%2Fid.gs1.org%2F01%2F06901234567892%2F10%2FNONE")),
            "404 trace.unknown_code");
  const std::string good = std::string("/recall?id=") + kLotAsked;
  EXPECT_EQ(api(good).status, 200);
  EXPECT_EQ(code_of(api(good + "&at=yesterday")), "400 time.not_an_instant");
  EXPECT_EQ(code_of(api(good + "&at=2026-03-01")), "400 time.not_an_instant");
  for (const char* limit : {"0", "-1", "100001", "1e3", "", "10%20", "99999999999999999999"})
    EXPECT_EQ(code_of(api(good + "&limit=" + limit)), "400 http.parameter") << limit;
  EXPECT_EQ(code_of(api(good + "&format=xml")), "400 http.parameter");
  EXPECT_EQ(code_of(api(good + "&lmit=5")), "400 http.parameter");
  EXPECT_THAT(api(good + "&lmit=5").body, HasSubstr("did you mean"));
  std::string many = good;
  for (int i = 0; i < 100; ++i) many += std::string("&id=") + kLotAsked;
  EXPECT_EQ(code_of(api(many)), "413 http.parameter");
  EXPECT_EQ(post(port_, "/api/v1/recall", "application/json", "{}").status, 405);
}

// A limit cuts what is listed and never what is counted.
TEST_F(RecallTest, a_hub_larger_than_the_limit_is_counted_whole_and_listed_in_part) {
  capture(lot_event(1, "commissioning") + "," + made_of_lot(1, 300));
  const auto answer = object_of(api(std::string("/recall?limit=2&id=") + kLotAsked));
  EXPECT_EQ(answer.at("affected").at("items").as_int64(), 300);
  EXPECT_EQ(answer.at("affected").at("lots").as_int64(), 1);
  EXPECT_LE(answer.at("holdings").as_array().size(), 2U);
  const Answer table = api(std::string("/recall?limit=2&format=csv&id=") + kLotAsked);
  EXPECT_EQ(std::count(table.body.begin(), table.body.end(), '\n'), 302) << "a head, a lot, three hundred things";
}

TEST_F(RecallTest, a_spreadsheet_reads_the_table_and_runs_none_of_it) {
  const std::string header =
      R"x("epcisHeader":{"epcisMasterData":{"vocabularyList":[{"type":"urn:epcglobal:epcis:vtype:BusinessLocation",)x"
      R"x("vocabularyElementList":[{"id":"https://id.gs1.org/414/6901234000016","attributes":[{"id":)x"
      R"x("urn:epcglobal:cbv:mda#name","attribute":"=HYPERLINK(\"http://x\",\"甲,乙\")"}]}]}]}},)x";
  const auto taken =
      post(port_, "/epcis/v2/capture", "application/json",
           R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument",)"
           R"("schemaVersion":"2.0","creationDate":"2026-03-01T08:00:00Z",)" +
               header + R"("epcisBody":{"eventList":[)" + made_of_lot(1, 1) + "]}}");
  ASSERT_EQ(taken.status, 202) << taken.body;
  const Answer table = api(std::string("/recall?format=csv&id=") + kLotAsked);
  ASSERT_EQ(table.status, 200) << table.body;
  EXPECT_THAT(table.header("Content-Type"), StartsWith("text/csv"));
  EXPECT_THAT(table.header("Content-Disposition"), HasSubstr("recall.csv"));
  EXPECT_THAT(table.body, StartsWith("\xEF\xBB\xBF代码 code,")) << "a byte order mark, so that 中文 is read";
  EXPECT_THAT(table.body, HasSubstr(R"x("'=HYPERLINK(""http://x"",""甲,乙"")")x")) << "text, not a formula";
  EXPECT_THAT(table.body, HasSubstr("\r\n"));
}

// shows: X3, T3
TEST_F(RecallTest, a_shipment_that_comes_after_the_mark_is_found_while_the_server_runs) {
  capture(lot_event(1, "commissioning"));
  const std::string at = marked(kLot);
  capture(lot_event(2, "shipping", 2) + "," + made_of_lot(1, 3));
  const auto answer = once_looked_at(at);
  const auto& finds = answer.at("finds").as_array();
  ASSERT_EQ(finds.size(), 2U);
  EXPECT_EQ(finds[0].at("did").as_string(), "shipped");
  EXPECT_EQ(finds[0].at("things").at(0).at("id").as_string(), kLot);
  EXPECT_EQ(finds[0].at("things").at(0).at("quantity").as_string(), "10");
  EXPECT_EQ(finds[0].at("newToTell").at(0).at("id").as_string(), "https://id.gs1.org/417/6901234000023");
  EXPECT_EQ(finds[1].at("did").as_string(), "transformed");
  EXPECT_EQ(finds[1].at("newly").as_int64(), 3);
  EXPECT_EQ(answer.at("mark").at("affected").at("items").as_int64(), 3);
  EXPECT_THAT(api("/marks").body, HasSubstr(at.substr(7)));
  const Answer table = api(at + "?format=csv");
  EXPECT_THAT(table.body, StartsWith("\xEF\xBB\xBF"));
  EXPECT_EQ(std::count(table.body.begin(), table.body.end(), '\n'), 6);
  EXPECT_EQ(object_of(api(at + "?limit=1")).at("next").as_int64(), 1);
  EXPECT_EQ(object_of(api(at + "?after=1")).at("finds").as_array().size(), 1U);
  EXPECT_EQ(post(port_, "/api/v1" + at + "/recheck", "application/json", "").status, 200);
  const Answer lifted = post(port_, "/api/v1" + at + "/lift", "application/json", R"({"reason":"复检合格"})");
  EXPECT_EQ(lifted.status, 200) << lifted.body;
  EXPECT_FALSE(object_of(lifted).at("open").as_bool());
  EXPECT_THAT(api("/marks").body, Not(HasSubstr(at.substr(7))));
  EXPECT_THAT(api("/marks?lifted=yes").body, HasSubstr("复检合格"));
  EXPECT_EQ(object_of(api(at)).at("finds").as_array().size(), 2U) << "the history stays";
  EXPECT_EQ(code_of(post(port_, "/api/v1" + at + "/lift", "application/json", R"({"reason":"again"})")),
            "409 mark.lifted");
}

TEST_F(RecallTest, a_mark_that_is_none_is_refused_by_name) {
  for (const char* body : {"", "[]", "nonsense", R"({"id":1,"reason":"x"})", R"({"id":[[]],"reason":"x"})",
                           R"({"id":"x","reason":"y","until":"z"})"})
    EXPECT_EQ(code_of(mark(body)), "400 mark.body") << body;
  EXPECT_EQ(code_of(mark(R"({"id":"6901234567892"})")), "400 mark.reason");
  EXPECT_EQ(code_of(mark(R"({"id":"6901234567892","reason":" "})")), "400 mark.reason");
  EXPECT_EQ(code_of(mark(R"({"id":[],"reason":"x"})")), "400 trace.no_code");
  EXPECT_EQ(code_of(mark(R"({"reason":"x"})")), "400 trace.no_code");
  EXPECT_EQ(code_of(mark(R"({"id":"E=1","reason":"x"})")), "400 code.unreadable");
  EXPECT_EQ(post(port_, "/api/v1/marks", "text/plain", "x").status, 415);
  EXPECT_EQ(code_of(api("/marks/none")), "404 mark.unknown");
  EXPECT_EQ(code_of(api("/marks?limit=0")), "400 http.parameter");
  EXPECT_EQ(code_of(api("/marks?lifted=maybe")), "400 http.parameter");
  EXPECT_EQ(code_of(post(port_, "/api/v1/marks/none/lift", "application/json", R"({"reason":"x"})")),
            "404 mark.unknown");
  EXPECT_EQ(code_of(post(port_, "/api/v1/marks/none/recheck", "application/json", "")), "404 mark.unknown");
  const std::string at = marked(kLot);
  for (const char* query : {"?after=-1", "?after=x", "?limit=1001", "?format=xml", "?afterr=1"})
    EXPECT_EQ(code_of(api(at + query)), "400 http.parameter") << query;
  EXPECT_EQ(object_of(api(at)).at("finds").as_array().size(), 0U);
}

// A key of a program that only reports.
class MarksUnread : public RecallTest {
 protected:
  http::Gate gate() override {
    return [](const http::Request&, identity::Act act) -> Result<Granted> {
      if (act == identity::Act::kMarkRead)
        return Error{ErrorKind::kForbidden, "access.key_limits", "This key may not do that."};
      return at_this_machine().grant(act);
    };
  }
};

TEST_F(MarksUnread, who_may_change_marks_and_not_read_them_is_told_that_it_was_done) {
  const std::string at = marked(kLot);
  EXPECT_EQ(code_of(api(at)), "403 access.key_limits");
  const Answer lifted = post(port_, "/api/v1" + at + "/lift", "application/json", R"({"reason":"x"})");
  EXPECT_EQ(lifted.status, 200) << lifted.body;
  EXPECT_EQ(object_of(lifted).size(), 1U);
}

// The whole program, killed the moment a document is acknowledged.
TEST_F(RecallTest, what_was_acknowledged_before_the_program_was_killed_is_found_once) {
  ASSERT_TRUE(std::filesystem::exists(SUYUAN_BINARY)) << "build the target suyuan first";
  capture(lot_event(1, "commissioning"));
  const std::string at = marked(kLot);
  stop();
  const int port = Receiver().port();  // was free a moment ago
  always_send(key_header("--data '" + folder_.string() + "'", "producer", "producer"));
  for (int round = 0; round < 4; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      const std::string set = "server.port=" + std::to_string(port);
      static_cast<void>(std::freopen("/dev/null", "w", stdout));
      static_cast<void>(std::freopen("/dev/null", "w", stderr));
      ::execl(SUYUAN_BINARY, SUYUAN_BINARY, "serve", "--data", folder_.c_str(), "--set", set.c_str(), nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 200 && get(port, "/healthz").status != 200; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    port_ = port;
    capture(lot_event(2 + round, "shipping", 2));
    std::this_thread::sleep_for(std::chrono::milliseconds(round * 100));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  start();
  EXPECT_EQ(once_looked_at(at).at("finds").as_array().size(), 4U);
}

}  // namespace
}  // namespace suyuan::test
