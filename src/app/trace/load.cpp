// SPDX-License-Identifier: Apache-2.0
#include "app/trace/load.h"

#include <fmt/format.h>

#include <algorithm>

namespace suyuan {

namespace {

using trace::ObjectId;

constexpr std::size_t kPage = 10'000;

Status load_events(Warehouse& warehouse, std::span<const trace::Posting> postings, trace::EventSeq upto,
                   trace::Chain& chain) {
  std::vector<trace::EventSeq> missing;
  for (const trace::Posting& posting : postings) {
    if (!chain.knows_event(posting.seq)) missing.push_back(posting.seq);
  }
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  for (std::span<const trace::EventSeq> rest = missing; !rest.empty();) {
    const std::size_t some = std::min(kPage, rest.size());
    auto events = warehouse.events(rest.first(some), upto);
    if (!events) return std::move(events.error());
    for (trace::StoredEvent& event : *events) chain.add_event(std::move(event));
    rest = rest.subspan(some);
  }
  return Done{};
}

}  // namespace

Result<std::vector<ObjectId>> members_of(Warehouse& warehouse, ObjectId of_class) {
  std::vector<ObjectId> all;
  for (;;) {
    auto page = warehouse.members(of_class, all.empty() ? 0 : all.back().value(), kPage);
    if (!page) return std::move(page.error());
    all.insert(all.end(), page->begin(), page->end());
    if (page->size() < kPage) return all;
  }
}

Status load_chain(Warehouse& warehouse, std::span<const ObjectId> wanted, trace::EventSeq upto, trace::Chain& chain) {
  auto ids = warehouse.describe(wanted);
  if (!ids) return std::move(ids.error());
  auto classes = warehouse.classes(wanted);
  if (!classes) return std::move(classes.error());
  auto postings = warehouse.postings(wanted, upto);
  if (!postings) return std::move(postings.error());
  if (auto loaded = load_events(warehouse, *postings, upto, chain); !loaded) return loaded;
  auto posting = postings->begin();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    std::vector<trace::EventSeq> history;
    for (; posting != postings->end() && posting->object == wanted[i]; ++posting) {
      if (history.empty() || history.back() != posting->seq) history.push_back(posting->seq);
    }
    const codes::Level level = codes::level_of((*ids)[i]);
    std::vector<ObjectId> members;
    if (level == codes::Level::kClass) {
      auto all = members_of(warehouse, wanted[i]);
      if (!all) return std::move(all.error());
      members = std::move(*all);
    }
    chain.add(wanted[i], level, (*classes)[i], history, std::move(members));
  }
  return Done{};
}

Error unknown_code(const codes::Identity& code) {
  return {ErrorKind::kNotFound, "trace.unknown_code",
          fmt::format("No record names {}. Check the code against the label; if it is right, nobody has reported it "
                      "here.",
                      codes::display_text(code))};
}

Result<std::vector<ObjectId>> find_starts(std::span<const codes::Identity> codes, Warehouse& warehouse) {
  auto found = warehouse.find(codes);
  if (!found) return std::move(found.error());
  std::vector<ObjectId> starts;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (!(*found)[i]) return unknown_code(codes[i]);
    starts.push_back(*(*found)[i]);
  }
  return starts;
}

// Names as master data gives them; our own short list of attributes that are names.
namespace {

bool is_name(const trace::MasterDatum& datum) {
  static constexpr std::string_view kNames[] = {"urn:epcglobal:cbv:mda#name",
                                                "urn:epcglobal:cbv:mda#descriptionShort",
                                                "urn:epcglobal:cbv:mda:name",
                                                "urn:epcglobal:cbv:mda:descriptionShort",
                                                "cbvmda:name",
                                                "cbvmda:descriptionShort"};
  return std::find(std::begin(kNames), std::end(kNames), datum.attribute) != std::end(kNames);
}

}  // namespace

Result<std::map<ObjectId, TraceName>> names_of(Warehouse& warehouse, const std::set<ObjectId>& objects) {
  const std::vector<ObjectId> order(objects.begin(), objects.end());
  auto ids = warehouse.describe(order);
  if (!ids) return std::move(ids.error());
  std::map<codes::Identity, std::string> names;  // of these and their classes; "" where none is known
  for (const codes::Identity& id : *ids) {
    names.try_emplace(id);
    if (auto above = codes::class_of(id)) names.try_emplace(std::move(*above));
  }
  std::vector<codes::Identity> subjects;
  for (const auto& [id, name] : names) subjects.push_back(id);
  auto data = warehouse.master_data(subjects);
  if (!data) return std::move(data.error());
  for (const trace::MasterDatum& datum : *data) {
    std::string& name = names[datum.subject];
    if (is_name(datum) && name.empty()) name = datum.value;
  }
  std::map<ObjectId, TraceName> named;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto above = codes::class_of((*ids)[i]);
    const std::string& own = names[(*ids)[i]];
    named.emplace(order[i], TraceName{(*ids)[i], own.empty() && above ? names[*above] : own});
  }
  return named;
}

}  // namespace suyuan
