// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/change_table.h"

#include <algorithm>

#include "adapters/warehouse/event_entries.h"
#include "adapters/warehouse/keys.h"

namespace suyuan {

namespace {

constexpr unsigned kPlaceBits = 20;  // 8 MiB; while 100,000 events a second come in, a place lasts some seconds
constexpr std::uint64_t kUnderWay = UINT64_MAX;

enum class Kind : std::uint8_t { kHistory = 1, kMembers = 2, kMasterData = 3, kArrival = 4, kDeclaration = 5 };

// Ids are dense and hashes are even: one multiplication spreads both (Knuth, TAOCP 3 §6.4).
Changes::Place place(Kind kind, std::uint64_t key) {
  const std::uint64_t mixed = (key * 8 + static_cast<std::uint64_t>(kind)) * 0x9E3779B97F4A7C15U;
  return static_cast<Changes::Place>(mixed >> (64U - kPlaceBits));
}

}  // namespace

ChangeTable::ChangeTable(const LookupKeys& keys)
    : keys_(keys), touched_(std::make_unique<std::atomic<std::uint64_t>[]>(std::size_t{1} << kPlaceBits)) {}

Changes::Place ChangeTable::place_of(Of what, trace::ObjectId object) const {
  const Kind kind = what == Of::kHistory ? Kind::kHistory : what == Of::kMembers ? Kind::kMembers : Kind::kMasterData;
  return place(kind, static_cast<std::uint64_t>(object.value()));
}

Changes::Place ChangeTable::place_of_arrival(const codes::Identity& id) const {
  return place(Kind::kArrival, keys_.hash(key_of(id)).key);
}

Changes::Place ChangeTable::place_of_declaration(std::string_view event_id) const {
  return place(Kind::kDeclaration, event_id_hash(keys_, event_id, true).key);
}

bool ChangeTable::is_unchanged(std::span<const Place> places, std::uint64_t since) const {
  return std::all_of(places.begin(), places.end(),
                     [&](Place each) { return touched_[each].load(std::memory_order_acquire) <= since; });
}

void ChangeTable::add_places(Lookup which, const runs::Part& entries, std::vector<Place>& places) {
  const auto add = [&](Kind kind) {
    for (const runs::Entry& entry : entries) places.push_back(place(kind, entry.key));
  };
  switch (which) {
    case Lookup::kPosting:
      return add(Kind::kHistory);
    case Lookup::kMember:
      return add(Kind::kMembers);
    case Lookup::kObjectKey:
      return add(Kind::kArrival);
    case Lookup::kDeclared:
      return add(Kind::kDeclaration);
    default:
      return;  // follows from the others
  }
}

Changes::Place ChangeTable::place_of_master_data(std::int64_t object) {
  return place(Kind::kMasterData, static_cast<std::uint64_t>(object));
}

void ChangeTable::begin(std::vector<Place> places) {
  under_way_ = std::move(places);
  for (const Place each : under_way_) touched_[each].store(kUnderWay, std::memory_order_seq_cst);
}

void ChangeTable::end() {
  const std::uint64_t now = moment_.load(std::memory_order_relaxed) + 1;
  for (const Place each : under_way_) touched_[each].store(now, std::memory_order_release);
  under_way_.clear();
  moment_.store(now, std::memory_order_release);
}

}  // namespace suyuan
