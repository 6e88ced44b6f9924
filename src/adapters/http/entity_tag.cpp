// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/entity_tag.h"

#include <fmt/format.h>

#include "base/text.h"
#include "engine/digest/sha256.h"

namespace suyuan::http {

namespace {

// RFC 9110 §13.1.2: "*", or a list of tags, weak ones too.
bool names_tag(std::string_view list, std::string_view tag) {
  for (std::string_view each : split(list, ',')) {
    each = trim(each);
    if (each.starts_with("W/")) each.remove_prefix(2);
    if (each == tag || each == "*") return true;
  }
  return false;
}

}  // namespace

Response with_tag(Response answer) {
  if (answer.status != 200) return answer;
  const Sha256 digest = sha256(answer.body);
  answer.headers.set("ETag", fmt::format("\"{}\"", base64url(std::span(digest).first(16))));
  return answer;
}

std::shared_ptr<const Response> unless_known(const Request& request, const std::shared_ptr<const Response>& answer) {
  const std::string_view known = request.headers.get("If-None-Match"), tag = answer->headers.get("ETag");
  if (known.empty() || tag.empty() || !names_tag(known, tag)) return answer;
  auto same = std::make_shared<Response>();
  same->status = 304;
  for (const auto* name : {"ETag", "Cache-Control", "Vary"})
    if (answer->headers.has(name)) same->headers.add(name, std::string(answer->headers.get(name)));
  return same;
}

}  // namespace suyuan::http
