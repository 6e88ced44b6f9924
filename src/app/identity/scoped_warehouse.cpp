// SPDX-License-Identifier: Apache-2.0
#include "app/identity/scoped_warehouse.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>

#include "domain/codes/identity.h"
#include "domain/registry/visible_fields.h"

namespace suyuan {

namespace {

using trace::EventSeq;
using trace::ObjectId;
using trace::StoredEvent;

constexpr std::size_t kTogether = 1000;
constexpr std::size_t kSlice = 10'000;  // events that are held at once

Error unknown_event() { return {ErrorKind::kNotFound, "event.unknown", "There is no such event."}; }

// Who a visible event names is known by name to whoever sees the event; everything else follows the policy.
bool is_open_to_readers(const trace::MasterDatum& datum) {
  const std::string field = registry::field_name(datum.attribute);
  const codes::Level level = codes::level_of(datum.subject);
  const bool is_thing = level == codes::Level::kItem || level == codes::Level::kLot || level == codes::Level::kClass;
  return registry::field_policy().is_public(field) || (field == "cbvmda:name" && !is_thing);
}

}  // namespace

class ScopedEvents::View final : public Warehouse {
 public:
  View(const identity::Scope& scope, Warehouse& whole) : whole_(whole), codes_(scope.codes()) {
    // Who acted is not in the rows of events: of width self nothing can be told apart.
    if (scope.width() < identity::Width::kOwn) return;
    seen_.organisations = scope.organisations();
    seen_.places = scope.places();
  }

  Result<SubmissionReceipt> append(NewSubmission submission) override { return whole_.append(std::move(submission)); }
  Status record_refusal(const Actor& actor, const std::string& public_id, bool proceed, std::int64_t refused,
                        const std::vector<Finding>& findings) override {
    return whole_.record_refusal(actor, public_id, proceed, refused, findings);
  }

  Result<std::optional<JobRecord>> job(const std::string& public_id) override {
    auto found = whole_.job(public_id);
    if (found && *found && !seen_.is_sender((*found)->actor.org, (*found)->actor.jurisdiction)) found->reset();
    return found;
  }
  Result<std::vector<JobRecord>> jobs(std::size_t limit, const std::string& after, const Seen*) override {
    return whole_.jobs(limit, after, &seen_);
  }
  Result<std::string> document(const std::string& public_id) override {
    auto found = job(public_id);
    if (!found) return std::move(found.error());
    return whole_.document(*found ? public_id : std::string());
  }

  Result<std::vector<std::optional<ObjectId>>> find(std::span<const codes::Identity> ids) override {
    auto found = whole_.find(ids);
    if (!found) return found;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (!(*found)[i]) continue;
      auto there = exists(*(*found)[i], codes::level_of(ids[i]));
      if (!there) return std::move(there.error());
      if (!*there) (*found)[i].reset();
    }
    return found;
  }
  // Whoever has the number has it from an event that there is.
  Result<std::vector<codes::Identity>> describe(std::span<const ObjectId> objects) override {
    return whole_.describe(objects);
  }
  Result<std::vector<codes::Level>> levels(std::span<const ObjectId> objects) override {
    return whole_.levels(objects);
  }
  Result<std::vector<std::optional<ObjectId>>> classes(std::span<const ObjectId> objects) override {
    return whole_.classes(objects);
  }

  Result<Page> history(std::span<const ObjectId> objects, std::span<const trace::Role> roles, EventSeq upto,
                       std::int64_t after, std::size_t limit) override;
  Result<std::vector<trace::Posting>> postings(std::span<const ObjectId> objects, EventSeq upto) override;
  Result<std::vector<ObjectId>> members(ObjectId of_class, std::int64_t after, std::size_t limit) override;
  Result<ScanPage> scan(const Scan& scan) override;
  Result<KnownPage> known(Resource resource, std::int64_t after, std::size_t limit) override;

  Result<std::optional<StoredEvent>> find_event(std::string_view event_id, bool declaration) override {
    auto found = whole_.find_event(event_id, declaration);
    if (!found || !*found) return found;
    auto kept = keep_seen({std::move(**found)});
    if (!kept) return std::move(kept.error());
    return kept->empty() ? std::optional<StoredEvent>() : std::optional(std::move(kept->front()));
  }
  Result<std::vector<StoredEvent>> events(std::span<const EventSeq> seqs, EventSeq upto) override {
    auto found = whole_.events(seqs, upto);
    return found ? keep_seen(std::move(*found)) : std::move(found);
  }
  Result<Original> original(EventSeq seq) override {
    auto all = originals(std::span(&seq, 1));
    if (!all) return std::move(all.error());
    return std::move(all->front());
  }
  Result<std::vector<Original>> originals(std::span<const EventSeq> seqs) override {
    auto found = events(seqs, EventSeq(INT64_MAX));
    if (!found) return std::move(found.error());
    if (found->size() != seqs.size()) return unknown_event();
    return whole_.originals(seqs);
  }

