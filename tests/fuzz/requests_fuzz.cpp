// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/message.h"
#include "fuzz.h"

using namespace suyuan::http;

// Request targets and media types as anybody may send them.
FUZZ(input) {
  Request request;
  std::string why;
  if (read_target(input, request, why)) {
    for (const std::string& segment : request.segments) {
      CHECK(segment != "." && segment != "..");
      CHECK(segment.find('\0') == std::string::npos);
    }
  } else {
    CHECK(!why.empty());
  }
  const std::vector<std::string> offered = {"text/html", "application/json", "application/linkset+json"};
  (void)negotiate(input, offered);
  (void)media_type(input);
}
