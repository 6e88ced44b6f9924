// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "domain/trace/fact.h"
#include "domain/trace/walk.h"

// Who holds an item or a lot now, from the events that move it in the order of time: docs/trace.md §6.
namespace suyuan::trace {

// The first object of each role in an event, and what one object is to it.
class Roles {
 public:
  explicit Roles(ObjectId object) : object_(object) {}
  void add(ObjectId object, Role role) {
    const std::uint32_t bit = bit_of(role);
    if ((seen_ & bit) == 0) first_[static_cast<std::size_t>(role)] = object.value();
    seen_ |= bit;
    if (object == object_) of_object_ |= bit;
  }
  bool has(Role role) const { return (of_object_ & bit_of(role)) != 0; }
  std::int64_t operator[](Role role) const {  // 0: none
    return (seen_ & bit_of(role)) == 0 ? 0 : first_[static_cast<std::size_t>(role)];
  }

 private:
  static constexpr std::size_t kRoles = static_cast<std::size_t>(Role::kMemberLot) + 1;
  static constexpr std::uint32_t bit_of(Role role) { return 1U << static_cast<unsigned>(role); }

  ObjectId object_;
  std::uint32_t seen_ = 0, of_object_ = 0;
  std::array<std::int64_t, kRoles> first_;  // of the roles seen
};

class ItemHolding {
 public:
  explicit ItemHolding(ObjectId item) : item_(item) {}
  // In the order of (time, seq). `roles`: what its links say of the item; the links themselves are not looked at.
  void take(const Fact& fact);
  void take(const Fact& fact, const Roles& roles);
  // Its own events alone say that it ended and did not begin again.
  bool has_ended() const { return ended_; }
  // Appends the holder, and what is missing. Requires: it did not end.
  void conclude(std::vector<Holder>& holders, std::vector<Missing>& missing) const;

 private:
  ObjectId item_;
  bool ended_ = false, moved_on_ = false;  // to a second business location since
  Movement movement_ = Movement::kNone;
  Instant since_{};
  std::int64_t last_ = 0;                                 // event; 0: none, here and below
  std::int64_t place_ = 0, party_ = 0, first_place_ = 0;  // first_place_: of business locations since the party
  std::int64_t last_place_ = 0;                           // that any event named,
  Instant last_place_at_{};                               // and when
};

// What of a lot is packed in one of its boxes.
struct Packed {
  std::optional<Decimal> amount;  // nothing: not known
  std::string uom;
};

// A ledger over places, in amounts of one unit: the first that is named.
class LotHolding {
 public:
  explicit LotHolding(ObjectId lot) : lot_(lot) {}
  // In the order of (time, seq). `packed`: in each box that the fact moves, of a fact that does not name the lot
  // itself.
  void take(const Fact& fact, std::span<const Packed> packed = {});
  void conclude(std::vector<Holder>& holders, std::vector<Missing>& missing) const;

 private:
  using Amount = std::optional<Decimal>;  // nothing: not known
  using Key = std::optional<ObjectId>;
  struct Where {  // an account is a place's, or, where no place is named, a party's; a destination has both
    Key place, party;
    friend auto operator<=>(const Where&, const Where&) = default;
  };
  struct Account {
    Amount balance = Decimal();
    EventSeq because{1};
    Instant since{};
    Key party;
  };
  struct Shipment {
    Amount amount;
    Instant at;
    EventSeq seq;
  };
  using Accounts = std::map<Where, Account>;
  using Shipments = std::deque<Shipment>;  // oldest first
  using Ways = std::map<Where, Shipments>;
  struct Oldest {  // of what goes to one destination, under each of its names, and under none
    Key name;
    Instant at;
    EventSeq seq;
    Where to;
    friend auto operator<=>(const Oldest&, const Oldest&) = default;
  };

  Amount in_unit(const Amount& amount, const std::string& uom);
  Amount amount_in(const Fact& fact, std::uint32_t roles);
  Amount amount_of(std::span<const Packed> packed);
  static void change(Account& account, const Amount& amount, bool plus, const Fact& fact);
  Accounts::iterator source_of(const Where& place, const Key& party);
  bool is_sure(const Accounts::value_type& source, const Where& place, const Key& party) const;
  void give(const Key& place, const Amount& amount, const Fact& fact);
  void get(const Key& place, const Amount& amount, const Fact& fact, const Key& sent_to = {});
  void send(const Amount& amount, const Fact& fact);
  void arrive(const Key& place, const Amount& amount, const Fact& fact);
  void list(const Ways::value_type& way, bool is_listed);
  Ways::iterator oldest_to(const Key& name);
  bool unload(Ways::iterator way, bool is_here, Amount& rest);

  ObjectId lot_;
  std::optional<std::string> uom_;
  Accounts accounts_;
  Ways on_the_way_;
  std::set<Oldest> oldest_;
  std::optional<EventSeq> went_below_, last_;
  std::optional<Missing::LastPlace> last_place_;
  bool has_moved_ = false;  // some report said that some came or went
};

}  // namespace suyuan::trace
