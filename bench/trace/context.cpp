// SPDX-License-Identifier: Apache-2.0
#include "context.h"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>
#include <thread>

#include "base/check.h"

namespace suyuan::bench {

constexpr std::int64_t kBatch = 1000;

std::unique_ptr<Store> open_or_throw(const std::filesystem::path& folder, Clock& clock) {
  return take(open_sqlite_warehouse(folder, clock, SqliteWarehouseOptions{}), "opening the store");
}

Context::Context(Options chosen, std::filesystem::path suyuan, const OwnFolder& own)
    : options(std::move(chosen)), binary(std::move(suyuan)), folder(own) {}

std::vector<Cost> Context::fill(const std::function<void()>& beside) {
  CHECK(world_ == nullptr);
  store_ = open_or_throw(store_folder(), clock);
  const std::int64_t n = options.events, window = n / 10;
  std::fprintf(stderr, "filling a store with %lld events …\n", static_cast<long long>(n));
  world_ = std::make_unique<World>(options.seed, clock.now());
  WarehouseTarget target(*store_);
  std::vector<std::int64_t> marks = pieces(n / 4 - window, n / 4);
  for (const std::int64_t mark : pieces(n - window, n)) marks.push_back(mark);
  return load(*world_, target, kBatch, marks, beside);
}

World& Context::world() {
  store();
  return *world_;
}

Store& Context::store() {
  if (world_ == nullptr) fill({});
  if (store_ == nullptr) store_ = open_or_throw(store_folder(), clock);
  return *store_;
}

void Context::settle() {
  std::uint64_t runs = 0;
  for (int quiet = 0; quiet < 4; ++quiet) {
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
    const std::uint64_t now = store().writer_use().runs;
    if (now != runs) quiet = -1;
    runs = now;
  }
  std::vector<char> piece(1U << 20U);
  for (const auto& file : std::filesystem::directory_iterator(store_folder())) {
    std::ifstream bytes(file.path(), std::ios::binary);
    while (bytes.read(piece.data(), static_cast<std::streamsize>(piece.size()))) {
    }
  }
}

}  // namespace suyuan::bench
