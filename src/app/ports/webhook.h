// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace suyuan {

// A message to a receiver that somebody named.
struct OutgoingMessage {
  std::string url;                                           // http or https
  std::vector<std::pair<std::string, std::string>> headers;  // without Host, Content-Length, User-Agent
  std::string body;
};

class Webhook {
 public:
  virtual ~Webhook() = default;
  // Whether the URL is one that messages may go to, before anybody resolves its name. Errors: kInvalid "webhook.url";
  // kForbidden "webhook.private_address" when it names such an address itself.
  virtual Status judge(const std::string& url) const = 0;
  // POSTs it; the status of the answer. Redirects are not followed; the body of the answer is not read.
  // Errors: those of judge; kForbidden "webhook.private_address" for a name that leads there; kDeadline
  // "webhook.timeout"; kBusy "webhook.unreachable" (no such name, refused, broken TLS).
  virtual Result<int> post(const OutgoingMessage& message) = 0;
};

}  // namespace suyuan
