// SPDX-License-Identifier: Apache-2.0
// `./dev bench trace`: how fast the store is, as ratios against something run in the same call. bench/README.md.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <thread>

#include "context.h"

namespace suyuan::bench {

namespace {

struct Measurement {
  const char* name;
  void (*run)(Context&);
};

// Later ones may add to the store that all share.
constexpr Measurement kMeasurements[] = {
    {"ingest", measure_ingest},     {"http", measure_http},     {"disk", measure_disk},   {"batches", measure_batches},
    {"history", measure_history},   {"scan", measure_scan},     {"scope", measure_scope}, {"page", measure_page},
    {"postgres", measure_postgres}, {"recall", measure_recall}, {"load", measure_load}};

void run_all(Context& context) {
  const auto& only = context.options.only;
  for (const Measurement& each : kMeasurements) {
    if (!only.empty() && std::find(only.begin(), only.end(), each.name) == only.end()) continue;
    std::fprintf(stderr, "== %s\n", each.name);
    try {
      each.run(context);
    } catch (const std::exception& error) {
      context.report.skip(each.name, error.what());
    }
  }
}

std::string write_results(const Context& context, boost::json::object machine) {
  const Options& options = context.options;
  boost::json::object chosen = {{"events", options.events}, {"seed", options.seed}};
  if (!options.only.empty()) chosen["only"] = boost::json::value_from(options.only);
  const std::string day = format_day(day_in_china(SystemClock().now()));
  const auto folder = std::filesystem::path(SUYUAN_SOURCE_DIR) / "bench" / "results";
  std::filesystem::create_directories(folder);
  const std::string name = fmt::format("{}-{}.json", day, options.name);
  std::ofstream file(folder / name);
  file << boost::json::serialize(context.report.json(std::move(machine), std::move(chosen))) << "\n";
  file.close();
  if (!file) return "nowhere: bench/results/" + name + " cannot be written";
  return "bench/results/" + name;
}

// An interrupted run leaves no gigabytes behind either; what it started ends with it.
void clean_when_interrupted(const OwnFolder& folder) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int each : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, each);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([signals, path = folder.path()] {
    int which = 0;
    sigwait(&signals, &which);
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
    std::filesystem::remove_all(path, ignored);  // what was made meanwhile
    ::_exit(128 + which);
  }).detach();
}

int run(Options options) {
  const std::string below = options.folder.empty() ? std::filesystem::temp_directory_path().string() : options.folder;
  const OwnFolder folder(below, options.keep);
  if (!options.keep) clean_when_interrupted(folder);
  const boost::json::object machine = describe_machine(folder.path());
  Context context(std::move(options), SUYUAN_BINARY, folder);
  const std::string problem = problem_with_generator(context.clock);
  if (!problem.empty()) {
    std::fprintf(stderr, "trace_bench: the generated load is not sound: %s\n", problem.c_str());
    return 1;
  }
  run_all(context);
  constexpr std::int64_t kGoalsAt = 5'000'000;
  if (context.options.events < kGoalsAt)
    std::printf("The goals are set for %lld events; with %lld much of the store is still in memory.\n",
                static_cast<long long>(kGoalsAt), static_cast<long long>(context.options.events));
  const std::string results = write_results(context, machine);
  std::printf("%s\n%s\n\nThe same as JSON: %s\n", boost::json::serialize(machine).c_str(),
              context.report.text().c_str(), results.c_str());
  if (context.options.keep) std::printf("Kept: %s\n", folder.path().c_str());
  return 0;
}

}  // namespace

}  // namespace suyuan::bench

int main(int argc, char** argv) {
  suyuan::bench::Options options;
  CLI::App app("Measures the trace store: ratios, each against something run in the same call");
  std::vector<std::string> names;
  for (const auto& each : suyuan::bench::kMeasurements) names.emplace_back(each.name);
  app.add_option("--events", options.events, "Events in the store")
      ->capture_default_str()
      ->check(CLI::Range(20000, 2000000000));
  app.add_option("--only", options.only, "Only these measurements")->check(CLI::IsMember(names))->delimiter(',');
  app.add_option("--naive-events", options.naive_events, "Events in the naive layout (default: as many)");
  app.add_option("--http-events", options.http_events, "Events over HTTP (default: a fifth, at most 200000)");
  app.add_option("--postgres-events", options.postgres_events,
                 "Events in PostgreSQL (default: as many, at most 1000000)");
  app.add_option("--hubs", options.hubs, "Sizes of recall hubs, in orders")->delimiter(',');
  app.add_option("--seed", options.seed, "Of the generated load")->capture_default_str();
  app.add_option("--seconds", options.seconds, "Of each load on the pages")->capture_default_str();
  app.add_option("--folder", options.folder,
                 "Where stores are made, on the disk to measure (default: temporary folder)");
  app.add_option("--name", options.name, "Of the results file")->capture_default_str();
  app.add_flag("--keep", options.keep, "Leave the stores and logs behind");
  CLI11_PARSE(app, argc, argv);
  try {
    return suyuan::bench::run(std::move(options));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "trace_bench: %s\n", error.what());
    return 1;
  }
}
