// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"

namespace suyuan::oidc {

struct Question {
  std::string url;
  std::string authorization;        // header field, "" for none
  std::optional<std::string> form;  // application/x-www-form-urlencoded: POST; nothing: GET
};

struct Reply {
  int status = 0;
  std::string body;
};

// One request and its answer; redirects are not followed. Errors: kBusy "oidc.unreachable". Threads: any.
using Fetch = std::function<Result<Reply>(const Question&)>;

inline constexpr std::size_t kReplyMost = 256 * 1024;

// Over HTTP/1.1, ten seconds at most, TLS 1.2 or newer checked against the certificates in `ca_file` or, when that is
// "", those of the system. Errors: kInvalid "oidc.settings" when the file cannot be read.
Result<Fetch> make_fetch(const std::string& ca_file);

// "" when a provider may be there: https, or http on this machine; else what is wrong with it.
std::string problem_with_url(std::string_view url);

}  // namespace suyuan::oidc
