// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/chain.h"

#include <algorithm>

namespace suyuan::trace {

namespace {

constexpr std::chrono::microseconds kTick(1);

EventType type_of(EdgeKind kind) {
  return kind == EdgeKind::kAssociated ? EventType::kAssociation : EventType::kAggregation;
}

bool is_box_event(const StoredEvent& event) {
  return event.type == EventType::kAggregation || event.type == EventType::kAssociation;
}

// One open stretch at a time, closed ones kept.
class Line {
 public:
  bool is_open() const { return open_.has_value(); }
  void begin(const StoredEvent& event) { open_ = Stretch{{event.time, kInstantMax}, {event.seq}}; }
  void confirm(const StoredEvent& event) { open_->because.push_back(event.seq); }
  void end(const StoredEvent& event) {
    open_->because.push_back(event.seq);
    open_->window.until = event.time - kTick;
    keep();
  }
  std::vector<Stretch> take() {
    if (open_) keep();
    return std::move(done_);
  }

 private:
  void keep() {
    if (open_->window.from <= open_->window.until) {
      std::sort(open_->because.begin(), open_->because.end());
      done_.push_back(std::move(*open_));
    }
    open_.reset();
  }
  std::optional<Stretch> open_;
  std::vector<Stretch> done_;
};

}  // namespace

void Chain::add_event(StoredEvent event) {
  const auto [at, is_new] = events_.try_emplace(event.seq, Known{std::move(event), {}});
  if (is_new) at->second.links = LinkIndex(at->second.event.links);
}

Fact Chain::fact_about(EventSeq seq, ObjectId object, std::vector<Link>& links) const {
  const Known& known = events_.at(seq);
  known.links.links_about(object, links);
  Fact fact = fact_of(known.event);
  fact.links = links;
  return fact;
}

void Chain::add(ObjectId object, codes::Level level, std::optional<ObjectId> of_class,
                std::span<const EventSeq> history, std::vector<ObjectId> members) {
  ObjectRecord record{level, of_class, {}, {}, std::move(members)};
  for (const EventSeq seq : history) {
    const StoredEvent& each = event(seq);
    if (at_ && each.time > *at_) continue;
    (each.is_declaration || each.declared_wrong ? record.wrong : record.events).push_back(seq);
  }
  std::sort(record.events.begin(), record.events.end(), [this](EventSeq a, EventSeq b) { return earlier(a, b); });
  for (const EventSeq seq : record.events) {
    const StoredEvent& each = event(seq);
    const Link* parent = is_box_event(each) ? links(seq).first(Role::kParent) : nullptr;
    if (parent != nullptr && links(seq).has(object, Role::kChild)) record.packed_in[parent->object].push_back(seq);
  }
  records_.insert_or_assign(object, std::move(record));
}

bool Chain::earlier(EventSeq a, EventSeq b) const { return std::pair(event(a).time, a) < std::pair(event(b).time, b); }

std::vector<Chain::Neighbour> Chain::parents(ObjectId child) const {
  std::set<Neighbour> found;
  for (const EventSeq seq : record(child).events) {
    const StoredEvent& each = event(seq);
    const Link* parent = links(seq).first(Role::kParent);
    if (!is_box_event(each) || parent == nullptr) continue;
    links(seq).each_of(child, [&](const Link& link) {
      if (link.role == Role::kChild)
        found.insert({parent->object, link.is_quantity,
                      each.type == EventType::kAssociation ? EdgeKind::kAssociated : EdgeKind::kContained});
    });
  }
  return {found.begin(), found.end()};
}

std::vector<Chain::Neighbour> Chain::children(ObjectId parent) const {
  std::set<Neighbour> found;
  for (const EventSeq seq : record(parent).events) {
    const StoredEvent& each = event(seq);
    if (!is_box_event(each) || !links(seq).has(parent, Role::kParent)) continue;
    for (const Link& link : each.links) {
      if (link.role == Role::kChild)
        found.insert({link.object, link.is_quantity,
                      each.type == EventType::kAssociation ? EdgeKind::kAssociated : EdgeKind::kContained});
    }
  }
  return {found.begin(), found.end()};
}

bool Chain::ends_life(const StoredEvent& event, ObjectId item) const {
  if (event.type == EventType::kObject && event.action == Action::kDelete)
    return links(event.seq).has(item, Role::kSubject);
  return event.type == EventType::kTransformation && links(event.seq).has(item, Role::kInput);
}

std::optional<EventSeq> Chain::end_of_life(ObjectId item) const {
  if (record(item).level != codes::Level::kItem) return std::nullopt;
  std::optional<EventSeq> end;
  for (const EventSeq seq : record(item).events) {
    const StoredEvent& each = event(seq);
    if (ends_life(each, item)) end = seq;
    const bool commissioned =
        each.type == EventType::kObject && each.action == Action::kAdd && links(seq).has(item, Role::kSubject);
    if (commissioned || links(seq).has(item, Role::kOutput)) end.reset();  // it begins anew; rework in one report, too
  }
  return end;
}

std::vector<EventSeq> Chain::unpack_alls(ObjectId parent, EventType type) const {
  std::vector<EventSeq> all;
  for (const EventSeq seq : record(parent).events) {
    const StoredEvent& each = event(seq);
    if (each.type == type && each.action == Action::kDelete && links(seq).has(parent, Role::kParent) &&
        links(seq).first(Role::kChild) == nullptr)
      all.push_back(seq);
  }
  return all;
}

std::vector<Stretch> Chain::stretches(ObjectId child, ObjectId parent, bool is_quantity, EdgeKind kind) const {
  return is_quantity ? lot_stretches(child, parent, type_of(kind)) : item_stretches(child, parent, type_of(kind));
}

std::vector<Stretch> Chain::item_stretches(ObjectId child, ObjectId parent, EventType type) const {
  std::vector<EventSeq> order = unpack_alls(parent, type);
  for (const EventSeq seq : record(child).events) {
    const StoredEvent& each = event(seq);
    const bool moves = each.type == type && links(seq).has(child, Role::kChild);
    if (moves || (ends_life(each, child) && record(child).level == codes::Level::kItem)) order.push_back(seq);
  }
  std::sort(order.begin(), order.end(), [this](EventSeq a, EventSeq b) { return earlier(a, b); });
  Line line;
  for (const EventSeq seq : order) {
    const StoredEvent& each = event(seq);
    if (each.type != type) {
      if (line.is_open()) line.end(each);
      continue;
    }
    const Link* named = links(seq).first(Role::kParent);
    if (named == nullptr) continue;  // an observation without a parent says nothing
    const bool here = named->object == parent;
    if (each.action == Action::kDelete) {
      if (here && line.is_open()) line.end(each);
    } else if (here) {
      if (line.is_open())
        line.confirm(each);
      else
        line.begin(each);
    } else if (line.is_open()) {
      line.end(each);  // packed elsewhere
    }
  }
  return line.take();
}

std::vector<Stretch> Chain::lot_stretches(ObjectId child, ObjectId parent, EventType type) const {
  std::vector<EventSeq> order = unpack_alls(parent, type);
  if (const auto packed = record(child).packed_in.find(parent); packed != record(child).packed_in.end()) {
    for (const EventSeq seq : packed->second) {
      if (event(seq).type == type) order.push_back(seq);
    }
  }
  std::sort(order.begin(), order.end(), [this](EventSeq a, EventSeq b) { return earlier(a, b); });
  Line line;
  std::optional<Decimal> running = Decimal();
  std::string uom;
  for (const EventSeq seq : order) {
    const StoredEvent& each = event(seq);
    const Link* link = nullptr;
    links(seq).each_of(child, [&](const Link& one) {
      if (link == nullptr && one.role == Role::kChild && one.is_quantity) link = &one;
    });
    if (link == nullptr) {  // everything is unpacked
      if (line.is_open()) line.end(each);
    } else if (each.action != Action::kDelete) {
      if (!line.is_open()) {
        line.begin(each);
        running = Decimal();
        uom = link->uom;
      } else {
        line.confirm(each);
      }
      if (each.action == Action::kAdd)
        running = running && link->amount && link->uom == uom ? suyuan::add(*running, *link->amount) : std::nullopt;
    } else if (line.is_open()) {
      running = running && link->amount && link->uom == uom ? suyuan::subtract(*running, *link->amount) : std::nullopt;
      if (!running || running->is_negative() || running->is_zero())
        line.end(each);
      else
        line.confirm(each);
    }
  }
  return line.take();
}

std::vector<Chain::Process> Chain::processes(ObjectId object, std::set<ObjectId>& missing) const {
  std::vector<Process> found;
  std::set<ObjectId> ids;
  for (const EventSeq seq : record(object).events) {
    const StoredEvent& each = event(seq);
    if (each.type != EventType::kTransformation) continue;
    const Link* id = links(seq).first(Role::kTransformation);
    if (id == nullptr) {
      found.push_back({std::nullopt, {seq}});
    } else if (ids.insert(id->object).second) {
      if (!knows(id->object)) {
        missing.insert(id->object);
        continue;
      }
      Process process{id->object, {}};
      for (const EventSeq other : record(id->object).events) {
        if (event(other).type == EventType::kTransformation && links(other).has(id->object, Role::kTransformation))
          process.events.push_back(other);
      }
      found.push_back(std::move(process));
    }
  }
  return found;
}

std::vector<Chain::Part> Chain::parts(const Process& process, Role role) const {
  std::vector<Part> all;
  for (const EventSeq seq : process.events) {
    for (const Link& link : event(seq).links) {
      if (link.role == role) all.push_back({link.object, event(seq).time, seq, link.amount, link.uom});
    }
  }
  return all;
}

std::vector<Chain::Part> Chain::parts_of(const Process& process, Role role, ObjectId object) const {
  std::vector<Part> all;
  for (const EventSeq seq : process.events) {
    links(seq).each_of(object, [&](const Link& link) {
      if (link.role == role) all.push_back({object, event(seq).time, seq, link.amount, link.uom});
    });
  }
  return all;
}

namespace {

bool is_new_item(const Link& link) {
  return (link.role == Role::kSubject || link.role == Role::kOutput) && !link.is_quantity;
}

}  // namespace

std::vector<ObjectId> Chain::lots_of(ObjectId item, std::set<ObjectId>& missing) const {
  std::set<ObjectId> lots;
  for (const EventSeq seq : record(item).events) {
    bool begins = false;
    links(seq).each_of(item, [&](const Link& link) { begins = begins || is_new_item(link); });
    if (!begins || links(seq).first(Role::kMemberLot) == nullptr) continue;
    for (const Link& link : event(seq).links) {
      if (link.role != Role::kMemberLot) continue;
      if (!knows(link.object))
        missing.insert(link.object);
      else if (record(link.object).of_class == record(item).of_class)
        lots.insert(link.object);
    }
  }
  return {lots.begin(), lots.end()};
}

std::vector<ObjectId> Chain::items_of(ObjectId lot, std::set<ObjectId>& missing) const {
  std::set<ObjectId> items;
  for (const EventSeq seq : record(lot).events) {
    if (!links(seq).has(lot, Role::kMemberLot)) continue;
    for (const Link& link : event(seq).links) {
      if (!is_new_item(link)) continue;
      if (!knows(link.object))
        missing.insert(link.object);
      else if (record(link.object).of_class == record(lot).of_class)
        items.insert(link.object);
    }
  }
  return {items.begin(), items.end()};
}

}  // namespace suyuan::trace
