// SPDX-License-Identifier: Apache-2.0
#include "asked_series.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <numbers>
#include <random>

#include "base/text.h"
#include "engine/stats/charts.h"

namespace suyuan::test {

namespace {

using stats::FarringtonBound;

// Numbers that are the same with every standard library, which the distributions of <random> are not.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : bits_(seed) {}

  double uniform() { return static_cast<double>(bits_() >> 11) * 0x1p-53; }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(uniform() * static_cast<double>(n)); }
  template <class T, std::size_t n>
  T one_of(const std::array<T, n>& all) {
    return all[below(n)];
  }
  // Sums of small Poisson counts, so that no exponential underflows.
  double poisson(double mean) {
    double count = 0;
    for (; mean > 20; mean -= 20) count += small_poisson(20);
    return count + small_poisson(mean);
  }
  // Variance `dispersion` times the mean: a Poisson number of clusters of geometric size.
  double clustered(double mean, double dispersion) {
    const double size = (dispersion + 1) / 2;
    double count = 0;
    for (double clusters = poisson(mean / size); clusters > 0; --clusters)
      count += 1 + (size > 1 ? std::floor(std::log(1 - uniform()) / std::log(1 - 1 / size)) : 0);
    return count;
  }

 private:
  double small_poisson(double mean) {
    double left = uniform(), mass = std::exp(-mean), count = 0;
    for (; left >= mass && count < 200; mass *= mean / ++count) left -= mass;
    return count;
  }

  std::mt19937_64 bits_;
};

struct Shape {
  const char* name;
  double mean, dispersion;
  double season;     // amplitude of the logarithm over the year
  double trend;      // of the logarithm a year
  double outbreaks;  // a week, of the probability of one that lasts four weeks and adds ten and four means
  double silent;     // this share of the year has no count at all
  double begins;     // this share of the series comes before the first count
};

constexpr std::array<Shape, 20> kShapes = {{
    {"nothing", 0, 1, 0, 0, 0, 0, 0},
    {"hardly anything", 0.03, 1, 0, 0, 0, 0, 0},
    {"rare", 0.3, 1, 0, 0, 0.01, 0, 0},
    {"few", 1.5, 1, 0, 0, 0, 0, 0},
    {"few, in clusters", 1.5, 4, 0, 0, 0, 0, 0},
    {"steady", 6, 1, 0, 0, 0, 0, 0},
    {"steady with outbreaks", 6, 1, 0, 0, 0.02, 0, 0},
    {"overdispersed", 8, 6, 0, 0, 0, 0, 0},
    {"very overdispersed", 20, 40, 0, 0, 0, 0, 0},
    {"many", 300, 1, 0, 0, 0, 0, 0},
    {"many, overdispersed, with outbreaks", 300, 20, 0.3, 0, 0.02, 0, 0},
    {"seasonal", 5, 1, 1, 0, 0, 0, 0},
    {"seasonal, overdispersed", 5, 3, 1, 0, 0, 0, 0},
    {"seasonal with outbreaks", 10, 2, 0.8, 0, 0.02, 0, 0},
    {"only in a season", 4, 1, 0, 0, 0, 0.5, 0},
    {"rising", 4, 1, 0, 0.3, 0, 0, 0},
    {"falling", 12, 2, 0, -0.4, 0, 0, 0},
    {"rising, seasonal, with outbreaks", 4, 2, 0.7, 0.2, 0.02, 0, 0},
    {"new", 3, 1, 0, 0, 0, 0, 0.6},
    {"new and rare", 0.4, 2, 0, 0, 0, 0, 0.8},
}};

std::vector<double> counts_of(const Shape& shape, std::size_t weeks, Chance& chance) {
  std::vector<double> counts;
  int outbreak = 0;
  for (std::size_t week = 0; week < weeks; ++week) {
    const double years = static_cast<double>(week) / 52, of_year = years - std::floor(years);
    double mean = shape.mean * std::exp(shape.season * std::sin(2 * std::numbers::pi * of_year) + shape.trend * years);
    if (chance.uniform() < shape.outbreaks) outbreak = 4;
    if (outbreak > 0) mean = outbreak-- >= 3 ? 10 * mean + 3 : 4 * mean;
    const bool none = of_year < shape.silent || static_cast<double>(week) < shape.begins * static_cast<double>(weeks);
    counts.push_back(none ? 0 : chance.clustered(mean, shape.dispersion));
  }
  return counts;
}

