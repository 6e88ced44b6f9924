// SPDX-License-Identifier: Apache-2.0
#include "browser.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/text.h"

namespace suyuan::test {

namespace {

const std::string kBefore = "http://127.0.0.1:";

struct Place {
  int port = 0;
  std::string target;
};

Place place_of(const std::string& url) {
  const std::size_t slash = url.find('/', kBefore.size());
  if (!url.starts_with(kBefore)) return {};
  return {std::atoi(url.c_str() + kBefore.size()), slash == std::string::npos ? "/" : url.substr(slash)};
}

std::string whole(const std::string& from, const std::string& link) {
  return link.starts_with('/') ? kBefore + std::to_string(place_of(from).port) + link : link;
}

}  // namespace

std::string location(const Browser::Page& page) {
  const std::string link = page.answer.header("Location");
  return link.empty() ? "" : whole(page.url, link);
}

std::string form_action(const Browser::Page& page) {
  const std::string before = "action=\"";
  const std::size_t at = page.answer.body.find(before);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + before.size();
  return whole(page.url, page.answer.body.substr(begin, page.answer.body.find('"', begin) - begin));
}

Browser::Page Browser::ask(const std::string& method, const std::string& url, const std::string& more) {
  const Place place = place_of(url);
  std::string cookie;
  for (const auto& [name, value] : cookies) cookie += (cookie.empty() ? "" : "; ") + name + "=" + value;
  Client client(place.port);
  client.send(fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAccept: text/html\r\nConnection: close\r\n{}{}",
                          method, place.target, place.port, cookie.empty() ? "" : "Cookie: " + cookie + "\r\n", more));
  Page page{url, client.receive()};
  for (const std::string_view line : split(page.answer.head, '\n')) {
    if (!ascii_lower(line).starts_with("set-cookie:")) continue;
    const std::string_view pair = trim(line.substr(11, line.find(';') - 11));
    const std::string name(pair.substr(0, pair.find('='))), value(pair.substr(pair.find('=') + 1));
    if (value.empty()) {
      cookies.erase(name);
    } else {
      cookies[name] = value;
    }
  }
  return page;
}

Browser::Page Browser::open(const std::string& url) { return ask("GET", url, "\r\n"); }

Browser::Page Browser::submit(const std::string& url, const std::string& form) {
  return ask("POST", url,
             fmt::format("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}", form.size(),
                         form));
}

Browser::Page Browser::follow(Page page, const std::string& stop) {
  for (int i = 0; i < 10; ++i) {
    const std::string next = location(page);
    if (page.answer.status / 100 != 3 || next.empty() || next.starts_with(stop)) return page;
    page = open(next);
  }
  return page;
}

}  // namespace suyuan::test
