// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <span>

#include "context.h"

// Durable ingest into the store, in this process, reading and checking excluded.
namespace suyuan::bench {

namespace {

constexpr std::int64_t kBatch = 1000;

// What the store is compared with, a piece at a time.
class Floor {
 public:
  Floor(Context& context, const std::string& name)
      : world_(context.options.seed, context.clock.now()), target_(bare_loop(context.folder.room(name) / "bare.db")) {}

  Cost run(std::int64_t batch, std::int64_t events) { return load(world_, *target_, batch, {events}).front(); }

 private:
  World world_;
  std::unique_ptr<Target> target_;
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

// Of one piece of the bare loop, by turns with pieces of such a tenth.
std::int64_t bare_events_of(std::int64_t tenth) { return std::min<std::int64_t>(20'000, tenth / 10); }

// The stretches of Context::fill, or what was done beside them.
Cost sum(std::span<const Cost> costs) { return std::accumulate(costs.begin(), costs.end(), Cost{}); }

// A tenth of a load, in pieces, and the bare loop by turns with them.
struct Tenth {
  Row row, bare;
};
Tenth compared(Row row, std::span<const Cost> bare, std::int64_t bare_events, std::string_view beside) {
  Row bare_row = rate_row("ingest", fmt::format("bare loop, batches of 1000, beside the {}", beside), sum(bare),
                          static_cast<std::int64_t>(bare.size()) * bare_events);
  row.ratio = *row.value / *bare_row.value;
  row.against = "bare loop";
  return {std::move(row), std::move(bare_row)};
}

// The naive layout at its own full size; the share of the bare loop's rate of its last tenth.
double measure_naive(Context& context, Floor& floor) {
  const std::int64_t n = context.options.naive_events == 0 ? context.options.events : context.options.naive_events;
  const std::int64_t window = n / 10, bare_events = bare_events_of(window);
  const auto room = context.folder.room("naive");
  auto target = naive_layout(room / "naive.db");
  World world(context.options.seed, context.clock.now());
  std::vector<Cost> bare;
  const auto costs =
      load(world, *target, kBatch, pieces(n - window, n), [&] { bare.push_back(floor.run(kBatch, bare_events)); });
  Tenth last = compared(rate_row("ingest", fmt::format("naive layout, batches of 1000, at {} events", n),
                                 sum(std::span(costs).subspan(1)), window),
                        bare, bare_events, fmt::format("naive layout at {} events", n));
  const double share = *last.row.ratio;
  context.report.add(std::move(last.bare));
  context.report.add(std::move(last.row));
  target.reset();
  if (!context.options.keep) std::filesystem::remove_all(room);  // the largest file of all
  return share;
}

}  // namespace

void measure_ingest(Context& context) {
  const std::int64_t n = context.options.events, window = n / 10;
  const std::int64_t bare_events = bare_events_of(window);
  Floor floor(context, "bare");
  std::vector<Cost> bare;
  const std::vector<Cost> costs = context.fill([&] { bare.push_back(floor.run(kBatch, bare_events)); });
  const auto& made = context.world().made();
  const auto each = [&](std::int64_t sum) { return static_cast<double>(sum) / static_cast<double>(made.events); };
  std::fprintf(stderr, "an event: %.0f bytes, %.2f ids, %.3f new objects\n", each(made.bytes), each(made.ids),
               each(made.objects));

  // Of the tenth that begins with this mark.
  const auto tenth = [&](std::size_t mark, std::int64_t events) {
    return compared(rate_row("ingest", fmt::format("store, batches of 1000, at {} events", events),
                             sum(std::span(costs).subspan(mark + 1, kPieces)), window),
                    std::span(bare).subspan(mark, kPieces + 1), bare_events, fmt::format("store at {} events", events));
  };
  Tenth early = tenth(0, n / 4);
  const double early_share = *early.row.ratio;
  context.report.add(std::move(early.bare));
  context.report.add(std::move(early.row));
  Tenth late = tenth(kPieces + 1, n);
  late.row.goal = at_least(0.35);
  const double late_share = *late.row.ratio;
  context.report.add(std::move(late.bare));
  context.report.add(std::move(late.row));
  context.report.add(rate_row("ingest", fmt::format("store, mean from 0 to {} events", n), sum(costs), n));
  context.report.add({.measure = "ingest",
                      .what = fmt::format("growth: share of the bare loop at {} against {}", n, n / 4),
                      .ratio = late_share / early_share,
                      .against = "the share at a quarter",
                      .goal = at_least(0.7)});
  const double naive_share = measure_naive(context, floor);
  context.report.add({.measure = "ingest",
                      .what = fmt::format("share of the bare loop at {} against the naive layout", n),
                      .ratio = late_share / naive_share,
                      .against = "the naive layout's share",
                      .goal = at_least(5)});
}

void measure_batches(Context& context) {
  Floor floor(context, "bare-batches");
  WarehouseTarget target(context.store());
  for (const std::int64_t batch : {100, 10, 1}) {
    const std::int64_t events = events_at(batch, context.options.events);
    Row bare = rate_row("batches", fmt::format("bare loop, batches of {}", batch), floor.run(batch, events), events);
    const Cost cost = load(context.world(), target, batch, {events}).front();
    Row row = rate_row("batches", fmt::format("store, batches of {}, at {} events", batch, context.options.events),
                       cost, events);
    row.ratio = *row.value / *bare.value;
    row.against = "bare loop";
    context.report.add(std::move(bare));
    context.report.add(std::move(row));
  }
}

}  // namespace suyuan::bench
