// SPDX-License-Identifier: Apache-2.0
#include "domain/identity/scope.h"

#include <fmt/format.h>

#include <algorithm>

namespace suyuan::identity {

Scope::Scope(Width width, const Actor& actor, std::shared_ptr<const Directory> directory, PlaceRanges places)
    : width_(width), actor_(actor), directory_(std::move(directory)), places_(std::move(places)) {}

Scope Scope::everything() { return {Width::kAll, local_actor(), Directory::of_one_machine(), {}}; }
Scope Scope::nothing() { return {Width::kNone, local_actor(), Directory::of_one_machine(), {}}; }

bool Scope::covers(const Actor& owner) const {
  if (width_ == Width::kAll) return true;
  if (width_ < Width::kSelf) return false;
  if (width_ == Width::kSelf) return owner.org == actor_.org && owner.person == actor_.person;
  return directory_->is_within(owner.org, actor_.org) || places_.covers(owner.jurisdiction);
}

bool Scope::covers_place(Jurisdiction place) const { return width_ == Width::kAll || places_.covers(place); }

std::vector<OrgId> Scope::organisations() const {
  if (width_ < Width::kSelf) return {};
  if (width_ == Width::kSelf) return {actor_.org};
  return directory_->within(actor_.org);
}

std::vector<std::string> Scope::codes() const {
  std::vector<std::string> found;
  if (width_ != Width::kNamed) return found;
  for (const OrgId id : organisations())
    if (const Organisation* each = directory_->find(id))
      found.insert(found.end(), each->codes.begin(), each->codes.end());
  return found;
}

std::string Scope::fingerprint() const {
  if (width_ == Width::kAll) return "all";
  std::string text = fmt::format("{}:{}", width_word(width_), actor_.org.value());
  if (width_ == Width::kSelf) text += fmt::format("/{}", actor_.person.value());
  for (const auto& [from, until] : places_.ranges) text += fmt::format(",{}-{}", from, until);
  return text;
}

}  // namespace suyuan::identity
