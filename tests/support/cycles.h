// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdlib>
#include <string>

namespace suyuan::test {

// How often a test repeats itself: the number in this environment variable, or what `./dev test` has time for.
inline int cycles(const char* variable, int otherwise) {
  const char* given = std::getenv(variable);
  return given == nullptr ? otherwise : std::stoi(given);
}

}  // namespace suyuan::test
