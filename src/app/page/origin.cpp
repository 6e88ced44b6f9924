// SPDX-License-Identifier: Apache-2.0
#include "app/page/origin.h"

#include <algorithm>
#include <unordered_set>

#include "domain/trace/chain.h"

namespace suyuan {

namespace {

using trace::EventSeq;
using trace::ObjectId;
using trace::StoredEvent;

// What an event costs that names the thing: the walk looks at all of its links where it tells what the thing holds or
// was made of; one thing among ten thousand that were made together costs little.
std::size_t weight(const StoredEvent& event, ObjectId object) {
  const bool goes_into = std::any_of(event.links.begin(), event.links.end(), [&](const trace::Link& link) {
    return link.object == object && (link.role == trace::Role::kParent || link.role == trace::Role::kMemberLot ||
                                     link.role == trace::Role::kOutput || link.role == trace::Role::kTransformation);
  });
  return goes_into ? event.links.size() : 1;
}

// Loads a chain until the budget is spent. What does not fit stays unknown, so that nothing is said from half of it:
// half a history would keep things in boxes that they have left.
class Loader {
 public:
  Loader(const OriginBudget& budget, PageReads& reads, trace::Chain& chain)
      : budget_(budget), reads_(reads), chain_(chain) {}

  // What of these fits.
  Status load(std::vector<ObjectId> wanted) {
    std::erase_if(wanted, [&](ObjectId each) { return left_out_.contains(each); });
    gets_on_ = false;
    const std::size_t most = budget_.events - std::min(budget_.events, events_);
    while (wanted.size() > most) {
      left_out_.insert(wanted.back());
      wanted.pop_back();
    }
    if (wanted.empty()) return Done{};
    auto ids = reads_.describe(wanted);
    if (!ids) return std::move(ids.error());
    auto classes = classes_of(*ids);
    if (!classes) return std::move(classes.error());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (auto loaded = load_one(wanted[i], codes::level_of((*ids)[i]), (*classes)[i]); !loaded) return loaded;
    }
    return Done{};
  }

  void give(ObjectId object, const std::vector<StoredEvent>& events, bool is_whole) {
    given_ = object;
    given_events_ = &events;
    given_is_whole_ = is_whole;
  }
  bool gets_on() const { return gets_on_; }  // the last load() added something
  bool is_whole() const { return left_out_.empty(); }

 private:
  Result<std::vector<std::optional<ObjectId>>> classes_of(const std::vector<codes::Identity>& ids) {
    std::vector<codes::Identity> classes;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      auto above = codes::class_of(ids[i]);
      if (!above) continue;
      classes.push_back(std::move(*above));
      places.push_back(i);
    }
    std::vector<std::optional<ObjectId>> found(ids.size());
    if (classes.empty()) return found;
    const auto objects = reads_.find(classes);
    if (!objects) return objects.error();
    for (std::size_t i = 0; i < places.size(); ++i) found[places[i]] = (*objects)[i];
    return found;
  }

  Status load_one(ObjectId object, codes::Level level, std::optional<ObjectId> of_class) {
    if (events_ >= budget_.events || links_ >= budget_.links) {
      left_out_.insert(object);
      return Done{};
    }
    std::vector<ObjectId> members;
    if (level == codes::Level::kClass) {
      auto all = reads_.members(object, budget_.events_of_one + 1);
      if (!all) return std::move(all.error());
      members = std::move(*all);
    }
    const auto history = history_of(object);
    if (!history) return history.error();
    std::size_t links = 0;
    for (const StoredEvent& event : history->events) links += weight(event, object);
    events_ += history->events.size() + members.size();
    links_ += links;
    if (history->more || members.size() > budget_.events_of_one || links > budget_.links_of_one) {
      left_out_.insert(object);
      return Done{};
    }
    std::vector<trace::EventSeq> seqs;
    for (const StoredEvent& event : history->events) {
      chain_.add_event(event);
      seqs.push_back(event.seq);
    }
    chain_.add(object, level, of_class, seqs, std::move(members));
    gets_on_ = true;
    return Done{};
  }

  Result<Warehouse::Page> history_of(ObjectId object) {
    if (object == given_) return Warehouse::Page{*given_events_, !given_is_whole_};
    return reads_.history(object, budget_.events_of_one);
  }

  const OriginBudget budget_;
  PageReads& reads_;
  trace::Chain& chain_;
  std::optional<ObjectId> given_;
  const std::vector<StoredEvent>* given_events_ = nullptr;
  bool given_is_whole_ = true;
  std::unordered_set<ObjectId> left_out_;
  std::size_t events_ = 0, links_ = 0;
  bool gets_on_ = false;
};

}  // namespace

Result<Origin> find_origin(ObjectId start, const std::vector<StoredEvent>& own, bool own_is_whole,
                           const OriginBudget& budget, PageReads& reads) {
  trace::Chain chain(std::nullopt);
  trace::Walk walk({start}, trace::Direction::kBack, budget.nodes, chain);
  Loader loader(budget, reads, chain);
  loader.give(start, own, own_is_whole);
  for (auto wanted = walk.advance(); !wanted.empty(); wanted = walk.advance()) {
    if (auto loaded = loader.load(std::move(wanted)); !loaded) return std::move(loaded.error());
    if (!loader.gets_on()) break;
  }
  const trace::WalkResult result = walk.finish();

  std::unordered_set<EventSeq> seqs;
  Origin origin;
  const auto take = [&](const StoredEvent& event) {
    if (!event.is_declaration && !event.declared_wrong && seqs.insert(event.seq).second) origin.events.push_back(event);
  };
  for (const StoredEvent& event : own) take(event);
  for (const trace::Edge& edge : result.edges) {
    for (const EventSeq seq : edge.because) take(chain.event(seq));
  }
  for (const trace::WalkResult::Node& node : result.nodes) {
    if (node.state.reach == trace::Reach::kCarrier || !chain.knows(node.object)) continue;
    if (chain.record(node.object).level == codes::Level::kClass) continue;
    for (const EventSeq seq : chain.record(node.object).events) take(chain.event(seq));
  }
  std::sort(origin.events.begin(), origin.events.end(), [](const StoredEvent& a, const StoredEvent& b) {
    return std::pair(a.time, a.seq) < std::pair(b.time, b.seq);
  });
  origin.is_whole = loader.is_whole() && !result.truncated;
  return origin;
}

}  // namespace suyuan
