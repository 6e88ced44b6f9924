// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace suyuan {

// What is wrong with a log, by kind: the first one in words, and how many there are.
struct LogFault {
  std::string code;  // api/error-codes.md
  std::string text;
  std::uint64_t count = 1;
  friend bool operator==(const LogFault&, const LogFault&) = default;
};

class LogFaults {
 public:
  // `text` is asked for the first of a kind only.
  template <class Text>
  void add(std::string_view code, Text text) {
    for (LogFault& known : all_) {
      if (known.code != code) continue;
      ++known.count;
      return;
    }
    all_.push_back({std::string(code), text()});
  }
  std::vector<LogFault> take() { return std::move(all_); }

 private:
  std::vector<LogFault> all_;  // in the order in which they were seen
};

}  // namespace suyuan
