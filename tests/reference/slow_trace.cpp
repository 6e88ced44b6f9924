// SPDX-License-Identifier: Apache-2.0
#include "slow_trace.h"

#include <algorithm>
#include <tuple>

namespace suyuan::reference {

namespace {

using trace::Action;
using trace::Direction;
using trace::EdgeKind;
using trace::EventType;
using trace::Link;
using trace::Reach;
using trace::Role;
using trace::Window;
using Windows = std::vector<Window>;

constexpr std::chrono::microseconds kTick{1};
constexpr Window kAlways{kInstantMin, kInstantMax};
constexpr int kFar = 1'000'000;

bool meets(const Window& a, const Window& b) { return a.from <= b.until && b.from <= a.until; }
Window cut(const Window& a, const Window& b) { return {std::max(a.from, b.from), std::min(a.until, b.until)}; }
bool holds(const Window& w, Instant t) { return w.from <= t && t <= w.until; }

Windows united(Windows all) {
  std::sort(all.begin(), all.end());
  Windows out;
  for (const Window& w : all) {
    if (!out.empty() && (out.back().until == kInstantMax || w.from <= out.back().until + kTick)) {
      out.back().until = std::max(out.back().until, w.until);
    } else {
      out.push_back(w);
    }
  }
  return out;
}

// §1: the events that count, in order of (time, seq).
std::vector<StoredEvent> counting(const World& world, std::optional<Instant> at) {
  std::set<std::string> wrong;
  for (const StoredEvent& e : world.events) {
    if (e.is_declaration) wrong.insert(e.id);
  }
  std::vector<StoredEvent> out;
  for (const StoredEvent& e : world.events) {
    if (!e.is_declaration && !wrong.contains(e.id) && (!at || e.time <= *at)) out.push_back(e);
  }
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return std::tie(a.time, a.seq) < std::tie(b.time, b.seq); });
  return out;
}

std::vector<Link> links(const StoredEvent& e, Role role) {
  std::vector<Link> out;
  for (const Link& link : e.links) {
    if (link.role == role) out.push_back(link);
  }
  return out;
}

std::optional<ObjectId> one(const StoredEvent& e, Role role) {
  const auto found = links(e, role);
  return found.empty() ? std::nullopt : std::optional(found.front().object);
}

std::optional<Link> link_of(const StoredEvent& e, Role role, ObjectId x, bool quantity) {
  for (const Link& link : links(e, role)) {
    if (link.object == x && link.is_quantity == quantity) return link;
  }
  return std::nullopt;
}

// §2
struct Stretch {
  ObjectId child, parent;
  bool associated;
  Window window;
  std::set<EventSeq> because;
};

struct Open {
  ObjectId parent;
  Instant since;
  std::set<EventSeq> because;
  std::optional<Decimal> amount;  // of a lot
  std::string uom;
};

class TimeLines {
 public:
  explicit TimeLines(const std::vector<StoredEvent>& events) : events_(events) {}

  std::vector<Stretch> all() {
    std::set<ObjectId> items, parents;
    std::set<std::pair<ObjectId, ObjectId>> lots;
    for (const StoredEvent& e : events_) {
      if (!one(e, Role::kParent)) continue;
      for (const Link& child : links(e, Role::kChild)) {
        if (child.is_quantity) lots.emplace(child.object, *one(e, Role::kParent));
        if (!child.is_quantity) items.insert(child.object);
      }
    }
    for (const EventType type : {EventType::kAggregation, EventType::kAssociation}) {
      for (const ObjectId item : items) item_line(item, type);
      for (const auto& [lot, parent] : lots) lot_line(lot, parent, type);
    }
    return std::move(out_);
  }

 private:
  void close(ObjectId child, EventType type, std::optional<Open>& open, std::optional<StoredEvent> by) {
    if (!open) return;
    const Window window{open->since, by ? by->time - kTick : kInstantMax};
    if (by) open->because.insert(by->seq);
    if (window.from <= window.until) {
      out_.push_back({child, open->parent, type == EventType::kAssociation, window, open->because});
    }
    open.reset();
  }