  Result<std::vector<trace::MasterDatum>> master_data(std::span<const codes::Identity> subjects) override;
  Result<std::vector<trace::MasterDatum>> master_data_from(std::span<const codes::Identity> subjects,
                                                           const Seen& senders) override {
    return whole_.master_data_from(subjects, senders);
  }
  Result<std::int64_t> settled() override { return whole_.settled(); }
  Result<std::string> token_key() override { return whole_.token_key(); }
  Result<Counts> counts() override { return Counts{}; }  // they would tell how much others record
  Result<std::vector<ObjectId>> recent_objects(codes::Level level, std::size_t limit) override;
  Result<std::vector<StoredEvent>> keep_seen(std::vector<StoredEvent> events);

 private:
  Status learn_codes();
  Result<bool> exists(ObjectId object, codes::Level level);
  Result<bool> has_member(ObjectId of_class);
  Result<bool> is_named(ObjectId object, std::span<const trace::Role> roles);
  Result<const std::set<ObjectId>*> told_members(ObjectId of_lot);
  Result<bool> is_known(Resource resource, const Known& known);
  Result<bool> is_word_used(Resource resource, const std::string& word);

  Warehouse& whole_;
  const std::vector<std::string> codes_;
  std::mutex mutex_;  // of what reading events learns: the codes, and what is declared
  bool knows_codes_ = false;
  Seen seen_;
  std::unordered_map<ObjectId, bool> exists_;
  std::map<ObjectId, std::set<ObjectId>> told_;
  std::map<std::string, bool> declared_;  // events that a declaration that there is calls wrong
};

// The codes of a scope of width named, as the store numbers them.
Status ScopedEvents::View::learn_codes() {
  const std::lock_guard lock(mutex_);
  if (knows_codes_ || codes_.empty()) return Done{};
  std::vector<codes::Identity> ids;
  for (const std::string& code : codes_) {
    if (auto id = codes::read_epcis_id(code)) ids.push_back(std::move(id->id));
  }
  auto found = whole_.find(ids);
  if (!found) return std::move(found.error());
  for (const auto& object : *found) {
    if (object) seen_.named.push_back(*object);
  }
  std::sort(seen_.named.begin(), seen_.named.end());
  knows_codes_ = true;
  return Done{};
}

// An error declaration that is not seen declares nothing.
Result<std::vector<StoredEvent>> ScopedEvents::View::keep_seen(std::vector<StoredEvent> events) {
  if (auto learnt = learn_codes(); !learnt) return std::move(learnt.error());
  std::erase_if(events, [&](const StoredEvent& event) { return !seen_.has(event); });
  for (StoredEvent& event : events) {
    if (!event.declared_wrong) continue;
    const std::lock_guard lock(mutex_);
    const auto [known, is_new] = declared_.try_emplace(event.id, false);
    if (is_new) {
      auto declaration = whole_.find_event(event.id, true);
      if (!declaration) return std::move(declaration.error());
      known->second = *declaration && seen_.has(**declaration);
    }
    event.declared_wrong = known->second;
  }
  return events;
}

