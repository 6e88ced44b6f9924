// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "domain/codes/identity.h"
#include "domain/trace/stored_event.h"

namespace suyuan {

// Tells whoever keeps an answer whether what it was made from has changed since. Any thread.
//
//   const auto moment = changes.moment();   // before the first read
//   … read, noting the place of everything that was asked for …
//   later: changes.is_unchanged(places, moment)
class Changes {
 public:
  virtual ~Changes() = default;

  // Stands for several things; a change of one is taken for a change of all.
  using Place = std::uint32_t;
  enum class Of : std::uint8_t { kHistory = 1, kMembers = 2, kMasterData = 3 };
  virtual Place place_of(Of what, trace::ObjectId object) const = 0;
  virtual Place place_of_arrival(const codes::Identity& id) const = 0;      // an unknown identity becomes known
  virtual Place place_of_declaration(std::string_view event_id) const = 0;  // that the event was wrong
  virtual std::uint64_t moment() const = 0;
  // False as soon as a commit that may change one of them begins: what was true before it was acknowledged is never
  // given out after.
  virtual bool is_unchanged(std::span<const Place> places, std::uint64_t since) const = 0;
};

}  // namespace suyuan