  static bool ends_life(const StoredEvent& e, ObjectId item) {
    if (e.type == EventType::kObject) return e.action == Action::kDelete && link_of(e, Role::kSubject, item, false);
    return e.type == EventType::kTransformation && link_of(e, Role::kInput, item, false).has_value();
  }

  void item_line(ObjectId item, EventType type) {
    std::optional<Open> open;
    for (const StoredEvent& e : events_) {
      if (ends_life(e, item)) close(item, type, open, e);
      const auto parent = one(e, Role::kParent);
      if (e.type != type || !parent) continue;
      const bool named = link_of(e, Role::kChild, item, false).has_value();
      if (e.action == Action::kDelete) {
        if ((named || links(e, Role::kChild).empty()) && open && open->parent == *parent) close(item, type, open, e);
      } else if (named && open && open->parent == *parent) {
        open->because.insert(e.seq);
      } else if (named) {
        close(item, type, open, e);
        open = Open{*parent, e.time, {e.seq}, {}, {}};
      }
    }
    close(item, type, open, std::nullopt);
  }

  void lot_line(ObjectId lot, ObjectId parent, EventType type) {
    std::optional<Open> open;
    for (const StoredEvent& e : events_) {
      if (e.type != type || one(e, Role::kParent) != parent) continue;
      const auto named = link_of(e, Role::kChild, lot, true);
      if (e.action == Action::kDelete) {
        if (!open) continue;
        if (named) take(*open, *named, e.seq);
        const bool used_up = named && (!open->amount || *open->amount <= Decimal(0));
        if (used_up || links(e, Role::kChild).empty()) close(lot, type, open, e);
      } else if (named) {
        if (!open) open = Open{parent, e.time, {}, Decimal(0), named->uom};
        open->because.insert(e.seq);
        if (e.action == Action::kAdd) put(*open, *named);
      }
    }
    close(lot, type, open, std::nullopt);
  }

  // An amount that is unknown or in another unit makes the running amount unknown for good.
  static void put(Open& open, const Link& link) {
    const bool known = open.amount && link.amount && link.uom == open.uom;
    open.amount = known ? add(*open.amount, *link.amount) : std::nullopt;
  }
  static void take(Open& open, const Link& link, EventSeq seq) {
    const bool known = open.amount && link.amount && link.uom == open.uom;
    open.amount = known ? subtract(*open.amount, *link.amount) : std::nullopt;
    open.because.insert(seq);
  }

  const std::vector<StoredEvent>& events_;
  std::vector<Stretch> out_;
};

// §3: one way of material: an input at i, an output at o, i <= o, of one process.
struct Flow {
  ObjectId input, output;
  Instant in, out;
  EventSeq in_event, out_event, process;
};

std::vector<Flow> flows(const std::vector<StoredEvent>& events) {
  std::vector<Flow> out;
  for (const StoredEvent& a : events) {
    for (const StoredEvent& b : events) {
      if (a.type != EventType::kTransformation || b.type != EventType::kTransformation || a.time > b.time) continue;
      const auto id = one(a, Role::kTransformation);
      if (a.seq != b.seq && !(id && id == one(b, Role::kTransformation))) continue;
      EventSeq process = a.seq;
      for (const StoredEvent& e : events) {
        if (id && one(e, Role::kTransformation) == id) process = std::min(process, e.seq);
      }
      for (const Link& input : links(a, Role::kInput)) {
        for (const Link& output : links(b, Role::kOutput)) {
          out.push_back({input.object, output.object, a.time, b.time, a.seq, b.seq, process});
        }
      }
    }
  }
  return out;
}

// §4
struct Membership {
  ObjectId group, member;
  std::set<EventSeq> because;
};

