// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/http/message.h"

// Answers that a client may have already.
namespace suyuan::http {

// With the ETag of its body, when its status is 200.
Response with_tag(Response answer);
// `answer`, or 304 when the request says that the client has it (RFC 9110 §13.1.2).
std::shared_ptr<const Response> unless_known(const Request& request, const std::shared_ptr<const Response>& answer);

}  // namespace suyuan::http
