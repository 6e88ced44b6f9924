// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/identity/permit.h"

// What a handler sees of HTTP: plain values, no library type.
namespace suyuan::http {

// Header fields in order. Names compare without case.
class Headers {
 public:
  // The first value of that name; "" when it is missing.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  void add(std::string name, std::string value);
  void set(std::string name, std::string value);  // replaces all of that name
  const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request;
// Markup that every page of a server has above its content.
using PageTop = std::function<std::string(const Request&)>;

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;                 // "GET", "POST" …; a HEAD arrives as "GET", its body is dropped on the way out
  std::string target;                 // as sent: "/t/A%2F1?lang=en"
  std::string path;                   // as sent, without the query: "/t/A%2F1"
  std::vector<std::string> segments;  // split, then decoded: {"t", "A/1"}. Valid UTF-8, no NUL, never "." or ".."
  Pairs query;                        // decoded, in order; valid UTF-8, no NUL
  Pairs path_values;                  // what the {names} of the route's path matched, decoded
  Headers headers;
  std::string body;
  std::string remote;              // address of the peer, no port
  std::string client;              // whose limits count: the address of the peer, or the one that a trusted proxy names
  bool is_local = false;           // from a loopback address, and no proxy says that it forwards for somebody
  bool is_secure = false;          // the client's connection is encrypted: here, or up to a trusted proxy that says so
  std::optional<Granted> granted;  // for the act of the route; set before the handler runs
  std::string trace_id;            // 32 hex digits: of `traceparent` when that is well formed, else new
  std::chrono::steady_clock::time_point deadline;  // nobody waits for the answer after this
  const PageTop* page_top = nullptr;               // set by the router; nullptr: none

  std::string_view path_value(std::string_view name) const;                  // "" when missing
  std::optional<std::string_view> query_value(std::string_view name) const;  // the first of that name
};

struct Response {
  int status = 200;
  // Content-Length, Connection, Date, Server, Trace-Id and what tells browsers to be careful are added on the way out.
  Headers headers;
  std::string body;
};

Response reply(int status, std::string_view content_type, std::string body);

// Which of `offered` (media types without parameters, best first) the client's Accept prefers; "" when it takes none.
// No Accept header takes the first.
std::string_view negotiate(std::string_view accept, const std::vector<std::string>& offered);
std::string_view negotiate(std::string_view accept, std::vector<std::string>&& offered) = delete;  // it would dangle

// The media type of a Content-Type header: lower case, no parameters.
std::string media_type(std::string_view content_type);

// Reads the request target into target, path, segments and query. False, with the reason in `why`, for a bad target:
// invalid percent-encoding, NUL, text that is not UTF-8, "." or ".." as a segment.
bool read_target(std::string_view target, Request& request, std::string& why);

}  // namespace suyuan::http
