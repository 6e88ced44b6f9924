// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// What happened, for the operator: an event with fields, never a sentence put together from input.
namespace suyuan {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

struct LogField {
  std::string_view name;
  std::variant<std::string, std::int64_t, bool> value;
};

class Log {
 public:
  virtual ~Log() = default;
  // `event` is a fixed name: "http.request". `trace_id` may be "". Threads: any.
  virtual void write(LogLevel level, std::string_view event, std::string_view trace_id,
                     std::vector<LogField> fields) = 0;
};

// For tests and one-off commands.
class SilentLog : public Log {
 public:
  void write(LogLevel, std::string_view, std::string_view, std::vector<LogField>) override {}
};

}  // namespace suyuan
