// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "adapters/files/json_tree.h"
#include "app/assessment/assess.h"

namespace suyuan::assess {

inline std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

inline Json fixture(const std::string& name) {
  auto read = read_json(bytes_of(SUYUAN_SOURCE_DIR "/tests/fixtures/assessment/" + name));
  EXPECT_TRUE(read.ok()) << name << ": " << (read ? "" : read.error().text);
  return read ? *read : Json();
}

inline Json changed(const Json& document, const std::string& at, Json value) {
  auto result = with_value_at(document, at, std::move(value));
  EXPECT_TRUE(result.ok()) << at;
  return result ? *result : document;
}

// The grade of a document, or '-' when it is refused.
inline char grade_of(const Json& document) {
  const auto input = assessment::read_input(document);
  if (!input) return '-';
  const auto policy = assessment::choose_policy(assessment::policy_book(), input->policy, input->domain, input->as_of);
  if (!policy) return '-';
  const auto decision = assessment::decide(*input, *policy);
  return decision ? assessment::letter(decision->grade) : '-';
}

}  // namespace suyuan::assess
