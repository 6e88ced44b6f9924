// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <thread>

#include "context.h"
#include "server.h"

// The page that everybody sees when they scan a code, against nginx with a file of the same size.
namespace suyuan::bench {

namespace {

constexpr int kConnections = 8;

struct Load {
  double rate = 0, p50_ms = 0, p99_ms = 0;
};

// "1.25ms", "830.00us", "1.02s"
double milliseconds(std::string_view text) {
  double value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value).ptr;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  return unit.starts_with("us") ? value / 1000 : unit.starts_with("ms") ? value : value * 1000;
}

std::string word_after(const std::string& text, std::string_view name) {
  const std::size_t at = text.find(name);
  if (at == std::string::npos) throw std::runtime_error("wrk did not say \"" + std::string(name) + "\": " + text);
  const std::size_t begin = text.find_first_not_of(" \t", at + name.size());
  return text.substr(begin, text.find_first_of(" \t\n", begin) - begin);
}

Load wrk(Context& context, const std::string& tool, int seconds, const std::string& url) {
  const std::string said = run_to_end({tool, "-t1", fmt::format("-c{}", kConnections), fmt::format("-d{}s", seconds),
                                       "--latency", "-H", "Accept: text/html", url},
                                      context.folder.path() / "wrk.log");
  if (said.find("Non-2xx") != std::string::npos || said.find("Socket errors") != std::string::npos)
    throw std::runtime_error("not every answer was the page: " + said);
  return {std::stod(word_after(said, "Requests/sec:")), milliseconds(word_after(said, "50%")),
          milliseconds(word_after(said, "99%"))};
}

class Nginx {
 public:
  Nginx(Context& context, const std::string& tool, const std::string& body)
      : port_(free_port()), child_(command(context, tool, body, port_), context.folder.path() / "nginx.log") {
    for (int i = 0; i < 200; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
      try {
        if (HttpConnection(port_).get("/page.html", "*/*").body == body) return;
      } catch (const std::runtime_error&) {
        if (!child_.is_running()) break;
      }
    }
    throw std::runtime_error("nginx does not serve; see nginx.log (--keep)");
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}/page.html", port_); }

 private:
  static std::vector<std::string> command(Context& context, const std::string& tool, const std::string& body,
                                          int port) {
    const auto room = context.folder.room("nginx");
    std::ofstream(room / "page.html") << body;
    std::ofstream conf(room / "nginx.conf");
    conf << (is_root() ? "user www-data;\n" : "") << "daemon off; worker_processes auto; pid nginx.pid;\n"
         << "events { worker_connections 256; }\n"
         << "http { access_log off; default_type text/html; keepalive_requests 100000000; sendfile on;\n";
    for (const char* each : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
      conf << each << "_temp_path " << each << "-temp;\n";
    conf << fmt::format("server {{ listen 127.0.0.1:{}; root \"{}\"; }} }}\n", port, room.string());
    return {tool, "-p", room.string(), "-e", "error.log", "-c", (room / "nginx.conf").string()};
  }
  int port_;
  Child child_;
};

Row load_row(std::string what, const Load& load) {
  Row row{.measure = "page", .what = std::move(what)};
  row.value = load.rate;
  row.unit = "pages/s";
  return row;
}

void compare(Context& context, const std::string& wrk_tool, const std::string& nginx_tool, const std::string& path) {
  const SuyuanServer server(context.binary, context.store_folder(), context.folder.path() / "server.log");
  const auto page = HttpConnection(server.port()).get(path, "text/html");
  if (page.status != 200) throw std::runtime_error(fmt::format("the page answered {}", page.status));
  const std::string url = fmt::format("http://127.0.0.1:{}{}", server.port(), path);
  const Nginx nginx(context, nginx_tool, page.body);
  const int seconds = context.options.seconds;
  wrk(context, wrk_tool, 1, url);
  const Load before = wrk(context, wrk_tool, seconds, nginx.url());
  const ProcessUse use_before = use_of(server.process());
  const Load ours = wrk(context, wrk_tool, seconds, url);
  const ProcessUse use_after = use_of(server.process());
  const Load after = wrk(context, wrk_tool, seconds, nginx.url());
  const Load floor{(before.rate + after.rate) / 2, (before.p50_ms + after.p50_ms) / 2,
                   (before.p99_ms + after.p99_ms) / 2};
  context.report.add(
      load_row(fmt::format("nginx, a file of {} bytes, {} connections", page.body.size(), kConnections), floor));
  Row row = load_row(fmt::format("server, page of an item, {} connections", kConnections), ours);
  row.cpu_us = (use_after.cpu_seconds - use_before.cpu_seconds) * 1e6 / (ours.rate * seconds);
  row.ratio = ours.rate / floor.rate;
  row.against = "nginx";
  row.goal = at_least(0.4);
  context.report.add(std::move(row));
  context.report.add({.measure = "page",
                      .what = "server, page of an item, p99 under that load",
                      .value = ours.p99_ms,
                      .unit = "ms",
                      .goal = at_most(5),
                      .note = fmt::format("p50 {:.2f} ms; nginx p99 {:.2f} ms", ours.p50_ms, floor.p99_ms)});
}

}  // namespace

void measure_page(Context& context) {
  const std::string wrk_tool = program("wrk"), nginx_tool = program("nginx");
  if (wrk_tool.empty() || nginx_tool.empty()) {
    context.report.skip("page", "Debian's wrk and nginx-light are not installed");
    return;
  }
  context.store();
  const std::string path = codes::page_path(context.world().thing(context.world().things() / 2));
  context.close_store();  // the server opens it
  compare(context, wrk_tool, nginx_tool, path);
}

}  // namespace suyuan::bench
