// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "adapters/warehouse/backup_store.h"
#include "adapters/warehouse/key_rotation.h"
#include "base/text.h"
#include "store_fixture.h"

// Asking for events: parameters in the URL, pages, forms, top-level resources, named queries.
namespace suyuan::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Ids = std::vector<std::string>;

class QueryTest : public StoreFixture {
 protected:
  void SetUp() override { start(); }

  void capture_some(int count) {
    std::string events;
    for (int i = 1; i <= count; ++i)
      events += (i > 1 ? "," : "") + observed(i, i % 2 == 0 ? "receiving" : "shipping", (i * 7) % 60);
    capture(events);
  }

  Ids all_pages(std::string target) {
    Ids all;
    for (int pages = 0; !target.empty() && pages < 100; ++pages) {
      const Answer answer = ask_for(target);
      for (std::string& id : event_ids(answer)) all.push_back(std::move(id));
      target = next_page(answer);
    }
    return all;
  }
};

TEST_F(QueryTest, events_are_found_by_what_they_say) {
  capture_some(6);
  EXPECT_THAT(event_ids(ask_for("/events")), ElementsAre("1", "2", "3", "4", "5", "6"));
  EXPECT_THAT(event_ids(ask_for("/events?EQ_bizStep=receiving")), ElementsAre("2", "4", "6"));
  EXPECT_THAT(event_ids(ask_for("/events?EQ_bizStep=https://ref.gs1.org/cbv/BizStep-receiving%7Cshipping&"
                                "LT_eventTime=2026-03-01T00:20:00Z")),
              ElementsAre("1", "2"));
  EXPECT_THAT(event_ids(ask_for("/events?EQ_bizStep=shipping|receiving")), testing::SizeIs(6)) << "as people type it";
  EXPECT_THAT(event_ids(ask_for("/events?MATCH_anyEPC=https://shop.example.cn/01/66901234567894/21/3%7C"
                                "urn:epc:id:sgtin:6901234.056789.5")),
              ElementsAre("5"));
  EXPECT_THAT(event_ids(ask_for("/events?MATCH_epc=urn:epc:id:sgtin:6901234.056789.99")), IsEmpty());
  EXPECT_THAT(event_ids(ask_for("/events?EQ_eventID=urn:event:4%7Curn:event:2%7Curn:event:nobody")),
              ElementsAre("2", "4"));
  EXPECT_THAT(event_ids(ask_for("/events?eventType=AggregationEvent")), IsEmpty());
}

TEST_F(QueryTest, pages_put_together_are_the_whole_in_every_order) {
  capture_some(25);
  for (const std::string order :
       {"", "&orderBy=eventTime", "&orderBy=eventTime&orderDirection=ASC", "&orderBy=recordTime&orderDirection=DESC"}) {
    const Ids whole = event_ids(ask_for("/events?perPage=1000" + order));
    ASSERT_EQ(whole.size(), 25U) << order;
    EXPECT_EQ(all_pages("/events?perPage=4" + order), whole) << order;
    EXPECT_EQ(all_pages("/events?perPage=5" + order), whole) << order;
  }
  EXPECT_EQ(all_pages("/events?perPage=2&orderBy=eventTime&eventCountLimit=7").size(), 7U);
  EXPECT_EQ(next_page(ask_for("/events?perPage=25")), "") << "the last page names no next one";
}

TEST_F(QueryTest, pages_see_the_store_as_the_first_one_did_also_after_a_restart) {
  capture_some(6);
  const std::string next = next_page(ask_for("/events?perPage=4"));
  capture(observed(50));
  EXPECT_THAT(event_ids(ask_for(next)), ElementsAre("5", "6"));
  start();
  EXPECT_THAT(event_ids(ask_for(next)), ElementsAre("5", "6"));
  EXPECT_THAT(event_ids(ask_for("/events")), testing::SizeIs(7));
}

