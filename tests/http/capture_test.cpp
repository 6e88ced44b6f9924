// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <boost/json.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "product_test.h"

namespace suyuan::test {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::StartsWith;
using CaptureTest = ProductTest;

std::string event(const std::string& serial, const std::string& more = "") {
  return R"({"type":"ObjectEvent","eventTime":"2026-03-01T08:00:00+08:00","eventTimeZoneOffset":"+08:00",)"
         R"("action":"OBSERVE","bizStep":"shipping","epcList":["https://id.gs1.org/01/06901234567892/21/)" +
         serial + "\"]" + more + "}";
}

std::string document(const std::string& events) {
  return R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://ex.cn/"}],)"
         R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T08:00:00Z","epcisBody":{"eventList":[)" +
         events + "]}}";
}

Answer capture(int port, const std::string& body, const std::string& headers = "") {
  return post(port, "/epcis/v2/capture", "application/json", body, headers);
}

TEST_F(CaptureTest, a_document_is_taken_and_its_job_can_be_read) {
  const int port = start();
  const auto taken = capture(port, document(event("1") + "," + event("2")));
  ASSERT_EQ(taken.status, 202) << taken.body;
  EXPECT_EQ(taken.header("GS1-EPCIS-Version"), "2.0.0");
  EXPECT_EQ(taken.header("GS1-CBV-Version"), "2.0.0");
  EXPECT_EQ(taken.header("GS1-Capture-Error-Behaviour"), "rollback");
  ASSERT_THAT(taken.header("Location"), StartsWith("/epcis/v2/capture/"));
  const auto job = get(port, taken.header("Location"));
  ASSERT_EQ(job.status, 200);
  const auto record = json::parse(job.body).as_object();
  EXPECT_EQ(record.at("running"), json::value(false));
  EXPECT_EQ(record.at("success"), json::value(true));
  EXPECT_EQ(record.at("captureErrorBehaviour").as_string(), "rollback");
  EXPECT_EQ("/epcis/v2/capture/" + std::string(record.at("captureID").as_string()), taken.header("Location"));
}

// shows: X8
TEST_F(CaptureTest, a_refused_document_is_400_with_every_finding_and_stores_nothing) {
  const int port = start();
  const auto refused = capture(port, document(event("1") + R"(,{"type":"ObjectEvent"})"));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.header("Content-Type"), "application/problem+json");
  const auto problem = json::parse(refused.body).as_object();
  EXPECT_EQ(problem.at("type").as_string(), "epcisException:ValidationException");
  EXPECT_EQ(problem.at("code").as_string(), "capture.refused");
  ASSERT_FALSE(problem.at("findings").as_array().empty());
  EXPECT_THAT(std::string(problem.at("findings").at(0).at("path").as_string()), StartsWith("/epcisBody/eventList/1"));
  EXPECT_EQ(get(port, refused.header("Location")).status, 200);
  EXPECT_EQ(warehouse_.counts()->events, 0);
}

TEST_F(CaptureTest, proceed_keeps_the_sound_events) {
  const int port = start();
  const auto taken =
      capture(port, document(event("1") + R"(,{"type":"ObjectEvent"})"), "GS1-Capture-Error-Behaviour: proceed\r\n");
  EXPECT_EQ(taken.status, 202);
  EXPECT_EQ(warehouse_.counts()->events, 1);
  EXPECT_THAT(get(port, taken.header("Location")).body, HasSubstr("\"success\":false"));
}

// shows: X8
TEST_F(CaptureTest, bad_input_gets_a_4xx_problem_and_stores_nothing) {
  set("capture.bytes_max", "300000");
  set("capture.events_max", "50");
  const int port = start();
  std::string events = event("0");
  for (int i = 1; i < 51; ++i) events += "," + event(std::to_string(i));
  const std::vector<std::pair<std::string, int>> cases = {
      {"", 400},
      {"{", 400},
      {"[]", 400},
      {"null", 400},
      {"\xff\xfe{\0", 400},
      {std::string("\0\1\2\3", 4), 400},
      {std::string(100000, '['), 400},
      {document(event("1")).substr(0, 200), 400},
      {document(events), 413},
      {std::string(300001, ' '), 413},
  };
  for (const auto& [body, status] : cases) {
    const auto answer = capture(port, body);
    EXPECT_EQ(answer.status, status) << body.substr(0, 60) << answer.body;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
    EXPECT_THAT(answer.body, HasSubstr("epcisException:"));
  }
  EXPECT_EQ(warehouse_.counts()->events, 0);
}

