// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/clock/system_clock.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "generator.h"
#include "load.h"
#include "measure.h"
#include "report.h"

namespace suyuan::bench {

struct Options {
  std::int64_t events = 500'000;
  std::int64_t naive_events = 0;     // 0: as many as `events`
  std::int64_t http_events = 0;      // 0: a fifth of `events`, at most 200000
  std::int64_t postgres_events = 0;  // 0: as many as `events`, at most 1000000
  std::vector<std::int64_t> hubs;    // none: those of 1300, 100000, 1000000 orders that have at most `events` events
  std::vector<std::string> only;
  std::string folder, name = "trace";
  std::uint64_t seed = 1;
  int seconds = 5;  // for each load on the pages
  bool keep = false;
};

// What the measurements share: the store with all events in it is filled once, by whoever needs it first.
class Context {
 public:
  Context(Options chosen, std::filesystem::path binary, const OwnFolder& folder);

  Store& store();  // open, filled
  World& world();  // that filled the store
  // What the load left to be merged is not the reading's, nor what a machine that pages out cold files has to read
  // from its disk again.
  void settle();
  // Fills the store. The tenth before a quarter of all events and the last tenth go in by pieces: costs are those of
  // the stretch before the first tenth, of its pieces, of the stretch up to the other, and of its pieces. `beside`:
  // done before, between and after the pieces of each. Requires: the store is not filled yet.
  std::vector<Cost> fill(const std::function<void()>& beside);
  std::filesystem::path store_folder() const { return folder.path() / "store"; }
  void close_store() { store_.reset(); }

  const Options options;
  const std::filesystem::path binary;  // suyuan
  const OwnFolder& folder;
  SystemClock clock;
  Report report;

 private:
  std::unique_ptr<Store> store_;
  std::unique_ptr<World> world_;
};

// Opens or throws; what goes wrong in a benchmark ends it.
std::unique_ptr<Store> open_or_throw(const std::filesystem::path& folder, Clock& clock);
template <class T>
T take(Result<T> result, const char* doing) {
  if (!result) throw std::runtime_error(std::string(doing) + ": " + result.error().text + " " + result.error().for_log);
  return std::move(*result);
}

void measure_ingest(Context& context);
void measure_batches(Context& context);
void measure_http(Context& context);
void measure_disk(Context& context);
void measure_history(Context& context);
void measure_scan(Context& context);
void measure_scope(Context& context);
void measure_page(Context& context);
void measure_load(Context& context);
void measure_recall(Context& context);
void measure_postgres(Context& context);

}  // namespace suyuan::bench
