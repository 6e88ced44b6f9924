// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "context.h"

// A late page of a long list against its first page.
namespace suyuan::bench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kPerPage = 30;
constexpr std::int64_t kLatePage = 30'000;
constexpr int kRepeats = 300;

Warehouse::Scan scan_of(Warehouse::Order order, std::int64_t settled) {
  Warehouse::Scan scan{.filter = {}, .order = order, .upto = trace::EventSeq(settled), .after = std::nullopt};
  scan.limit = kPerPage;
  return scan;
}

// The place after so many events, reached as a client would: page by page, only larger ones.
std::optional<Warehouse::Place> place_after(Warehouse& warehouse, Warehouse::Scan scan, std::int64_t events) {
  std::int64_t passed = 0;
  while (passed < events) {
    scan.limit = static_cast<std::size_t>(std::min<std::int64_t>(10'000, events - passed));
    auto page = take(warehouse.scan(scan), "scanning");
    passed += static_cast<std::int64_t>(page.events.size());
    scan.after = page.next;
    if (!page.next) break;
  }
  return scan.after;
}

void one_page(Warehouse& warehouse, const Warehouse::Scan& scan, Latencies& latencies) {
  const auto begin = Clock::now();
  const auto page = take(warehouse.scan(scan), "scanning");
  latencies.add(Clock::now() - begin);
  if (page.events.size() != kPerPage) throw std::runtime_error("a page of a scan is not full");
}

void measure_order(Context& context, Warehouse::Order order, const char* name) {
  Warehouse& warehouse = context.store();
  const std::int64_t settled = take(warehouse.settled(), "settled");
  const std::int64_t page = std::min(kLatePage, context.options.events / static_cast<std::int64_t>(kPerPage) - 1);
  const Warehouse::Scan first = scan_of(order, settled);
  Warehouse::Scan late = first;
  late.after = place_after(warehouse, first, (page - 1) * static_cast<std::int64_t>(kPerPage));
  if (!late.after) throw std::runtime_error("the scan ended before its late page");
  std::vector<trace::EventSeq> seqs;
  for (const auto& event : take(warehouse.scan(first), "scanning").events) seqs.push_back(event.seq);
  Latencies first_took, late_took, events_took;
  const auto patience = Clock::now() + std::chrono::seconds(10);
  for (int i = 0; i < kRepeats && Clock::now() < patience; ++i) {  // in turn, so that both meet the same noise
    one_page(warehouse, first, first_took);
    one_page(warehouse, late, late_took);
    const auto begin = Clock::now();
    take(warehouse.events(seqs, trace::EventSeq(INT64_MAX)), "reading events");
    events_took.add(Clock::now() - begin);
  }
  context.report.add({.measure = "scan",
                      .what = fmt::format("page 1 of {}, by {}, p50", kPerPage, name),
                      .value = first_took.percentile(50),
                      .unit = "us",
                      .ratio = first_took.percentile(50) / events_took.percentile(50),
                      .against = "reading its events by number"});
  context.report.add({.measure = "scan",
                      .what = fmt::format("page {} of {}, by {}, p50", page, kPerPage, name),
                      .value = late_took.percentile(50),
                      .unit = "us",
                      .ratio = late_took.percentile(50) / first_took.percentile(50),
                      .against = "page 1",
                      .goal = at_most(1.2),
                      .note = page < kLatePage ? "fewer events than page 30000 needs" : ""});
}

}  // namespace

void measure_scan(Context& context) {
  measure_order(context, Warehouse::Order::kRecord, "record");
  measure_order(context, Warehouse::Order::kTime, "event time");
}

}  // namespace suyuan::bench
