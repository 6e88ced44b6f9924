// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/link_index.h"

#include <algorithm>
#include <numeric>

namespace suyuan::trace {

namespace {

constexpr std::size_t kFew = 32;

}  // namespace

LinkIndex::LinkIndex(std::span<const Link> links) : links_(links) {
  first_.fill(kNone);
  for (std::uint32_t i = 0; i < links.size(); ++i) {
    std::uint32_t& first = first_[static_cast<std::size_t>(links[i].role)];
    first = std::min(first, i);
    if (!is_goods(links[i].role)) others_.push_back(i);
  }
  if (links.size() <= kFew) return;
  by_object_.resize(links.size());
  std::iota(by_object_.begin(), by_object_.end(), 0U);
  std::stable_sort(by_object_.begin(), by_object_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return links[a].object < links[b].object; });
}

std::size_t LinkIndex::place_of(ObjectId object) const {
  const auto found = std::lower_bound(by_object_.begin(), by_object_.end(), object,
                                      [&](std::uint32_t at, ObjectId wanted) { return links_[at].object < wanted; });
  return static_cast<std::size_t>(found - by_object_.begin());
}

void LinkIndex::links_about(ObjectId object, std::vector<Link>& links) const {
  links.clear();
  each_of(object, [&](const Link& link) {
    if (is_goods(link.role)) links.push_back(link);
  });
  for (const std::uint32_t at : others_) links.push_back(links_[at]);
}

}  // namespace suyuan::trace
