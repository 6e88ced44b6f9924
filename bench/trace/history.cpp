// SPDX-License-Identifier: Apache-2.0
#include "history.h"

#include <fmt/format.h>

namespace suyuan::bench {

Latencies histories(Warehouse& warehouse, const World& world, std::size_t count, std::uint64_t seed) {
  Random random(seed);
  Latencies latencies;
  const trace::EventSeq upto(take(warehouse.settled(), "settled"));
  for (std::size_t i = 0; i < count; ++i) {
    const codes::Identity id = world.thing(random.below(world.things()));
    const auto begin = std::chrono::steady_clock::now();
    const auto found = take(warehouse.find({&id, 1}), "finding");
    if (!found.front()) throw std::runtime_error("an id of the load was not found");
    const auto page = take(warehouse.history({&*found.front(), 1}, {}, upto, 0, 100), "history");
    latencies.add(std::chrono::steady_clock::now() - begin);
    if (page.events.empty()) throw std::runtime_error("an id of the load has no history");
  }
  return latencies;
}

void measure_history(Context& context) {
  constexpr std::size_t kWarm = 2000, kCount = 20'000;
  context.store();
  context.settle();
  histories(context.store(), context.world(), kWarm, 1);
  const Latencies took = histories(context.store(), context.world(), kCount, 2);
  context.report.add({.measure = "history",
                      .what = fmt::format("one id among {} events, p50", context.options.events),
                      .value = took.percentile(50) / 1000,
                      .unit = "ms"});
  context.report.add({.measure = "history",
                      .what = fmt::format("one id among {} events, p99", context.options.events),
                      .value = took.percentile(99) / 1000,
                      .unit = "ms",
                      .goal = at_most(0.1)});
}

}  // namespace suyuan::bench
