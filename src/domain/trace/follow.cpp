// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/follow.h"

#include <algorithm>

#include "domain/trace/reach.h"

namespace suyuan::trace {

namespace {

bool is_box_event(const StoredEvent& event) {
  return event.type == EventType::kAggregation || event.type == EventType::kAssociation;
}

bool is_watched_role(Role role) { return role <= Role::kTransformation || role == Role::kMemberLot; }

class Following {
 public:
  Following(const StoredEvent& event, std::span<const std::optional<ObjectId>> classes, const Affected& affected,
            const Chain& chain, std::set<ObjectId>& wanted)
      : event_(event), classes_(classes), affected_(affected), chain_(chain), wanted_(wanted) {}

  Followed take() {
    name_goods();
    if (event_.is_declaration) {
      judge_declaration();
      return std::move(result_);
    }
    if (event_.declared_wrong) return std::move(result_);
    name_carriers();
    add_members_of_classes();
    std::set<ObjectId> nodes = nodes_to_expand();
    const bool late = ends_something() && is_late(nodes);
    if (late && can_end()) result_.recheck = in_amounts() ? Recheck::kMayGrow : Recheck::kMayShrink;
    const bool only_ends = is_box_event(event_) && event_.action == Action::kDelete && !late;
    if (!only_ends) expand(std::move(nodes), late);
    return std::move(result_);
  }

 private:
  bool known(ObjectId object) {
    if (chain_.knows(object)) return true;
    wanted_.insert(object);
    return false;
  }
  bool may_carry(ObjectId object) const { return affected_.may_carry(object) || result_.may_carry.contains(object); }
  bool is_moving(ObjectId object) const { return affected_.is_goods(object) || may_carry(object); }

  void name_goods() {
    std::set<ObjectId> goods;
    for (const Link& link : event_.links) {
      if (link.role <= Role::kOutput && affected_.is_goods(link.object)) goods.insert(link.object);
    }
    result_.goods.assign(goods.begin(), goods.end());
  }

  void name_carriers() {
    std::set<ObjectId> carriers;
    for (const Link& link : event_.links) {
      if (link.role > Role::kOutput || !affected_.may_carry(link.object)) continue;
      std::set<ObjectId> path;
      const Windows carried = carried_in(link.object, path);
      // What was unpacked at this moment was in it until the moment before.
      if (carried.holds(event_.time) || carried.holds(event_.time - std::chrono::microseconds(1)))
        carriers.insert(link.object);
    }
    result_.carriers.assign(carriers.begin(), carriers.end());
  }

  // When the object carried affected things: F2, by way of everything that is in it.
  Windows carried_in(ObjectId object, std::set<ObjectId>& path) {
    Windows windows;
    if (!known(object) || !path.insert(object).second) return windows;
    for (const Chain::Neighbour& child : chain_.children(object)) {
      if (!is_moving(child.object) || !known(child.object)) continue;
      Windows moving = affected_.goods(child.object);
      if (may_carry(child.object)) moving.add(carried_in(child.object, path));
      for (const Stretch& stretch : chain_.stretches(child.object, object, child.is_quantity, child.kind)) {
        for (const Window& window : moving.within(stretch.window)) windows.add(window);
      }
    }
    path.erase(object);
    return windows;
  }

  // F1, of classes: whatever is of an affected class, is affected.
  void add_members_of_classes() {
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      if (!classes_[i] || !affected_.is_goods(*classes_[i])) continue;
      const Windows windows = affected_.goods(*classes_[i]);
      for (const Window& window : windows.all()) add_newly(event_.links[i].object, window);
    }
  }

  void add_newly(ObjectId object, const Window& window) {
    if (!affected_.covers(object, window)) result_.newly[object].add(window);
  }

  // Whose steps this event can add to.
  std::set<ObjectId> nodes_to_expand() {
    std::set<ObjectId> nodes;
    for (const Link& link : event_.links) {
      const bool part = is_box_event(event_) ? link.role == Role::kParent || link.role == Role::kChild
                                             : event_.type == EventType::kTransformation && link.role == Role::kInput;
      if (part && is_moving(link.object)) nodes.insert(link.object);
      if (link.role == Role::kMemberLot && affected_.is_goods(link.object)) nodes.insert(link.object);
      if (link.role == Role::kTransformation && event_.type == EventType::kTransformation)
        add_inputs(link.object, nodes);
    }
    return nodes;
  }

  // Everything affected that went into a process that is told in several events.
  void add_inputs(ObjectId process, std::set<ObjectId>& nodes) {
    const bool watched =
        affected_.is_process(process) || std::any_of(event_.links.begin(), event_.links.end(), [&](const Link& link) {
          return link.role == Role::kInput && is_moving(link.object);
        });
    if (!watched) return;
    result_.processes.insert(process);
    if (!known(process)) return;
    for (const EventSeq seq : chain_.record(process).events) {
      for (const Link& link : chain_.event(seq).links) {
        if (link.role == Role::kInput && is_moving(link.object)) nodes.insert(link.object);
      }
    }
  }

  // An event that can end a stretch in a box.
  bool ends_something() const {
    return is_box_event(event_) || event_.type == EventType::kTransformation ||
           (event_.type == EventType::kObject && event_.action == Action::kDelete);
  }

