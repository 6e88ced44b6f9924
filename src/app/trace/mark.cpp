// SPDX-License-Identifier: Apache-2.0
#include "app/trace/mark.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/audit/audit.h"
#include "app/capture/capture.h"
#include "app/trace/load.h"
#include "app/trace/mark_sight.h"
#include "app/trace/survey.h"
#include "base/text.h"

namespace suyuan {

namespace {

constexpr std::size_t kCodesMax = 100, kReasonMax = 4000, kPageMax = 1000;

Error unknown_mark(const std::string& id) {
  return Error{ErrorKind::kNotFound, "mark.unknown",
               fmt::format("There is no mark \"{}\". `suyuan marks`, or GET /api/v1/marks, lists them.", excerpt(id))};
}

Result<std::string> good_reason(const std::string& reason) {
  std::string text(trim(reason));
  if (!text.empty() && text.size() <= kReasonMax && is_utf8(text)) return text;
  return Error{ErrorKind::kInvalid, "mark.reason",
               fmt::format("The reason has {} bytes; 1 to {} of UTF-8 text are wanted. Say why, for those who read it "
                           "years later.",
                           text.size(), kReasonMax)};
}

Status good_limit(std::size_t limit) {
  if (limit >= 1 && limit <= kPageMax) return Done{};
  return Error{ErrorKind::kInvalid, "trace.limit",
               fmt::format("The limit is {}; 1 to {} rows in one answer are allowed.", limit, kPageMax)};
}

Status open_task(const Mark& mark, const Actor& who, const MarkServices& services) {
  if (services.tasks == nullptr) return Done{};
  const Instant now = services.clock.now();
  return services.tasks->open({.id = new_public_id(now),
                               .kind = std::string(kTaskLiftMark),
                               .subject = mark.id,
                               .org = who.org,
                               .person = who.person,
                               .opened = now});
}

Status close_task(const std::string& mark, const Actor& who, const MarkServices& services) {
  if (services.tasks == nullptr) return Done{};
  auto closed = services.tasks->close(kTaskLiftMark, mark, who.person, services.clock.now());
  return closed ? Status(Done{}) : Status(std::move(closed.error()));
}

AuditEntry audit_of(const Granted& who, std::string_view act, const Mark& mark) {
  std::string names;
  for (const codes::Identity& code : mark.codes) names += (names.empty() ? "" : " ") + codes::canonical_uri(code);
  const AuditField after{"codes", names};
  return with_fields(audit_entry(who, act, {"mark", mark.id}, mark.acts.back().reason, mark.acts.back().at), {},
                     std::span(&after, 1));
}

}  // namespace

Result<Mark> make_mark(const Permit<identity::Act::kMarkMake>& permit, const MarkRequest& request,
                       const MarkServices& services) {
  auto reason = good_reason(request.reason);
  if (!reason) return std::move(reason.error());
  if (request.codes.empty())
    return Error{ErrorKind::kInvalid, "trace.no_code", "No code was given. Name the code that is affected."};
  if (request.codes.size() > kCodesMax)
    return Error{ErrorKind::kInvalid, "mark.codes",
                 fmt::format("{} codes in one mark; at most {} are allowed. Make several marks.", request.codes.size(),
                             kCodesMax)};
  const Instant now = services.clock.now();
  Mark mark;
  mark.id = new_public_id(now);
  for (const codes::Identity& code : request.codes) {
    if (std::find(mark.codes.begin(), mark.codes.end(), code) == mark.codes.end()) mark.codes.push_back(code);
  }
  auto settled = services.warehouse.settled();
  if (!settled) return std::move(settled.error());
  mark.looked = *settled;
  MarkSight sight(permit.scope(), services.warehouse);
  std::set<codes::Identity> theirs;
  auto starts = sight.starts(mark.codes, mark.looked, true, theirs);
  if (!starts) return std::move(starts.error());
  auto affected = survey(*starts, mark.looked, sight.warehouse());
  if (!affected) return std::move(affected.error());
  mark.affected = affected->counts();
  const std::vector<std::string> parts = affected->everything();
  mark.acts.push_back({MarkAct::Kind::kMade, now, permit.actor(), std::move(*reason), mark.looked,
                       static_cast<std::int64_t>(affected->all_goods().size()), 0});
  mark.parts = static_cast<std::int64_t>(parts.size());
  mark.revision = 1;
  // The task first: a mark that nobody must lift would be worse than a task for a mark that did not come about.
  if (auto opened = open_task(mark, permit.actor(), services); !opened) return std::move(opened.error());
  if (auto added = services.store.add(mark, parts, audit_of(permit, "mark.make", mark)); !added) {
    static_cast<void>(close_task(mark.id, permit.actor(), services));
    return std::move(added.error());
  }
  return mark;
}

namespace {

const Actor& owner_of(const Mark& mark) { return mark.acts.front().actor; }

// Somebody else's is answered as one that does not exist.
Result<Mark> find_mark(const Granted& permit, const std::string& id, const MarkServices& services) {
  auto mark = services.store.mark(id);
  if (!mark) return std::move(mark.error());
  if (!*mark || !permit.scope().covers(owner_of(**mark))) return unknown_mark(id);
  return std::move(**mark);
}

}  // namespace

Result<Mark> lift_mark(const Permit<identity::Act::kMarkLift>& permit, const std::string& id, const std::string& given,
                       const MarkServices& services) {
  auto reason = good_reason(given);
  if (!reason) return std::move(reason.error());
  auto mark = find_mark(permit, id, services);
  if (!mark) return mark;
  const MarkAct act{
      MarkAct::Kind::kLifted, services.clock.now(), permit.actor(), std::move(*reason), mark->looked, 0, 0};
  const AuditEntry entry = audit_entry(permit, "mark.lift", {"mark", id}, act.reason, act.at);
  auto lifted = services.store.lift(id, act, entry);
  if (lifted || lifted.error().code == "mark.lifted") {  // by somebody who was killed before the task was closed
    if (auto closed = close_task(id, permit.actor(), services); !closed) return std::move(closed.error());
  }
  if (!lifted) return std::move(lifted.error());
  auto now = services.store.mark(id);
  if (!now) return std::move(now.error());
  return *now ? Result<Mark>(std::move(**now)) : unknown_mark(id);
}

namespace {

// Which codes are unseen is told as to the organisation of the mark.
Result<MarkView> view_of(const Granted& permit, Mark mark, std::int64_t settled, const MarkServices& services) {
  MarkView view{std::move(mark), std::nullopt, {}};
  if (permit.scope().is_everything()) view.recorded = settled;
  const auto granted = services.authorizer.grant_job(owner_of(view.mark), identity::Act::kMarkMake);
  MarkSight sight(granted ? granted->scope() : identity::Scope::nothing(), services.warehouse);
  std::set<codes::Identity> theirs;
  auto starts = sight.starts(view.mark.codes, view.mark.looked, view.mark.is_open, theirs);
  if (!starts) return std::move(starts.error());
  auto found = sight.warehouse().find(*starts);
  if (!found) return std::move(found.error());
  std::set<codes::Identity> seen;
  for (std::size_t i = 0; i < found->size(); ++i) {
    if ((*found)[i]) seen.insert((*starts)[i]);
  }
  for (const codes::Identity& code : view.mark.codes) {
    if (!seen.contains(code)) view.unseen.push_back(code);
  }
  return view;
}

}  // namespace

Result<std::vector<MarkView>> list_marks(const Permit<identity::Act::kMarkRead>& permit, const std::string& after,
                                         std::size_t limit, bool open_only, const MarkServices& services) {
  if (auto good = good_limit(limit); !good) return std::move(good.error());
  auto settled = services.warehouse.settled();
  if (!settled) return std::move(settled.error());
  std::vector<MarkView> views;
  for (std::string at = after;;) {
    auto marks = services.store.marks(at, limit, open_only);
    if (!marks) return std::move(marks.error());
    const bool is_end = marks->size() < limit;
    for (Mark& mark : *marks) {
      at = mark.id;
      if (!permit.scope().covers(owner_of(mark))) continue;
      auto view = view_of(permit, std::move(mark), *settled, services);
      if (!view) return std::move(view.error());
      views.push_back(std::move(*view));
      if (views.size() == limit) return views;
    }
    if (is_end) return views;
  }
}

Result<MarkView> view_mark(const Permit<identity::Act::kMarkRead>& permit, const std::string& id,
                           const MarkServices& services) {
  auto mark = find_mark(permit, id, services);
  if (!mark) return std::move(mark.error());
  auto settled = services.warehouse.settled();
  if (!settled) return std::move(settled.error());
  return view_of(permit, std::move(*mark), *settled, services);
}

namespace {

Status add_events(MarkFinds& answer, Warehouse& warehouse) {
  std::vector<trace::EventSeq> seqs;
  for (const auto& found : answer.finds) {
    if (found.find.seq) seqs.push_back(*found.find.seq);
  }
  std::sort(seqs.begin(), seqs.end());
  auto settled = warehouse.settled();
  if (!settled) return std::move(settled.error());
  auto events = warehouse.events(seqs, seq_upto(*settled));
  if (!events) return std::move(events.error());
  for (auto& found : answer.finds) {
    const auto at = std::find_if(events->begin(), events->end(),
                                 [&](const trace::StoredEvent& event) { return event.seq == found.find.seq; });
    if (at != events->end()) found.event = *at;
  }
  return Done{};
}

Status add_names(MarkFinds& answer, Warehouse& warehouse) {
  std::set<trace::ObjectId> named;
  for (const auto& found : answer.finds) {
    const auto add_some = [&](const std::vector<trace::ObjectId>& objects) {
      named.insert(objects.begin(),
                   objects.begin() + static_cast<std::ptrdiff_t>(std::min(objects.size(), kFindThingsShown)));
    };
    add_some(found.find.goods);
    add_some(found.find.carriers);
    named.insert(found.find.told.begin(), found.find.told.end());
    if (!found.event) continue;
    for (const trace::Link& link : found.event->links) {
      if (link.role >= trace::Role::kReadPoint && link.role <= trace::Role::kDestinationLocation)
        named.insert(link.object);
    }
  }
  auto names = names_of(warehouse, named);
  if (!names) return std::move(names.error());
  answer.names = std::move(*names);
  return Done{};
}

}  // namespace

Result<MarkFinds> mark_finds(const Permit<identity::Act::kMarkRead>& permit, const std::string& id, std::int64_t after,
                             std::size_t limit, const MarkServices& services) {
  if (auto good = good_limit(limit); !good) return std::move(good.error());
  auto view = view_mark(permit, id, services);
  if (!view) return std::move(view.error());
  auto finds = services.store.finds(id, after, limit + 1);
  if (!finds) return std::move(finds.error());
  MarkFinds answer{std::move(*view), {}, finds->size() > limit, {}};
  for (std::size_t i = 0; i < std::min(limit, finds->size()); ++i)
    answer.finds.push_back({std::move((*finds)[i]), std::nullopt});
  if (auto done = add_events(answer, services.warehouse); !done) return std::move(done.error());
  ScopedEvents seen(permit.scope(), services.warehouse);  // what was found is theirs; not all that is said of it is
  if (auto done = add_names(answer, seen.warehouse()); !done) return std::move(done.error());
  return answer;
}

}  // namespace suyuan
