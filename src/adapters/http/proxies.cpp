// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/proxies.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/check.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

struct Hop {
  std::string node;   // as written: an address with or without port, or a word
  std::string proto;  // "" when it is not said
};

// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80"; "" for everything else.
std::string address_of(std::string_view node) {
  if (node.starts_with('[')) {
    const std::size_t end = node.find(']');
    return end == std::string_view::npos ? "" : address_text(node.substr(1, end - 1));
  }
  if (std::count(node.begin(), node.end(), ':') == 1) node = node.substr(0, node.find(':'));
  return address_text(node);
}

// All fields of that name in order, as one list (RFC 9110 §5.3).
std::string list_of(const Headers& headers, std::string_view name) {
  std::string list;
  for (const auto& [field, value] : headers.all()) {
    if (ascii_lower(field) == name) list.append(list.empty() ? "" : ",").append(value);
  }
  return list;
}

std::vector<Hop> x_forwarded(const Headers& headers) {
  std::vector<Hop> hops;
  const std::string list = list_of(headers, "x-forwarded-for");
  if (!trim(list).empty()) {
    for (const std::string_view node : split(list, ',')) hops.push_back({std::string(trim(node)), ""});
  }
  return hops;
}

// Reads `name=token` or `name="quoted"` off the front. False: it is neither.
bool take_pair(std::string_view& text, std::string& name, std::string& value) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return false;
  name = ascii_lower(trim(text.substr(0, equals)));
  text.remove_prefix(equals + 1);
  value.clear();
  if (!text.starts_with('"')) {
    const std::size_t end = std::min(text.find_first_of(",;"), text.size());
    value = trim(text.substr(0, end));
    text.remove_prefix(end);
    return true;
  }
  std::size_t at = 1;
  for (; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
    if (at < text.size()) value += text[at];
  }
  if (at >= text.size()) return false;
  text.remove_prefix(at + 1);
  text = trim(text);
  return true;
}

// RFC 7239 §4. A list that cannot be read names nobody: its end, where the proxy wrote, could be anywhere.
std::vector<Hop> forwarded(const Headers& headers) {
  const std::string list = list_of(headers, "forwarded");
  std::string_view rest = trim(list);
  if (rest.empty()) return {};
  std::vector<Hop> hops(1);
  std::string name, value;
  while (!rest.empty()) {
    if (!take_pair(rest, name, value)) return {{"", ""}};
    if (name == "for") hops.back().node = value;
    if (name == "proto") hops.back().proto = ascii_lower(value);
    if (rest.empty()) break;
    if (rest.front() != ',' && rest.front() != ';') return {{"", ""}};
    if (rest.front() == ',') hops.emplace_back();
    rest = trim(rest.substr(1));
  }
  return hops;
}

}  // namespace

Proxies::Proxies() {
  auto loopback = Networks::parse("127.0.0.0/8 ::1", "http.trusted_proxies");
  CHECK(loopback.ok());
  trusted_ = std::move(*loopback);
}

Result<Proxies> Proxies::parse(std::string_view trusted, Fields fields) {
  auto networks = Networks::parse(trusted, "http.trusted_proxies");
  if (!networks) return std::move(networks.error());
  Proxies proxies;
  proxies.trusted_ = std::move(*networks);
  proxies.fields_ = fields;
  return proxies;
}

Origin Proxies::origin_of(std::string_view peer, bool is_secure, const Headers& headers) const {
  Origin origin{std::string(peer), is_secure};
  if (!trusts(peer)) return origin;
  const auto hops = fields_ == Fields::kForwarded ? forwarded(headers) : x_forwarded(headers);
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    if (!hop->proto.empty()) origin.is_secure = hop->proto == "https";
    std::string address = address_of(hop->node);
    if (address.empty()) break;
    const bool is_proxy = trusts(address);
    origin.client = std::move(address);
    if (!is_proxy) break;
  }
  if (fields_ == Fields::kXForwarded) {
    const std::string protos = list_of(headers, "x-forwarded-proto");
    const std::string_view last = trim(split(protos, ',').back());
    if (!last.empty()) origin.is_secure = ascii_lower(last) == "https";
  }
  return origin;
}

bool is_forwarded(const Headers& headers) {
  static constexpr std::array kSigns = {"Forwarded",         "X-Forwarded-For", "X-Forwarded-Host",
                                        "X-Forwarded-Proto", "X-Real-IP",       "Via"};
  return std::any_of(kSigns.begin(), kSigns.end(), [&](const char* sign) { return headers.has(sign); });
}

}  // namespace suyuan::http
