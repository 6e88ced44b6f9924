// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/fact_table.h"

#include <algorithm>

namespace suyuan::trace {

namespace {

// The first of [first, last) for which `before` is false.
template <class Before>
std::size_t first_not(std::size_t first, std::size_t last, Before before) {
  while (first < last) {
    const std::size_t middle = first + (last - first) / 2;
    if (before(middle))
      first = middle + 1;
    else
      last = middle;
  }
  return first;
}

}  // namespace

void FactTable::add(const Fact& fact) {
  goods_.clear();
  for (const Link& link : fact.links) {
    if (is_goods(link.role)) goods_.push_back(&link);
  }
  const auto by_object = [](const Link* a, const Link* b) { return a->object < b->object; };
  if (!std::is_sorted(goods_.begin(), goods_.end(), by_object))
    std::stable_sort(goods_.begin(), goods_.end(), by_object);
  heads_.push_back({fact.seq.value(), fact.time, static_cast<std::uint32_t>(links_.size()),
                    static_cast<std::uint32_t>(amounts_.size()), static_cast<std::uint32_t>(goods_.size()), fact.type,
                    fact.action, fact.movement, fact.counts});
  for (const Link* link : goods_) add(*link);
  for (const Link& link : fact.links) {
    if (!is_goods(link.role)) add(link);
  }
}

void FactTable::add(const Link& link) {
  if (link.amount || !link.uom.empty())
    amounts_.push_back({static_cast<std::uint32_t>(links_.size()), number_of(link.uom), link.amount});
  links_.push_back(static_cast<std::uint64_t>(link.object.value()) << 6U | (link.is_quantity ? 32U : 0U) |
                   static_cast<std::uint64_t>(link.role));
}

std::uint32_t FactTable::number_of(const std::string& uom) {
  if (last_uom_ < uoms_.size() && uoms_[last_uom_] == uom) return last_uom_;
  const auto [found, is_new] = uom_numbers_.try_emplace(uom, static_cast<std::uint32_t>(uoms_.size()));
  if (is_new) uoms_.push_back(uom);
  return last_uom_ = found->second;
}

// Writes over what lies in `links`, whose strings keep their memory.
void FactTable::put(std::size_t first, std::size_t last, std::vector<Link>& links, std::size_t& count) const {
  if (links.size() < count + (last - first))
    links.resize(count + (last - first), {ObjectId(1), Role::kSubject, {}, "", false});
  for (std::size_t i = first; i < last; ++i) {
    Link& link = links[count++];
    link.object = object_at(i);
    link.role = role_at(i);
    link.is_quantity = is_quantity_at(i);
    link.amount.reset();
    link.uom.clear();
  }
}

// `links`: those from `first` to `last`.
void FactTable::put_amounts(std::size_t at, std::size_t first, std::size_t last, std::span<Link> links) const {
  const std::size_t end = amounts_end(at);
  std::size_t amount = first_not(heads_[at].amounts, end, [&](std::size_t i) { return amounts_[i].link < first; });
  for (; amount < end && amounts_[amount].link < last; ++amount) {
    Link& link = links[amounts_[amount].link - first];
    link.amount = amounts_[amount].amount;
    link.uom = uoms_[amounts_[amount].uom];
  }
}

Fact FactTable::fact_of(std::size_t at, ObjectId object, bool with_amounts, std::vector<Link>& memory) const {
  const Head& head = heads_[at];
  const std::size_t end = goods_end(at);
  const std::size_t first = first_not(head.links, end, [&](std::size_t i) { return object_at(i) < object; });
  std::size_t last = first, count = 0;
  while (last < end && object_at(last) == object) ++last;
  put(first, last, memory, count);
  put(end, links_end(at), memory, count);
  if (with_amounts) put_amounts(at, first, last, std::span(memory).first(last - first));
  return {EventSeq(head.seq),
          head.type,
          head.action,
          head.time,
          head.movement,
          head.counts,
          std::span(memory).first(count)};
}

bool FactTable::names(std::size_t at, Role other) const {
  for (std::size_t i = goods_end(at); i < links_end(at); ++i) {
    if (role_at(i) == other) return true;
  }
  return false;
}

}  // namespace suyuan::trace