TEST_F(QueryTest, a_token_that_is_damaged_or_of_another_question_is_refused) {
  capture_some(6);
  const Answer first = ask_for("/events?perPage=2&EQ_bizStep=shipping");
  EXPECT_THAT(first.header("GS1-Next-Page-Token-Expires"), Not(IsEmpty()));
  const std::string next = next_page(first);
  ASSERT_THAT(next, Not(IsEmpty()));
  const std::string token = next.substr(next.find("nextPageToken=") + 14);
  EXPECT_EQ(ask_for("/events?EQ_bizStep=shipping&perPage=1&nextPageToken=" + token).status, 200)
      << "pages may change size";
  std::string damaged = token;
  damaged[10] = damaged[10] == 'A' ? 'B' : 'A';
  for (const std::string& target :
       {"/events?EQ_bizStep=receiving&nextPageToken=" + token, "/events?nextPageToken=" + token,
        "/events?EQ_bizStep=shipping&nextPageToken=" + damaged, std::string("/events?nextPageToken=x"),
        "/epcs?nextPageToken=" + token}) {
    const Answer answer = ask_for(target);
    EXPECT_EQ(answer.status, 400) << target;
    EXPECT_EQ(problem_type(answer), "epcisException:QueryValidationException") << target;
    EXPECT_THAT(answer.body, HasSubstr("query.cursor"));
  }
  EXPECT_NE(next_page(ask_for("/events?perPage=2&EQ_bizStep=shipping")), next) << "no two tokens are alike";
  const auto bytes = from_base64url(token);
  ASSERT_TRUE(bytes.has_value());
  EXPECT_THAT(std::string(bytes->begin(), bytes->end()), Not(HasSubstr(".2.6.2"))) << "the numbers are sealed";
  EXPECT_EQ(ask(port_, "DELETE /epcis/v2/nextPageToken/" + token + " HTTP/1.1\r\nHost: a\r\n\r\n").status, 204);
}

TEST_F(QueryTest, a_token_of_any_list_is_good_until_the_moment_that_its_header_says) {
  capture_some(6);
  for (const char* name : {"a", "b", "c"}) {
    const std::string query = R"({"name":")" + std::string(name) + R"(","query":{"EQ_bizStep":["shipping"]}})";
    ASSERT_EQ(post(port_, "/epcis/v2/queries", "application/json", query).status, 201);
    capture(observed(100 + name[0]));
    ASSERT_EQ(post(port_, "/epcis/v2/queries/a/subscriptions", "application/json",
                   R"({"stream":true,"dest":"http://127.0.0.1:1/"})")
                  .status,
              201);
  }
  using namespace std::chrono_literals;
  const Instant start = clock_.now() + 1h;
  constexpr auto kDay = 24h;
  for (const char* list : {"/events?perPage=1", "/events?perPage=1&orderBy=eventTime", "/queries/a/events?perPage=1",
                           "/bizSteps/shipping/events?perPage=1", "/epcs?perPage=1", "/eventTypes?perPage=1",
                           "/queries?perPage=1", "/queries/a/subscriptions?perPage=1", "/capture?perPage=1"}) {
    clock_.stand_at(start);
    const Answer first = ask_for(list);
    EXPECT_EQ(first.status, 200) << list << first.body;
    const Instant ends = start + 7 * kDay;
    EXPECT_EQ(first.header("GS1-Next-Page-Token-Expires"), format_instant(ends)) << list;
    const std::string next = next_page(first);
    ASSERT_THAT(next, Not(IsEmpty())) << list;
    const auto page_at = [&](Instant now) {
      clock_.stand_at(now);
      return ask_for(next);
    };
    const Answer second = page_at(start + 6 * kDay);
    EXPECT_EQ(second.status, 200) << list << second.body;
    EXPECT_NE(second.body, first.body) << list;
    if (!next_page(second).empty()) {
      EXPECT_EQ(second.header("GS1-Next-Page-Token-Expires"), format_instant(ends + 6 * kDay)) << "each for itself";
    }
    EXPECT_EQ(page_at(ends - 1us).status, 200) << list;
    for (const Instant late : {ends, ends + 365 * kDay}) {
      const Answer refused = page_at(late);
      EXPECT_EQ(refused.status, 400) << list;
      EXPECT_EQ(problem_type(refused), "epcisException:QueryValidationException") << list;
      EXPECT_THAT(refused.body,
                  testing::AllOf(HasSubstr("query.cursor"), HasSubstr("expired at " + format_instant(ends))));
    }
  }
}

TEST_F(QueryTest, a_token_is_good_after_rekey_and_not_in_a_store_that_was_restored) {
  capture_some(5);
  const std::string about_a_person =  // which makes a key
      R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://ex.cn/",)"
      R"("suyuan":"https://suyuan.example/ns/#"}],"suyuan:consumerPhone":"13911112222",)" +
      observed(6).substr(1);
  ASSERT_EQ(post(port_, "/epcis/v2/events", "application/json", about_a_person).status, 201);
  const std::string next = next_page(ask_for("/events?perPage=4"));
  stop();
  const std::filesystem::path key = folder_.string() + "-key", copy = folder_.string() + "-copy";
  std::filesystem::remove_all(copy);
  std::ofstream(key) << std::string(64, 'b') << "\n";
  const auto keys = rotate_master_key({folder_, ""}, {folder_ / "secrets" / "master.key", key, true});
  ASSERT_TRUE(keys.ok()) << keys.error().text;
  EXPECT_EQ(*keys, 1);
  start();
  EXPECT_THAT(event_ids(ask_for(next)), ElementsAre("5", "6"));
  const BackupOptions options{"test", [](auto&, auto&) { return Result<std::string>(std::string("{}")); }};
  ASSERT_TRUE(backup_store(folder_, copy, clock_, options).ok());
  EXPECT_THAT(event_ids(ask_for(next)), ElementsAre("5", "6")) << "a backup takes nothing away";
  // What was recorded after the backup is lost, and its numbers are given anew: a place among them means nothing.
  capture(observed(50));
  const std::string lost = next_page(ask_for("/events?perPage=4"));
  stop();
  std::filesystem::rename(folder_ / "secrets" / "master.key", key);
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_ / "secrets");
  std::filesystem::rename(key, folder_ / "secrets" / "master.key");
  RestoreOptions back;
  back.settle = [](auto&, auto&, auto&) { return Status(Done{}); };
  const auto restored = restore_store(copy, folder_, clock_, back);
  ASSERT_TRUE(restored.ok()) << restored.error().text;
  start();
  capture(observed(60) + "," + observed(61));
  for (const std::string& token : {next, lost}) {
    EXPECT_EQ(ask_for(token).status, 400);
    EXPECT_THAT(ask_for(token).body, HasSubstr("query.cursor"));
  }
  EXPECT_EQ(all_pages("/events?perPage=3").size(), 8U);
  std::filesystem::remove_all(copy);
}

