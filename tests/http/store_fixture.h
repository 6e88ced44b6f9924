// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <boost/json.hpp>
#include <filesystem>

#include "../support/machine_gate.h"
#include "adapters/clock/system_clock.h"
#include "adapters/evidence_files/evidence_folder.h"
#include "adapters/files/epcis.h"
#include "adapters/files/epcis_writer.h"
#include "adapters/following/mark_thread.h"
#include "adapters/http/serve.h"
#include "adapters/records/account_store.h"
#include "adapters/records/audit_store.h"
#include "adapters/records/emergency_store.h"
#include "adapters/records/erasure_store.h"
#include "adapters/records/evidence_store.h"
#include "adapters/records/mark_store.h"
#include "adapters/records/query_store.h"
#include "adapters/records/task_store.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "adapters/webhook/delivery_threads.h"
#include "adapters/webhook/http_webhook.h"
#include "app/audit/audit.h"
#include "client.h"

namespace suyuan::test {

// The machine's, until a test makes it stand.
class StoppableClock final : public Clock {
 public:
  Instant now() override {
    const std::int64_t at = stands_at_;
    return at == 0 ? machine_.now() : Instant(std::chrono::microseconds(at));
  }
  void stand_at(Instant at) { stands_at_ = at.time_since_epoch().count(); }

 private:
  SystemClock machine_;
  std::atomic<std::int64_t> stands_at_ = 0;
};

// The product's own routes on a free loopback port, over a real store, with subscribers being told.
class StoreFixture : public testing::Test {
 protected:
  StoreFixture() {
    std::filesystem::remove_all(folder_);
    set("server.port", "0");
    set("webhook.allow_private", "127.0.0.1");
    set("webhook.timeout_ms", "2000");
  }
  ~StoreFixture() override {
    stop();
    std::filesystem::remove_all(folder_);
  }

  void set(std::string_view name, std::string_view value) {
    ASSERT_TRUE(options_.settings.set(name, value, SettingSource::kCommandLine).ok());
  }

  void stop() {
    deliveries_.reset();
    following_.reset();
    server_.reset();
    webhook_.reset();
    queries_.reset();
    marks_.reset();
    accounts_.reset();
    tasks_.reset();
    audit_.reset();
    audit_store_.reset();
    emergencies_.reset();
    erasures_.reset();
    evidence_.reset();
    evidence_files_.reset();
    evidence_rows_.reset();
    store_.reset();
  }

  int start() {
    stop();
    auto store = open_sqlite_warehouse(folder_, clock_, SqliteWarehouseOptions{});
    EXPECT_TRUE(store.ok());
    store_ = std::move(*store);
    queries_ = make_query_store(store_->records());
    marks_ = make_mark_store(store_->records());
    accounts_ = make_account_store(store_->records(), store_->names());
    tasks_ = make_task_store(store_->records());
    audit_store_ = make_audit_store(store_->records());
    emergencies_ = make_emergency_store(store_->records());
    erasures_ = make_erasure_store(store_->records(), store_->eraser());
    audit_ = std::make_unique<Audit>(*audit_store_, clock_, log_);
    evidence_rows_ = make_evidence_store(store_->records());
    evidence_files_ = *make_evidence_folder(folder_ / "evidence", clock_);
    evidence_ = std::make_unique<EvidenceServices>(
        EvidenceServices{*evidence_rows_, *evidence_files_, store_->seals(), clock_});
    WebhookOptions options;
    options.allow_private = options_.settings.text("webhook.allow_private");
    options.patience = std::chrono::milliseconds(options_.settings.number("webhook.timeout_ms"));
    auto webhook = make_http_webhook(options);
    EXPECT_TRUE(webhook.ok());
    webhook_ = std::move(*webhook);
    auto server = http::start_server(options_, http::Services{*store_,
                                                              clock_,
                                                              log_,
                                                              read_,
                                                              epcis_writer(),
                                                              queries_.get(),
                                                              webhook_.get(),
                                                              marks_.get(),
                                                              gate(),
                                                              accounts_.get(),
                                                              tasks_.get(),
                                                              audit_store_.get(),
                                                              emergencies_.get(),
                                                              &directory(),
                                                              &store_->personal(),
                                                              erasures_.get(),
                                                              &authorizer_,
                                                              log_reads(),
                                                              {},
                                                              evidence_.get()});
    EXPECT_TRUE(server.ok());
    server_ = std::move(*server);
    deliveries_ = start_deliveries({*queries_, {*store_, read_, epcis_writer()}, *webhook_, clock_, log_},
                                   standing_options(options_.settings), 2, authorizer_);
    following_ = start_following({*marks_, *store_, clock_, authorizer_}, log_);
    return port_ = server_->port();
  }

