// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/json/object.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "measure.h"

// What was measured, as a table for people and as JSON for whoever compares runs. Ratios are the result; plain figures
// say only how busy this machine was.
namespace suyuan::bench {

struct Goal {
  double bound;
  bool at_least;
};
inline Goal at_least(double bound) { return {bound, true}; }
inline Goal at_most(double bound) { return {bound, false}; }

struct Row {
  std::string measure;  // "ingest"
  std::string what;     // "store, batches of 1000, at 500000 events"
  std::optional<double> value = {};
  std::string unit = {};               // "events/s", "us"
  std::optional<double> cpu_us = {};   // per event or request
  std::optional<double> written = {};  // bytes per event
  std::optional<double> ratio = {};
  std::string against = {};       // what the ratio divides by
  std::optional<Goal> goal = {};  // of the ratio; of the value when there is no ratio
  std::string note = {};

  std::optional<double> judged() const { return ratio ? ratio : value; }
  bool met() const { return judged() && (goal->at_least ? *judged() >= goal->bound : *judged() <= goal->bound); }
};

// A rate with its cost per event.
Row rate_row(std::string measure, std::string what, const Cost& cost, std::int64_t events);

class Report {
 public:
  void add(Row row);  // said at once on standard error too
  void skip(const std::string& measure, const std::string& why);
  // The whole table; then what falls short or could not be measured, aloud.
  std::string text() const;
  boost::json::object json(boost::json::object machine, boost::json::object options) const;
  bool empty() const { return rows_.empty(); }

 private:
  std::vector<Row> rows_;
  std::vector<std::pair<std::string, std::string>> skipped_;
};

}  // namespace suyuan::bench
