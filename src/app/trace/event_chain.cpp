// SPDX-License-Identifier: Apache-2.0
#include "app/trace/event_chain.h"

#include <algorithm>

#include "app/trace/load.h"

namespace suyuan {

using trace::ObjectId;
using trace::Role;

bool EventChain::is_part(ObjectId object, codes::Level level) const {
  bool is_new_here = false, as_a_thing = false;
  for (const trace::Link& link : event_.links) {
    if (link.object != object) continue;
    is_new_here = is_new_here || link.role == Role::kSubject || link.role == Role::kOutput;
    as_a_thing = as_a_thing || link.role == Role::kParent || (link.role == Role::kChild && !link.is_quantity);
  }
  if (level == codes::Level::kLot || level == codes::Level::kClass) return !as_a_thing;
  const bool is_box_event =
      event_.type == trace::EventType::kAggregation || event_.type == trace::EventType::kAssociation;
  return is_new_here && !is_box_event && !event_.is_declaration && !affected_.knows(object);
}

Status EventChain::load(const std::set<ObjectId>& wanted) {
  const std::vector<ObjectId> objects(wanted.begin(), wanted.end());
  auto levels = warehouse_.levels(objects);
  if (!levels) return std::move(levels.error());
  auto classes = warehouse_.classes(objects);
  if (!classes) return std::move(classes.error());
  std::vector<ObjectId> whole;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (is_part(objects[i], (*levels)[i]))
      parts_.emplace(objects[i], Part{(*levels)[i], (*classes)[i]});
    else
      whole.push_back(objects[i]);
  }
  if (auto done = load_chain(warehouse_, whole, event_.seq, chain_); !done) return done;
  for (const ObjectId object : whole) {
    const trace::ObjectRecord& record = chain_.record(object);
    seqs_.insert(record.events.begin(), record.events.end());
    seqs_.insert(record.wrong.begin(), record.wrong.end());
  }
  add_parts();
  return Done{};
}

void EventChain::add_parts() {
  if (parts_.empty()) return;
  std::map<ObjectId, std::vector<trace::EventSeq>> histories;  // ascending
  std::map<ObjectId, std::set<ObjectId>> members;
  seqs_.insert(event_.seq);
  chain_.add_event(event_);
  for (const trace::EventSeq seq : seqs_) {
    for (const trace::Link& link : chain_.event(seq).links) {
      if (!parts_.contains(link.object)) continue;
      auto& history = histories[link.object];
      if (history.empty() || history.back() != seq) history.push_back(seq);
    }
  }
  for (const auto& [object, part] : parts_) {
    if (part.of_class) members[*part.of_class].insert(object);
  }
  for (const auto& [object, part] : parts_) {
    const std::set<ObjectId>& of_it = members[object];
    chain_.add(object, part.level, part.of_class, histories[object], {of_it.begin(), of_it.end()});
  }
}

}  // namespace suyuan
