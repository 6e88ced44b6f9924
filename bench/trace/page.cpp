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
constexpr int kPages = 100;  // of different things, so that none is typical by accident

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

// wrk asks for the paths in turn.
std::filesystem::path script_of(Context& context, const std::string& name, const std::vector<std::string>& paths) {
  const auto file = context.folder.path() / (name + ".lua");
  std::ofstream lua(file);
  lua << "local paths = {\n";
  for (const std::string& each : paths) lua << "  \"" << each << "\",\n";
  lua << "}\nlocal requests, i = {}, 0\n"
      << "function init() for n, path in ipairs(paths) do requests[n] = wrk.format(\"GET\", path, {Accept = "
         "\"text/html\"}) end end\n"
      << "function request() i = i % #requests + 1; return requests[i] end\n";
  return file;
}

Load wrk(Context& context, const std::string& tool, int seconds, const std::filesystem::path& script, int port) {
  const std::string said = run_to_end({tool, "-t1", fmt::format("-c{}", kConnections), fmt::format("-d{}s", seconds),
                                       "--latency", "-s", script.string(), fmt::format("http://127.0.0.1:{}", port)},
                                      context.folder.path() / "wrk.log");
  if (said.find("Non-2xx") != std::string::npos || said.find("Socket errors") != std::string::npos)
    throw std::runtime_error("not every answer was the page: " + said);
  return {std::stod(word_after(said, "Requests/sec:")), milliseconds(word_after(said, "50%")),
          milliseconds(word_after(said, "99%"))};
}

class Nginx {
 public:
  Nginx(Context& context, const std::string& tool, const std::vector<std::string>& bodies)
      : port_(free_port()), child_(command(context, tool, bodies, port_), context.folder.path() / "nginx.log") {
    for (int i = 0; i < 200; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
      try {
        if (HttpConnection(port_).get("/0.html", "*/*").body == bodies.front()) return;
      } catch (const std::runtime_error&) {
        if (!child_.is_running()) break;
      }
    }
    throw std::runtime_error("nginx does not serve; see nginx.log (--keep)");
  }
  int port() const { return port_; }

 private:
  static std::vector<std::string> command(Context& context, const std::string& tool,
                                          const std::vector<std::string>& bodies, int port) {
    const auto room = context.folder.room("nginx");
    for (std::size_t i = 0; i < bodies.size(); ++i) std::ofstream(room / fmt::format("{}.html", i)) << bodies[i];
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

struct Pages {
  std::vector<std::string> paths, bodies, files;  // files: the paths at nginx
  std::size_t bytes = 0;
  Latencies alone;  // of each page, asked once, by one client
};

Pages pages_of(const std::vector<codes::Identity>& things, int port) {
  Pages pages;
  HttpConnection connection(port);
  for (const codes::Identity& thing : things) {
    std::string path = codes::page_path(thing);
    const auto begin = std::chrono::steady_clock::now();
    auto page = connection.get(path, "text/html");
    pages.alone.add(std::chrono::steady_clock::now() - begin);
    if (page.status != 200) throw std::runtime_error(fmt::format("the page {} answered {}", path, page.status));
    pages.bytes += page.body.size();
    pages.paths.push_back(std::move(path));
    pages.bodies.push_back(std::move(page.body));
    pages.files.push_back(fmt::format("/{}.html", pages.files.size()));
  }
  return pages;
}

std::vector<codes::Identity> items_of_stories() {
  std::vector<codes::Identity> items;
  for (std::int64_t i = 0; i < kPages; ++i) items.push_back(Stories::item(i));
  return items;
}

// The things of the load are packed again and again, into anything: the worst that a page can meet.
void tangled_pages(Context& context, int port) {
  const World& world = context.world();
  Random random(context.options.seed);
  std::vector<codes::Identity> things;
  for (int i = 0; i < kPages; ++i) things.push_back(world.thing(random.below(world.things())));
  const Pages pages = pages_of(things, port);
  context.report.add({.measure = "page",
                      .what = "server, tangled things of the load, one by one, p50",
                      .value = pages.alone.percentile(50) / 1000,
                      .unit = "ms",
                      .note = fmt::format("p99 {:.1f} ms", pages.alone.percentile(99) / 1000)});
}

void compare(Context& context, const std::string& wrk_tool, const std::string& nginx_tool) {
  const SuyuanServer server(context.binary, context.store_folder(), context.folder.path() / "server.log");
  const Pages pages = pages_of(items_of_stories(), server.port());
  const Nginx nginx(context, nginx_tool, pages.bodies);
  const auto ours_script = script_of(context, "pages", pages.paths);
  const auto floor_script = script_of(context, "files", pages.files);
  const int seconds = context.options.seconds;
  wrk(context, wrk_tool, 1, ours_script, server.port());
  const Load before = wrk(context, wrk_tool, seconds, floor_script, nginx.port());
  const ProcessUse use_before = use_of(server.process());
  const Load ours = wrk(context, wrk_tool, seconds, ours_script, server.port());
  const ProcessUse use_after = use_of(server.process());
  const Load after = wrk(context, wrk_tool, seconds, floor_script, nginx.port());
  const Load floor{(before.rate + after.rate) / 2, (before.p50_ms + after.p50_ms) / 2,
                   (before.p99_ms + after.p99_ms) / 2};
  context.report.add(load_row(fmt::format("nginx, the same {} pages as files, {} bytes each, {} connections", kPages,
                                          pages.bytes / kPages, kConnections),
                              floor));
  Row row = load_row(fmt::format("server, pages of {} items, {} connections", kPages, kConnections), ours);
  row.cpu_us = (use_after.cpu_seconds - use_before.cpu_seconds) * 1e6 / (ours.rate * seconds);
  row.ratio = ours.rate / floor.rate;
  row.against = "nginx";
  row.goal = at_least(0.4);
  row.note = fmt::format("one by one: p50 {:.2f} ms, worst {:.2f} ms", pages.alone.percentile(50) / 1000,
                         pages.alone.percentile(100) / 1000);
  context.report.add(std::move(row));
  context.report.add({.measure = "page",
                      .what = "server, p99 under that load",
                      .value = ours.p99_ms,
                      .unit = "ms",
                      .goal = at_most(5),
                      .note = fmt::format("p50 {:.2f} ms; nginx p99 {:.2f} ms", ours.p50_ms, floor.p99_ms)});
  tangled_pages(context, server.port());
}

}  // namespace

void measure_page(Context& context) {
  const std::string wrk_tool = program("wrk"), nginx_tool = program("nginx");
  if (wrk_tool.empty() || nginx_tool.empty()) {
    context.report.skip("page", "Debian's wrk and nginx-light are not installed");
    return;
  }
  Stories stories(context.options.seed, context.clock.now());
  WarehouseTarget target(context.store());
  load(stories, target, 1000, {kPages / Stories::kItemsPerCase * Stories::kEventsPerCase});
  context.close_store();  // the server opens it
  compare(context, wrk_tool, nginx_tool);
}

}  // namespace suyuan::bench
