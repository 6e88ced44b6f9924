// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string_view>

#include "app/operation/log.h"

namespace suyuan {

// One JSON object a line on standard error: time, level, event, trace_id, then the fields. What a user sent is escaped,
// so that nobody forges a line. Threads: any.
// `level`: "debug", "info", "warning" or "error"; what is less important is dropped.
std::unique_ptr<Log> make_json_log(std::string_view level);

// The line that the log writes, without its end.
std::string json_log_line(std::string_view time, LogLevel level, std::string_view event, std::string_view trace_id,
                          const std::vector<LogField>& fields);

}  // namespace suyuan