std::vector<Membership> memberships(const World& world, const std::vector<StoredEvent>& events) {
  std::map<std::pair<ObjectId, ObjectId>, std::set<EventSeq>> found;
  for (const auto& [object, product] : world.product) found[{product, object}];
  for (const StoredEvent& e : events) {
    for (const Link& lot : links(e, Role::kMemberLot)) {
      for (const Link& link : e.links) {
        const bool fresh = link.role == Role::kSubject || link.role == Role::kOutput;
        if (!fresh || world.levels.at(link.object) != codes::Level::kItem) continue;
        const auto a = world.product.find(lot.object), b = world.product.find(link.object);
        if (a == world.product.end() || b == world.product.end() || a->second != b->second) continue;
        found[{lot.object, link.object}].insert(e.seq);
      }
    }
  }
  std::vector<Membership> out;
  for (const auto& [pair, because] : found) out.push_back({pair.first, pair.second, because});
  return out;
}

// §5: what is reached, and how strongly, when.
using Facts = std::map<std::pair<ObjectId, Reach>, Windows>;

class Walker {
 public:
  Walker(const World& world, std::optional<Instant> at)
      : world_(world),
        events_(counting(world, at)),
        stretches_(TimeLines(events_).all()),
        flows_(flows(events_)),
        members_(memberships(world, events_)) {}

  void walk(const std::vector<ObjectId>& starts, bool forward, Answer& answer) {
    Facts facts;
    for (const ObjectId start : starts) facts[{start, Reach::kGoods}] = {kAlways};
    note(facts, starts, forward, answer);
    for (;;) {
      const Facts next = applied(facts, forward);
      if (next == facts) break;
      facts = next;
      note(facts, starts, forward, answer);
    }
    for (const auto& [key, windows] : facts) {
      auto& all = answer.nodes.at(key.first).windows;
      all.insert(all.end(), windows.begin(), windows.end());
      all = united(all);
    }
    if (forward) {
      for (const auto& [key, windows] : facts) {
        if (key.second == Reach::kGoods) hold(key.first, answer);
      }
      tell_holders(answer);
    }
    edges_ = &answer.edges;
    applied(facts, forward);
    edges_ = nullptr;
  }

  // The shortest way over all steps that hold in the end, of every direction walked.
  void measure(Answer& answer) const {
    for (bool shorter = true; shorter;) {
      shorter = false;
      for (const auto& [from, to] : steps_) {
        const int way = answer.nodes.at(from).distance + 1;
        if (way >= answer.nodes.at(to).distance) continue;
        answer.nodes.at(to).distance = way;
        shorter = true;
      }
    }
  }

 private:
  static void note(const Facts& facts, const std::vector<ObjectId>& starts, bool forward, Answer& answer) {
    for (const auto& [key, windows] : facts) {
      auto [at, fresh] = answer.nodes.try_emplace(key.first);
      NodeState& state = at->second;
      const bool start = std::count(starts.begin(), starts.end(), key.first) > 0;
      state.distance = start ? 0 : kFar;
      state.reach = start ? Reach::kStart : fresh ? key.second : std::min(state.reach, key.second);
      (forward ? state.forward : state.back) = true;
    }
  }

  // Every rule once, on what is known so far.
  Facts applied(const Facts& facts, bool forward) {
    Facts next = facts;
    for (const auto& [key, windows] : facts) {
      for (const Window& w : windows)
        forward ? forward_rules(next, key.first, key.second, w) : back_rules(next, key.first, key.second, w);
    }
    return next;
  }

  void reach(Facts& next, ObjectId from, ObjectId object, Reach strength, Window w) {
    if (edges_) steps_.emplace(from, object);
    auto& windows = next[{object, strength}];
    windows.push_back(w);
    windows = united(windows);
  }

  void forward_rules(Facts& next, ObjectId x, Reach how, Window w) {
    if (how == Reach::kGoods) members_rule(next, x, w);  // F1
    for (const Stretch& s : stretches_) {
      if (!meets(w, s.window)) continue;
      if (s.child == x) {  // F2
        reach(next, x, s.parent, Reach::kCarrier, cut(w, s.window));
        edge(s);
      }
      if (s.parent == x && !s.associated && how == Reach::kGoods) {  // F3
        reach(next, x, s.child, Reach::kGoods, {std::max(w.from, s.window.from), kInstantMax});
        edge(s);
      }
    }
    for (const Flow& f : flows_) {  // F4
      if (f.input != x || !holds(w, f.in)) continue;
      reach(next, x, f.output, Reach::kGoods, {f.out, kInstantMax});
      edge(f);
    }
  }

