// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "adapters/files/epcis.h"
#include "adapters/warehouse/postgres_warehouse.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "domain/codes/check_digit.h"
#include "tests/support/postgres_server.h"

namespace suyuan::scenarios {

namespace {

std::string with_check(std::string digits) {
  digits += '0';
  digits.back() = codes::gs1_check_digit(digits);
  return digits;
}

}  // namespace

void Things::put(const std::string& name, const std::string& uri) {
  uris_[name] = uri;
  names_[codes::canonical_uri(codes::read_epcis_id(uri)->id)] = name;
}

std::string Things::gtin_of(const std::string& product) {
  auto [at, fresh] = products_.try_emplace(product, "");
  if (fresh) at->second = with_check(fmt::format("06912345{:05}", next_++));
  return at->second;
}

void Things::add_party(const std::string& name) {
  const std::string number = with_check(fmt::format("6912345{:05}", next_++));
  put(name, "https://id.gs1.org/414/" + number);
  parties_[name] = "https://id.gs1.org/417/" + number;
  names_[parties_[name]] = name;
}

void Things::add_item(const std::string& name, const std::string& product) {
  put(name, fmt::format("https://id.gs1.org/01/{}/21/{}", gtin_of(product), name));
}

void Things::add_lot(const std::string& name, const std::string& product) {
  put(name, fmt::format("https://id.gs1.org/01/{}/10/{}", gtin_of(product), name));
  classes_[name] = true;
  lot_numbers_[name] = name;
}

void Things::add_pallet(const std::string& name) {
  put(name, "https://id.gs1.org/00/" + with_check(fmt::format("36912345{:09}", next_++)));
}

std::string Things::name_of(const codes::Identity& id) const {
  const auto found = names_.find(codes::canonical_uri(id));
  return found == names_.end() ? codes::canonical_uri(id) : found->second;
}

Store::Store(Engine engine) : engine_(engine), clock_(parse_instant("2026-11-21T00:00:00Z")->at) {
  static int count = 0;
  if (engine == Engine::kPostgres) database_ = testing_support::PostgresServer::own().fresh_database();
  folder_ = std::filesystem::temp_directory_path() / fmt::format("suyuan-story-{}-{}", ::getpid(), ++count);
  open();
}

Store::~Store() {
  warehouse_.reset();
  std::filesystem::remove_all(folder_);
}

void Store::open() {
  auto opened = engine_ == Engine::kPostgres ? open_postgres_warehouse(database_, clock_)
                                             : open_sqlite_warehouse(folder_, clock_, SqliteWarehouseOptions{});
  CHECK(opened.ok());
  warehouse_ = std::move(*opened);
}

void Store::reopen() {
  warehouse_.reset();
  open();
}

CaptureOutcome Store::capture(const json::object& event) {
  const json::object document{
      {"@context", json::array{"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"}},
      {"type", "EPCISDocument"},
      {"schemaVersion", "2.0"},
      {"creationDate", "2026-11-20T00:00:00Z"},
      {"epcisBody", json::object{{"eventList", json::array{event}}}}};
  auto outcome = capture_document(at_this_machine(), json::serialize(document), {}, read_epcis, *warehouse_, clock_);
  CHECK(outcome.ok());
  return std::move(*outcome);
}

}  // namespace suyuan::scenarios
