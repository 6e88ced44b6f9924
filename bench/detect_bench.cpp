// SPDX-License-Identifier: Apache-2.0
// How fast are series judged? Every method over all series of a list of events, on one core, without and with what a
// run adds (false discovery control, hashes of the inputs), how often memory is asked for, and, where it is installed,
// how long R's surveillance takes. `./dev bench detect [FILE MAPPING]`; without a file, on series from a fixed seed.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>
#include <random>
#include <sstream>

#include "app/monitoring/backtest.h"
#include "detect_r.h"
#include "domain/monitoring/detector.h"
#include "domain/monitoring/pairs.h"

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace suyuan {
namespace {

using monitoring::Family;
using monitoring::Method;
using monitoring::Panel;

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// 2000 series of five years, most of them sparse, as lists of reports are.
Panel made_up() {
  Panel panel{monitoring::Period::kWeek, {"product", "hazard"}, 0, 260, {}};
  std::mt19937_64 random(20261121);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  for (int i = 0; i < 2000; ++i) {
    const double mean = 0.01 * std::pow(500.0, uniform() * uniform());
    std::vector<double> counts;
    for (std::size_t week = 0; week < panel.periods; ++week) {
      double left = uniform(), mass = std::exp(-mean), count = 0;
      for (; left >= mass && mass > 0; mass *= mean / ++count) left -= mass;
      counts.push_back(count);
    }
    panel.series.push_back({{fmt::format("product {:03}", i / 20), fmt::format("hazard {:02}", i % 20)}, 0, 0, counts});
  }
  return panel;
}

struct Measured {
  double seconds;
  std::uint64_t allocations, judged;
};

// The method alone: no family, no alarms.
Measured judge_all(const Panel& panel, Method method) {
  const auto& policy = monitoring::detection_policy();
  stats::Farrington workspace;
  const stats::GammaPrior siblings = {0.5, 0.3, 0.2, 1.2, 2.5};
  const std::uint64_t before = allocations;
  const auto begin = std::chrono::steady_clock::now();
  std::uint64_t judged = 0;
  double kept = 0;
  for (const auto& series : panel.series) {
    monitoring::SeriesDetector detector(series, panel.period, policy, workspace);
    for (std::size_t period = series.known_from; period < series.known_to(); ++period) {
      const auto one = detector.judge(period, method, siblings);
      judged += one.verdict != stats::Verdict::kTooLittle;
      kept += one.upper;
    }
  }
  Measured measured{seconds_since(begin), allocations - before, judged};
  if (std::isnan(kept)) std::abort();  // and the sums cannot be left out
  return measured;
}

void measure(const Panel& panel) {
  fmt::print("{} series of {} periods, one core\n\n", panel.series.size(), panel.periods);
  fmt::print("{:<22}{:>10}{:>12}{:>14}{:>16}{:>14}\n", "method", "seconds", "judgements", "ns each", "allocations",
             "per series");
  double all = 0;
  for (const Method method : monitoring::all_methods()) {
    if (family_of(method) != Family::kSeries) continue;
    const Measured one = judge_all(panel, method);
    all += one.seconds;
    fmt::print("{:<22}{:>10.3f}{:>12}{:>14.0f}{:>16}{:>14.4f}\n", method_name(method), one.seconds, one.judged,
               one.seconds / static_cast<double>(std::max<std::uint64_t>(one.judged, 1)) * 1e9, one.allocations,
               static_cast<double>(one.allocations) / static_cast<double>(panel.series.size()));
  }
  fmt::print("{:<22}{:>10.3f}\n\n", "all of them", all);
  for (const Method method : {Method::kAuto, Method::kPairs}) {
    const auto begin = std::chrono::steady_clock::now();
    const auto run = family_of(method) == Family::kPairs
                         ? run_pairs(panel, method, monitoring::detection_policy(), {})
                         : run_series(panel, method, monitoring::detection_policy(), {});
    fmt::print("a whole run of {:<8}{:>9.3f} s, {} alarms\n", method_name(method), seconds_since(begin),
               run.alarms.size());
  }
  measure_against_r(panel);
}

}  // namespace
}  // namespace suyuan

int main(int argc, char** argv) {
  using namespace suyuan;
  const char* data = std::getenv("SUYUAN_TEST_DATA");
  const std::string rasff = std::string(data == nullptr ? "" : data) + "/risk/rasff_2020-01_2024-10.csv";
  const std::string file = argc == 3 ? argv[1] : std::filesystem::exists(rasff) ? rasff : "";
  const std::string mapping = argc == 3 ? argv[2] : SUYUAN_SOURCE_DIR "/tests/detection/mappings/rasff.json";
  if (!file.empty()) {
    BacktestRequest request;
    request.files = {{file, contents(file)}};
    request.mapping = NamedText{mapping, contents(mapping)};
    const auto answer = backtest(at_this_machine(), request);
    if (!answer) {
      fmt::print(stderr, "{} [{}]\n", answer.error().text, answer.error().code);
      return 1;
    }
    measure(answer->panel);
  } else {
    measure(made_up());
  }
  fmt::print("\nopenEBGM: not compared, Debian has no package of it.\n");
}