  void back_rules(Facts& next, ObjectId x, Reach how, Window w) {
    if (how == Reach::kGoods) {  // B1
      members_rule(next, x, w);
      for (const Membership& m : members_) {
        if (m.member != x || level(x) != codes::Level::kItem || level(m.group) != codes::Level::kLot) continue;
        reach(next, x, m.group, Reach::kLotOf, w);
        edge(m);
      }
    }
    for (const Stretch& s : stretches_) {
      if (!meets(w, s.window) || how == Reach::kLotOf) continue;
      if (s.parent == x && how == Reach::kGoods) {  // B2
        reach(next, x, s.child, Reach::kGoods, {kInstantMin, std::min(w.until, s.window.until)});
        edge(s);
      }
      if (s.child == x) {  // B3
        reach(next, x, s.parent, Reach::kCarrier, cut(w, s.window));
        edge(s);
      }
    }
    for (const Flow& f : flows_) {  // B4
      if (f.output != x || !holds(w, f.out)) continue;
      reach(next, x, f.input, Reach::kGoods, {kInstantMin, f.in});
      edge(f);
    }
  }

  void members_rule(Facts& next, ObjectId x, Window w) {
    for (const Membership& m : members_) {
      if (m.group != x) continue;
      reach(next, x, m.member, Reach::kGoods, w);
      edge(m);
    }
  }

  // §6, items. Where it was carried: F2 from the item alone.
  Facts carriers_of(ObjectId x) const { return carriers_of(Facts{{{x, Reach::kGoods}, {kAlways}}}); }
  Facts carriers_of(Facts facts) const {
    for (Facts before; before != facts;) {
      before = facts;
      for (const auto& [key, windows] : before) {
        for (const Stretch& s : stretches_) {
          for (const Window& w : windows) {
            if (s.child != key.first || !meets(w, s.window)) continue;
            auto& into = facts[{s.parent, Reach::kCarrier}];
            into.push_back(cut(w, s.window));
            into = united(into);
          }
        }
      }
    }
    return facts;
  }

  static bool names(const StoredEvent& e, ObjectId x) {
    return std::any_of(e.links.begin(), e.links.end(), [&](const Link& link) {
      return link.object == x && (link.role == Role::kSubject || link.role == Role::kParent ||
                                  link.role == Role::kChild || link.role == Role::kInput || link.role == Role::kOutput);
    });
  }

  void hold(ObjectId x, Answer& answer) const {
    std::vector<StoredEvent> effective;
    const Facts carriers = carriers_of(x);
    bool ended = false, used_up_inside = false;
    for (const StoredEvent& e : events_) {
      bool counts = false;
      for (const auto& [key, windows] : carriers) {
        if (!moves(e, key.first, windows)) continue;
        counts = true;
        if (e.type != EventType::kTransformation || !link_of(e, Role::kInput, key.first, false)) continue;
        (key.first == x ? ended : used_up_inside) = true;
      }
      if (link_of(e, Role::kSubject, x, false) && e.type == EventType::kObject && e.action != Action::kObserve) {
        ended = e.action == Action::kDelete;
      }
      if (e.type == EventType::kTransformation && link_of(e, Role::kOutput, x, false)) ended = false;  // reworked
      if (counts) effective.push_back(e);
    }
    tell_had(effective, answer.account);
    if (level(x) == codes::Level::kLot || level(x) == codes::Level::kClass) {
      Ledger(x, answer).run(effective, [&](const StoredEvent& e) { return packed(x, e); });
    } else if (level(x) == codes::Level::kItem) {
      if (ended || used_up_inside)
        answer.account.ended.insert(x);
      else
        hold_item(x, effective, answer);
    }
  }