Result<Warehouse::Page> ScopedEvents::View::history(std::span<const ObjectId> objects,
                                                    std::span<const trace::Role> roles, EventSeq upto,
                                                    std::int64_t after, std::size_t limit) {
  Page page;
  for (std::size_t step = std::max<std::size_t>(limit, 64);; step = std::min<std::size_t>(step * 2, 10'000)) {
    auto some = whole_.history(objects, roles, upto, after, step);
    if (!some) return some;
    if (!some->events.empty()) after = some->events.back().seq.value();
    const bool more = some->more;
    auto kept = keep_seen(std::move(some->events));
    if (!kept) return std::move(kept.error());
    for (StoredEvent& event : *kept) {
      page.more = page.events.size() == limit;
      if (page.more) return page;
      page.events.push_back(std::move(event));
    }
    if (!more) return page;
  }
}

Result<std::vector<trace::Posting>> ScopedEvents::View::postings(std::span<const ObjectId> objects, EventSeq upto) {
  auto all = whole_.postings(objects, upto);
  if (!all) return all;
  std::vector<EventSeq> seqs, seen;
  for (const trace::Posting& posting : *all) seqs.push_back(posting.seq);
  std::sort(seqs.begin(), seqs.end());
  seqs.erase(std::unique(seqs.begin(), seqs.end()), seqs.end());
  for (std::span<const EventSeq> rest = seqs; !rest.empty(); rest = rest.subspan(std::min(kSlice, rest.size()))) {
    auto some = events(rest.first(std::min(kSlice, rest.size())), upto);
    if (!some) return std::move(some.error());
    for (const StoredEvent& event : *some) seen.push_back(event.seq);
  }
  std::erase_if(
      *all, [&](const trace::Posting& posting) { return !std::binary_search(seen.begin(), seen.end(), posting.seq); });
  return all;
}

Result<bool> ScopedEvents::View::is_named(ObjectId object, std::span<const trace::Role> roles) {
  auto page = history(std::span(&object, 1), roles, EventSeq(INT64_MAX), 0, 1);
  if (!page) return std::move(page.error());
  return !page->events.empty();
}

// An object is there when an event names it, or something of it.
Result<bool> ScopedEvents::View::exists(ObjectId object, codes::Level level) {
  if (const auto known = exists_.find(object); known != exists_.end()) return known->second;
  auto there = is_named(object, {});
  if (there && !*there && level == codes::Level::kClass) there = has_member(object);
  if (!there) return there;
  exists_.emplace(object, *there);
  return *there;
}

Result<bool> ScopedEvents::View::has_member(ObjectId of_class) {
  for (std::int64_t after = 0;;) {
    auto some = whole_.members(of_class, after, kTogether);
    if (!some) return std::move(some.error());
    if (some->empty()) return false;
    auto page = history(*some, {}, EventSeq(INT64_MAX), 0, 1);
    if (!page) return std::move(page.error());
    if (!page->events.empty()) return true;
    if (some->size() < kTogether) return false;
    after = some->back().value();
  }
}

// Which things belong to a lot is told by events; only those that there are tell it.
Result<const std::set<ObjectId>*> ScopedEvents::View::told_members(ObjectId of_lot) {
  const auto [entry, is_new] = told_.try_emplace(of_lot);
  if (!is_new) return &entry->second;
  const trace::Role role = trace::Role::kMemberLot;
  for (std::int64_t after = 0;;) {
    auto page = history(std::span(&of_lot, 1), std::span(&role, 1), EventSeq(INT64_MAX), after, kTogether);
    if (!page) return std::move(page.error());
    for (const StoredEvent& event : page->events) {
      for (const trace::Link& link : event.links) {
        if (trace::is_goods(link.role)) entry->second.insert(link.object);
      }
    }
    if (!page->more) return &entry->second;
    after = page->events.back().seq.value();
  }
}

Result<std::vector<ObjectId>> ScopedEvents::View::members(ObjectId of_class, std::int64_t after, std::size_t limit) {
  std::vector<ObjectId> found;
  for (;;) {
    auto some = whole_.members(of_class, after, kTogether);
    if (!some) return some;
    auto above = whole_.classes(*some);
    if (!above) return std::move(above.error());
    for (std::size_t i = 0; i < some->size(); ++i) {
      after = (*some)[i].value();
      if ((*above)[i] != of_class) {
        auto told = told_members(of_class);
        if (!told) return std::move(told.error());
        if (!(*told)->contains((*some)[i])) continue;
      }
      auto there = exists((*some)[i], codes::Level::kItem);
      if (!there) return std::move(there.error());
      if (*there) found.push_back((*some)[i]);
      if (found.size() == limit) return found;
    }
    if (some->size() < kTogether) return found;
  }
}

Result<Warehouse::ScanPage> ScopedEvents::View::scan(const Scan& scan) {
  if (auto learnt = learn_codes(); !learnt) return std::move(learnt.error());
  Scan scoped = scan;
  scoped.filter.seen = seen_;
  auto page = whole_.scan(scoped);
  if (!page) return page;
  auto kept = keep_seen(std::move(page->events));
  if (!kept) return std::move(kept.error());
  page->events = std::move(*kept);
  return page;
}

Result<bool> ScopedEvents::View::is_word_used(Resource resource, const std::string& word) {
  auto settled = whole_.settled();
  if (!settled) return std::move(settled.error());
  if (*settled == 0) return false;
  Scan scan{{}, Order::kRecord, false, EventSeq(*settled), std::nullopt, 1};
  (resource == Resource::kBizStep ? scan.filter.biz_steps : scan.filter.dispositions) = {word};
  for (;;) {
    auto page = this->scan(scan);
    if (!page) return std::move(page.error());
    if (!page->events.empty()) return true;
    if (!page->next) return false;
    scan.after = page->next;
  }
}

Result<bool> ScopedEvents::View::is_known(Resource resource, const Known& known) {
  using trace::Role;
  switch (resource) {
    case Resource::kEpc:
      return is_named(ObjectId(known.id), {});
    case Resource::kReadPoint:
      return is_named(ObjectId(known.id), std::array{Role::kReadPoint});
    case Resource::kBizLocation:
      return is_named(ObjectId(known.id), std::array{Role::kBizLocation});
    case Resource::kBizStep:
    case Resource::kDisposition:
      return is_word_used(resource, known.text);
    case Resource::kEventType:
      return true;
  }
  return false;
}

Result<Warehouse::KnownPage> ScopedEvents::View::known(Resource resource, std::int64_t after, std::size_t limit) {
  KnownPage page;
  for (;;) {
    auto some = whole_.known(resource, after, std::max<std::size_t>(limit, 100));
    if (!some) return some;
    for (Known& each : some->known) {
      after = each.id;
      auto there = is_known(resource, each);
      if (!there) return std::move(there.error());
      if (!*there) continue;
      page.more = page.known.size() == limit;
      if (page.more) return page;
      page.known.push_back(std::move(each));
    }
    if (!some->more || some->known.empty()) return page;
  }
}

Result<std::vector<trace::MasterDatum>> ScopedEvents::View::master_data(std::span<const codes::Identity> subjects) {
  auto all = whole_.master_data(subjects);
  if (!all) return all;
  std::vector<trace::MasterDatum> shown;
  for (trace::MasterDatum& datum : *all) {
    if (is_open_to_readers(datum)) shown.push_back(std::move(datum));
  }
  auto theirs = whole_.master_data_from(subjects, seen_);
  if (!theirs) return theirs;
  for (trace::MasterDatum& datum : *theirs) {
    if (!is_open_to_readers(datum)) shown.push_back(std::move(datum));
  }
  return shown;
}

Result<std::vector<ObjectId>> ScopedEvents::View::recent_objects(codes::Level level, std::size_t limit) {
  auto recent = whole_.recent_objects(level, kTogether);
  if (!recent) return recent;
  std::vector<ObjectId> found;
  for (const ObjectId object : *recent) {
    auto there = exists(object, level);
    if (!there) return std::move(there.error());
    if (*there) found.push_back(object);
    if (found.size() == limit) break;
  }
  return found;
}

// ------------------------------------------------------------------------------------------------------------- scope

ScopedEvents::ScopedEvents(const identity::Scope& scope, Warehouse& warehouse)
    : whole_(warehouse),
      view_(scope.is_everything() ? nullptr : std::make_unique<View>(scope, warehouse)),
      sees_chains_(scope.width() == identity::Width::kChain) {}
ScopedEvents::~ScopedEvents() = default;

Warehouse& ScopedEvents::warehouse() { return view_ ? static_cast<Warehouse&>(*view_) : whole_; }

namespace {

bool is_within(const StoredEvent& event, const ScopedEvents::Reached& reached) {
  return std::any_of(event.links.begin(), event.links.end(), [&](const trace::Link& link) {
    const auto found = reached.find(link.object);
    return found != reached.end() &&
           std::any_of(found->second.begin(), found->second.end(), [&](const trace::Window& window) {
             return window.from <= event.time && event.time < window.until;
           });
  });
}

}  // namespace

Result<std::optional<StoredEvent>> ScopedEvents::see(const StoredEvent& event) {
  if (!view_) return std::optional(event);
  auto kept = view_->keep_seen({event});
  if (!kept) return std::move(kept.error());
  return kept->empty() ? std::optional<StoredEvent>() : std::optional(std::move(kept->front()));
}

Result<bool> ScopedEvents::touches(const Reached& reached) {
  std::vector<ObjectId> some;
  for (auto at = reached.begin(); at != reached.end();) {
    for (some.clear(); at != reached.end() && some.size() < kTogether; ++at) some.push_back(at->first);
    for (std::int64_t after = 0;;) {
      auto page = warehouse().history(some, {}, EventSeq(INT64_MAX), after, kTogether);
      if (!page) return std::move(page.error());
      for (const StoredEvent& event : page->events) {
        if (is_within(event, reached)) return true;
      }
      if (!page->more) break;
      after = page->events.back().seq.value();
    }
  }
  return false;
}

}  // namespace suyuan
