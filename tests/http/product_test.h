// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "adapters/clock/system_clock.h"
#include "adapters/files/epcis.h"
#include "adapters/files/epcis_writer.h"
#include "adapters/http/serve.h"
#include "client.h"
#include "fake_warehouse.h"
#include "../support/machine_gate.h"

namespace suyuan::test {

// The product's own routes on a free loopback port, over a warehouse in memory.
class ProductTest : public testing::Test {
 protected:
  ProductTest() { set("server.port", "0"); }

  void set(std::string_view name, std::string_view value) {
    ASSERT_TRUE(options_.settings.set(name, value, SettingSource::kCommandLine).ok());
  }

  int start() {
    auto server = http::start_server(options_, http::Services{warehouse_, clock_, log_, read_epcis, epcis_writer(), nullptr, nullptr, nullptr, machine_gate()});
    EXPECT_TRUE(server.ok());
    server_ = std::move(*server);
    return server_->port();
  }

  FakeWarehouse warehouse_;
  SystemClock clock_;
  SilentLog log_;
  http::ServerOptions options_;
  std::unique_ptr<http::RunningServer> server_;
};

}  // namespace suyuan::test
