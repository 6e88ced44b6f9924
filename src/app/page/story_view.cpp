// SPDX-License-Identifier: Apache-2.0
#include "app/page/story_view.h"

#include <map>
#include <optional>

#include "app/identity/scoped_warehouse.h"

namespace suyuan {

namespace {

using PartyOf = std::map<trace::ObjectId, std::size_t>;

Result<PartyOf> parties_in(const DemoStory& story, Warehouse& warehouse) {
  PartyOf party_of;
  for (std::size_t i = 0; i < story.parties.size(); ++i) {
    const auto found = warehouse.find(story.parties[i].codes);
    if (!found) return found.error();
    for (const auto& object : *found)
      if (object) party_of.emplace(*object, i);
  }
  return party_of;
}

void look_at(const trace::StoredEvent& event, const PartyOf& party_of, StoryView& view) {
  using trace::Role;
  std::optional<std::size_t> from, to, at;
  for (const trace::Link& link : event.links) {
    const auto found = party_of.find(link.object);
    if (found == party_of.end()) continue;
    view.parties.insert(found->second);
    if (link.role == Role::kReadPoint) at = found->second;
    if (link.role == Role::kSourcePossessor) from = found->second;
    if (link.role == Role::kDestinationPossessor) to = found->second;
  }
  if (!from || !to || event.declared_wrong) return;
  // A carrier tells of what it carries from the one to the other.
  const bool is_carried = at && at != from && at != to;
  view.flows.emplace(*from, is_carried ? *at : *to);
}

}  // namespace

Result<StoryView> view_of_story(const Permit<identity::Act::kEventRead>& permit, const DemoStory& story,
                                Warehouse& warehouse) {
  StoryView view;
  const auto counts = warehouse.counts();
  if (!counts) return counts.error();
  view.events_total = counts->events;
  const auto party_of = parties_in(story, warehouse);
  if (!party_of) return party_of.error();
  const auto settled = warehouse.settled();
  if (!settled) return settled.error();
  if (*settled == 0) return view;
  ScopedEvents seen(permit.scope(), warehouse);
  Warehouse::Scan scan{.filter = {}, .upto = trace::EventSeq(*settled), .after = {}};
  do {
    auto page = seen.warehouse().scan(scan);
    if (!page) return std::move(page.error());
    for (const trace::StoredEvent& event : page->events) look_at(event, *party_of, view);
    view.events += static_cast<std::int64_t>(page->events.size());
    scan.after = page->next;
  } while (scan.after);
  return view;
}

}  // namespace suyuan
