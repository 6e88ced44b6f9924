// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "app/ports/webhook.h"

namespace suyuan {

struct WebhookOptions {
  std::string allow_private;                   // Networks, base/networks.h
  std::chrono::milliseconds patience{15'000};  // for one message, from the name to the answer
  std::string user_agent = "Suyuan";
};

// Messages over HTTP/1.1, with TLS checked against the certificates of the system. A name is resolved once, every
// address that it leads to is judged, and the connection goes to the address that was judged.
// Errors: kInvalid "webhook.allow_private".
Result<std::unique_ptr<Webhook>> make_http_webhook(const WebhookOptions& options);

}  // namespace suyuan