  static bool moves(const StoredEvent& e, ObjectId x, const Windows& windows) {
    return names(e, x) &&
           std::any_of(windows.begin(), windows.end(), [&](const Window& w) { return holds(w, e.time); });
  }

  static void hold_item(ObjectId x, const std::vector<StoredEvent>& effective, Answer& answer) {
    if (!effective.empty()) {
      const Holder found = holder(x, effective);
      if (is_step(effective.back(), {"shipping", "departing"})) answer.account.never_received.insert(x);
      if (found.party || found.place) return answer.holders.push_back(found);
    }
    has_no_holder(x, effective, answer.account);
  }

  static void has_no_holder(ObjectId x, const std::vector<StoredEvent>& effective, Account& account) {
    account.no_holder.insert(x);
    for (const StoredEvent& e : effective) {
      if (const auto place = first_of(e, {Role::kBizLocation, Role::kDestinationLocation, Role::kReadPoint}))
        account.last_place.insert_or_assign(x, *place);
    }
  }

  // §7, whom to tell.
  static void tell_had(const std::vector<StoredEvent>& effective, Account& account) {
    for (const StoredEvent& e : effective) {
      for (const Role role : {Role::kSourceOwner, Role::kSourcePossessor, Role::kDestinationOwner,
                              Role::kDestinationPossessor, Role::kBizLocation}) {
        for (const Link& link : links(e, role)) account.to_tell.emplace(link.object, role != Role::kBizLocation);
      }
    }
  }
  static void tell_holders(Answer& answer) {
    Account& account = answer.account;
    for (const Holder& h : answer.holders) {
      if (h.party) account.to_tell_now.emplace(*h.party, true);
      if (h.place) account.to_tell_now.emplace(*h.place, false);
    }
    account.to_tell.insert(account.to_tell_now.begin(), account.to_tell_now.end());
    for (const Holder& h : answer.holders) {
      if (!h.party || !h.place) continue;
      account.to_tell.erase({*h.place, false});
      account.to_tell_now.erase({*h.place, false});
    }
  }

  static bool is_step(const StoredEvent& e, const std::vector<std::string>& steps) {
    return std::any_of(steps.begin(), steps.end(), [&](const std::string& step) {
      return e.biz_step == "https://ref.gs1.org/cbv/BizStep-" + step;
    });
  }

  // §6, lots. Of each box of the lot that the event moves, what is in it then.
  std::vector<Link> packed(ObjectId x, const StoredEvent& e) const {
    std::vector<Link> all;
    for (const Stretch& s : stretches_) {
      if (s.child != x) continue;
      const Facts carriers = carriers_of(Facts{{{s.parent, Reach::kCarrier}, {s.window}}});
      const bool moved = std::any_of(carriers.begin(), carriers.end(), [&](const auto& carrier) {
        return moves(e, carrier.first.first, carrier.second);
      });
      if (moved) all.push_back(packed(s, e.time));
    }
    return all;
  }
  Link packed(const Stretch& s, Instant at) const {
    Link sum{s.child, Role::kChild, Decimal(0), "", true};
    bool fresh = true;
    for (const StoredEvent& e : events_) {
      const auto named = link_of(e, Role::kChild, s.child, true);
      if (!s.because.contains(e.seq) || e.time > at || !named || e.action == Action::kObserve) continue;
      if (fresh) sum.uom = named->uom;
      fresh = false;
      const auto amount = in_unit(*named, sum.uom);
      if (!sum.amount || !amount)
        sum.amount.reset();
      else
        sum.amount = e.action == Action::kAdd ? add(*sum.amount, *amount) : subtract(*sum.amount, *amount);
    }
    if (sum.amount && *sum.amount <= Decimal(0)) sum.amount.reset();
    return sum;
  }

  // The units of the random worlds: pieces, and two of mass.
  static std::optional<Decimal> in_unit(const Link& link, const std::string& uom) {
    if (!link.amount || link.uom == uom) return link.amount;
    if (link.uom == "GRM" && uom == "KGM") return Decimal::scaled(link.amount->digits(), link.amount->scale() + 3);
    if (link.uom == "KGM" && uom == "GRM") {
      Decimal all;
      for (int i = 0; i < 1000; ++i) all = *add(all, *link.amount);
      return all;
    }
    return std::nullopt;
  }

