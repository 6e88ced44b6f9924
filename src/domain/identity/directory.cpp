// SPDX-License-Identifier: Apache-2.0
#include "domain/identity/directory.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace suyuan::identity {

namespace {

Error invalid(std::string code, std::string text) { return {ErrorKind::kInvalid, std::move(code), std::move(text)}; }

}  // namespace

Status Directory::number_tree() {
  std::unordered_map<OrgId, std::vector<std::size_t>> below;
  std::vector<std::size_t> next;  // the way down, deepest last
  for (std::size_t i = organisations_.size(); i-- > 0;) {
    const Organisation& each = organisations_[i];
    if (!each.superior) {
      next.push_back(i);
      continue;
    }
    if (!places_.contains(*each.superior)) {
      return invalid("organisation.unknown_superior",
                     fmt::format("The superior of \"{}\" is organisation {}, which does not exist.", excerpt(each.name),
                                 each.superior->value()));
    }
    below[*each.superior].push_back(i);
  }
  std::uint32_t number = 0;
  std::vector<std::size_t> open;
  while (!next.empty()) {
    const std::size_t at = next.back();
    Place& place = places_.at(organisations_[at].id);
    if (!open.empty() && open.back() == at) {  // all below it is numbered
      place.after = number;
      open.pop_back();
      next.pop_back();
      continue;
    }
    place.first = number++;
    open.push_back(at);
    if (const auto found = below.find(organisations_[at].id); found != below.end())
      next.insert(next.end(), found->second.begin(), found->second.end());
  }
  if (number == organisations_.size()) return Done{};
  const auto lost = std::find_if(organisations_.begin(), organisations_.end(),
                                 [&](const Organisation& each) { return places_.at(each.id).after == 0; });
  return invalid(
      "organisation.cycle",
      fmt::format("\"{}\" would be below itself. Name a superior that is not below it.", excerpt(lost->name)));
}

Result<std::shared_ptr<const Directory>> Directory::make(std::vector<Organisation> organisations,
                                                         std::vector<Member> members) {
  auto made = std::make_shared<Directory>();
  const bool has_own = std::any_of(organisations.begin(), organisations.end(),
                                   [](const Organisation& each) { return each.id == OrgId(1); });
  if (!has_own) organisations.push_back({.name = "本机", .kind = OrgKind::kServer});
  std::sort(organisations.begin(), organisations.end(),
            [](const Organisation& a, const Organisation& b) { return a.id < b.id; });
  made->organisations_ = std::move(organisations);
  for (std::size_t i = 0; i < made->organisations_.size(); ++i) {
    const Organisation& each = made->organisations_[i];
    if (!made->places_.emplace(each.id, Place{i, 0, 0}).second) {
      return invalid("organisation.twice", fmt::format("Organisation {} is there twice.", each.id.value()));
    }
  }
  if (auto numbered = made->number_tree(); !numbered) return std::move(numbered.error());
  for (Member& each : members) {
    if (!made->places_.contains(each.org)) {
      return invalid("person.unknown_organisation",
                     fmt::format("Person {} belongs to organisation {}, which does not exist.", each.id.value(),
                                 each.org.value()));
    }
    const PersonId id = each.id;
    if (!made->members_.emplace(id, std::move(each)).second)
      return invalid("person.twice", fmt::format("Person {} is there twice.", id.value()));
  }
  return std::shared_ptr<const Directory>(std::move(made));
}

std::shared_ptr<const Directory> Directory::of_one_machine() {
  static const std::shared_ptr<const Directory> directory = *make({}, {});
  return directory;
}

const Organisation* Directory::find(OrgId id) const {
  const auto found = places_.find(id);
  return found == places_.end() ? nullptr : &organisations_[found->second.index];
}

const Member* Directory::find(PersonId id) const {
  const auto found = members_.find(id);
  return found == members_.end() ? nullptr : &found->second;
}

bool Directory::is_within(OrgId inner, OrgId outer) const {
  if (inner == outer) return true;
  const auto below = places_.find(inner), above = places_.find(outer);
  if (below == places_.end() || above == places_.end()) return false;
  return above->second.first <= below->second.first && below->second.first < above->second.after;
}

std::vector<OrgId> Directory::within(OrgId outer) const {
  std::vector<OrgId> found;
  for (const Organisation& each : organisations_)
    if (is_within(each.id, outer)) found.push_back(each.id);
  if (found.empty()) found.push_back(outer);
  return found;
}

}  // namespace suyuan::identity
