// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "base/csv_read.h"

// The public files of $SUYUAN_TEST_DATA/risk, and numbers out of them.
namespace suyuan::test {

inline std::filesystem::path risk_folder() {
  const char* given = std::getenv("SUYUAN_TEST_DATA");
  return (given != nullptr ? std::filesystem::path(given)
                           : std::filesystem::path(SUYUAN_SOURCE_DIR) / ".." / "shared" / "data") /
         "risk";
}

#define NEEDS_RISK_DATA(name)                                 \
  if (!std::filesystem::exists(test::risk_folder() / (name))) \
  GTEST_SKIP() << "no public data at " << (test::risk_folder() / (name))

inline std::string risk_text(const std::string& name) {
  std::ifstream file(risk_folder() / name, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

inline boost::json::value risk_vectors() { return boost::json::parse(risk_text("test_vectors.json")); }

// "NA" and "" are not a number; "Inf" is one.
inline double number(std::string_view text) {
  if (text == "Inf") return std::numeric_limits<double>::infinity();
  double value = std::numeric_limits<double>::quiet_NaN();
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}
inline double number(const boost::json::value& value) { return value.to_number<double>(); }

inline std::vector<double> numbers(const boost::json::value& list) {
  std::vector<double> values;
  for (const auto& each : list.as_array()) values.push_back(number(each));
  return values;
}

// One column of a table.
inline std::vector<double> column(const CsvTable& table, std::string_view name) {
  const auto index = table.column(name);
  EXPECT_TRUE(index.has_value()) << name;
  std::vector<double> values;
  for (const auto& row : table.rows) values.push_back(index ? number(row[*index]) : 0);
  return values;
}

inline CsvTable risk_table(const std::string& name) {
  auto table = read_csv(risk_text(name));
  EXPECT_TRUE(table.ok()) << name;
  return table ? *table : CsvTable();
}

}  // namespace suyuan::test
