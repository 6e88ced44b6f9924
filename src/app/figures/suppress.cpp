// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "app/figures/figures.h"

namespace suyuan {

namespace {

bool is_before(const FiguresCell& a, const FiguresCell& b) {
  return a.place != b.place ? a.place < b.place : a.step < b.step;
}

void add(FiguresCell& sum, const FiguresCell& cell) {
  sum.events += cell.events;
  sum.organisations.insert(cell.organisations.begin(), cell.organisations.end());
}

}  // namespace

Figures with_every_cell(std::vector<FiguresCell> cells, const FiguresPeriod& period) {
  std::sort(cells.begin(), cells.end(), is_before);
  FiguresCell all;
  for (const FiguresCell& cell : cells) add(all, cell);
  return {period, std::move(cells), std::nullopt, all.events, static_cast<std::int64_t>(all.organisations.size())};
}

Figures without_small_cells(std::vector<FiguresCell> cells, const FiguresPeriod& period) {
  std::sort(cells.begin(), cells.end(), [](const FiguresCell& a, const FiguresCell& b) {
    const bool small_a = a.organisations.size() < kFewestOrganisations,
               small_b = b.organisations.size() < kFewestOrganisations;
    if (small_a != small_b) return small_a;
    return a.events != b.events ? a.events < b.events : is_before(a, b);
  });
  std::size_t kept_back = 0;
  FiguresCell other;
  while (kept_back < cells.size()) {
    const bool is_small = cells[kept_back].organisations.size() < kFewestOrganisations;
    const bool is_safe = kept_back == 0 || (kept_back >= 2 && other.organisations.size() >= kFewestOrganisations);
    if (!is_small && is_safe) break;
    add(other, cells[kept_back]);
    ++kept_back;
  }
  if (other.organisations.size() < kFewestOrganisations && kept_back == cells.size()) return {period, {}, {}, {}, {}};
  cells.erase(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(kept_back));
  FiguresCell all = other;
  for (const FiguresCell& cell : cells) add(all, cell);
  std::sort(cells.begin(), cells.end(), is_before);
  Figures figures{period, std::move(cells), {}, all.events, static_cast<std::int64_t>(all.organisations.size())};
  if (kept_back > 0) figures.other_events = other.events;
  return figures;
}

}  // namespace suyuan