  bool in_amounts() const {
    if (!is_box_event(event_)) return false;
    bool any_child = false, any_amount = false;
    for (const Link& link : event_.links) {
      any_child = any_child || link.role == Role::kChild;
      any_amount = any_amount || (link.role == Role::kChild && link.is_quantity);
    }
    return any_amount || !any_child;
  }

  // Packing what was never in another box ends nothing.
  bool can_end() {
    if (!is_box_event(event_) || event_.action == Action::kDelete || in_amounts()) return true;
    return std::any_of(event_.links.begin(), event_.links.end(), [&](const Link& link) {
      return link.role == Role::kChild && is_moving(link.object) && known(link.object) &&
             chain_.parents(link.object).size() > 1;
    });
  }

  // Something that was recorded before happened later, to what the event touches or to what it was in.
  bool is_late(const std::set<ObjectId>& nodes) {
    std::set<ObjectId> seen;
    std::vector<ObjectId> queue;
    for (const Link& link : event_.links) {
      const bool is_part = is_box_event(event_)
                               ? nodes.contains(link.object) || (link.role == Role::kParent && !nodes.empty())
                               : link.role == Role::kSubject || link.role == Role::kInput;
      if (!is_part || (!is_box_event(event_) && !is_moving(link.object)) || !known(link.object)) continue;
      // Outside a box there is nothing to end.
      const bool is_in_a_box =
          chain_.record(link.object).level == codes::Level::kItem && !chain_.parents(link.object).empty();
      if (is_box_event(event_) || is_in_a_box) queue.push_back(link.object);
    }
    bool late = false;
    while (!queue.empty()) {
      const ObjectId object = queue.back();
      queue.pop_back();
      if (!seen.insert(object).second || !known(object)) continue;
      late = late || has_later(object);
      for (const Chain::Neighbour& parent : chain_.parents(object)) queue.push_back(parent.object);
    }
    return late;
  }
  bool has_later(ObjectId object) const {
    const Windows goods = affected_.goods(object);
    const bool from_later = std::any_of(goods.all().begin(), goods.all().end(), [&](const Window& window) {
      return window.from != kInstantMin && window.from >= event_.time;
    });
    const auto& events = chain_.record(object).events;
    return from_later || std::any_of(events.begin(), events.end(), [&](EventSeq seq) {
             return seq < event_.seq && chain_.event(seq).time >= event_.time;
           });
  }

  // All rules that start at these, and at what turns out to carry them.
  void expand(std::set<ObjectId> nodes, bool late) {
    std::vector<ObjectId> queue(nodes.begin(), nodes.end());
    while (!queue.empty()) {
      const ObjectId node = queue.back();
      queue.pop_back();
      if (!known(node)) continue;
      for (const Chain::Process& process : chain_.processes(node, wanted_)) {
        if (process.id) result_.processes.insert(*process.id);
      }
      std::set<ObjectId> path;
      const Reached reached{affected_.goods(node), {}, may_carry(node) ? carried_in(node, path) : Windows()};
      for (const Step& step : forward_steps(chain_, node, reached, wanted_)) {
        if (step.strength == Strength::kGoods) {
          add_newly(step.to, step.window);
        } else {
          watch_upwards(step.to);
          if (late && nodes.insert(step.to).second) queue.push_back(step.to);
        }
      }
    }
  }

  // A box, what it is in, and so on.
  void watch_upwards(ObjectId box) {
    std::vector<ObjectId> queue = {box};
    while (!queue.empty()) {
      const ObjectId carrier = queue.back();
      queue.pop_back();
      if (!result_.may_carry.insert(carrier).second || !known(carrier)) continue;
      for (const Chain::Neighbour& parent : chain_.parents(carrier)) queue.push_back(parent.object);
    }
  }

  // What counts no longer may have ended a stretch that goes on now; what only moved things, may not.
  void judge_declaration() {
    const bool moves_only = (event_.type == EventType::kObject || event_.type == EventType::kTransaction) &&
                            event_.action != Action::kDelete;
    const bool names_lot = std::any_of(event_.links.begin(), event_.links.end(),
                                       [](const Link& link) { return link.role == Role::kMemberLot; });
    if (moves_only && !names_lot) return;
    for (const Link& link : event_.links) {
      if (!is_watched_role(link.role)) continue;
      if (affected_.knows(link.object)) result_.recheck = Recheck::kMayGrow;
      if (link.role > Role::kOutput || !known(link.object)) continue;
      for (const Chain::Neighbour& parent : chain_.parents(link.object)) {
        if (affected_.knows(parent.object)) result_.recheck = Recheck::kMayGrow;
      }
    }
  }

  const StoredEvent& event_;
  std::span<const std::optional<ObjectId>> classes_;
  const Affected& affected_;
  const Chain& chain_;
  std::set<ObjectId>& wanted_;
  Followed result_;
};

}  // namespace

bool touches(const StoredEvent& event, std::span<const std::optional<ObjectId>> classes, const Affected& affected) {
  if (event.is_declaration) return true;
  for (const Link& link : event.links) {
    if (is_watched_role(link.role) && affected.knows(link.object)) return true;
  }
  return std::any_of(classes.begin(), classes.end(),
                     [&](const auto& each) { return each && affected.is_goods(*each); });
}

Followed follow(const StoredEvent& event, std::span<const std::optional<ObjectId>> classes, const Affected& affected,
                const Chain& chain, std::set<ObjectId>& wanted) {
  return Following(event, classes, affected, chain, wanted).take();
}

}  // namespace suyuan::trace
