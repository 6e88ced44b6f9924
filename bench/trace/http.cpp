// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "adapters/files/epcis.h"
#include "context.h"
#include "domain/trace/read_event.h"
#include "server.h"

// The same ingest through the server: HTTP, reading, checking and hashing included.
namespace suyuan::bench {

namespace {

constexpr int kConnections = 4;

struct Served {
  Cost cost;  // of the server
  std::int64_t busy = 0;
};

std::vector<std::string> documents(Context& context, std::int64_t events, std::int64_t batch) {
  World world(context.options.seed, context.clock.now());
  std::vector<std::string> all;
  for (std::int64_t i = 0; i < events; i += batch)
    all.push_back(world.document(static_cast<std::size_t>(std::min(batch, events - i))));
  return all;
}

// Sends every document, each connection the next one; a 503 is sent again. What goes wrong is in `problem`.
void send_all(int port, const std::vector<std::string>& all, std::atomic<std::size_t>& next,
              std::atomic<std::int64_t>& busy, std::string& problem) try {
  HttpConnection connection(port);
  for (std::size_t i = next++; i < all.size(); i = next++) {
    int status = 503;
    while (status == 503) {
      const auto answer = connection.post("/epcis/v2/capture", "application/ld+json", all[i]);
      status = answer.status;
      if (status == 503) {
        ++busy;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      } else if (status != 202) {
        throw std::runtime_error(fmt::format("capture answered {}: {}", status, answer.body.substr(0, 300)));
      }
    }
  }
} catch (const std::exception& error) {
  problem = error.what();
}

Served serve(Context& context, const std::vector<std::string>& all, const std::filesystem::path& data) {
  const SuyuanServer server(context.binary, data, context.folder.path() / "server.log");
  const ProcessUse before = use_of(server.process());
  const auto begin = std::chrono::steady_clock::now();
  std::atomic<std::size_t> next = 0;
  std::atomic<std::int64_t> busy = 0;
  std::vector<std::string> problems(kConnections);
  std::vector<std::thread> clients;
  for (std::string& problem : problems)
    clients.emplace_back([&] { send_all(server.port(), all, next, busy, problem); });
  for (std::thread& each : clients) each.join();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const ProcessUse after = use_of(server.process());
  for (const std::string& problem : problems)
    if (!problem.empty()) throw std::runtime_error(problem);
  return {{seconds, after.cpu_seconds - before.cpu_seconds, 0, after.written - before.written}, busy};
}

void check_stored(Context& context, const std::filesystem::path& data, std::int64_t events) {
  const auto stored = take(open_or_throw(data, context.clock)->counts(), "counting").events;
  if (stored != events) throw std::runtime_error(fmt::format("the server stored {} of {} events", stored, events));
}

struct Parts {
  double read = 0, check = 0, hash = 0;  // CPU us per event
};

// What the server does before the store, each part by itself on one thread.
Parts parts_of(const std::vector<std::string>& all, Instant now) {
  Parts parts;
  std::int64_t events = 0;
  for (const std::string& text : all) {
    const double begin = thread_cpu_seconds();
    const auto document = take(read_epcis(text), "reading");
    const double read = thread_cpu_seconds();
    for (const auto& raw : document.events) take(trace::read_event(raw.node, now), "checking");
    const double checked = thread_cpu_seconds();
    std::size_t sum = 0;
    for (const auto& raw : document.events) sum += trace::event_hash_id(trace::event_prehash(raw.node)).size();
    if (sum == 0) throw std::runtime_error("no event hash");
    const double hash = thread_cpu_seconds() - checked;
    parts.read += read - begin;
    parts.check += checked - read - hash;  // read_event hashes too
    parts.hash += hash;
    events += static_cast<std::int64_t>(document.events.size());
    if (events >= 20'000) break;
  }
  const double each = 1e6 / static_cast<double>(events);
  return {parts.read * each, parts.check * each, parts.hash * each};
}

void report_parts(Context& context, const Parts& parts, double store, double all) {
  const auto row = [&](const char* what, double us) {
    context.report.add({.measure = "http",
                        .what = std::string("  of its CPU: ") + what,
                        .value = us,
                        .unit = "us/event",
                        .ratio = us / all,
                        .against = "the server's CPU"});
  };
  row("reading JSON", parts.read);
  row("checking and making canonical", parts.check);
  row("event hash", parts.hash);
  row("store (as measured alone)", store);
  row("HTTP, copies, jobs and the rest", all - parts.read - parts.check - parts.hash - store);
}

void measure_batch(Context& context, std::int64_t events, std::int64_t batch) {
  const auto all = documents(context, events, batch);
  const auto data = context.folder.room(fmt::format("http-{}", batch));
  const Served served = serve(context, all, data);
  check_stored(context, data, events);

  const auto alone_folder = context.folder.room(fmt::format("alone-{}", batch));
  auto alone_store = open_or_throw(alone_folder, context.clock);
  WarehouseTarget target(*alone_store);
  World world(context.options.seed, context.clock.now());
  const Cost alone_cost = load(world, target, batch, {events}).front();
  const Row alone = rate_row(
      "http", fmt::format("store alone, batches of {}, one caller, 0 to {} events", batch, events), alone_cost, events);

  Row row = rate_row("http", fmt::format("server, {} events a request, {} connections", batch, kConnections),
                     served.cost, events);
  row.ratio = *row.value / *alone.value;
  row.against = "store alone";
  if (batch == 1000) row.goal = at_least(0.35);
  if (served.busy > 0) row.note = fmt::format("{} answers 503, sent again", served.busy);
  const double cpu = *row.cpu_us;
  context.report.add(alone);
  context.report.add(std::move(row));
  if (batch == 1000) report_parts(context, parts_of(all, context.clock.now()), *alone.cpu_us, cpu);
}

}  // namespace

void measure_http(Context& context) {
  std::int64_t events = context.options.http_events;
  if (events == 0) events = std::min<std::int64_t>(200'000, context.options.events / 5);
  measure_batch(context, events, 1000);
  measure_batch(context, std::min<std::int64_t>(events, 50'000), 100);
  measure_batch(context, std::min<std::int64_t>(events, 3000), 1);
}

}  // namespace suyuan::bench