TEST_F(CaptureTest, ten_thousand_findings_are_counted_and_a_hundred_shown) {
  std::string events = R"({"type":"ObjectEvent"})";
  for (int i = 1; i < 10000; ++i) events += R"(,{"type":"ObjectEvent"})";
  const auto refused = capture(start(), document(events));
  EXPECT_EQ(refused.status, 400);
  EXPECT_LT(refused.body.size(), 200'000u);
  EXPECT_LE(json::parse(refused.body).at("findings").as_array().size(), 101u);
}

TEST_F(CaptureTest, other_formats_answers_versions_and_behaviours_are_refused_by_name) {
  const int port = start();
  const std::string body = document(event("1"));
  EXPECT_EQ(post(port, "/epcis/v2/capture", "text/csv", body).status, 415);
  EXPECT_EQ(post(port, "/epcis/v2/capture", "application/ld+json; charset=utf-8", body).status, 202);
  EXPECT_EQ(capture(port, body, "GS1-EPCIS-Version: 3.0\r\n").status, 406);
  EXPECT_EQ(capture(port, body, "GS1-EPCIS-Version: 2.0\r\nGS1-EPCIS-Max: 2.1\r\n").status, 202);
  EXPECT_EQ(capture(port, body, "GS1-EPCIS-Min: 2.1\r\n").status, 406);
  EXPECT_EQ(capture(port, body, "GS1-Capture-Error-Behaviour: maybe\r\n").status, 400);
  EXPECT_EQ(get(port, "/epcis/v2/capture", "Accept: application/xml\r\n").status, 406);
  EXPECT_EQ(get(port, "/epcis/v2/capture?perPage=x").status, 400);
  EXPECT_EQ(get(port, "/epcis/v2/capture?nextPageToken=nobody").status, 400);
}

TEST_F(CaptureTest, options_announces_limits_versions_and_behaviours) {
  const auto answer = ask(start(), "OPTIONS /epcis/v2/capture HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.header("Allow"), "GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(answer.header("GS1-EPCIS-Capture-Limit"), "20000");
  EXPECT_EQ(answer.header("GS1-EPCIS-Capture-File-Size-Limit"), "67108864");
  EXPECT_EQ(answer.header("GS1-Capture-Error-Behaviour"), "all");
}

TEST_F(CaptureTest, jobs_are_listed_newest_first_page_by_page) {
  const int port = start();
  std::vector<std::string> locations;
  for (int i = 0; i < 5; ++i) {
    locations.push_back(capture(port, document(event(std::to_string(i)))).header("Location"));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // ids are ordered by the millisecond
  }
  std::vector<std::string> listed;
  std::string next = "/epcis/v2/capture?perPage=2";
  for (int pages = 0; !next.empty() && pages < 9; ++pages) {
    const auto page = get(port, next);
    const json::value jobs = json::parse(page.body);
    for (const auto& job : jobs.as_array()) {
      listed.push_back("/epcis/v2/capture/" + std::string(job.at("captureID").as_string()));
    }
    const std::string link = page.header("Link");
    EXPECT_EQ(page.header("GS1-Next-Page-Token-Expires").empty(), link.empty());
    next = link.empty() ? "" : link.substr(1, link.find('>') - 1);
  }
  std::reverse(locations.begin(), locations.end());
  EXPECT_EQ(listed, locations);
}

// The store takes nothing more until told to.
class HeldStore : public CaptureTest {
 protected:
  HeldStore() {
    warehouse_.before_append = [this] {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return open_; });
    };
    set("capture.wait_ms_max", "0");
    set("capture.queue_max", "3");
    set("capture.client_queue_max", "2");
  }
  ~HeldStore() override {
    open();
    server_.reset();
  }

  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  // A document above the size that counts as small.
  static Answer send_large(int port, const std::string& serial, const std::string& client) {
    return post(port, "/epcis/v2/capture", "application/json",
                document(event(serial, R"(,"ex:note":")" + std::string(70'000, 'x') + '"')),
                "X-Forwarded-For: 203.0.113.9, " + client + "\r\n");
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

// shows: X8
TEST_F(HeldStore, one_client_who_floods_is_told_429_and_others_still_get_in) {
  const int port = start();
  std::vector<std::string> taken;
  for (const auto& [serial, client] : {std::pair("1", "10.0.0.1"), {"2", "10.0.0.1"}, {"3", "10.0.0.2"}}) {
    if (serial == std::string("3")) {
      const Answer flooded = send_large(port, "4", "10.0.0.1");
      EXPECT_EQ(flooded.status, 429);
      EXPECT_EQ(flooded.header("Retry-After"), "2");
      EXPECT_EQ(flooded.header("Content-Type"), "application/problem+json");
      EXPECT_THAT(flooded.body, HasSubstr("capture.client_queue_max"));
    }
    const Answer answer = send_large(port, serial, client);
    EXPECT_EQ(answer.status, 202) << answer.body;
    taken.push_back(answer.header("Location"));
  }
  const Answer full = send_large(port, "5", "10.0.0.3");
  EXPECT_EQ(full.status, 503);
  EXPECT_EQ(full.header("Retry-After"), "2");
  EXPECT_THAT(full.body, HasSubstr("capture.queue_max"));
  open();
  for (const std::string& job : taken) {
    while (get(port, job).body.find("\"running\":true") != std::string::npos) std::this_thread::yield();
    EXPECT_THAT(get(port, job).body, HasSubstr("\"success\":true"));
  }
  EXPECT_EQ(send_large(port, "4", "10.0.0.1").status, 202);
}

// shows: X8
TEST_F(HeldStore, a_small_document_does_not_queue_behind_large_ones) {
  const int port = start();
  for (const auto& [serial, client] : {std::pair("1", "10.0.0.1"), {"2", "10.0.0.1"}, {"3", "10.0.0.2"}})
    EXPECT_EQ(send_large(port, serial, client).status, 202);
  EXPECT_EQ(capture(port, document(event("6"))).status, 202);
}

// shows: X8
TEST_F(HeldStore, who_asks_does_not_wait_for_those_who_write) {
  set("http.worker_threads", "1");
  set("http.write_threads", "2");
  const int port = start();
  std::vector<std::unique_ptr<Client>> writers;
  const std::string body =
      event("7", R"(,"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"])");
  for (int i = 0; i < 4; ++i) {
    writers.push_back(std::make_unique<Client>(port));
    writers.back()->send(
        "POST /epcis/v2/events HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
        "Content-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  for (bool all = false; !all;) {
    const Answer metrics = get(port, "/metrics");
    ASSERT_EQ(metrics.status, 200);
    all = metrics.body.find("suyuan_http_requests_in_flight 5") != std::string::npos;
  }
  EXPECT_EQ(get(port, "/epcis/v2/events/urn:uuid:831c0292-4de1-430a-8255-2aca821abaa1").status, 404);
  open();
  std::multiset<int> statuses;
  for (const auto& writer : writers) statuses.insert(writer->receive().status);
  EXPECT_EQ(statuses, (std::multiset<int>{201, 409, 409, 409}));
}

TEST_F(CaptureTest, an_unknown_job_is_404) {
  const auto answer = get(start(), "/epcis/v2/capture/019506f0-0000-7000-8000-000000000000");
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.body, HasSubstr("epcisException:NoSuchResourceException"));
}

TEST_F(CaptureTest, the_document_comes_back_byte_for_byte) {
  const int port = start();
  const std::string body = " \n" + document(event("1")) + "\r\n";
  const std::string location = capture(port, body).header("Location");
  const auto back = get(port, "/api/v1/captures/" + location.substr(18) + "/document");
  EXPECT_EQ(back.status, 200);
  EXPECT_EQ(back.body, body);
  EXPECT_EQ(back.header("Content-Disposition"), "attachment");
}

TEST_F(CaptureTest, an_event_is_stored_once_and_comes_back_with_its_id) {
  const int port = start();
  const std::string body =
      event("7", R"(,"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"])");
  const auto created = post(port, "/epcis/v2/events", "application/json", body);
  ASSERT_EQ(created.status, 201) << created.body;
  const auto again = post(port, "/epcis/v2/events", "application/json", body);
  EXPECT_EQ(again.status, 409);
  EXPECT_THAT(again.body, HasSubstr("epcisException:ResourceAlreadyExistsException"));
  EXPECT_EQ(again.header("Location"), created.header("Location"));
  const auto back = get(port, created.header("Location"));
  ASSERT_EQ(back.status, 200) << back.body;
  EXPECT_EQ(back.header("Content-Type"), "application/json");
  EXPECT_EQ(get(port, created.header("Location"), "Accept: application/ld+json\r\n").header("Content-Type"),
            "application/ld+json");
  const auto query = json::parse(back.body).as_object();
  EXPECT_EQ(query.at("type").as_string(), "EPCISQueryDocument");
  const auto& list = query.at("epcisBody").at("queryResults").at("resultsBody").at("eventList").as_array();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_THAT(std::string(list[0].at("eventID").as_string()), StartsWith("ni:///sha-256;"));
  EXPECT_EQ(list[0].at("epcList").at(0).as_string(), "https://id.gs1.org/01/06901234567892/21/7");
  EXPECT_TRUE(list[0].as_object().contains("recordTime"));
}

TEST_F(CaptureTest, an_event_keeps_the_context_of_its_document) {
  const int port = start();
  const auto make = [](const std::string& serial) {
    return event(serial,
                 R"(,"eventID":"urn:uuid:831c0292-4de1-430a-8255-2aca821abaa)" + serial + R"(","ex:note":"[,]\",")");
  };
  const std::string events = make("1") + " , " + R"({"type":"ObjectEvent"})" + " , " + make("2") + ",\n" + make("3");
  ASSERT_EQ(capture(port, document(events), "GS1-Capture-Error-Behaviour: proceed\r\n").status, 202);
  for (const char* form : {"", "GS1-EPC-Format: Never_Translates\r\n"}) {
    const auto back = get(port, "/epcis/v2/events/urn:uuid:831c0292-4de1-430a-8255-2aca821abaa2", form);
    ASSERT_EQ(back.status, 200) << back.body;
    const auto query = json::parse(back.body);
    const auto& found = query.at("epcisBody").at("queryResults").at("resultsBody").at("eventList").at(0).as_object();
    EXPECT_EQ(found.at("ex:note").as_string(), "[,]\",");
    ASSERT_TRUE(found.contains("@context")) << back.body;
    EXPECT_EQ(found.at("@context").as_array().back().at("ex").as_string(), "https://ex.cn/");
  }
}

TEST_F(CaptureTest, an_id_with_other_content_is_409_and_names_the_conflict) {
  const int port = start();
  const auto make = [](const std::string& serial) {
    return event(serial, R"(,"eventID":"urn:uuid:831c0292-4de1-430a-8255-2aca821abaab")");
  };
  EXPECT_EQ(post(port, "/epcis/v2/events", "application/json", make("1")).status, 201);
  const auto other = post(port, "/epcis/v2/events", "application/json", make("2"));
  EXPECT_EQ(other.status, 409);
  EXPECT_THAT(other.body, HasSubstr("trace.event_id_conflict"));
}

TEST_F(CaptureTest, events_takes_one_event_and_no_document_of_several) {
  const int port = start();
  EXPECT_EQ(post(port, "/epcis/v2/events", "application/json", document(event("1") + "," + event("2"))).status, 400);
  EXPECT_EQ(warehouse_.counts()->events, 0);
  EXPECT_EQ(get(port, "/epcis/v2/events/ni:%2F%2F%2Fsha-256;00%3Fver=CBV2.0").status, 404);
}

TEST_F(CaptureTest, a_store_that_fails_is_a_500_and_not_an_acceptance) {
  warehouse_.is_broken = true;
  const auto answer = capture(start(), document(event("1")));
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, HasSubstr("epcisException:ImplementationException"));
}

}  // namespace
}  // namespace suyuan::test
