// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "adapters/http/message.h"
#include "base/networks.h"
#include "base/result.h"

namespace suyuan::http {

// For whom a request comes, and how it left there.
struct Origin {
  std::string client;      // an address
  bool is_secure = false;  // the client's own connection is encrypted
};

// The proxies that are believed, and the one kind of header field that they set. Other kinds are not read: a proxy
// passes on what a client writes there.
class Proxies {
 public:
  enum class Fields { kXForwarded, kForwarded };  // X-Forwarded-For and -Proto; Forwarded (RFC 7239)
  Proxies();                                      // loopback, X-Forwarded-For
  // Addresses and networks. Errors: kInvalid "http.trusted_proxies", naming the part that is none.
  static Result<Proxies> parse(std::string_view trusted, Fields fields);

  bool trusts(std::string_view address) const { return trusted_.contains(address); }
  // What a request from `peer` says. `is_secure`: the peer's own connection is. An untrusted peer is the client itself.
  // Else the client is the last address in the fields that is not itself trusted; where the list cannot be read
  // further, the one that said so.
  Origin origin_of(std::string_view peer, bool is_secure, const Headers& headers) const;

 private:
  Networks trusted_;
  Fields fields_ = Fields::kXForwarded;
};

// Whether any proxy says that it forwards for somebody. Whoever looks for the machine's own requests asks this too.
bool is_forwarded(const Headers& headers);

}  // namespace suyuan::http
