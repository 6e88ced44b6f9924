// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <fstream>
#include <thread>

#include "context.h"
#include "server.h"

// The page that everybody sees when they scan a code, against nginx with a file of the same size.
namespace suyuan::bench {

namespace {

constexpr int kConnections = 8;
constexpr std::size_t kThings = 20'000;
constexpr std::size_t kPopular = 100;
constexpr std::size_t kTangled = 100;

struct Load {
  double rate = 0, p50_ms = 0, p99_ms = 0, requests = 0;
};

// Which things people scan: the k-th most popular one 1/k as often as the first (Zipf), as far as a load is long.
std::vector<std::size_t> popularity(std::size_t things, std::uint64_t seed) {
  constexpr std::size_t kScans = 200'000;
  std::vector<double> sums;
  for (std::size_t k = 1; k <= things; ++k)
    sums.push_back((sums.empty() ? 0 : sums.back()) + 1 / static_cast<double>(k));
  std::vector<std::size_t> order(things), scans;
  for (std::size_t i = 0; i < things; ++i) order[i] = i;
  Random random(seed);
  for (std::size_t i = things; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  for (std::size_t i = 0; i < kScans; ++i) {
    const auto at = std::lower_bound(sums.begin(), sums.end(), random.unit() * sums.back());
    scans.push_back(order[std::min(static_cast<std::size_t>(at - sums.begin()), things - 1)]);
  }
  return scans;
}

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

// wrk asks for the paths in that order, again and again.
std::filesystem::path script_of(Context& context, const std::string& name, const std::vector<std::string>& paths,
                                const std::vector<std::size_t>& order) {
  const auto file = context.folder.path() / (name + ".lua");
  std::ofstream lua(file);
  lua << "local paths = {\n";
  for (const std::string& each : paths) lua << "  \"" << each << "\",\n";
  lua << "}\nlocal order = {\n";
  for (const std::size_t each : order) lua << each + 1 << ",\n";
  lua << "}\nlocal requests, i = {}, 0\n"
      << "function init() for n, path in ipairs(paths) do requests[n] = wrk.format(\"GET\", path, {Accept = "
         "\"text/html\"}) end end\n"
      << "function request() i = i % #order + 1; return requests[order[i]] end\n";
  return file;
}

Load wrk(Context& context, const std::string& tool, int seconds, const std::filesystem::path& script, int port) {
  const std::string said = run_to_end({tool, "-t1", fmt::format("-c{}", kConnections), fmt::format("-d{}s", seconds),
                                       "--latency", "-s", script.string(), fmt::format("http://127.0.0.1:{}", port)},
                                      context.folder.path() / "wrk.log");
  if (said.find("Non-2xx") != std::string::npos || said.find("Socket errors") != std::string::npos)
    throw std::runtime_error("not every answer was the page: " + said);
  const std::size_t before = said.find(" requests in ");
  const std::size_t begin = said.rfind('\n', before) + 1;
  return {std::stod(word_after(said, "Requests/sec:")), milliseconds(word_after(said, "50%")),
          milliseconds(word_after(said, "99%")), std::stod(said.substr(begin, before - begin))};
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

double kept_answers(int port) {
  const std::string text = HttpConnection(port).get("/metrics", "*/*").body;
  return std::stod(word_after(text, "\nsuyuan_http_from_memory_total "));
}

struct Served {
  Load load;
  double cpu_us = 0, kept = 0;  // kept: part of the answers that came from the cache
};

Served serve(Context& context, const std::string& wrk_tool, const std::filesystem::path& script,
             const SuyuanServer& server) {
  const double kept_before = kept_answers(server.port());
  const ProcessUse before = use_of(server.process());
  Served served{wrk(context, wrk_tool, context.options.seconds, script, server.port()), 0, 0};
  served.cpu_us = (use_of(server.process()).cpu_seconds - before.cpu_seconds) * 1e6 / served.load.requests;
  served.kept = (kept_answers(server.port()) - kept_before) / served.load.requests;
  return served;
}

// While it lives: ten documents a second, of a hundred events each, about other things.
class Captures {
 public:
  Captures(World& world, int port) : thread_([this, &world, port] { run(world, port); }) {}
  ~Captures() {
    stop_ = true;
    thread_.join();
  }

 private:
  void run(World& world, int port) {
    HttpConnection connection(port);
    for (auto next = std::chrono::steady_clock::now(); !stop_; next += std::chrono::milliseconds(100)) {
      connection.post("/epcis/v2/capture", "application/ld+json", world.document(100));
      std::this_thread::sleep_until(next);
    }
  }
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// The things of the load are packed again and again, into anything: the worst that a page can meet.
void tangled_pages(Context& context, int port) {
  const World& world = context.world();
  Random random(context.options.seed);
  std::vector<codes::Identity> things;
  for (std::size_t i = 0; i < kTangled; ++i) things.push_back(world.thing(random.below(world.things())));
  const Pages pages = pages_of(things, port);
  context.report.add({.measure = "page",
                      .what = "server, tangled things of the load, made anew one by one, p50",
                      .value = pages.alone.percentile(50) / 1000,
                      .unit = "ms",
                      .note = fmt::format("p99 {:.1f} ms", pages.alone.percentile(99) / 1000)});
}

struct Scripts {
  std::filesystem::path mix, popular, files;
};

Load mean(const Load& a, const Load& b) {
  return {(a.rate + b.rate) / 2, (a.p50_ms + b.p50_ms) / 2, (a.p99_ms + b.p99_ms) / 2, (a.requests + b.requests) / 2};
}

// The same requests to servers with an empty cache, with captures meanwhile, and without a cache.
void compare(Context& context, const std::string& wrk_tool, const Scripts& scripts, const Nginx& nginx) {
  const auto floor_now = [&] { return wrk(context, wrk_tool, context.options.seconds, scripts.files, nginx.port()); };
  Load floor = floor_now();
  const auto log = context.folder.path() / "server.log";
  const auto add = [&](std::string what, const Served& served) {
    Row row = load_row(std::move(what), served.load);
    row.cpu_us = served.cpu_us;
    row.ratio = served.load.rate / floor.rate;
    row.against = "nginx";
    row.note = fmt::format("{:.1f} % from the cache; p50 {:.2f} ms, p99 {:.2f} ms", served.kept * 100,
                           served.load.p50_ms, served.load.p99_ms);
    return row;
  };
  {
    const SuyuanServer server(context.binary, context.store_folder(), log);
    const Served mix = serve(context, wrk_tool, scripts.mix, server);
    floor = mean(floor, floor_now());
    context.report.add(load_row(
        fmt::format("nginx, the same Zipf mix of {} pages as files, {} connections", kThings, kConnections), floor));
    Row row = add(fmt::format("server, Zipf mix of {} items, cache empty at first", kThings), mix);
    row.goal = at_least(0.4);
    context.report.add(std::move(row));
    context.report.add({.measure = "page",
                        .what = "server, p99 under that load",
                        .value = mix.load.p99_ms,
                        .unit = "ms",
                        .goal = at_most(5),
                        .note = fmt::format("p50 {:.2f} ms; nginx p99 {:.2f} ms", mix.load.p50_ms, floor.p99_ms)});
    context.report.add(add(fmt::format("server, {} items again and again", kPopular),
                           serve(context, wrk_tool, scripts.popular, server)));
    const Captures captures(context.world(), server.port());
    context.report.add(
        add("server, the Zipf mix while 1000 events/s are captured", serve(context, wrk_tool, scripts.mix, server)));
  }
  const SuyuanServer server(context.binary, context.store_folder(), log, {"page.cache_bytes_max=0"});
  context.report.add(add("server, the Zipf mix, every page made anew", serve(context, wrk_tool, scripts.mix, server)));
  tangled_pages(context, server.port());
}

Pages pages_of_stories(Context& context) {
  const SuyuanServer server(context.binary, context.store_folder(), context.folder.path() / "server.log");
  std::vector<codes::Identity> items;
  for (std::size_t i = 0; i < kThings; ++i) items.push_back(Stories::item(static_cast<std::int64_t>(i)));
  Pages pages = pages_of(items, server.port());
  context.report.add(
      {.measure = "page",
       .what = fmt::format("server, each of {} items once, one client, p50", kThings),
       .value = pages.alone.percentile(50) / 1000,
       .unit = "ms",
       .note = fmt::format("p99 {:.2f} ms; {} bytes each", pages.alone.percentile(99) / 1000, pages.bytes / kThings)});
  return pages;
}

void compare_with_nginx(Context& context, const std::string& wrk_tool, const std::string& nginx_tool) {
  const Pages pages = pages_of_stories(context);
  const Nginx nginx(context, nginx_tool, pages.bodies);
  const auto mix = popularity(kThings, context.options.seed);
  std::vector<std::size_t> popular(kPopular);
  for (std::size_t i = 0; i < kPopular; ++i) popular[i] = i;
  const Scripts scripts{script_of(context, "mix", pages.paths, mix),
                        script_of(context, "popular", pages.paths, popular),
                        script_of(context, "files", pages.files, mix)};
  wrk(context, wrk_tool, 1, scripts.files, nginx.port());
  compare(context, wrk_tool, scripts, nginx);
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
  load(stories, target, 1000, {static_cast<std::int64_t>(kThings) / Stories::kItemsPerCase * Stories::kEventsPerCase});
  context.close_store();  // the server opens it
  compare_with_nginx(context, wrk_tool, nginx_tool);
}

}  // namespace suyuan::bench
