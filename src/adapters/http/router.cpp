// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/router.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

bool is_name(std::string_view segment) { return segment.size() > 2 && segment.front() == '{' && segment.back() == '}'; }

bool takes_rest(std::string_view segment) { return is_name(segment) && segment.ends_with("...}"); }

std::string_view name_in(std::string_view segment) {
  return segment.substr(1, segment.size() - (takes_rest(segment) ? 5 : 2));
}

// Literal before name before rest, segment by segment.
std::string rank(const std::vector<std::string>& segments) {
  std::string order;
  for (const std::string& segment : segments) order += takes_rest(segment) ? 'c' : is_name(segment) ? 'b' : 'a';
  return order;
}

bool below(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix) &&
         (path.size() == prefix.size() || path[prefix.size()] == '/' || prefix.back() == '/');
}

std::vector<std::string> success_types(const Route& route) {
  std::vector<std::string> types;
  for (const Answer& answer : route.answers) {
    if (answer.status < 300) types.insert(types.end(), answer.media_types.begin(), answer.media_types.end());
  }
  return types;
}

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

void name_path_values(const std::vector<std::string>& pattern, Request& request) {
  request.path_values.clear();
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_name(pattern[i])) request.path_values.emplace_back(name_in(pattern[i]), request.segments[i]);
  }
}

// What the table says about the request before anybody looks inside.
std::optional<std::pair<int, Error>> problem_of_types(const Route& route, const Request& request) {
  if (!route.body_types.empty()) {
    const std::string type = media_type(request.headers.get("Content-Type"));
    if (std::find(route.body_types.begin(), route.body_types.end(), type) == route.body_types.end()) {
      return std::pair(415, Error{ErrorKind::kUnsupported, "http.media_type",
                                  fmt::format("Content-Type is \"{}\"; {} {} reads {}.", excerpt(type), route.method,
                                              route.path, joined(route.body_types))});
    }
  }
  const auto types = success_types(route);
  const std::string_view accept = request.headers.get("Accept");
  if (!types.empty() && negotiate(accept, types).empty()) {
    return std::pair(406, Error{ErrorKind::kUnsupported, "http.not_acceptable",
                                fmt::format("Accept is \"{}\"; {} {} answers with {}.", excerpt(accept), route.method,
                                            route.path, joined(types))});
  }
  return std::nullopt;
}

// An answer made for one holder of an account: nobody else's cache may give it out.
void keep_private(Response& response) {
  if (!response.headers.has("Cache-Control")) response.headers.add("Cache-Control", "private, no-store");
  const std::string_view vary = response.headers.get("Vary");
  const std::string both = vary.empty() ? "" : std::string(vary) + ", ";
  response.headers.set("Vary", both + "Authorization, Cookie");
}

}  // namespace

void Router::add(Route route) {
  CHECK(route.path.starts_with('/') && route.handler && route.act);
  Pattern pattern;
  for (const std::string_view segment : split(std::string_view(route.path).substr(1), '/')) {
    pattern.segments.emplace_back(segment);
    if (!is_name(segment)) continue;
    const auto is_it = [&](const Parameter& p) { return p.in == Parameter::In::kPath && p.name == name_in(segment); };
    CHECK(std::any_of(route.parameters.begin(), route.parameters.end(), is_it));
  }
  pattern.takes_rest = takes_rest(pattern.segments.back());
  std::size_t place = 0;
  for (; place < routes_.size(); ++place) {
    CHECK(routes_[place].method != route.method || routes_[place].path != route.path);
    if (rank(pattern.segments) < rank(patterns_[place].segments)) break;
  }
  routes_.insert(routes_.begin() + static_cast<std::ptrdiff_t>(place), std::move(route));
  patterns_.insert(patterns_.begin() + static_cast<std::ptrdiff_t>(place), std::move(pattern));
}

void Router::add_family(Family family) { families_.push_back(std::move(family)); }

void Router::set_gate(Gate gate) { gate_ = std::move(gate); }

void Router::set_not_found_page(Handler page) { not_found_page_ = std::move(page); }

void Router::set_refusal_page(RefusalPage page) { refusal_page_ = std::move(page); }

void Router::set_page_top(PageTop top) { page_top_ = std::move(top); }

bool Router::matches(const Pattern& pattern, const Request& request) const {
  const auto& wanted = pattern.segments;
  const auto& given = request.segments;
  if (pattern.takes_rest ? given.size() < wanted.size() : given.size() != wanted.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (is_name(wanted[i]) ? given[i].empty() : given[i] != wanted[i]) return false;
  }
  return true;
}

