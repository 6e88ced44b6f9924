// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/wire.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <random>

namespace suyuan::http {

namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '-' || c == '_';
  });
}

void add_field(std::string& head, std::string_view name, std::string_view value) {
  if (!is_token(name)) return;
  head.append(name).append(": ");
  const std::size_t begin = head.size();
  head.append(value);
  std::replace_if(
      head.begin() + static_cast<std::ptrdiff_t>(begin), head.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  head += "\r\n";
}

// For what is no page: nothing in it may run, load or be framed. Pages bring a policy of their own. Referrer-Policy is
// not "no-referrer": under that, browsers send forms with "Origin: null".
constexpr std::pair<std::string_view, std::string_view> kCareful[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return ('0' <= c && c <= '9') || ('a' <= c && c <= 'f'); });
}

}  // namespace

std::string response_head(const Response& response, std::string_view trace_id, bool keep_alive, bool is_secure) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_of(response.status));
  for (const auto& [name, value] : response.headers.all()) add_field(head, name, value);
  add_field(head, "Server", "Suyuan");
  add_field(head, "Date", fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(std::time(nullptr))));
  if (!trace_id.empty()) add_field(head, "Trace-Id", trace_id);
  for (const auto& [name, value] : kCareful) {
    if (!response.headers.has(name)) add_field(head, name, value);
  }
  if (is_secure) add_field(head, "Strict-Transport-Security", "max-age=31536000");
  if (response.status != 204 && response.status != 304) {
    add_field(head, "Content-Length", std::to_string(response.body.size()));
  }
  add_field(head, "Connection", keep_alive ? "keep-alive" : "close");
  return head + "\r\n";
}

std::string trace_id_of(std::string_view traceparent) {
  const bool is_sound = traceparent.size() >= 55 && traceparent[2] == '-' && traceparent[35] == '-' &&
                        traceparent[52] == '-' && is_lower_hex(traceparent.substr(3, 32)) &&
                        traceparent.substr(3, 32).find_first_not_of('0') != std::string_view::npos;
  if (is_sound) return std::string(traceparent.substr(3, 32));
  // Not a secret: it only tells requests apart.
  thread_local std::mt19937_64 random{std::random_device{}()};
  return fmt::format("{:016x}{:016x}", random(), random() | 1U);
}

}  // namespace suyuan::http
