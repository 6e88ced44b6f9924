// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "adapters/files/epcis.h"
#include "domain/trace/read_event.h"

namespace suyuan::trace {

namespace fs = std::filesystem;

// The public test data: never committed here, looked for beside the repository.
inline fs::path data_folder() {
  const char* given = std::getenv("SUYUAN_TEST_DATA");
  return (given != nullptr ? fs::path(given) : fs::path(SUYUAN_SOURCE_DIR) / ".." / "shared" / "data") / "traceability";
}

inline std::vector<fs::path> files_below(const fs::path& folder, const std::set<std::string>& suffixes) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && suffixes.contains(entry.path().extension().string())) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

inline std::filesystem::path fixture(std::string_view name) {
  return std::filesystem::path(SUYUAN_SOURCE_DIR) / "tests" / "fixtures" / "epcis" / name;
}

// The day of every judgement in these tests.
inline const Instant kNow = parse_instant("2026-11-21T00:00:00Z")->at;

// Every finding of a document: none when it is accepted whole.
inline std::vector<Finding> findings_in(std::string_view bytes) {
  auto document = read_epcis(bytes);
  if (!document) {
    const Error& error = document.error();
    return error.findings.empty() ? std::vector<Finding>{{"", error.code, error.text}} : error.findings;
  }
  std::vector<Finding> findings = document->findings;
  for (const RawEvent& raw : document->events) {
    auto event = read_event(raw.node, kNow);
    if (!event) findings.insert(findings.end(), event.error().findings.begin(), event.error().findings.end());
  }
  return findings;
}

}  // namespace suyuan::trace
