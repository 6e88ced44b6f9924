// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "../support/fake_accounts.h"
#include "adapters/http/login_routes.h"
#include "adapters/http/page_routes.h"
#include "adapters/log_folder/log_folder.h"
#include "adapters/records/credential_store.h"
#include "adapters/records/log_store.h"
#include "app/tlog/receipt.h"
#include "store_fixture.h"

namespace suyuan::test {
namespace {

class NoHasher final : public PasswordHasher {
 public:
  Result<std::string> hash(std::string_view) override { return std::string(); }
  bool matches(const std::string&, std::string_view) override { return false; }
  bool is_current(const std::string&) override { return true; }
  const std::string& nobodys_hash() override { return nothing_; }

 private:
  const std::string nothing_;
};

// With the pages, the log and signing in, as the program serves them.
class OpenApiTest : public StoreFixture {
 protected:
  void SetUp() override {
    options_.add_routes.push_back([this](http::Router& router) {
      http::add_page_routes(router, http::Services{*store_, clock_, log_, read_epcis, epcis_writer()}, 0);
      credentials_ = make_credential_store(store_->records());
      const LoginServices services{accounts_, *credentials_, hasher_, sealer_, clock_, log_, *audit_};
      last_seen_ = start_last_seen(services);
      context_ =
          std::make_unique<http::LoginContext>(http::LoginContext{services, authorizer_, *last_seen_, *emergencies_});
      http::add_login_routes(router, *context_);
    });
  }
  void TearDown() override {
    last_seen_.reset();
    stop();
  }
  const LogReads* log_reads() override {
    log_files_ = *make_log_folder(folder_ / "log");
    log_store_ = make_log_store(store_->records(), "test", false);
    log_reads_ = std::make_unique<LogReads>(LogReads{*log_store_, store_->digests(), *log_files_});
    return log_reads_.get();
  }

  FakeAccounts accounts_;
  NoHasher hasher_;
  const Sealer sealer_{std::string(Sealer::kKeyBytes, 'k')};
  std::unique_ptr<CredentialStore> credentials_;
  std::unique_ptr<LastSeen> last_seen_;
  std::unique_ptr<LogFolder> log_files_;
  std::unique_ptr<LogStore> log_store_;
  std::unique_ptr<LogReads> log_reads_;
  std::unique_ptr<http::LoginContext> context_;
};

// Written again by `SUYUAN_TEST_WRITE=1 http_server_test --gtest_filter=OpenApi*`.
TEST_F(OpenApiTest, the_committed_description_is_what_the_server_serves) {
  const std::string path = SUYUAN_SOURCE_DIR "/api/openapi.json";
  options_.version = "0";
  const std::string served = get(start(), "/openapi.json").body;
  if (std::getenv("SUYUAN_TEST_WRITE") != nullptr) std::ofstream(path, std::ios::binary) << served;
  std::ostringstream committed;
  committed << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(served, committed.str()) << "Look at the difference; if it is meant, write the file again (see this test).";
}

TEST_F(OpenApiTest, every_operation_has_a_name_of_its_own_a_summary_and_answers) {
  const auto document = boost::json::parse(get(start(), "/openapi.json").body).as_object();
  EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
  std::set<std::string> names;
  for (const auto& [path, operations] : document.at("paths").as_object()) {
    for (const auto& [method, operation] : operations.as_object()) {
      const auto& members = operation.as_object();
      EXPECT_TRUE(names.emplace(members.at("operationId").as_string()).second) << path << method;
      EXPECT_FALSE(members.at("summary").as_string().empty()) << path << method;
      EXPECT_FALSE(members.at("tags").as_array().at(0).as_string().empty()) << path << method;
      EXPECT_GE(members.at("responses").as_object().size(), 2u) << path << method;
      for (std::size_t at = path.find('{'); at != path.npos; at = path.find('{', at + 1)) {
        const std::string name(path.substr(at + 1, path.find('}', at) - at - 1));
        bool described = false;
        for (const auto& parameter : members.at("parameters").as_array()) {
          described = described || parameter.at("name").as_string() == name;
        }
        EXPECT_TRUE(described) << path << " " << name;
      }
    }
  }
  EXPECT_GE(names.size(), 11u);
}

}  // namespace
}  // namespace suyuan::test
