// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "adapters/http/message.h"

namespace suyuan::http {

// The status line and the header fields of a response, with the blank line. Control characters in a field's value
// become blanks and a field with a bad name is left out, so that no input can add a field.
std::string response_head(const Response& response, std::string_view trace_id, bool keep_alive);

// The trace id of a W3C `traceparent`, or a new one.
std::string trace_id_of(std::string_view traceparent);

}  // namespace suyuan::http
