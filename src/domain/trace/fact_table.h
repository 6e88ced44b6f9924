// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/paged.h"
#include "domain/trace/fact.h"

namespace suyuan::trace {

// Millions of facts in little memory. An event may name a hundred thousand things: what it says of one of them is found
// without looking at the others. Two threads fill two tables that may lie side by side: they share no line of a cache.
class alignas(128) FactTable {
 public:
  struct Head {
    std::int64_t seq;
    Instant time;
    std::uint32_t links, amounts;  // the first
    std::uint32_t goods;           // so many links are of goods, by object; then the others
    EventType type;
    Action action;
    Movement movement;
    bool counts;
  };

  std::size_t size() const { return heads_.size(); }
  const Head& head(std::size_t at) const { return heads_[at]; }

  void add(const Fact& fact);
  // The same link by link, for who reads them one after the other.
  void begin(const Fact& without_links);
  void add(ObjectId object, Role role, bool is_quantity, const std::optional<Decimal>& amount, std::string_view uom);
  void end();
  Fact without_links(std::size_t at) const {
    const Head& head = heads_[at];
    return {EventSeq(head.seq), head.type, head.action, head.time, head.movement, head.counts, {}};
  }
  // What it says of one object: its links as goods, and all those that are not of goods. `memory`: where its links lie,
  // until the next call with it.
  Fact fact_of(std::size_t at, ObjectId object, std::vector<Link>& memory) const;
  // said(object, role), for each of these links: quicker, without amounts.
  template <class Take>
  void each_said_of(std::size_t at, ObjectId object, Take said) const {
    const std::size_t end = goods_end(at), all = links_end(at);
    for (std::size_t i = first_of(at, object); i < end && object_at(i) == object; ++i) said(object, role_at(i));
    for (std::size_t i = end; i < all; ++i) said(object_at(i), role_at(i));
  }
  // goods(object, role, is_quantity), for each link of goods.
  template <class Take>
  void each_goods(std::size_t at, Take goods) const {
    for (std::size_t i = heads_[at].links; i < goods_end(at); ++i) goods(object_at(i), role_at(i), is_quantity_at(i));
  }
  bool names(std::size_t at, Role other) const;  // requires: not a role of goods

 private:
  struct Amount {
    std::uint32_t link;
    std::uint32_t uom;
    std::optional<Decimal> amount;
  };

  ObjectId object_at(std::size_t link) const { return ObjectId(static_cast<std::int64_t>(links_[link] >> 6U)); }
  Role role_at(std::size_t link) const { return static_cast<Role>(links_[link] & 31U); }
  bool is_quantity_at(std::size_t link) const { return (links_[link] & 32U) != 0; }
  std::size_t goods_end(std::size_t at) const { return heads_[at].links + heads_[at].goods; }
  std::size_t links_end(std::size_t at) const { return at + 1 < size() ? heads_[at + 1].links : links_.size(); }
  std::size_t amounts_end(std::size_t at) const { return at + 1 < size() ? heads_[at + 1].amounts : amounts_.size(); }

  void put_in_order();
  std::size_t first_of(std::size_t at, ObjectId object) const;
  std::uint32_t number_of(std::string_view uom);
  void put(std::size_t first, std::size_t last, std::vector<Link>& links, std::size_t& count) const;
  void put_amounts(std::size_t at, std::size_t first, std::size_t last, std::span<Link> links) const;

  Paged<Head> heads_;
  Paged<std::uint64_t> links_;  // object << 6 | is_quantity << 5 | role
  Paged<Amount> amounts_;
  std::map<std::string, std::uint32_t, std::less<>> uom_numbers_;
  std::vector<std::string> uoms_;
  std::uint32_t last_uom_ = 0;
  // Of the fact that is being added:
  bool is_ordered_ = true;
  std::uint64_t last_goods_ = 0;  // object; more than any once another link came
};

}  // namespace suyuan::trace
