// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "domain/trace/fact.h"
#include "domain/trace/walk.h"

// Who holds an item or a lot now, from the events that move it in the order of time: docs/trace.md §6.
namespace suyuan::trace {

class ItemHolding {
 public:
  explicit ItemHolding(ObjectId item) : item_(item) {}
  // In the order of (time, seq).
  void take(const Fact& fact);
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
};

// A ledger over places, in amounts.
class LotHolding {
 public:
  explicit LotHolding(ObjectId lot) : lot_(lot) {}
  void take(const Fact& fact);  // in the order of (time, seq)
  void conclude(std::vector<Holder>& holders, std::vector<Missing>& missing) const;

 private:
  struct Account {
    std::optional<Decimal> balance = Decimal();  // nothing: not known
    EventSeq because{1};
    Instant since{};
    std::optional<ObjectId> party;
  };
  using Key = std::optional<ObjectId>;
  using Accounts = std::map<Key, Account>;

  bool add_holder(const Key& place, const Account& account, bool in_transit, std::vector<Holder>& holders) const;
  std::optional<Decimal> amount_in(const Fact& fact);
  static void change(Account& account, const std::optional<Decimal>& amount, bool plus, const Fact& fact);
  Accounts::iterator latest();
  void give(const Key& place, const std::optional<Decimal>& amount, const Fact& fact);
  void get(const Key& place, const std::optional<Decimal>& amount, const Fact& fact);
  void send(const std::optional<Decimal>& amount, const Fact& fact);
  void arrive(const Key& place, const std::optional<Decimal>& amount, const Fact& fact);

  ObjectId lot_;
  std::string uom_;
  Accounts places_, on_the_way_;
  std::optional<EventSeq> went_below_;
};

}  // namespace suyuan::trace
