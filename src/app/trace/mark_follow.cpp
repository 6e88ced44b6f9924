// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "app/audit/audit.h"
#include "app/trace/event_chain.h"
#include "app/trace/mark.h"
#include "app/trace/survey.h"
#include "domain/trace/follow.h"

namespace suyuan {

namespace {

using trace::Affected;
using trace::ObjectId;
using trace::Role;
using trace::StoredEvent;

constexpr std::size_t kRecordsTogether = 1000;
constexpr std::size_t kMarksTogether = 1000;
constexpr std::int64_t kPartsMax = 256;  // then what is known is written anew
constexpr std::chrono::seconds kRest{10}, kRestOfClosed{600};
constexpr int kRecheckShare = 20;  // of the time of a recheck, until the next

std::int64_t total(const Affected::Counts& counts) {
  return counts.items + counts.lots + counts.classes + counts.others;
}

std::vector<ObjectId> only_in(const std::vector<ObjectId>& some, const std::vector<ObjectId>& others) {
  std::vector<ObjectId> difference;
  std::set_difference(some.begin(), some.end(), others.begin(), others.end(), std::back_inserter(difference));
  return difference;
}

std::vector<ObjectId> goods_in(const StoredEvent& event, const Affected& affected) {
  std::set<ObjectId> goods;
  for (const trace::Link& link : event.links) {
    if (link.role <= Role::kOutput && affected.is_goods(link.object)) goods.insert(link.object);
  }
  return {goods.begin(), goods.end()};
}

// Parties and places of the event that were not met before.
void meet(const StoredEvent& event, Affected& affected) {
  for (const trace::Link& link : event.links) {
    const bool is_party = link.role == Role::kSourceOwner || link.role == Role::kSourcePossessor ||
                          link.role == Role::kDestinationOwner || link.role == Role::kDestinationPossessor;
    if (is_party || link.role == Role::kBizLocation) affected.add_met(link.object);
  }
}

}  // namespace

// Records in their order, and how far they reach.
struct MarkFollower::Records {
  std::int64_t after = -1, reached = -1;
  std::vector<StoredEvent> events;
  std::vector<std::vector<std::optional<ObjectId>>> classes;  // by event and link
};

Status MarkFollower::read_records(std::int64_t after, std::int64_t settled, Records& records) {
  if (records.after == after) return Done{};
  Warehouse::Scan scan{{}, Warehouse::Order::kRecord, false, seq_upto(settled), {}, kRecordsTogether};
  scan.after = Warehouse::Place{kInstantMin, after};
  auto page = services_.warehouse.scan(scan);
  if (!page) return std::move(page.error());
  records.after = after;
  records.reached = page->next ? page->next->seq : settled;
  records.events = std::move(page->events);
  records.classes.clear();
  return Done{};
}

Status MarkFollower::read_classes(Records& records) {
  if (!records.classes.empty()) return Done{};
  std::set<ObjectId> objects;
  for (const StoredEvent& event : records.events) {
    for (const trace::Link& link : event.links) objects.insert(link.object);
  }
  const std::vector<ObjectId> order(objects.begin(), objects.end());
  auto classes = services_.warehouse.classes(order);
  if (!classes) return std::move(classes.error());
  for (const StoredEvent& event : records.events) {
    auto& row = records.classes.emplace_back();
    for (const trace::Link& link : event.links) {
      const auto at = std::lower_bound(order.begin(), order.end(), link.object) - order.begin();
      row.push_back((*classes)[static_cast<std::size_t>(at)]);
    }
  }
  return Done{};
}

Result<MarkFollower::Held*> MarkFollower::hold(const Mark& mark) {
  const auto found = held_.find(mark.id);
  if (found != held_.end() && found->second.mark.revision == mark.revision) return &found->second;
  auto parts = services_.store.known(mark.id);
  if (!parts) return std::move(parts.error());
  Held held{mark, {}, {}};
  for (const std::string& part : *parts) {
    if (!held.affected.put(part))
      return Error{ErrorKind::kCorrupt, "mark.damaged",
                   fmt::format("What is known of the mark {} cannot be read. Lift it and make it again.", mark.id)};
  }
  return &held_.insert_or_assign(mark.id, std::move(held)).first->second;
}

Result<bool> MarkFollower::write(Held& held, MarkStore::Step& step) {
  for (MarkFind& find : step.finds) find.number = held.mark.finds + 1 + (&find - step.finds.data());
  step.parts = held.affected.take_new();
  step.anew = step.anew || held.mark.parts + static_cast<std::int64_t>(step.parts.size()) > kPartsMax;
  if (step.anew) step.parts = held.affected.everything();
  step.affected = held.affected.counts();
  auto ours = services_.store.move_on(held.mark, step);
  if (!ours || !*ours) {
    // Somebody else moved it on: it is read again, and left to them for a while.
    if (ours) resting_[held.mark.id] = services_.clock.now() + kRest;
    held_.erase(held.mark.id);
    return ours;
  }
  Mark& mark = held.mark;
  ++mark.revision;
  mark.looked = step.looked;
  mark.finds += static_cast<std::int64_t>(step.finds.size());
  mark.parts = (step.anew ? 0 : mark.parts) + static_cast<std::int64_t>(step.parts.size());
  mark.affected = step.affected;
  mark.recheck_since = step.recheck_since;
  if (step.act) mark.acts.push_back(*step.act);
  return true;
}

Result<bool> MarkFollower::look() {
  auto settled = services_.warehouse.settled();
  if (!settled) return std::move(settled.error());
  auto marks = services_.store.awake(*settled, kMarksTogether);
  if (!marks) return std::move(marks.error());
  const Instant now = services_.clock.now();
  bool any = false;
  std::optional<Error> failed;
  Records records;
  for (const Mark& mark : *marks) {
    if (mark.looked >= *settled || is_resting(mark.id, now)) continue;
    any = true;
    if (auto read = read_records(mark.looked, *settled, records); !read) return std::move(read.error());
    // One that cannot be followed does not hold up the others.
    auto held = hold(mark);
    auto done = held ? advance(**held, records) : Status(std::move(held.error()));
    if (done) continue;
    held_.erase(mark.id);
    const bool may_not = done.error().kind == ErrorKind::kForbidden || done.error().kind == ErrorKind::kSignIn;
    resting_[mark.id] = now + (may_not ? kRestOfClosed : kRest);  // whoever made it is closed: it waits for them
    if (!failed && !may_not) failed = std::move(done.error());
  }
  if (failed) return std::move(*failed);
  if (!any) return recheck_one(*marks);
  if (auto done = forget_lifted(); !done) return std::move(done.error());
  return true;
}

bool MarkFollower::is_resting(const std::string& id, Instant now) {
  const auto found = resting_.find(id);
  if (found == resting_.end()) return false;
  if (found->second > now) return true;
  resting_.erase(found);
  return false;
}

// What was lifted needs no memory.
Status MarkFollower::forget_lifted() {
  std::vector<Mark> open;
  for (;;) {
    auto more = services_.store.marks(open.empty() ? "" : open.back().id, kMarksTogether, true);
    if (!more) return std::move(more.error());
    open.insert(open.end(), more->begin(), more->end());
    if (more->size() < kMarksTogether) break;
  }
  std::erase_if(held_, [&](const auto& held) {
    return std::none_of(open.begin(), open.end(), [&](const Mark& mark) { return mark.id == held.first; });
  });
  return Done{};
}

Status MarkFollower::catch_up() {
  for (;;) {
    auto any = look();
    if (!any) return std::move(any.error());
    if (!*any) return Done{};
  }
}

Result<identity::Scope> MarkFollower::scope_of(const Mark& mark) const {
  const auto granted = services_.authorizer.grant_job(mark.acts.front().actor, identity::Act::kMarkMake);
  if (!granted) return granted.error();
  return granted->scope();
}

Status MarkFollower::advance(Held& held, Records& records) {
  const auto scope = scope_of(held.mark);
  if (!scope) return scope.error();
  MarkSight sight(*scope, services_.warehouse);
  MarkStore::Step step;
  step.looked = records.reached;
  step.recheck_since = held.mark.recheck_since;
  bool again = false;
  if (auto found = find_unseen(held, sight); !found) return found;
  const bool by_class = held.affected.has_classes();
  if (by_class) {
    if (auto read = read_classes(records); !read) return read;
  }
  for (std::size_t i = 0; i < records.events.size(); ++i) {
    const auto kept = sight.see(records.events[i]);
    if (!kept) return kept.error();
    if (!*kept) continue;
    const StoredEvent& event = **kept;
    std::span<const std::optional<ObjectId>> classes;
    if (by_class) classes = records.classes[i];
    if (event.declared_wrong && !event.is_declaration) continue;
    if (!touches(event, classes, held.affected)) continue;
    if (auto done = look_at(held, sight, event, classes, step, again); !done) return done;
  }
  if (again) {
    if (auto walked = walk_again(held, sight, step); !walked) return walked;
  }
  auto written = write(held, step);
  return written ? Status(Done{}) : Status(std::move(written.error()));
}

Status MarkFollower::find_unseen(Held& held, MarkSight& sight) {
  auto codes = sight.starts(held.mark.codes, held.mark.looked, !held.is_judged, held.theirs);
  if (!codes) return std::move(codes.error());
  held.is_judged = true;
  auto starts = fresh_starts(*codes, held.affected, sight.warehouse());
  if (!starts) return std::move(starts.error());
  return spread(*starts, held.mark.looked, sight.warehouse(), held.affected);
}

Status MarkFollower::look_at(Held& held, MarkSight& sight, const StoredEvent& event,
                             std::span<const std::optional<ObjectId>> classes, MarkStore::Step& step,
                             bool& walk_again) {
  Affected& affected = held.affected;
  EventChain around(event, affected, sight.warehouse());
  trace::Followed followed;
  for (std::set<ObjectId> wanted;;) {
    wanted.clear();
    followed = trace::follow(event, classes, affected, around.chain(), wanted);
    if (wanted.empty()) break;
    if (auto loaded = around.load(wanted); !loaded) return loaded;
  }
  for (const ObjectId carrier : followed.may_carry) affected.add_carrier(carrier);
  for (const ObjectId process : followed.processes) affected.add_process(process);
  const std::int64_t before = total(affected.counts());
  if (auto done = spread(followed.newly, event.seq.value(), sight.warehouse(), affected); !done) return done;
  if (followed.recheck == trace::Recheck::kMayGrow) walk_again = true;
  if (followed.recheck == trace::Recheck::kMayShrink && step.recheck_since == 0) step.recheck_since = event.seq.value();
  MarkFind find;
  find.seq = event.seq;
  find.found = services_.clock.now();
  find.newly = total(affected.counts()) - before;
  find.goods = goods_in(event, affected);
  find.carriers = std::move(followed.carriers);
  if (find.goods.empty() && find.carriers.empty() && find.newly == 0) return Done{};
  meet(event, affected);
  find.told = affected.take_met();
  step.finds.push_back(std::move(find));
  return Done{};
}

// Everything from the beginning, as of the records that were looked at.
Status MarkFollower::walk_again(Held& held, MarkSight& sight, MarkStore::Step& step) {
  auto codes = sight.starts(held.mark.codes, step.looked, true, held.theirs);
  if (!codes) return std::move(codes.error());
  auto fresh = survey(*codes, step.looked, sight.warehouse());
  if (!fresh) return std::move(fresh.error());
  const std::vector<ObjectId> was = held.affected.all_goods(), is = fresh->all_goods();
  const std::vector<ObjectId> met = held.affected.all_met();
  MarkFind find;
  find.found = services_.clock.now();
  find.newly = static_cast<std::int64_t>(only_in(is, was).size());
  find.gone = static_cast<std::int64_t>(only_in(was, is).size());
  find.told = only_in(fresh->all_met(), met);
  for (const ObjectId who : met) fresh->add_met(who);
  held.affected = fresh->packed();
  step.anew = true;
  step.recheck_since = 0;
  if (step.act) {
    step.act->newly = find.newly;
    step.act->gone = find.gone;
  }
  if (find.newly + find.gone > 0) step.finds.push_back(std::move(find));
  return Done{};
}

Result<bool> MarkFollower::recheck_one(const std::vector<Mark>& marks) {
  for (const Mark& mark : marks) {
    if (mark.recheck_since == 0) continue;
    auto held = hold(mark);
    if (!held) return std::move(held.error());
    const Instant begun = services_.clock.now();
    if (begun < (*held)->not_before) continue;
    const auto scope = scope_of(mark);
    if (!scope) continue;
    MarkSight sight(*scope, services_.warehouse);
    MarkStore::Step step;
    step.looked = mark.looked;
    if (auto done = walk_again(**held, sight, step); !done) return std::move(done.error());
    (*held)->not_before = begun + (services_.clock.now() - begun) * kRecheckShare;
    auto written = write(**held, step);
    if (!written) return std::move(written.error());
    return true;
  }
  return false;
}

Status MarkFollower::recheck(const Permit<identity::Act::kMarkMake>& permit, const std::string& id) {
  auto mark = services_.store.mark(id);
  if (!mark) return std::move(mark.error());
  if (!*mark || !permit.scope().covers((*mark)->acts.front().actor))
    return Error{ErrorKind::kNotFound, "mark.unknown",
                 fmt::format("There is no mark \"{}\". `suyuan marks`, or GET /api/v1/marks, lists them.", id)};
  if (!(*mark)->is_open)
    return Error{ErrorKind::kConflict, "mark.lifted", fmt::format("The mark {} was lifted; nothing is looked at.", id)};
  auto held = hold(**mark);
  if (!held) return std::move(held.error());
  MarkStore::Step step;
  step.looked = (*mark)->looked;
  step.act = MarkAct{MarkAct::Kind::kRechecked, services_.clock.now(), permit.actor(), "", step.looked, 0, 0};
  step.entry = audit_entry(permit, "mark.recheck", {"mark", id}, "", step.act->at);
  const auto scope = scope_of(**mark);
  if (!scope) return scope.error();
  MarkSight sight(*scope, services_.warehouse);
  if (auto done = walk_again(**held, sight, step); !done) return done;
  auto written = write(**held, step);
  if (!written) return std::move(written.error());
  if (*written) return Done{};
  return Error{ErrorKind::kBusy, "mark.changed", "The mark was being moved on at this moment. Ask again."};
}

}  // namespace suyuan
