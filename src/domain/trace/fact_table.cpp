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
  begin(fact);
  for (const Link& link : fact.links) add(link.object, link.role, link.is_quantity, link.amount, link.uom);
  end();
}

void FactTable::begin(const Fact& fact) {
  heads_.push_back({fact.seq.value(), fact.time, static_cast<std::uint32_t>(links_.size()),
                    static_cast<std::uint32_t>(amounts_.size()), 0, fact.type, fact.action, fact.movement,
                    fact.counts});
  is_ordered_ = true;
  last_goods_ = 0;
}

void FactTable::add(ObjectId object, Role role, bool is_quantity, const std::optional<Decimal>& amount,
                    std::string_view uom) {
  const auto number = static_cast<std::uint64_t>(object.value());
  if (is_goods(role)) {
    is_ordered_ = is_ordered_ && last_goods_ <= number;
    last_goods_ = number;
    ++heads_[size() - 1].goods;
  } else {
    last_goods_ = UINT64_MAX;
  }
  if (amount || !uom.empty()) amounts_.push_back({static_cast<std::uint32_t>(links_.size()), number_of(uom), amount});
  links_.push_back(number << 6U | (is_quantity ? 32U : 0U) | static_cast<std::uint64_t>(role));
}

void FactTable::end() {
  if (!is_ordered_) put_in_order();
}

// What came last: goods by object, then the others.
void FactTable::put_in_order() {
  const Head& head = heads_[size() - 1];
  struct Came {
    std::uint64_t link;
    std::size_t amount;  // SIZE_MAX: none
    std::uint64_t goods() const { return is_goods(static_cast<Role>(link & 31U)) ? link >> 6U : UINT64_MAX; }
  };
  std::vector<Came> came;
  std::vector<Amount> amounts;
  for (std::size_t i = head.links; i < links_.size(); ++i) came.push_back({links_[i], SIZE_MAX});
  for (std::size_t i = head.amounts; i < amounts_.size(); ++i) {
    came[amounts_[i].link - head.links].amount = amounts.size();
    amounts.push_back(amounts_[i]);
  }
  std::stable_sort(came.begin(), came.end(), [](const Came& a, const Came& b) { return a.goods() < b.goods(); });
  std::size_t amount = head.amounts;
  for (std::size_t i = 0; i < came.size(); ++i) {
    links_[head.links + i] = came[i].link;
    if (came[i].amount == SIZE_MAX) continue;
    amounts_[amount] = amounts[came[i].amount];
    amounts_[amount++].link = static_cast<std::uint32_t>(head.links + i);
  }
}

std::uint32_t FactTable::number_of(std::string_view uom) {
  if (last_uom_ < uoms_.size() && uoms_[last_uom_] == uom) return last_uom_;
  auto found = uom_numbers_.find(uom);
  if (found == uom_numbers_.end()) {
    found = uom_numbers_.emplace(std::string(uom), static_cast<std::uint32_t>(uoms_.size())).first;
    uoms_.emplace_back(uom);
  }
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

std::size_t FactTable::first_of(std::size_t at, ObjectId object) const {
  return first_not(heads_[at].links, goods_end(at), [&](std::size_t i) { return object_at(i) < object; });
}

Fact FactTable::fact_of(std::size_t at, ObjectId object, std::vector<Link>& memory) const {
  const std::size_t end = goods_end(at), first = first_of(at, object);
  std::size_t last = first, count = 0;
  while (last < end && object_at(last) == object) ++last;
  put(first, last, memory, count);
  put(end, links_end(at), memory, count);
  put_amounts(at, first, last, std::span(memory).first(last - first));
  Fact fact = without_links(at);
  fact.links = std::span(memory).first(count);
  return fact;
}

bool FactTable::names(std::size_t at, Role other) const {
  for (std::size_t i = goods_end(at); i < links_end(at); ++i) {
    if (role_at(i) == other) return true;
  }
  return false;
}

}  // namespace suyuan::trace
