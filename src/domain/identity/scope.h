// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "domain/identity/directory.h"
#include "domain/identity/permissions.h"
#include "domain/identity/place_ranges.h"

namespace suyuan::identity {

// How far a permit reaches. Cheap to copy.
class Scope {
 public:
  static Scope everything();
  static Scope nothing();
  Scope(Width width, const Actor& actor, std::shared_ptr<const Directory> directory, PlaceRanges places);

  Width width() const { return width_; }
  bool is_everything() const { return width_ == Width::kAll; }
  // A row that this actor left. Not of what a trace event names: see `codes`.
  bool covers(const Actor& owner) const;
  bool covers_place(Jurisdiction place) const;

  // The parts of it, for a store that filters as it reads. An owner is covered when its organisation is one of
  // `organisations`, or its place lies within `places`; of width kSelf, when it is the person too.
  std::vector<OrgId> organisations() const;  // ascending
  const PlaceRanges& places() const { return places_; }
  // Of width kNamed: events that name one of these are covered too. Canonical URIs.
  std::vector<std::string> codes() const;
  const Actor& actor() const { return actor_; }

  // A text that differs when another scope would see other rows: for the tokens and tags of what was filtered by it.
  std::string fingerprint() const;

 private:
  Width width_ = Width::kNone;
  Actor actor_ = local_actor();
  std::shared_ptr<const Directory> directory_;
  PlaceRanges places_;
};

}  // namespace suyuan::identity
