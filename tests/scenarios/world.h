// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/clock/system_clock.h"
#include "adapters/warehouse/store.h"
#include "app/capture/capture.h"
#include "app/trace/trace.h"

// The things of a story, and the reports made of its steps.
namespace suyuan::scenarios {

namespace json = boost::json;

// What a story calls by a short name.
class Things {
 public:
  void add_party(const std::string& name);
  void add_item(const std::string& name, const std::string& product);
  void add_lot(const std::string& name, const std::string& product);
  void add_pallet(const std::string& name);
  bool knows(const std::string& name) const { return uris_.contains(name); }
  const std::string& uri(const std::string& name) const { return uris_.at(name); }  // as documents write it
  bool is_class(const std::string& name) const { return classes_.contains(name); }
  std::string party_uri(const std::string& name) const { return parties_.at(name); }
  std::string name_of(const codes::Identity& id) const;  // the short name, or the canonical URI
  const std::string& lot_number(const std::string& name) const { return lot_numbers_.at(name); }

 private:
  std::string gtin_of(const std::string& product);
  void put(const std::string& name, const std::string& uri);

  std::map<std::string, std::string> uris_, parties_, products_, names_, lot_numbers_;
  std::map<std::string, bool> classes_;
  int next_ = 1;
};

struct Amount {
  std::string thing, number, unit;
};

enum class Engine { kSqlite, kPostgres };

// A store in a folder or database of its own that can be closed and opened again.
class Store {
 public:
  explicit Store(Engine engine);
  ~Store();
  Warehouse& warehouse() { return *warehouse_; }
  sql::Database& records() { return warehouse_->records(); }
  Clock& clock() { return clock_; }
  void reopen();
  CaptureOutcome capture(const json::object& event);

 private:
  void open();
  const Engine engine_;
  std::filesystem::path folder_;
  std::string database_;
  ManualClock clock_;
  std::unique_ptr<suyuan::Store> warehouse_;
};

}  // namespace suyuan::scenarios
