// SPDX-License-Identifier: Apache-2.0
#include "history.h"

#include <fmt/format.h>

namespace suyuan::bench {

namespace {

// `read`: what is asked of an id of the load, once it is found. False: it has nothing.
template <class Read>
Latencies of_things(Warehouse& warehouse, const World& world, std::size_t count, std::uint64_t seed, const Read& read) {
  Random random(seed);
  Latencies latencies;
  for (std::size_t i = 0; i < count; ++i) {
    const codes::Identity id = world.thing(random.below(world.things()));
    const auto begin = std::chrono::steady_clock::now();
    const auto found = take(warehouse.find({&id, 1}), "finding");
    if (!found.front()) throw std::runtime_error("an id of the load was not found");
    const bool is_there = read(*found.front());
    latencies.add(std::chrono::steady_clock::now() - begin);
    if (!is_there) throw std::runtime_error("an id of the load has no history");
  }
  return latencies;
}

Latencies numbers(Warehouse& warehouse, const World& world, std::size_t count, std::uint64_t seed) {
  const trace::EventSeq upto(take(warehouse.settled(), "settled"));
  return of_things(warehouse, world, count, seed, [&](trace::ObjectId id) {
    return !take(warehouse.postings({&id, 1}, upto), "postings").empty();
  });
}

}  // namespace

Latencies histories(Warehouse& warehouse, const World& world, std::size_t count, std::uint64_t seed) {
  const trace::EventSeq upto(take(warehouse.settled(), "settled"));
  return of_things(warehouse, world, count, seed, [&](trace::ObjectId id) {
    return !take(warehouse.history({&id, 1}, {}, upto, 0, 100), "history").events.empty();
  });
}

void measure_history(Context& context) {
  constexpr std::size_t kWarm = 2000, kCount = 20'000;
  context.store();
  context.settle();
  const auto add = [&](const char* what, const Latencies& took, std::optional<Goal> goal) {
    for (const int percent : {50, 99}) {
      context.report.add({.measure = "history",
                          .what = fmt::format("{} among {} events, p{}", what, context.options.events, percent),
                          .value = took.percentile(percent) / 1000,
                          .unit = "ms",
                          .goal = percent == 99 ? goal : std::nullopt});
    }
  };
  histories(context.store(), context.world(), kWarm, 1);
  add("one id", histories(context.store(), context.world(), kCount, 2), at_most(0.1));
  add("one id, numbers and roles only,", numbers(context.store(), context.world(), kCount, 3), {});
}

}  // namespace suyuan::bench
