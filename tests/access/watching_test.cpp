// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "walk.h"

// People who look again and again at everything that they may ask for, while others are at work.
namespace suyuan::access {
namespace {

// Tokens are sealed anew each time; where one leads is asked below.
std::string without_tokens(std::string text) {
  for (const char* before : {"nextPageToken=", "\"next\":\"", "\"continue\":\"", "Suyuan-Next: "}) {
    for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
      const std::size_t begin = at + std::string(before).size();
      text.erase(begin, std::min(text.find_first_of("\">&\r\n", begin), text.size()) - begin);
    }
  }
  return text;
}

class Watching : public testing::Test {
 protected:
  Watching() { office_.tell_the_chain(); }

  // What somebody can ask without knowing any id, and what they can ask about the thing of the chain.
  std::vector<std::string> questions() const {
    std::vector<std::string> all;
    static const std::set<std::string> kOther = {"metrics",             // of this machine, for who runs it
                                                 "sessions", "whoAmI",  // say when they were used
                                                 "accountPage", "searchAudit", "beginOidcSignIn", "finishOidcSignIn",
                                                 // that the log grows is for everybody to see
                                                 "logCheckpoint", "logCheckpointSm3"};
    for (const http::Route& route : office_.routes())
      if (route.method == "GET" && route.path.find('{') == std::string::npos && !kOther.contains(route.operation_id))
        all.push_back(route.path);
    const std::string item = "https:%2F%2Fid.gs1.org%2F01%2F06901234567892%2F21%2F7";
    for (const char* more :
         {"/epcis/v2/events?perPage=1", "/epcis/v2/epcs?perPage=1", "/epcis/v2/bizSteps?perPage=1",
          "/epcis/v2/capture?perPage=1", "/epcis/v2/queries?perPage=1", "/epcis/v2/events?EQ_bizStep=inspecting",
          "/epcis/v2/events?EQ_eventID=urn:event:e8", "/epcis/v2/events/urn:event:e8", "/epcis/v2/queries/new",
          "/epcis/v2/events?eventCountLimit=1&orderBy=eventTime"})
      all.emplace_back(more);
    for (const std::string& more : {"/api/v1/trace?id=" + item,
                                    "/trace?id=" + item,
                                    "/api/v1/recall?id=" + item,
                                    "/api/v1/recall?format=csv&id=" + item,
                                    std::string("/api/v1/figures?first=2026-11-21&last=2026-11-21"),
                                    std::string("/api/v1/figures?first=2026-10-01&last=2026-10-31"),
                                    std::string("/api/v1/marks?limit=1&lifted=yes"),
                                    std::string("/api/v1/organisations?limit=1"),
                                    std::string("/api/v1/people?limit=1"),
                                    std::string("/api/v1/tasks?closed=yes"),
                                    std::string("/api/v1/keys?limit=1"),
                                    std::string("/api/v1/erasures?limit=1"),
                                    std::string("/api/v1/approvals/erasures?limit=1"),
                                    std::string("/api/v1/emergencies?reviewed=yes&limit=1"),
                                    std::string("/api/v1/audit?act=mark.make"),
                                    std::string("/api/v1/audit?act=query.define&format=csv"),
                                    std::string("/api/v1/audit?outcome=refused&act=key.make"),
                                    "/epcis/v2/epcs/" + item + "/events",
                                    "/epcis/v2/events?MATCH_anyEPC=" + item,
                                    std::string("/epcis/v2/bizSteps/inspecting")})
      all.push_back(more);
    return all;
  }

  // All answers, and behind each page the next ones.
  std::map<std::string, std::string> seen_by(const std::string& who) {
    std::map<std::string, std::string> seen;
    for (const std::string& question : questions()) {
      std::string target = question, all;
      for (int page = 0; page < 20 && !target.empty(); ++page) {
        const Answer is = office_.get(who, target);
        EXPECT_LT(is.status, 500) << who << target << is.body;
        all += without_tokens(plain(is, {}));
        const std::string link = is.header("Link");
        target = link.find("rel=\"next\"") == std::string::npos ? "" : link.substr(1, link.find('>') - 1);
      }
      seen[question] = std::move(all);
    }
    return seen;
  }

  void others_are_busy() {
    const auto made = [](const Answer& is) { EXPECT_TRUE(is.status / 100 == 2) << is.status << is.body; };
    made(office_.report("producer@P", "e8"));
    made(office_.report("producer@P", "e9"));
    made(office_.post("producer@P", "/epcis/v2/queries", R"({"name":"new","query":{}})"));
    made(office_.post("producer@P", "/epcis/v2/queries/new/subscriptions",
                      R"({"dest":"http://127.0.0.1:1/","stream":true})"));
    made(office_.post("producer@P", "/api/v1/marks", R"({"id":")" + kItem + R"(","reason":"test"})"));
    made(office_.post("producer@P", "/api/v1/erasures",
                      R"({"event":"urn:event:e1","why":"the consumer asked for it"})"));
    made(office_.post("sysadmin@P", "/api/v1/people", R"({"login":"new","name":"新人"})"));
    made(office_.post("sysadmin@P", "/api/v1/organisations", R"({"name":"新店","kind":"seller"})"));
    made(office_.post("secadmin@P", "/api/v1/keys",
                      R"({"role":"producer","acts":["event.read"],"name":"x","expires":"2027-02-01T00:00:00Z"})"));
    EXPECT_EQ(office_.post("producer@P", "/api/v1/keys", "{}").status, 403) << "a refusal for P's auditors";
    made(office_.post("officer@county-a", "/api/v1/emergencies",
                      R"({"place":"110101","reason":"needed at once, said the caller"})"));
    made(office_.post(
        "officer@county-a", "/api/v1/unmask",
        R"({"event":"urn:event:e1","field":"suyuan:consumerPhone","purpose":"a complaint came in","case":"7"})"));
  }

  Office office_;
};

// shows: R1, T3, T10
TEST_F(Watching, what_others_do_changes_no_list_count_search_export_page_or_tag) {
  std::vector<std::string> watchers = {"officer@county-d", "leader@county-d", "seller@R",
                                       "auditor@R",        "sysadmin@Q",      "industry@association"};
  for (const auto& [role, who] : strangers()) watchers.push_back(who);
  for (const char* busy : {"producer@P", "sysadmin@P", "secadmin@P", "officer@county-a"}) office_.credential(busy);
  for (const std::string& who : watchers) office_.credential(who);
  std::map<std::string, std::map<std::string, std::string>> before;
  for (const std::string& who : watchers) before[who] = seen_by(who);
  const auto of_p = seen_by("officer@county-a");
  others_are_busy();
  for (const std::string& who : watchers) {
    const auto after = seen_by(who);
    for (const auto& [question, answer] : before[who]) EXPECT_EQ(after.at(question), answer) << who << " " << question;
  }
  EXPECT_NE(seen_by("officer@county-a"), of_p) << "whose business it is sees it";
}

}  // namespace
}  // namespace suyuan::access
