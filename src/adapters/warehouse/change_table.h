// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <memory>
#include <vector>

#include "adapters/warehouse/lookup_keys.h"
#include "adapters/warehouse/lookups.h"
#include "app/ports/changes.h"

namespace suyuan {

// When each thing was last touched, by hash, in memory: the one writer of a store says so around each commit.
class ChangeTable final : public Changes {
 public:
  explicit ChangeTable(const LookupKeys& keys);

  Place place_of(Of what, trace::ObjectId object) const override;
  Place place_of_arrival(const codes::Identity& id) const override;
  Place place_of_declaration(std::string_view event_id) const override;
  std::uint64_t moment() const override { return moment_.load(std::memory_order_acquire); }
  bool is_unchanged(std::span<const Place> places, std::uint64_t since) const override;

  // Places of what a commit adds to the lookups.
  static void add_places(Lookup which, const runs::Part& entries, std::vector<Place>& places);
  static Place place_of_master_data(std::int64_t object);

  // The writer: `begin` before COMMIT, so that nobody takes an outdated answer for a good one once the commit may be
  // seen; `end` when it is visible to whoever asks, before anybody is told.
  void begin(std::vector<Place> places);
  void end();

 private:
  LookupKeys keys_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> touched_;
  std::atomic<std::uint64_t> moment_ = 1;
  std::vector<Place> under_way_;
};

}  // namespace suyuan