  class Ledger {
   public:
    Ledger(ObjectId lot, Answer& answer) : lot_(lot), answer_(answer) {}

    template <class Packed>
    void run(const std::vector<StoredEvent>& effective, Packed packed) {
      for (const StoredEvent& e : effective) {
        const bool named = std::any_of(e.links.begin(), e.links.end(), [&](const Link& link) {
          return link.object == lot_ && link.role != Role::kMemberLot;
        });
        take(e, named, named ? Known() : sum(packed(e)));
      }
      conclude(effective);
    }

   private:
    using Name = std::optional<ObjectId>;
    using Known = std::optional<Decimal>;
    struct Stock {
      Name place, of;  // of: a party, where no place is named
      Known amount = Decimal(0);
      Name party;
      std::pair<Instant, EventSeq> last{Instant{}, EventSeq(1)};
      bool some() const { return !amount || *amount > Decimal(0); }
    };
    struct Way {
      Name place, party;
      Known amount;
    };

    Known sum(const std::vector<Link>& all) {
      Known total = Decimal(0);
      for (const Link& link : all) {
        if (!uom_ && (link.amount || !link.uom.empty())) uom_ = link.uom;
        const Known one = uom_ ? in_unit(link, *uom_) : std::nullopt;
        total = total && one ? add(*total, *one) : std::nullopt;
      }
      return all.empty() ? std::nullopt : total;
    }
    Known amount(const StoredEvent& e, Role role) {
      std::vector<Link> all;
      for (const Link& link : links(e, role)) {
        if (link.object == lot_) all.push_back(link);
      }
      return sum(all);
    }

    void take(const StoredEvent& e, bool named, Known moved) {
      const Name here = first_of(e, {Role::kBizLocation, Role::kReadPoint});
      const bool object = e.type == EventType::kObject && link_of(e, Role::kSubject, lot_, true);
      const bool in = link_of(e, Role::kInput, lot_, true).has_value();
      const bool out = link_of(e, Role::kOutput, lot_, true).has_value();
      if (in) give(here, amount(e, Role::kInput), e);
      if (out) get(here, amount(e, Role::kOutput), e, {});
      if (!in && !out) {
        if (named) moved = amount(e, e.type == EventType::kObject ? Role::kSubject : Role::kChild);
        if (object && e.action == Action::kAdd) {
          get(here, moved, e, {});
        } else if ((object && e.action == Action::kDelete) || is_step(e, {"retail_selling"})) {
          give(here, moved, e);
        } else if (is_step(e, {"shipping", "departing"})) {
          give(first_of(e, {Role::kSourceLocation, Role::kReadPoint, Role::kBizLocation}), moved, e);
          ways_.push_back({one(e, Role::kDestinationLocation), receiver(e), moved});
        } else if (is_step(e, {"receiving", "arriving", "accepting"})) {
          arrive(here, moved, e);
        } else {
          return;
        }
      }
      moved_ = true;
    }

    static Name receiver(const StoredEvent& e) {
      return first_of(e, {Role::kDestinationPossessor, Role::kDestinationOwner});
    }
    Stock* find(Name place, Name of) {
      for (Stock& s : stocks_) {
        if (s.place == place && s.of == (place ? Name() : of)) return &s;
      }
      return nullptr;
    }

