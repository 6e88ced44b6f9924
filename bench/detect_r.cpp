// SPDX-License-Identifier: Apache-2.0
#include "detect_r.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>

#include "asked_series.h"
#include "base/csv_read.h"
#include "engine/stats/charts.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;
using test::AskedSeries;

constexpr int kSecondsOfR = 60;
constexpr std::size_t kSeriesMost = 200;

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// The series with most counts first, by the options of farrington-flexible with three years, which are in the file.
std::vector<AskedSeries> fullest(const monitoring::Panel& panel) {
  std::vector<const monitoring::Series*> all;
  for (const auto& series : panel.series) all.push_back(&series);
  const auto sum = [](const auto* series) {
    return std::accumulate(series->counts.begin(), series->counts.end(), 0.0);
  };
  std::stable_sort(all.begin(), all.end(), [&](const auto* a, const auto* b) { return sum(a) > sum(b); });
  std::vector<AskedSeries> asked;
  for (const auto* series : all) {
    AskedSeries one;
    one.shape = "of the list";
    one.counts = series->counts;
    one.options = {.years = 3,
                   .seasons = 10,
                   .excluded = 26,
                   .weights_threshold = 2.58,
                   .trend_p = 1,
                   .alpha = 0.005,
                   .two_sided = false,
                   .bound = stats::FarringtonBound::kTwoThirds};
    one.sd_min = 0.5;
    one.mean = std::max(0.1, sum(series) / static_cast<double>(one.counts.size()));
    one.reference = stats::poisson_cusum_reference(one.mean, std::max(2 * one.mean, one.mean + 1));
    if (one.counts.size() > one.first()) asked.push_back(std::move(one));
    if (asked.size() == kSeriesMost) break;
  }
  return asked;
}

// One judgement of week t; the last number is kept so that nothing is left out. As surveillance.R names the methods.
double judge(const std::string& method, const AskedSeries& one, std::size_t t, stats::Farrington& workspace,
             double& sum) {
  const std::span<const double> y(one.counts);
  const stats::EarsOptions c2{.sd_min = one.sd_min};
  if (method == "c1") return stats::ears(y, t, {.guard = 0, .sd_min = one.sd_min}).upper;
  if (method == "c2") return stats::ears(y, t, c2).upper;
  if (method == "c3") return stats::ears_c3(y, t, c2, 2).reading.upper;
  if (method == "bayes1") return stats::bayes(y, t, {.years = 0, .half_width = 6}, 0.05).upper;
  if (method == "bayes2") return stats::bayes(y, t, {.years = 1, .half_width = 6}, 0.05).upper;
  if (method == "bayes3") return stats::bayes(y, t, {.years = 2, .half_width = 4, .this_year = false}, 0.05).upper;
  if (method == "cusum") return sum = stats::cusum_step(sum, y[t], one.reference);
  stats::FarringtonOptions options = one.options;
  if (method == "farrington") {
    options = {.years = 3, .alpha = one.options.alpha};
  } else {
    options.bound = stats::FarringtonBound::kPlugin;
  }
  return workspace.judge(y, t, options).reading.upper;
}

struct Ours {
  double seconds = 0;  // for all series once
  std::size_t judgements = 0;
};

// As often as it takes to be measured.
Ours ours(const std::string& method, std::span<const AskedSeries> series) {
  stats::Farrington workspace;
  double kept = 0;
  std::size_t times = 0, judged = 0;
  const double begin = processor_seconds();
  do {
    judged = 0;
    for (const AskedSeries& one : series) {
      double sum = 0;
      const bool regression = method == "farrington" || method == "plugin";
      for (std::size_t t = regression ? one.first() - 1 : 0; t < one.counts.size(); ++t, ++judged) {
        const double upper = judge(method, one, t, workspace, sum);
        if (std::isfinite(upper)) kept += upper;
      }
    }
    ++times;
  } while (processor_seconds() - begin < 0.3);
  if (std::isnan(kept)) std::abort();
  return {(processor_seconds() - begin) / static_cast<double>(times), judged};
}

void print(const CsvTable& table, std::span<const AskedSeries> asked) {
  const auto done = static_cast<std::size_t>(std::stoul(table.rows.at(0).at(2)));
  const auto series = asked.first(std::min(done, asked.size()));
  fmt::print("the {} series with most counts, {} weeks each, one core, processor time without the start of R\n\n",
             series.size(), series.front().counts.size());
  fmt::print("{:<14}{:>12}{:>14}{:>14}{:>10}\n", "method", "weeks", "R, s", "ours, s", "times");
  double all_r = 0, all_ours = 0;
  for (const auto& row : table.rows) {
    const Ours one = ours(row.at(0), series);
    const double r = std::stod(row.at(1));
    all_r += r;
    all_ours += one.seconds;
    fmt::print("{:<14}{:>12}{:>14.3f}{:>14.6f}{:>10.0f}\n", row.at(0), one.judgements, r, one.seconds, r / one.seconds);
  }
  fmt::print("{:<14}{:>12}{:>14.3f}{:>14.6f}{:>10.0f}   (goal: 50)\n", "all of them", "", all_r, all_ours,
             all_r / all_ours);
}

}  // namespace

void measure_against_r(const monitoring::Panel& panel) {
  const auto asked = fullest(panel);
  const fs::path folder = fs::temp_directory_path() / fmt::format("suyuan-detect-bench-{}", ::getpid());
  fs::create_directories(folder);
  std::ofstream(folder / "series.csv", std::ios::binary) << test::series_csv(asked);
  fmt::print("\nR's surveillance: ");
  std::fflush(stdout);
  const int status = asked.empty()
                         ? 0
                         : std::system(fmt::format("OMP_NUM_THREADS=1 Rscript --vanilla '{}' time '{}' '{}' {} "
                                                   "> '{}' 2>&1",
                                                   SUYUAN_SOURCE_DIR "/tests/detection/surveillance.R",
                                                   (folder / "series.csv").string(), (folder / "answers.csv").string(),
                                                   kSecondsOfR, (folder / "log").string())
                                           .c_str());
  std::ifstream file(folder / "answers.csv", std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  const auto table = read_csv(bytes.str());
  if (asked.empty()) {
    fmt::print("not compared: no series is as long as three years\n");
  } else if (WIFEXITED(status) && (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == 3)) {
    fmt::print("not compared: R's surveillance is not installed\n");
  } else if (status != 0 || !table || table->rows.empty()) {
    fmt::print("not compared: R ended with an error, see {}\n", (folder / "log").string());
    return;
  } else {
    print(*table, asked);
  }
  fs::remove_all(folder);
}

}  // namespace suyuan
