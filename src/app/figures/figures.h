// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/identity/permit.h"
#include "app/ports/warehouse.h"

// Numbers without names (003 第二, 000 8.1): how many events of which step from where, and of how many organisations.
// docs/audit.md says what is kept back, and why.
namespace suyuan {

// Days of the wall clock in China, both counted. At most 31 days; of scope figures one calendar month that is over, so
// that no difference of two periods tells of a few days.
struct FiguresPeriod {
  CivilDay first, last;
};

struct FiguresCell {
  std::string step;        // canonical Web URI, or "": none
  std::int32_t place = 0;  // GB/T 2260: of the province; of scope place and own, of whoever sent it in
  std::int64_t events = 0;
  std::set<OrgId> organisations = {};  // who sent them in
};

// Of fewer organisations a number would tell what each of them does.
inline constexpr std::size_t kFewestOrganisations = 3;

struct Figures {
  FiguresPeriod period;
  std::vector<FiguresCell> cells;            // by place, then step
  std::optional<std::int64_t> other_events;  // of all cells that are kept back, together: "其他 (少于 3 家)"
  // Of everything; nothing when all of it is of fewer than three organisations: then there are no numbers at all.
  std::optional<std::int64_t> events, organisations;
};

// Keeps back cells of fewer than three organisations; and of the others the smallest, until what is kept back is of two
// cells and three organisations at least: nobody can compute one by taking all others from the total.
Figures without_small_cells(std::vector<FiguresCell> cells, const FiguresPeriod& period);
Figures with_every_cell(std::vector<FiguresCell> cells, const FiguresPeriod& period);

struct FiguresServices {
  Warehouse& warehouse;
  Clock& clock;
};
inline constexpr std::size_t kFiguresEventsMost = 1'000'000;

// By event time; events that were declared wrong, and the declarations, do not count.
// Errors: kInvalid "figures.period"; kTooLarge "figures.too_many"; those of the store.
Result<Figures> read_figures(const Permit<identity::Act::kFiguresRead>& permit, const FiguresPeriod& period,
                             const FiguresServices& services, std::size_t events_most = kFiguresEventsMost);

std::string figures_json(const Figures& figures);

}  // namespace suyuan
