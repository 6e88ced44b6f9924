// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace suyuan::test {

inline std::filesystem::path data_folder() {
  const char* given = std::getenv("SUYUAN_TEST_DATA");
  return given != nullptr ? std::filesystem::path(given)
                          : std::filesystem::path(SUYUAN_SOURCE_DIR) / ".." / "shared" / "data";
}

inline std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

}  // namespace suyuan::test
