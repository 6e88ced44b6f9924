// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "context.h"

// Durable ingest into the store, in this process, reading and checking excluded.
namespace suyuan::bench {

namespace {

constexpr std::int64_t kBatch = 1000;

double rate(const Cost& cost, std::int64_t events) { return static_cast<double>(events) / cost.seconds; }

// The floor, measured before and after what is compared with it.
class Floor {
 public:
  Floor(Context& context, const std::string& name)
      : context_(context),
        world_(context.options.seed, context.clock.now()),
        target_(bare_loop(context.folder.room(name) / "bare.db")) {}

  // The mean of all measurements at this batch size.
  double rate_at(std::int64_t batch, std::int64_t events) {
    const Cost cost = load(world_, *target_, batch, {events}).front();
    auto& [sum, count] = seen_[batch];
    sum = sum + cost;
    count += events;
    context_.report.add(
        rate_row(batch == kBatch ? "ingest" : "batches", fmt::format("bare loop, batches of {}", batch), cost, events));
    return rate(sum, count);
  }

 private:
  Context& context_;
  World world_;
  std::unique_ptr<Target> target_;
  std::map<std::int64_t, std::pair<Cost, std::int64_t>> seen_;
};

std::int64_t events_at(std::int64_t batch, std::int64_t all) {
  switch (batch) {
    case 1:
      return std::min<std::int64_t>(2000, all / 10);
    case 10:
      return std::min<std::int64_t>(20'000, all / 10);
    default:
      return std::min<std::int64_t>(100'000, all / 5);
  }
}

// The naive layout at its own full size; the rate of the last tenth.
double measure_naive(Context& context) {
  const std::int64_t n = context.options.naive_events == 0 ? context.options.events : context.options.naive_events;
  const auto room = context.folder.room("naive");
  auto target = naive_layout(room / "naive.db");
  World world(context.options.seed, context.clock.now());
  const auto costs = load(world, *target, kBatch, {n - n / 10, n});
  context.report.add(
      rate_row("ingest", fmt::format("naive layout, batches of 1000, at {} events", n), costs.back(), n / 10));
  target.reset();
  if (!context.options.keep) std::filesystem::remove_all(room);  // the largest file of all
  return rate(costs.back(), n / 10);
}

}  // namespace

void measure_ingest(Context& context) {
  const std::int64_t n = context.options.events, window = n / 10;
  Floor floor(context, "bare");
  const std::int64_t floor_events = events_at(kBatch, n);
  floor.rate_at(kBatch, floor_events);
  const std::vector<Cost> costs = context.fill_costs();
  const double bare = floor.rate_at(kBatch, floor_events);
  const auto& made = context.world().made();
  const auto each = [&](std::int64_t sum) { return static_cast<double>(sum) / static_cast<double>(made.events); };
  std::fprintf(stderr, "an event: %.0f bytes, %.2f ids, %.3f new objects\n", each(made.bytes), each(made.ids),
               each(made.objects));

  Row early = rate_row("ingest", fmt::format("store, batches of 1000, at {} events", n / 4), costs[1], window);
  Row late = rate_row("ingest", fmt::format("store, batches of 1000, at {} events", n), costs[3], window);
  const double rate_early = *early.value, rate_late = *late.value;
  late.ratio = rate_late / bare;
  late.against = "bare loop";
  late.goal = at_least(0.35);
  context.report.add(std::move(early));
  context.report.add(late);
  context.report.add(rate_row("ingest", fmt::format("store, mean from 0 to {} events", n),
                              costs[0] + costs[1] + costs[2] + costs[3], n));
  context.report.add({.measure = "ingest",
                      .what = fmt::format("growth: rate at {} against {}", n, n / 4),
                      .ratio = rate_late / rate_early,
                      .against = "the rate at a quarter",
                      .goal = at_least(0.7)});
  const double naive = measure_naive(context);
  context.report.add({.measure = "ingest",
                      .what = fmt::format("store at {}, batches of 1000", n),
                      .value = rate_late,
                      .unit = "events/s",
                      .ratio = rate_late / naive,
                      .against = "naive layout",
                      .goal = at_least(5)});
}

void measure_batches(Context& context) {
  Floor floor(context, "bare-batches");
  WarehouseTarget target(context.store());
  for (const std::int64_t batch : {100, 10, 1}) {
    const std::int64_t events = events_at(batch, context.options.events);
    const double bare = floor.rate_at(batch, events);
    const Cost cost = load(context.world(), target, batch, {events}).front();
    Row row = rate_row("batches", fmt::format("store, batches of {}, at {} events", batch, context.options.events),
                       cost, events);
    row.ratio = *row.value / bare;
    row.against = "bare loop";
    context.report.add(std::move(row));
  }
}

}  // namespace suyuan::bench
