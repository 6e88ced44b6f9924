// SPDX-License-Identifier: Apache-2.0
#include "recall.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/files/epcis.h"
#include "app/capture/capture.h"
#include "app/trace/recall.h"
#include "context.h"

// A lot that went into very many orders: who has how much of it?
namespace suyuan::bench {

namespace {

constexpr std::int64_t kHolders = 50'000;
constexpr std::int64_t kBatch = 1000;
constexpr std::int64_t kGoalOrders = 1'000'000;
constexpr int kTimes = 5;  // the middle one counts: the first also waits for memory that the host of a machine gives

std::vector<std::int64_t> hub_sizes(const Options& options) {
  if (!options.hubs.empty()) return options.hubs;
  std::vector<std::int64_t> sizes;
  for (const std::int64_t orders : {1300, 100'000, 1'000'000})
    if (orders <= options.events) sizes.push_back(orders);
  return sizes;
}

// An event and its error declaration, of a thing of their own.
void declare_something(Context& context) {
  const std::string event =
      R"({"type":"ObjectEvent","eventTime":"2026-03-02T00:00:00Z","eventTimeZoneOffset":"+08:00","eventID":)"
      R"("urn:uuid:00000000-0000-4000-8000-000000000001","action":"OBSERVE","epcList":)"
      R"(["https://id.gs1.org/01/06901234567892/21/W1"])";
  const std::string document =
      R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument",)"
      R"("schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z","epcisBody":{"eventList":[)" +
      event + "}," + event + R"(,"errorDeclaration":{"declarationTime":"2026-04-01T00:00:00Z"}}]}})";
  take(capture_document(at_this_machine(), document, {}, read_epcis, context.store(), context.clock), "declaring");
}

void time_recalls(Context& context, const Hub& hub, std::int64_t orders, const std::string& where) {
  const auto is_exact = [&](const RecallOutcome& found) {
    return found.complete && found.affected == orders && found.holders == hub.holders_used();
  };
  std::vector<Cost> costs;
  RecallOutcome found;
  bool exact = true;
  for (int i = 0; i < kTimes; ++i) {
    Stopwatch watch;
    found = recall_once(context.store(), hub.lot());
    costs.push_back(watch.cost());
    exact = exact && is_exact(found);
  }
  const double first = costs.front().seconds;
  std::nth_element(costs.begin(), costs.begin() + kTimes / 2, costs.end(),
                   [](const Cost& a, const Cost& b) { return a.seconds < b.seconds; });
  const Cost cost = costs[kTimes / 2];
  Row row{.measure = "recall", .what = fmt::format("{} orders at {} holders{}", orders, hub.holders_used(), where)};
  row.value = cost.seconds;
  row.unit = "s";
  row.cpu_us = cost.cpu_seconds * 1e6 / static_cast<double>(orders);
  if (orders == kGoalOrders) row.goal = at_most(exact ? 1.2 : 0);  // an answer that is not exact meets no goal
  row.note = exact ? fmt::format("exact; the first of {} took {:.2f} s", kTimes, first)
                   : fmt::format("NOT EXACT: {} affected, {} holders found", found.affected, found.holders);
  if (!found.note.empty()) row.note += "; " + found.note;
  context.report.add(std::move(row));
}

void measure_hub(Context& context, std::int64_t orders, int number) {
  Hub hub(context.options.seed + 1'000'000 * static_cast<std::uint64_t>(number), context.clock.now(), orders, kHolders,
          number);
  WarehouseTarget target(context.store());
  load(hub, target, kBatch, {hub.events()});
  context.settle();
  time_recalls(context, hub, orders, "");
  if (orders != kGoalOrders) return;
  declare_something(context);
  time_recalls(context, hub, orders, ", another event declared wrong");
}

}  // namespace

RecallOutcome recall_once(Warehouse& warehouse, const codes::Identity& lot) {
  RecallRequest request;
  request.start = {lot};
  const RecallAnswer answer = take(recall(at_this_machine(), request, warehouse), "recalling");
  return {.affected = answer.items,
          .holders = static_cast<std::int64_t>(answer.holdings_total),
          .complete = true,
          .note = ""};
}

void measure_recall(Context& context) {
  int number = 0;
  const auto sizes = hub_sizes(context.options);
  for (const std::int64_t orders : sizes) measure_hub(context, orders, ++number);
  if (std::find(sizes.begin(), sizes.end(), kGoalOrders) == sizes.end())
    context.report.skip("recall", "the hub of 1000000 orders (--hubs 1000000, or --events of as many)");
}

}  // namespace suyuan::bench
