// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "adapters/http/message.h"

namespace suyuan::http {

// The status line and the header fields of a response, with the blank line. Control characters in a field's value
// become blanks and a field with a bad name is left out, so that no input can add a field. Fields that tell browsers to
// be careful are on every answer unless the response has its own; with `is_secure`, also that the site is to be asked
// by https only from now on (HSTS).
std::string response_head(const Response& response, std::string_view trace_id, bool keep_alive, bool is_secure);

// The trace id of a W3C `traceparent`, or a new one.
std::string trace_id_of(std::string_view traceparent);

}  // namespace suyuan::http