const Route* Router::find(Request& request) const {
  if (request.segments.empty()) request.segments.emplace_back();  // "/" is one empty segment
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (routes_[i].method != request.method || !matches(patterns_[i], request)) continue;
    name_path_values(patterns_[i].segments, request);
    return &routes_[i];
  }
  return nullptr;
}

std::vector<std::string> Router::methods_of(const Request& request) const {
  std::vector<std::string> methods;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (matches(patterns_[i], request)) methods.push_back(routes_[i].method);
  }
  if (std::find(methods.begin(), methods.end(), "GET") != methods.end()) methods.emplace_back("HEAD");
  if (!methods.empty()) methods.emplace_back("OPTIONS");
  std::sort(methods.begin(), methods.end());
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  return methods;
}

const Family* Router::family_of(std::string_view path) const {
  const Family* best = nullptr;
  for (const Family& family : families_) {
    if (below(path, family.prefix) && (best == nullptr || family.prefix.size() > best->prefix.size())) best = &family;
  }
  return best;
}

Response Router::answer(Request& request) const {
  if (page_top_) request.page_top = &page_top_;
  const Route* route = find(request);
  Response response;
  if (route != nullptr) {
    response = run(*route, request);
  } else if (request.method == "OPTIONS") {
    response = options(request);
  } else {
    response = unknown_path(request);
  }
  if (const Family* family = family_of(request.path)) {
    for (const auto& [name, value] : family->headers) {
      if (!response.headers.has(name)) response.headers.add(name, value);
    }
    if (family->epcis_problems) write_problem_as_accepted(request.headers.get("Accept"), response);
  }
  return response;
}

Response Router::run(const Route& route, Request& request) const {
  auto granted = route.is_instant ? Authorizer::grant_public(*route.act) : gate_(request, *route.act);
  if (!granted) {
    if (!route.refused && refusal_page_ && family_of(request.path) == nullptr) {
      if (auto page = refusal_page_(request, granted.error())) return std::move(*page);
    }
    Response response = route.refused ? route.refused(request, granted.error()) : refuse(request, granted.error());
    if (response.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
    return response;
  }
  request.granted = std::move(*granted);
  if (const auto wrong = problem_of_types(route, request)) return refuse(request, wrong->first, wrong->second);
  Response response = route.handler(request);
  const bool is_for_all = *route.act == identity::Act::kPageRead || *route.act == identity::Act::kCodeIdentify;
  if (!is_for_all && request.granted->scope().width() != identity::Width::kPublic) keep_private(response);
  return response;
}

Response Router::options(const Request& request) const {
  const auto methods = methods_of(request);
  if (methods.empty() && request.target != "*") {
    Request asked = request;
    return unknown_path(asked);
  }
  Response response;
  response.status = 204;
  response.headers.add("Allow", request.target == "*" ? "GET, HEAD, OPTIONS, POST" : joined(methods));
  if (const Family* family = family_of(request.path)) {
    for (const auto& [name, value] : family->discovery) response.headers.add(name, value);
  }
  return response;
}

Response Router::unknown_path(Request& request) const {
  const auto methods = methods_of(request);
  if (!methods.empty()) {
    Response response = refuse(request, 405,
                               Error{ErrorKind::kInvalid, "http.method",
                                     fmt::format("{} does not answer {}; it answers {}.", excerpt(request.path),
                                                 excerpt(request.method), joined(methods))});
    response.headers.set("Allow", joined(methods));
    return response;
  }
  static const std::vector<std::string> kBoth = {"application/problem+json", "text/html"};
  if (not_found_page_ && request.method == "GET" && family_of(request.path) == nullptr &&
      negotiate(request.headers.get("Accept"), kBoth) == "text/html") {
    return not_found_page_(request);
  }
  std::vector<std::string_view> paths;
  for (const Route& route : routes_) paths.push_back(route.path);
  const std::string_view near = nearest(std::string_view(request.path).substr(0, 200), paths);
  return refuse(request,
                Error{ErrorKind::kNotFound, "http.no_such_path",
                      fmt::format("Nothing is served at {}{} /openapi.json lists every path.", excerpt(request.path),
                                  near.empty() ? "." : fmt::format("; did you mean {}?", near))});
}

Response Router::refuse(const Request& request, const Error& error) const {
  return refuse(request, status_of(error.kind), error);
}

Response Router::refuse(const Request& request, int status, const Error& error) const {
  const Family* family = family_of(request.path);
  Response response = problem(status, error, family != nullptr && family->epcis_problems, request.trace_id);
  if (family == nullptr) return response;
  for (const auto& [name, value] : family->headers) response.headers.set(name, value);
  if (family->epcis_problems) write_problem_as_accepted(request.headers.get("Accept"), response);
  return response;
}

}  // namespace suyuan::http