    void give(Name place, Known amount, const StoredEvent& e) {
      const Name party = first_of(e, {Role::kSourcePossessor, Role::kSourceOwner});
      Stock* from = find(place, party);
      if (from == nullptr) {
        const auto rank = [&](const Stock& s) {
          return std::tuple(party && s.party == party, s.some(), !s.place && !s.of, s.last);
        };
        for (Stock& s : stocks_) {
          if (from == nullptr || rank(*from) < rank(s)) from = &s;
        }
        if (from == nullptr) {
          if (amount) answer_.account.too_much_out.insert(lot_);
          return;
        }
        const bool others =
            std::any_of(stocks_.begin(), stocks_.end(), [&](const Stock& s) { return &s != from && s.some(); });
        const bool theirs = party && from->party == party;
        if (others && !theirs && (from->place || from->of)) amount.reset();
      }
      from->last = {e.time, e.seq};
      from->amount = from->amount && amount ? subtract(*from->amount, *amount) : std::nullopt;
      if (!from->amount || *from->amount >= Decimal(0)) return;
      from->amount = Decimal(0);
      answer_.account.too_much_out.insert(lot_);
    }

    void get(Name place, Known amount, const StoredEvent& e, Name sent_to) {
      const Name to = receiver(e) ? receiver(e) : sent_to;
      Stock* into = find(place, to);
      if (into == nullptr) {
        Stock fresh;
        fresh.place = place;
        if (!place) fresh.of = to;
        stocks_.push_back(fresh);
        into = &stocks_.back();
      }
      into->last = {e.time, e.seq};
      into->amount = into->amount && amount ? add(*into->amount, *amount) : std::nullopt;
      if (receiver(e) || !into->party) into->party = to;
    }

    // What is on the way, in the order in which this arrival takes from it; and whether it was sent here.
    std::vector<std::pair<std::size_t, bool>> in_order(Name place, Name party) const {
      std::vector<std::pair<std::size_t, bool>> order;
      const auto put = [&](bool here, auto fits) {
        for (std::size_t i = 0; i < ways_.size(); ++i) {
          const bool is_new = std::none_of(order.begin(), order.end(), [&](const auto& o) { return o.first == i; });
          if (is_new && fits(ways_[i])) order.emplace_back(i, here || (!ways_[i].place && !ways_[i].party));
        }
      };
      for (const Name& name : {place, party}) {
        if (name) put(true, [&](const Way& way) { return way.place == name || way.party == name; });
      }
      put(false, [](const Way&) { return true; });
      return order;
    }

    void arrive(Name place, const Known& amount, const StoredEvent& e) {
      const Stock* here = place ? find(place, {}) : nullptr;
      const Name party = receiver(e) ? receiver(e) : here == nullptr ? Name() : here->party;
      Name sent_to;
      Known rest = amount;
      std::set<std::size_t> arrived;
      for (const auto& [i, is_here] : in_order(place, party)) {
        Way& way = ways_[i];
        if (!sent_to && (!way.place || !place || way.place == place)) sent_to = way.party;
        if (rest && way.amount && *rest >= *way.amount) {
          rest = subtract(*rest, *way.amount);
          arrived.insert(i);
          if (*rest > Decimal(0)) continue;
        } else if (rest && way.amount) {
          way.amount = subtract(*way.amount, *rest);
        } else if (is_here) {
          arrived.insert(i);
        } else {
          way.amount.reset();
        }
        break;
      }
      std::vector<Way> still;
      for (std::size_t i = 0; i < ways_.size(); ++i) {
        if (!arrived.contains(i)) still.push_back(ways_[i]);
      }
      ways_ = still;
      get(place, amount, e, sent_to);
    }

    void conclude(const std::vector<StoredEvent>& effective) {
      bool lost = !moved_ && !effective.empty();
      for (const Stock& s : stocks_) {
        if (s.some() && (s.place || s.party))
          answer_.holders.push_back({lot_, s.party, s.place, false, s.amount, uom_.value_or("")});
        else
          lost = lost || s.some();
      }
      if (lost) has_no_holder(lot_, effective, answer_.account);
      std::map<std::pair<Name, Name>, Known> on_the_way;
      for (const Way& way : ways_) {
        const auto [at, fresh] = on_the_way.try_emplace({way.place, way.party}, Decimal(0));
        at->second = at->second && way.amount ? add(*at->second, *way.amount) : std::nullopt;
      }
      for (const auto& [to, amount] : on_the_way) {
        if (to.first || to.second)
          answer_.holders.push_back({lot_, to.second, to.first, true, amount, uom_.value_or("")});
        answer_.account.never_received.insert(lot_);
      }
    }

