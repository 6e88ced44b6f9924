// SPDX-License-Identifier: Apache-2.0
#include "adapters/log/json_log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json.hpp>

#include "base/text.h"
#include "base/time.h"

namespace suyuan {

namespace {

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

LogLevel level_named(std::string_view name) {
  for (const LogLevel level : {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning}) {
    if (name_of(level) == name) return level;
  }
  return LogLevel::kError;
}

// JSON wants UTF-8; other bytes are shown, not passed on.
std::string printable(const std::string& text) { return is_utf8(text) ? text : excerpt(text, text.size() * 4 + 4); }

class JsonLog : public Log {
 public:
  explicit JsonLog(std::string_view level)
      : logger_("suyuan", std::make_shared<spdlog::sinks::stderr_sink_mt>()), least_(level_named(level)) {
    logger_.set_pattern("%v");
    logger_.set_level(spdlog_level(least_));
    logger_.flush_on(spdlog::level::trace);
  }

  void write(LogLevel level, std::string_view event, std::string_view trace_id, std::vector<LogField> fields) override {
    if (level < least_) return;
    const auto now = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    logger_.log(spdlog_level(level), json_log_line(format_instant_ms(now), level, event, trace_id, fields));
  }

 private:
  spdlog::logger logger_;
  LogLevel least_;
};

}  // namespace

std::unique_ptr<Log> make_json_log(std::string_view level) { return std::make_unique<JsonLog>(level); }

std::string json_log_line(std::string_view time, LogLevel level, std::string_view event, std::string_view trace_id,
                          const std::vector<LogField>& fields) {
  boost::json::object line{{"time", time}, {"level", name_of(level)}, {"event", event}};
  if (!trace_id.empty()) line["trace_id"] = trace_id;
  for (const LogField& field : fields) {
    if (const auto* text = std::get_if<std::string>(&field.value)) {
      line[field.name] = printable(*text);
    } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      line[field.name] = *number;
    } else {
      line[field.name] = std::get<bool>(field.value);
    }
  }
  return boost::json::serialize(line);
}

}  // namespace suyuan
