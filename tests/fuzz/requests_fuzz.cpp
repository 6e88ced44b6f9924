// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/form.h"
#include "adapters/http/message.h"
#include "base/text.h"
#include "fuzz.h"

using namespace suyuan::http;

// Request targets, media types, forms and cookies as anybody may send them.
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
  if (const auto form = read_form(input)) {
    CHECK(form->size() <= kFormFieldsMax);
    for (const auto& [name, value] : *form) CHECK(suyuan::is_utf8(name) && value.find('\r') == std::string::npos);
  }
  request.headers.add("Cookie", std::string(input));
  for (const std::string& value : cookies(request, "suyuan")) CHECK(value.find(';') == std::string::npos);
}
