// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <filesystem>

#include "adapters/warehouse/sqlite_warehouse.h"
#include "product_test.h"

// The whole way: a request, the capture, the SQLite store, and back, also after the store was opened again.
namespace suyuan::test {
namespace {

using testing::HasSubstr;

class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    std::filesystem::remove_all(folder_);
    EXPECT_TRUE(options_.settings.set("server.port", "0", SettingSource::kCommandLine).ok());
  }
  ~StoreTest() override {
    server_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  int start() {
    server_.reset();
    store_.reset();
    auto store = open_sqlite_warehouse(folder_, clock_, SqliteWarehouseOptions{});
    EXPECT_TRUE(store.ok());
    store_ = std::move(*store);
    auto server = http::start_server(options_, http::Services{*store_, clock_, log_, read_epcis, epcis_writer(),
                                                              nullptr, nullptr, nullptr, machine_gate()});
    EXPECT_TRUE(server.ok());
    server_ = std::move(*server);
    return server_->port();
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("suyuan-http-" + std::to_string(getpid()));
  SystemClock clock_;
  SilentLog log_;
  http::ServerOptions options_;
  std::unique_ptr<Warehouse> store_;
  std::unique_ptr<http::RunningServer> server_;
};

std::string shipping(const std::string& serial) {
  return R"({"type":"ObjectEvent","eventTime":"2026-03-01T08:00:00+08:00","eventTimeZoneOffset":"+08:00",)"
         R"("action":"OBSERVE","bizStep":"shipping","epcList":["https://id.gs1.org/01/06901234567892/21/)" +
         serial + R"("],"eventID":"urn:uuid:00000000-0000-4000-8000-00000000000)" + serial + R"(","ex:n":)" + serial +
         "}";
}

// shows: X8
TEST_F(StoreTest, what_was_acknowledged_is_there_after_the_store_was_opened_again) {
  int port = start();
  const std::string body =
      R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://ex.cn/"}],)"
      R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T08:00:00Z","epcisBody":{"eventList":[)" +
      shipping("1") + " , " + shipping("2") + "]}}";
  const auto taken = post(port, "/epcis/v2/capture", "application/json", body);
  ASSERT_EQ(taken.status, 202) << taken.body;
  for (int round = 0; round < 2; ++round) {
    const auto job = get(port, taken.header("Location"));
    EXPECT_THAT(job.body, HasSubstr("\"success\":true")) << job.body;
    const auto event = get(port, "/epcis/v2/events/urn:uuid:00000000-0000-4000-8000-000000000002");
    EXPECT_EQ(event.status, 200) << event.body;
    EXPECT_THAT(event.body, HasSubstr("https://ex.cn/"));
    EXPECT_EQ(get(port, "/api/v1/captures/" + taken.header("Location").substr(18) + "/document").body, body);
    const std::string metrics = get(port, "/metrics").body;
    EXPECT_THAT(metrics, HasSubstr("suyuan_store_events 2"));
    EXPECT_EQ(metrics.find("\nsuyuan_commit_seconds_count 0\n") == std::string::npos, round == 0) << metrics;
    EXPECT_EQ(get(port, "/readyz").status, 200);
    const auto chain = get(port, "/api/v1/trace?id=%5DC10106901234567892212&direction=both");
    EXPECT_EQ(chain.status, 200) << chain.body;
    EXPECT_THAT(chain.body, HasSubstr("/01/06901234567892/21/2"));
    port = start();
  }
  EXPECT_EQ(post(port, "/epcis/v2/events", "application/json",
                 shipping("1").insert(1, R"("@context":{"ex":"https://ex.cn/"},)"))
                .status,
            409);
}

}  // namespace
}  // namespace suyuan::test
