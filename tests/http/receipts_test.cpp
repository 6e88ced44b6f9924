// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "../support/folder.h"
#include "adapters/http/message.h"
#include "adapters/log_folder/log_folder.h"
#include "adapters/records/log_store.h"
#include "app/tlog/receipt.h"
#include "app/tlog/sequencer.h"
#include "store_fixture.h"

// Receipts over HTTP, also for who sends a document again because an answer was lost.
namespace suyuan::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Producers that send in by "X-Org: 31" and "X-Org: 32".
class Producers final : public DirectorySource {
 public:
  std::shared_ptr<const identity::Directory> directory() override {
    std::vector<identity::Organisation> all;
    for (const int id : {31, 32}) {
      identity::Organisation one;
      one.id = OrgId(id);
      one.name = "producer " + std::to_string(id);
      one.kind = identity::OrgKind::kProducer;
      one.jurisdiction = {440300};
      all.push_back(std::move(one));
    }
    return *identity::Directory::make(std::move(all), {});
  }
};

class ReceiptsTest : public testing::Test {
 protected:
  ReceiptsTest() {
    EXPECT_TRUE(options_.settings.set("server.port", "0", SettingSource::kCommandLine).ok());
    auto server = http::start_server(options_, services());
    EXPECT_TRUE(server.ok());
    server_ = std::move(*server);
  }
  ~ReceiptsTest() override {
    server_.reset();
    EXPECT_TRUE(records_->let_go().ok());
    records_.reset();
    store_.reset();
  }

  http::Services services() {
    http::Services all{*store_, clock_, log_, read_epcis, epcis_writer()};
    all.gate = [this](const http::Request& request, identity::Act act) {
      identity::Principal who;
      const std::string org(request.headers.get("X-Org"));
      who.actor = {PersonId(7), OrgId(std::stoi(org.empty() ? "31" : org)), Jurisdiction{440300}};
      who.roles = {identity::Role::kProducer};
      who.via = identity::Via::kSession;
      return Authorizer(producers_, clock_).grant(who, act);
    };
    all.personal = &store_->personal();
    all.tlog = &reads_;
    return all;
  }
  void settle() {
    for (int i = 0; i < 5; ++i) {
      const auto more = sequencer_.round();
      ASSERT_TRUE(more.ok()) << more.error().text;
    }
  }
  // What the link of the answer leads to.
  Answer sent(const std::string& events, const std::string& org) {
    const std::string who = "X-Org: " + org + "\r\n";
    const auto taken = post(
        server_->port(), "/epcis/v2/capture", "application/json",
        R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://ex.cn/"}],)"
        R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T08:00:00Z","epcisBody":{"eventList":[)" +
            events + "]}}",
        who);
    EXPECT_EQ(taken.status, 202) << taken.body;
    link_ = taken.header("Link");
    link_ = link_.substr(1, link_.find('>') - 1);
    return get(server_->port(), link_, who);
  }
  Answer again(const std::string& org) { return get(server_->port(), link_, "X-Org: " + org + "\r\n"); }

  const Folder folder_;
  SystemClock clock_;
  SilentLog log_;
  Producers producers_;
  std::unique_ptr<Store> store_ = *open_sqlite_warehouse(folder_.path() / "data", clock_, SqliteWarehouseOptions{});
  std::unique_ptr<LogFolder> files_ = *make_log_folder(folder_.path() / "log");
  std::unique_ptr<LogStore> records_ = make_log_store(store_->records(), "test", false);
  const PrivateKey ed25519_ = PrivateKey::fresh(SignatureAlgorithm::kEd25519),
                   sm2_ = PrivateKey::fresh(SignatureAlgorithm::kSm2);
  Sequencer sequencer_{
      {*records_, store_->digests(), *files_, clock_, LogSigners{ed25519_, sm2_}, "trace.example.cn/log"}};
  const LogReads reads_{*records_, store_->digests(), *files_};
  http::ServerOptions options_;
  std::unique_ptr<http::RunningServer> server_;
  std::string link_;
};

// shows: T9
TEST_F(ReceiptsTest, who_sends_a_document_again_gets_the_receipts_of_its_events) {
  EXPECT_THAT(sent(observed(1) + "," + observed(2), "31").body, HasSubstr(R"("state":"pending")"));
  settle();
  const Answer first = again("31");
  EXPECT_THAT(first.body, HasSubstr(R"({"event":"urn:event:2","state":"logged","leaf":1,"number":2,)")) << first.body;
  EXPECT_EQ(first.body.find("repeated"), std::string::npos);

  const Answer second = sent(observed(1) + "," + observed(2), "31");
  const std::string link = R"("receipt":"/api/v1/receipts?event=urn:event:)";
  EXPECT_THAT(second.body, HasSubstr(R"("events":[{"event":"urn:event:1","repeated":true,"state":"logged","leaf":0,)"
                                     R"("number":1,)" +
                                     link + R"(1"},{"event":"urn:event:2","repeated":true,"state":"logged","leaf":1,)" +
                                     R"("number":2,)" + link + R"(2"}])"));
  EXPECT_EQ(second.body.find("unnamed"), std::string::npos) << second.body;
  const Answer receipt = get(server_->port(), "/api/v1/receipts?event=urn:event:2", "X-Org: 31\r\n");
  EXPECT_EQ(receipt.status, 200);
  EXPECT_THAT(receipt.body, StartsWith("c2sp.org/tlog-proof"));
}

TEST_F(ReceiptsTest, whose_events_were_sent_in_by_others_learns_that_and_no_more) {
  sent(observed(1), "32");
  settle();
  EXPECT_THAT(sent(observed(1), "31").body,
              HasSubstr(R"("events":[{"event":"urn:event:1","repeated":true,"state":"not_shown"}])"));
  EXPECT_EQ(get(server_->port(), "/api/v1/receipts?event=urn:event:1", "X-Org: 31\r\n").status, 404);
}

}  // namespace
}  // namespace suyuan::test