TEST_F(QueryTest, wrong_parameters_are_named_with_the_problem_type_of_the_standard) {
  capture_some(3);
  for (const char* target :
       {"/events?EQ_bizStop=shipping", "/events?orderBy=eventTime&orderDirection=UP", "/events?eventCountLimit=0",
        "/events?eventCountLimit=1", "/events?maxEventCount=-1", "/events?maxEventCount=x",
        "/events?orderBy=eventTime&eventCountLimit=1&maxEventCount=1"}) {
    const Answer answer = ask_for(target);
    EXPECT_EQ(answer.status, 400) << target << answer.body;
    EXPECT_EQ(problem_type(answer), "epcisException:QueryParameterException") << target;
  }
  for (const char* page : {"perPage=0", "perPage=many", "perPage=-1", "perPage=1e9", "perPage=", "perPage=1&perPage=2",
                           "nextPageToken=a&nextPageToken=b"})
    EXPECT_EQ(ask_for(std::string("/events?") + page).status, 400) << page;
  EXPECT_THAT(event_ids(ask_for("/events?perPage=99999999999999999999999")), testing::SizeIs(3)) << "an upper bound";
  for (const char* list : {"/epcs", "/bizSteps", "/queries", "/capture"}) {
    const Answer answer = ask_for(std::string(list) + "?EQ_bizStep=shipping");
    EXPECT_EQ(answer.status, 400) << list << ": a list is not narrowed, and must not seem to be";
    EXPECT_EQ(problem_type(answer), "epcisException:QueryParameterException") << list;
  }
  EXPECT_EQ(problem_type(ask_for("/events?maxEventCount=2")), "epcisException:QueryTooLargeException");
  EXPECT_EQ(ask_for("/events?maxEventCount=2").status, 413);
  EXPECT_EQ(ask_for("/events?maxEventCount=3").status, 200);
  for (const char* target : {"/events?EQ_bizStep=%zz", "/events?EQ_bizStep=%ff", "/events?EQ_bizStep=%00"})
    EXPECT_EQ(problem_type(ask_for(target)), "epcisException:ValidationException") << target;
  const Answer long_one = ask_for("/events?MATCH_anyEPC=" + std::string(40'000, 'a'));
  EXPECT_EQ(long_one.status, 414);
  EXPECT_EQ(problem_type(long_one), "epcisException:URITooLongException");
}

TEST_F(QueryTest, what_is_too_much_or_in_no_known_format_has_the_problem_type_of_the_standard) {
  std::string patterns, parameters;
  for (int i = 0; i <= 1000; ++i)
    patterns += (i > 0 ? ",\"" : "\"") + std::string("urn:epc:idpat:sgtin:") + std::to_string(1'000'000 + i) + ".*.*\"";
  for (int i = 0; i <= 200; ++i) parameters += (i > 0 ? "," : "") + ("\"EQ_ex:a" + std::to_string(i) + "\":\"1\"");
  for (const std::string& query : {R"({"MATCH_epc":[)" + patterns + "]}", "{" + parameters + "}"}) {
    const Answer complex =
        post(port_, "/epcis/v2/queries", "application/json", R"({"name":"much","query":)" + query + "}");
    EXPECT_EQ(complex.status, 413) << complex.body;
    EXPECT_EQ(problem_type(complex), "epcisException:QueryTooComplexException");
  }
  const Answer unknown = post(port_, "/epcis/v2/queries", "application/xml", "<Poll/>");
  EXPECT_EQ(unknown.status, 415);
  EXPECT_EQ(problem_type(unknown), "epcisException:UnsupportedMediaTypeException");
  set("capture.events_max", "1");
  start();
  const Answer capture = post(
      port_, "/epcis/v2/capture", "application/json",
      R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://ex.cn/"}],)"
      R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T08:00:00Z","epcisBody":{"eventList":[)" +
          observed(1) + "," + observed(2) + "]}}");
  EXPECT_EQ(capture.status, 413) << capture.body;
  EXPECT_EQ(problem_type(capture), "epcisException:CaptureLimitExceededException");
  EXPECT_EQ(capture.header("GS1-EPCIS-Capture-Limit"), "1");
}

TEST_F(QueryTest, identifiers_come_in_the_form_that_was_asked_for_where_there_is_one) {
  capture_some(1);
  for (const char* wanted : {"", "GS1-EPC-Format: Always_GS1_Digital_Link\r\n"}) {
    const Answer links = ask_for("/events", wanted);
    EXPECT_EQ(links.header("GS1-EPC-Format"), "Always_GS1_Digital_Link");
    EXPECT_THAT(links.body, testing::AllOf(HasSubstr("https://id.gs1.org/01/06901234567892/21/1"),
                                           Not(HasSubstr("urn:epc:id:sgtin")), Not(HasSubstr("urn:epc:id:sgln")),
                                           HasSubstr("\"ex:n\":1.50")));
  }
  EXPECT_THAT(ask_for("/events", "GS1-EPC-Format: Always_EPC_URN\r\n").body, HasSubstr("urn:epc:id:sgtin"));
  for (const char* as_it_came : {"GS1-EPC-Format: Never_Translates\r\n", "GS1-EPC-Format: No_Preference\r\n"})
    EXPECT_THAT(ask_for("/events", as_it_came).body, HasSubstr(observed(1, "shipping", 7).substr(1)));
  std::string link = observed(2);
  link.replace(link.find("urn:epc:id:sgtin:6901234.056789.2"), 33, "https://id.gs1.org/01/06901234567892/21/2");
  capture(link);
  const Answer no_urn = ask_for("/events", "GS1-EPC-Format: Always_EPC_URN\r\n");
  EXPECT_EQ(no_urn.status, 406);
  EXPECT_EQ(problem_type(no_urn), "epcisException:NotAcceptableException");
  EXPECT_THAT(no_urn.body, HasSubstr("01/06901234567892/21/2"));
  EXPECT_EQ(ask_for("/events", "GS1-EPC-Format: Sometimes\r\n").status, 400);
  EXPECT_EQ(ask_for("/events", "GS1-EPCIS-Min: 3.0.0\r\n").status, 406);
}

TEST_F(QueryTest, answers_in_xml_and_in_json_read_back_as_the_same_events) {
  capture_some(3);
  const Answer xml = ask_for("/events", "Accept: application/xml\r\n");
  EXPECT_EQ(xml.header("Content-Type"), "application/xml");
  const auto document = read_epcis(xml.body);
  ASSERT_TRUE(document.ok() && document->events.size() == 3) << xml.body;
  EXPECT_EQ(ask_for("/events", "Accept: text/plain\r\n").status, 406);
  EXPECT_EQ(ask_for("/events", "Accept: text/plain\r\naccept: application/xml\r\n").header("Content-Type"),
            "application/xml");
  // An event that came as XML is answered in JSON too.
  std::string again = xml.body;
  for (std::size_t at = again.find("urn:event:"); at != std::string::npos; at = again.find("urn:event:", at + 12))
    again.insert(at + 10, "x");
  ASSERT_EQ(post(port_, "/epcis/v2/capture", "application/xml", again).status, 202);
  EXPECT_THAT(event_ids(ask_for("/events?perPage=10")), ElementsAre("1", "2", "3", "x1", "x2", "x3"));
  const Answer one = ask_for("/events/urn:event:x2");
  EXPECT_EQ(one.status, 200) << one.body;
  EXPECT_THAT(one.body, testing::AllOf(HasSubstr("\"bizStep\":\"receiving\""), HasSubstr("https://ex.cn/")));
  EXPECT_EQ(ask_for("/events/urn:event:nobody").status, 404);
}

TEST_F(QueryTest, what_events_named_can_be_listed_and_followed) {
  capture_some(5);
  const std::string epc = "https:%2F%2Fid.gs1.org%2F01%2F06901234567892%2F21%2F3";
  EXPECT_THAT(ask_for("/epcs").body, HasSubstr("https://id.gs1.org/01/06901234567892/21/3"));
  EXPECT_THAT(ask_for("/bizSteps").body, HasSubstr(R"("member":["shipping","receiving"])"));
  capture(observed(9, "https://ref.gs1.org/cbv/Bizstep-shipping"));
  EXPECT_THAT(ask_for("/bizSteps").body,
              HasSubstr(R"("member":["shipping","receiving","https://ref.gs1.org/cbv/Bizstep-shipping"])"))
      << "a word is only there for what it means";
  EXPECT_THAT(event_ids(ask_for("/bizSteps/https:%2F%2Fref.gs1.org%2Fcbv%2FBizstep-shipping/events")),
              ElementsAre("9"));
  EXPECT_THAT(ask_for("/dispositions").body, HasSubstr(R"("member":["in_transit"])"));
  EXPECT_THAT(ask_for("/readPoints").body, HasSubstr("https://id.gs1.org/414/"));
  EXPECT_THAT(ask_for("/bizLocations").body, HasSubstr(R"("member":[])"));
  EXPECT_THAT(ask_for("/eventTypes?perPage=2").body, HasSubstr(R"("member":["AggregationEvent","AssociationEvent"])"));
  EXPECT_THAT(ask_for("/epcs/" + epc).body, HasSubstr(R"("member":["events"])"));
  EXPECT_THAT(event_ids(ask_for("/epcs/" + epc + "/events")), ElementsAre("3"));
  EXPECT_THAT(event_ids(ask_for("/epcs/urn:epc:id:sgtin:6901234.056789.3/events?EQ_bizStep=receiving")), IsEmpty());
  EXPECT_THAT(event_ids(ask_for("/bizSteps/receiving/events")), ElementsAre("2", "4"));
  EXPECT_THAT(event_ids(ask_for("/readPoints/urn:epc:id:sgln:6901234.00001.0/events")), testing::SizeIs(6));
  EXPECT_THAT(event_ids(ask_for("/dispositions/in_transit/events")), testing::SizeIs(6));
  EXPECT_THAT(event_ids(ask_for("/eventTypes/ObjectEvent/events")), testing::SizeIs(6));
  for (const char* target :
       {"/epcs/urn:epc:id:sgtin:6901234.056789.99", "/bizSteps/holding", "/dispositions/damaged/events",
        "/eventTypes/MagicEvent", "/bizLocations/urn:epc:id:sgln:6901234.00001.0/events"})
    EXPECT_EQ(ask_for(target).status, 404) << target;
  EXPECT_EQ(ask_for("/bizSteps/receiving/events?EQ_bizStep=shipping").status, 400);
  EXPECT_EQ(ask_for("/epcs", "GS1-EPC-Format: Always_EPC_URN\r\n").status, 406);
  std::string target = "/epcs?perPage=2";
  int pages = 0;
  for (; !target.empty() && pages < 10; ++pages) target = next_page(ask_for(target));
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(ask_for("").body, testing::AllOf(HasSubstr("queries"), HasSubstr("bizSteps")));
  const Answer options = ask(port_, "OPTIONS /epcis/v2/epcs HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.header("GS1-EPCIS-Version"), "2.0.0");
  EXPECT_EQ(options.header("GS1-EPC-Format"), "No_Preference") << "all of them";
  EXPECT_EQ(options.header("GS1-CBV-XML-Format"), "No_Preference");
  EXPECT_EQ(ask_for("/epcs").header("GS1-EPC-Format"), "");
}

// Every path of the standard's interface, whatever is asked of it.
TEST_F(QueryTest, every_resource_says_what_it_can_and_refuses_the_rest) {
  capture_some(1);
  ASSERT_EQ(post(port_, "/epcis/v2/queries", "application/json", R"({"name":"all","query":{}})").status, 201);
  const std::string epc = "urn:epc:id:sgtin:6901234.056789.1";
  const std::pair<std::string, std::string> rows[] = {{"", "GET, HEAD, OPTIONS"},
                                                      {"/capture", "GET, HEAD, OPTIONS, POST"},
                                                      {"/capture/1", "GET, HEAD, OPTIONS"},
                                                      {"/events", "GET, HEAD, OPTIONS, POST"},
                                                      {"/events/urn:event:1", "GET, HEAD, OPTIONS"},
                                                      {"/eventTypes", "GET, HEAD, OPTIONS"},
                                                      {"/eventTypes/ObjectEvent", "GET, HEAD, OPTIONS"},
                                                      {"/eventTypes/ObjectEvent/events", "GET, HEAD, OPTIONS"},
                                                      {"/epcs", "GET, HEAD, OPTIONS"},
                                                      {"/epcs/" + epc, "GET, HEAD, OPTIONS"},
                                                      {"/epcs/" + epc + "/events", "GET, HEAD, OPTIONS"},
                                                      {"/bizSteps", "GET, HEAD, OPTIONS"},
                                                      {"/bizSteps/shipping/events", "GET, HEAD, OPTIONS"},
                                                      {"/bizLocations", "GET, HEAD, OPTIONS"},
                                                      {"/readPoints", "GET, HEAD, OPTIONS"},
                                                      {"/dispositions", "GET, HEAD, OPTIONS"},
                                                      {"/queries", "GET, HEAD, OPTIONS, POST"},
                                                      {"/queries/all", "DELETE, GET, HEAD, OPTIONS"},
                                                      {"/queries/all/events", "GET, HEAD, OPTIONS"},
                                                      {"/queries/all/subscriptions", "GET, HEAD, OPTIONS, POST"},
                                                      {"/queries/all/subscriptions/1", "DELETE, GET, HEAD, OPTIONS"},
                                                      {"/nextPageToken/x", "DELETE, OPTIONS"}};
  for (const auto& [path, methods] : rows) {
    const auto said = [&](const std::string& method) {
      return ask(port_, method + " /epcis/v2" + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    };
    const Answer options = said("OPTIONS");
    EXPECT_EQ(options.status, 204) << path;
    EXPECT_EQ(options.header("Allow"), methods) << path;
    for (const char* header : {"GS1-EPCIS-Version", "GS1-EPCIS-Min", "GS1-EPCIS-Max", "GS1-CBV-Version", "GS1-CBV-Min",
                               "GS1-CBV-Max", "GS1-Vendor-Version"})
      EXPECT_NE(options.header(header), "") << path << header;
    const Answer put = said("PUT");
    EXPECT_EQ(put.status, 405) << path;
    EXPECT_EQ(put.header("Allow"), methods) << path;
    for (const char* version : {"GS1-EPCIS-Version: 1.2", "GS1-EPCIS-Min: 2.1", "GS1-EPCIS-Max: 1.2",
                                "GS1-CBV-Version: 3", "GS1-CBV-Min: 2.1", "GS1-CBV-Max: x"}) {
      if (methods.find("GET") == std::string::npos) continue;
      const Answer refused = ask_for(path, std::string(version) + "\r\n");
      EXPECT_EQ(refused.status, 406) << path << version;
      EXPECT_EQ(problem_type(refused), "epcisException:NotAcceptableException") << path << version;
    }
  }
}

TEST_F(QueryTest, a_subscription_by_websocket_is_not_offered_and_says_what_is) {
  ASSERT_EQ(post(port_, "/epcis/v2/queries", "application/json", R"({"name":"all","query":{}})").status, 201);
  const char* upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";
  for (const auto& [target, headers] : std::initializer_list<std::pair<std::string, std::string>>{
           {"/queries/all/events?stream=true", upgrade},
           {"/queries/all/events?minute=5&hour=1", upgrade},
           {"/queries/all/events", upgrade},
           {"/queries/all/events?stream=true", ""},
           {"/queries/all/events?dayOfWeek=1&reportIfEmpty=true", ""}}) {
    const Answer answer = ask_for(target, headers);
    EXPECT_EQ(answer.status, 501) << target;
    EXPECT_EQ(problem_type(answer), "epcisException:ImplementationException") << target;
    EXPECT_THAT(answer.body, HasSubstr("/epcis/v2/queries/all/subscriptions"));
  }
  EXPECT_EQ(ask_for("/queries/none/events?stream=true", upgrade).status, 404);
}

TEST_F(QueryTest, a_problem_comes_in_xml_for_who_asks_for_xml) {
  const auto form_for = [&](const std::string& target, const std::string& accept) {
    return ask_for(target, "Accept: " + accept + "\r\n");
  };
  for (const char* accept : {"application/xml", "text/xml", "application/problem+xml, application/xml"}) {
    const Answer answer = form_for("/events?EQ_bizStop=%3Ca%26b%3E&EQ_action=x", accept);
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+xml");
    EXPECT_THAT(answer.body,
                testing::AllOf(HasSubstr(R"(<problem xmlns="urn:ietf:rfc:7807">)"),
                               HasSubstr("<type>epcisException:QueryParameterException</type>"),
                               HasSubstr("<status>400</status>"), HasSubstr("<findings><i><path>EQ_bizStop</path>")));
  }
  EXPECT_THAT(form_for("/bizSteps/%3Ca%26b%3E/events", "application/xml").body, HasSubstr("&lt;a&amp;b&gt;"));
  for (const char* accept : {"application/json", "*/*", "application/xml;q=0.5, application/json", "text/plain"})
    EXPECT_EQ(form_for("/nothing", accept).header("Content-Type"), "application/problem+json") << accept;
  EXPECT_EQ(form_for("/events?MATCH_anyEPC=" + std::string(40'000, 'a'), "application/xml").status, 414);
}

TEST_F(QueryTest, classes_extensions_sensors_and_master_data_are_asked_for_like_any_field) {
  const auto taken = post(
      port_, "/epcis/v2/capture", "application/json",
      R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://ex.cn/"}],)"
      R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T08:00:00Z","epcisHeader":)"
      R"({"epcisMasterData":{"vocabularyList":[{"type":"urn:epcglobal:epcis:vtype:ReadPoint","vocabularyElementList":[)"
      R"({"id":"urn:epc:id:sgln:6901234.00009.0","attributes":[{"id":"https://ex.cn/kind","attribute":"county"}],"children":)"
      R"(["urn:epc:id:sgln:6901234.00008.0"]},{"id":"urn:epc:id:sgln:6901234.00008.0","children":)"
      R"(["urn:epc:id:sgln:6901234.00001.0"]}]}]}},"epcisBody":{"eventList":[)" +
          observed(1) +
          R"(,{"type":"ObjectEvent","eventTime":"2026-03-02T08:00:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE",)"
          R"("eventID":"urn:event:2","readPoint":{"id":"urn:epc:id:sgln:6901234.00009.0"},"sensorElementList":[)"
          R"({"sensorReport":[{"type":"Temperature","value":4.5,"uom":"CEL"}]}]}]}})");
  ASSERT_EQ(taken.status, 202) << taken.body;
  EXPECT_THAT(event_ids(ask_for("/events?MATCH_epc=urn:epc:idpat:sgtin:6901234.056789.*")), ElementsAre("1"));
  EXPECT_THAT(event_ids(ask_for("/events?MATCH_epc=urn:epc:idpat:sgtin:6901234.056780.*")), IsEmpty());
  const char* prefixes = "GS1-Extensions: ex=https://ex.cn/\r\n";
  EXPECT_THAT(event_ids(ask_for("/events?EQ_ex:n=1.5", prefixes)), ElementsAre("1"));
  EXPECT_THAT(event_ids(ask_for("/events?GT_ex:n=1.5", prefixes)), IsEmpty());
  EXPECT_THAT(event_ids(ask_for("/events?GE_value_KEL=277&LT_value_KEL=278")), ElementsAre("2"));
  EXPECT_THAT(event_ids(ask_for("/events?GE_value_KEL=278")), IsEmpty());
  EXPECT_THAT(event_ids(ask_for("/events?EQ_readPoint=urn:epc:id:sgln:6901234.00009.0")), ElementsAre("2"));
  EXPECT_THAT(event_ids(ask_for("/events?WD_readPoint=urn:epc:id:sgln:6901234.00009.0")), ElementsAre("1", "2"));
  EXPECT_THAT(event_ids(ask_for("/events?WD_readPoint=urn:epc:id:sgln:6901234.00008.0")), ElementsAre("1"));
  EXPECT_THAT(event_ids(ask_for("/events?EQATTR_readPoint_ex:kind=county", prefixes)), ElementsAre("2"));
  ASSERT_EQ(post(port_, "/epcis/v2/queries", "application/json",
                 R"({"name":"warm","query":{"@context":{"e":"https://ex.cn/"},"EXISTS_e:n":true}})")
                .status,
            201);
  EXPECT_THAT(event_ids(ask_for("/queries/warm/events")), ElementsAre("1"));
  for (const auto& [name, own] : std::initializer_list<std::pair<std::string, std::string>>{
           {"header", ""}, {"both", R"("@context":{"e":"https://ex.cn/"},)"}}) {
    const std::string body = R"({"name":")" + name + R"(","query":{)" + own + R"("EQ_e:n":["1.5"]}})";
    const char* said = own.empty() ? "GS1-Extensions: e=https://ex.cn/\r\n" : "GS1-Extensions: e=https://else.cn/\r\n";
    ASSERT_EQ(post(port_, "/epcis/v2/queries", "application/json", body, said).status, 201);
    EXPECT_THAT(event_ids(ask_for("/queries/" + name + "/events")), ElementsAre("1")) << name;
  }
  ASSERT_EQ(post(port_, "/epcis/v2/queries", "application/json",
                 R"({"name":"number","query":{"@context":{"e":"https://ex.cn/"},"EQ_e:n":1.5}})")
                .status,
            201);
  EXPECT_THAT(event_ids(ask_for("/queries/number/events")), ElementsAre("1")) << "a JSON number is the text 1.5";
}

TEST_F(QueryTest, a_query_has_a_name_until_it_is_deleted) {
  capture_some(4);
  const std::string body = R"({"name":"shipped","query":{"EQ_bizStep":["shipping"],"eventType":"ObjectEvent"}})";
  const Answer made = post(port_, "/epcis/v2/queries", "application/json", body);
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.header("Location"), "/epcis/v2/queries/shipped");
  const Answer again = post(port_, "/epcis/v2/queries", "application/json", body);
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(problem_type(again), "epcisException:ResourceAlreadyExistsException");
  EXPECT_THAT(event_ids(ask_for("/queries/shipped/events?perPage=1")), ElementsAre("1"));
  EXPECT_EQ(all_pages("/queries/shipped/events?perPage=1"), (Ids{"1", "3"}));
  start();
  EXPECT_THAT(ask_for("/queries/shipped").body, HasSubstr(R"("EQ_bizStep":["shipping"])"));
  EXPECT_THAT(ask_for("/queries").body, HasSubstr(R"([{"name":"shipped")"));
  EXPECT_EQ(ask_for("/queries?nextPageToken=x").status, 400);
  EXPECT_EQ(ask_for("/queries/shipped/events?EQ_bizStep=receiving").status, 400);
  const std::string removal = "DELETE /epcis/v2/queries/shipped HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(ask(port_, removal).status, 204);
  EXPECT_EQ(ask(port_, removal).status, 404);
  EXPECT_EQ(problem_type(ask_for("/queries/shipped")), "epcisException:NoSuchNameException");
  EXPECT_EQ(ask_for("/queries/shipped/events").status, 404);
}

TEST_F(QueryTest, a_query_that_is_none_gets_no_name) {
  for (const char* body :
       {"", "[]", "{}", R"({"name":"a"})", R"({"name":"","query":{}})", R"({"name":"a/b","query":{}})",
        R"({"name":"a b","query":{}})", R"({"name":1,"query":{}})", R"({"name":"a","query":[]})",
        R"({"name":"a","name":"b","query":{}})", R"({"name":"a","query":{"EQ_action":"ADD","EQ_action":"DELETE"}})",
        R"({"name":"a","query":{"EQ_action":null}})", R"({"name":"a","query":{"GE_value_CEL":1e999}})",
        R"({"name":"a","query":{"EQ_bizStop":["x"]}})", R"({"name":"a","query":{"EQ_bizStep":{}}})"}) {
    EXPECT_EQ(post(port_, "/epcis/v2/queries", "application/json", body).status, 400) << body;
  }
  EXPECT_EQ(post(port_, "/epcis/v2/queries", "text/plain", "{}").status, 415);
  EXPECT_EQ(ask_for("/queries").body, "[]");
}

}  // namespace
}  // namespace suyuan::test
