// SPDX-License-Identifier: Apache-2.0
#include "app/figures/figures.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>

namespace suyuan {

namespace {

namespace json = boost::json;

constexpr std::chrono::hours kChina{8};
constexpr int kDaysMost = 31;
constexpr std::size_t kTogether = 5000;

Instant begin_of(CivilDay day) { return Instant(day.time_since_epoch()) - kChina; }

Error wrong_period(const FiguresPeriod& period, std::string_view what) {
  return {ErrorKind::kInvalid, "figures.period",
          fmt::format("The period {} to {} {}.", format_day(period.first), format_day(period.last), what)};
}

bool is_one_month(const FiguresPeriod& period) {
  const std::chrono::year_month_day first(period.first), after(period.last + std::chrono::days(1));
  return first.day() == std::chrono::day(1) && after.day() == std::chrono::day(1);
}

Status judge(const FiguresPeriod& period, identity::Width width, Instant now) {
  if (period.last < period.first) return wrong_period(period, "ends before it begins");
  if (period.last - period.first >= std::chrono::days(kDaysMost))
    return wrong_period(period, fmt::format("is longer than {} days; ask for a shorter one", kDaysMost));
  if (width != identity::Width::kFigures) return Done{};
  if (!is_one_month(period))
    return wrong_period(period, "is not one calendar month: numbers without names are given month by month");
  if (period.last >= day_in_china(now)) return wrong_period(period, "is not over; ask when it is");
  return Done{};
}

using Cells = std::map<std::pair<std::int32_t, std::string>, FiguresCell>;

void count(Cells& cells, const trace::StoredEvent& event, bool by_province) {
  const std::int32_t division = event.place.division;
  const std::int32_t place = by_province ? division / 10'000 * 10'000 : division;
  FiguresCell& cell = cells.try_emplace({place, event.biz_step}, FiguresCell{event.biz_step, place}).first->second;
  ++cell.events;
  cell.organisations.insert(event.org);
}

// Whether this act reaches the event by who sent it in; of scope figures, all of them.
bool counts_for(const identity::Scope& scope, const trace::StoredEvent& event) {
  if (event.is_declaration || event.declared_wrong) return false;
  if (scope.width() == identity::Width::kFigures) return true;
  return scope.covers(Actor{scope.actor().person, event.org, event.place});
}

Result<Cells> count_all(const identity::Scope& scope, Warehouse::Scan scan, bool by_province, Warehouse& warehouse,
                        std::size_t most) {
  Cells cells;
  std::size_t looked = 0;
  for (;;) {
    auto page = warehouse.scan(scan);
    if (!page) return std::move(page.error());
    looked += page->events.size();
    if (looked > most)
      return Error{ErrorKind::kTooLarge, "figures.too_many",
                   fmt::format("There are more than {} events in this period. Ask for fewer days.", most)};
    for (const trace::StoredEvent& event : page->events)
      if (counts_for(scope, event)) count(cells, event, by_province);
    if (!page->next) return cells;
    scan.after = page->next;
  }
}

}  // namespace

Result<Figures> read_figures(const Permit<identity::Act::kFiguresRead>& permit, const FiguresPeriod& period,
                             const FiguresServices& services, std::size_t events_most) {
  const identity::Scope& scope = permit.scope();
  if (auto good = judge(period, scope.width(), services.clock.now()); !good) return std::move(good.error());
  auto settled = services.warehouse.settled();
  if (!settled) return std::move(settled.error());
  if (*settled == 0) return Figures{period, {}, {}, 0, 0};
  Warehouse::Scan scan{{}, Warehouse::Order::kTime, false, trace::EventSeq(*settled), {}, kTogether};
  scan.filter.time_from = begin_of(period.first);
  scan.filter.time_until = begin_of(period.last + std::chrono::days(1));
  const bool by_province = scope.width() == identity::Width::kFigures || scope.is_everything();
  auto counted = count_all(scope, scan, by_province, services.warehouse, events_most);
  if (!counted) return std::move(counted.error());
  std::vector<FiguresCell> cells;
  for (auto& [key, cell] : *counted) cells.push_back(std::move(cell));
  // Whoever may see the events themselves may see how many there are.
  return scope.width() == identity::Width::kFigures ? without_small_cells(std::move(cells), period)
                                                    : with_every_cell(std::move(cells), period);
}

std::string figures_json(const Figures& figures) {
  const auto number = [](const std::optional<std::int64_t>& value) {
    return value ? json::value(*value) : json::value(nullptr);
  };
  json::array cells;
  for (const FiguresCell& cell : figures.cells)
    cells.push_back(json::object{{"place", fmt::format("{:06}", cell.place)},
                                 {"bizStep", cell.step},
                                 {"events", cell.events},
                                 {"organisations", cell.organisations.size()}});
  json::object answer{{"first", format_day(figures.period.first)},
                      {"last", format_day(figures.period.last)},
                      {"cells", std::move(cells)},
                      {"other", nullptr},
                      {"events", number(figures.events)},
                      {"organisations", number(figures.organisations)}};
  if (figures.other_events)
    answer["other"] = json::object{{"name", "其他 (少于 3 家)"}, {"events", *figures.other_events}};
  return json::serialize(answer);
}

}  // namespace suyuan