  // Who asks: everybody is the person at the machine, unless a test knows better.
  virtual http::Gate gate() { return test::machine_gate(); }
  virtual DirectorySource& directory() { return directory_; }
  virtual const LogReads* log_reads() { return nullptr; }  // of store_

  Answer ask_for(const std::string& target, std::string_view headers = "") {
    return get(port_, "/epcis/v2" + target, headers);
  }

  // Captures events, JSON objects without braces' context, as one document.
  void capture(const std::string& events) {
    const auto taken = post(
        port_, "/epcis/v2/capture", "application/json",
        R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://ex.cn/"}],)"
        R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T08:00:00Z","epcisBody":{"eventList":[)" +
            events + "]}}");
    ASSERT_EQ(taken.status, 202) << taken.body;
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("suyuan-queries-" + std::to_string(getpid()));
  StoppableClock clock_;
  SilentLog log_;
  const DocumentReader read_ = read_epcis;
  http::ServerOptions options_;
  // Whoever there is to the test, though it is made later than this.
  struct Whoever final : DirectorySource {
    explicit Whoever(StoreFixture& fixture) : test(fixture) {}
    std::shared_ptr<const identity::Directory> directory() override { return test.directory().directory(); }
    StoreFixture& test;
  };
  OneMachine directory_;
  Whoever whoever_{*this};
  const Authorizer authorizer_{whoever_, clock_};
  std::unique_ptr<Store> store_;
  std::unique_ptr<QueryStore> queries_;
  std::unique_ptr<MarkStore> marks_;
  std::unique_ptr<AccountStore> accounts_;
  std::unique_ptr<TaskStore> tasks_;
  std::unique_ptr<AuditStore> audit_store_;
  std::unique_ptr<EmergencyStore> emergencies_;
  std::unique_ptr<ErasureStore> erasures_;
  std::unique_ptr<EvidenceStore> evidence_rows_;
  std::unique_ptr<EvidenceFiles> evidence_files_;
  std::unique_ptr<EvidenceServices> evidence_;
  std::unique_ptr<Audit> audit_;
  std::unique_ptr<Webhook> webhook_;
  std::unique_ptr<http::RunningServer> server_;
  std::unique_ptr<DeliveryThreads> deliveries_;
  std::unique_ptr<MarkThread> following_;
  int port_ = 0;
};

// An observation of one item, at a minute of 1 March 2026.
inline std::string observed(int serial, std::string_view step = "shipping", int minute = 0) {
  const std::string at = std::string(minute < 10 ? "0" : "") + std::to_string(minute);
  return R"({"type":"ObjectEvent","eventTime":"2026-03-01T08:)" + at +
         R"(:00+08:00","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":")" + std::string(step) +
         R"(","disposition":"in_transit","readPoint":{"id":"urn:epc:id:sgln:6901234.00001.0"},)"
         R"("epcList":["urn:epc:id:sgtin:6901234.056789.)" +
         std::to_string(serial) + R"("],"eventID":"urn:event:)" + std::to_string(serial) + R"(","ex:n":1.50})";
}

// The ids of the events of an answer, in order.
inline std::vector<std::string> event_ids(const Answer& answer) {
  std::vector<std::string> ids;
  boost::system::error_code error;
  const auto document = boost::json::parse(answer.body, error);
  if (error || answer.status != 200) return {"status " + std::to_string(answer.status) + " " + answer.body};
  const auto& events = document.at("epcisBody").at("queryResults").at("resultsBody").at("eventList").as_array();
  for (const auto& event : events) ids.push_back(std::string(event.at("eventID").as_string()).substr(10));
  return ids;
}

inline std::string problem_type(const Answer& answer) {
  boost::system::error_code error;
  const auto document = boost::json::parse(answer.body, error);
  if (error || !document.is_object() || !document.as_object().contains("type")) return answer.body;
  return std::string(document.at("type").as_string());
}

// The address behind rel="next"; "" on the last page.
inline std::string next_page(const Answer& answer) {
  const std::string link = answer.header("Link");
  const std::size_t end = link.find('>');
  if (end == std::string::npos || link.find("rel=\"next\"") == std::string::npos) return {};
  return link.substr(std::string("</epcis/v2").size(), end - std::string("</epcis/v2").size());
}

}  // namespace suyuan::test
