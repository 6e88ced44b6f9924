// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/log/json_log.h"
#include "app/operation/log.h"

namespace suyuan::test {

// Keeps what an operator would read, line by line.
class ListeningLog : public Log {
 public:
  void write(LogLevel level, std::string_view event, std::string_view trace_id, std::vector<LogField> fields) override {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(event, json_log_line("", level, event, trace_id, fields));
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const auto& [event, line] : lines_) all.push_back(line);
    return all;
  }
  std::string text() const {
    std::string all;
    for (const std::string& line : lines()) all += line + "\n";
    return all;
  }
  std::string last(std::string_view event) const {  // "" when there was none
    const std::lock_guard lock(mutex_);
    std::string found;
    for (const auto& [name, line] : lines_) {
      if (name == event) found = line;
    }
    return found;
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    lines_.clear();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> lines_;
};

}  // namespace suyuan::test