stats::FarringtonOptions options_of(Chance& chance) {
  stats::FarringtonOptions options;
  options.years = chance.one_of<std::size_t, 5>({5, 5, 4, 3, 2});
  options.half_window = chance.one_of<std::size_t, 4>({3, 3, 2, 4});
  options.seasons = chance.one_of<std::size_t, 5>({10, 10, 10, 5, 1});
  options.excluded = chance.one_of<std::size_t, 4>({26, 26, 26, 8});
  options.weights_threshold = chance.one_of<double, 3>({2.58, 2.58, 1});
  options.trend_p = chance.one_of<double, 3>({1, 1, 0.05});
  options.alpha = chance.one_of<double, 3>({0.005, 0.01, 0.05});
  options.reweighted = chance.uniform() < 0.9;
  options.two_sided = false;
  options.working_variance = true;
  options.bound = chance.one_of<FarringtonBound, 4>(
      {FarringtonBound::kTwoThirds, FarringtonBound::kTwoThirds, FarringtonBound::kHalf, FarringtonBound::kLinear});
  return options;
}

const char* power_of(FarringtonBound bound) {
  return bound == FarringtonBound::kHalf ? "1/2" : bound == FarringtonBound::kLinear ? "none" : "2/3";
}

FarringtonBound bound_of(std::string_view power) {
  return power == "1/2"    ? FarringtonBound::kHalf
         : power == "none" ? FarringtonBound::kLinear
                           : FarringtonBound::kTwoThirds;
}

}  // namespace

std::vector<AskedSeries> made_up_series(std::uint64_t seed, std::size_t how_many) {
  Chance chance(seed);
  std::vector<AskedSeries> all;
  for (std::size_t i = 0; i < how_many; ++i) {
    const Shape& shape = kShapes[i % kShapes.size()];
    AskedSeries asked;
    asked.shape = shape.name;
    asked.options = options_of(chance);
    asked.counts = counts_of(shape, asked.first() + 60 + chance.below(30), chance);
    asked.sd_min = chance.uniform() < 0.5 ? 0.5 : 0;
    asked.mean = std::max(0.1, std::round(shape.mean * (0.5 + chance.uniform()) * 100) / 100);
    asked.reference = stats::poisson_cusum_reference(asked.mean, 2 * asked.mean);
    asked.limit = chance.one_of<double, 3>({5, 8, 3.5});
    asked.step = 8;
    all.push_back(std::move(asked));
  }
  return all;
}

std::string series_csv(const std::vector<AskedSeries>& all) {
  std::string text =
      "series,shape,first,step,row_step,years,half_window,seasons,excluded,weights_threshold,trend_p,alpha,reweighted,"
      "power,recent_sum,recent_periods,sd_min,mean,reference,limit,counts\n";
  for (std::size_t i = 0; i < all.size(); ++i) {
    const AskedSeries& one = all[i];
    const auto& o = one.options;
    text += fmt::format("{},\"{}\",{},{},{},{},{},{},{},{},{},{},{:d},{},{},{},{},{},{},{},{}\n", i, one.shape,
                        one.first(), one.step, one.row_step, o.years, o.half_window, o.seasons, o.excluded,
                        o.weights_threshold, o.trend_p, o.alpha, o.reweighted, power_of(o.bound), o.recent_sum,
                        o.recent_periods, one.sd_min, one.mean, one.reference, one.limit, fmt::join(one.counts, " "));
  }
  return text;
}

std::vector<AskedSeries> series_of(const CsvTable& file) {
  std::vector<AskedSeries> all;
  for (const auto& row : file.rows) {
    const auto cell = [&](const char* name) -> const std::string& { return row.at(file.column(name).value()); };
    const auto real = [&](const char* name) { return std::stod(cell(name)); };
    const auto whole = [&](const char* name) { return static_cast<std::size_t>(std::stoul(cell(name))); };
    AskedSeries one;
    one.shape = cell("shape");
    one.step = whole("step"), one.row_step = whole("row_step");
    one.options = {.years = whole("years"),
                   .half_window = whole("half_window"),
                   .seasons = whole("seasons"),
                   .excluded = whole("excluded"),
                   .weights_threshold = real("weights_threshold"),
                   .trend_p = real("trend_p"),
                   .alpha = real("alpha"),
                   .two_sided = false,
                   .reweighted = cell("reweighted") == "1",
                   .working_variance = true,
                   .bound = bound_of(cell("power")),
                   .recent_sum = real("recent_sum"),
                   .recent_periods = whole("recent_periods")};
    one.sd_min = real("sd_min");
    one.mean = real("mean"), one.reference = real("reference"), one.limit = real("limit");
    for (const std::string_view count : split(cell("counts"), ' ')) one.counts.push_back(std::stod(std::string(count)));
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace suyuan::test