    ObjectId lot_;
    Answer& answer_;
    std::optional<std::string> uom_;
    std::vector<Stock> stocks_;
    std::vector<Way> ways_;  // oldest first
    bool moved_ = false;
  };

  static std::optional<ObjectId> first_of(const StoredEvent& e, const std::vector<Role>& roles) {
    for (const Role role : roles) {
      if (const auto found = one(e, role)) return found;
    }
    return std::nullopt;
  }

  static Holder holder(ObjectId x, const std::vector<StoredEvent>& effective) {
    const StoredEvent& last = effective.back();
    const bool in_transit = is_step(last, {"shipping", "departing", "transporting"});
    Holder out{x,          {}, first_of(last, {Role::kBizLocation, Role::kDestinationLocation, Role::kReadPoint}),
               in_transit, {}, ""};
    std::set<ObjectId> seen;
    for (const StoredEvent& e : effective) {
      if (const auto to = first_of(e, {Role::kDestinationPossessor, Role::kDestinationOwner})) {
        out.party = to;
        seen.clear();
      } else if (const auto place = one(e, Role::kBizLocation)) {
        seen.insert(*place);
      }
    }
    if (seen.size() >= 2) out.party.reset();
    return out;
  }

  codes::Level level(ObjectId x) const { return world_.levels.at(x); }

  void edge(EdgeKind kind, std::optional<ObjectId> from, std::optional<ObjectId> to, std::optional<EventSeq> process,
            Window window, const std::set<EventSeq>& because) {
    if (!edges_) return;
    for (Edge& e : *edges_) {
      if (e.kind != kind || e.from != from || e.to != to || e.process != process || e.window != window) continue;
      if (process && !because.contains(e.because.front())) continue;
      std::set<EventSeq> all(e.because.begin(), e.because.end());
      all.insert(because.begin(), because.end());
      e.because.assign(all.begin(), all.end());
      return;
    }
    edges_->push_back({kind, from, to, process, window, {because.begin(), because.end()}, {}, {}});
  }
  void edge(const Stretch& s) {
    edge(s.associated ? EdgeKind::kAssociated : EdgeKind::kContained, s.child, s.parent, {}, s.window, s.because);
  }
  // Edges of different events of one process stay apart: each has its own amount.
  void edge(const Flow& f) {
    edge(EdgeKind::kInput, f.input, {}, f.process, {f.in, f.in}, {f.in_event});
    edge(EdgeKind::kOutput, {}, f.output, f.process, {f.out, f.out}, {f.out_event});
  }
  void edge(const Membership& m) { edge(EdgeKind::kMember, m.group, m.member, {}, kAlways, m.because); }

  const World& world_;
  std::vector<StoredEvent> events_;
  std::vector<Stretch> stretches_;
  std::vector<Flow> flows_;
  std::vector<Membership> members_;
  std::set<std::pair<ObjectId, ObjectId>> steps_;
  std::vector<Edge>* edges_ = nullptr;  // set: write down the edges instead of only the facts
};

}  // namespace

Answer slow_trace(const World& world, const std::vector<ObjectId>& starts, Direction direction,
                  std::optional<Instant> at) {
  Answer answer;
  Walker walker(world, at);
  if (direction != Direction::kBack) walker.walk(starts, true, answer);
  if (direction != Direction::kForward) walker.walk(starts, false, answer);
  walker.measure(answer);
  std::set<std::string> wrong;
  for (const StoredEvent& e : world.events) {
    if (e.is_declaration) wrong.insert(e.id);
  }
  for (const StoredEvent& e : world.events) {
    if (e.is_declaration || !wrong.contains(e.id) || (at && e.time > *at)) continue;
    for (const Link& link : e.links) {
      const auto node = answer.nodes.find(link.object);
      if (node != answer.nodes.end() && node->second.reach != Reach::kCarrier) answer.wrong.insert(e.seq);
    }
  }
  return answer;
}

}  // namespace suyuan::reference
