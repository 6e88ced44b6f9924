// SPDX-License-Identifier: Apache-2.0
#include "app/ports/warehouse.h"

#include <algorithm>
#include <random>

#include "domain/trace/fact_table.h"

namespace suyuan {

// An engine that has nothing better reads whole events.

Result<std::vector<trace::Posting>> Warehouse::postings(std::span<const trace::ObjectId> objects,
                                                        trace::EventSeq upto) {
  constexpr std::size_t kPage = 10'000;
  std::vector<trace::Posting> all;
  for (std::int64_t after = 0;;) {
    auto page = history(objects, {}, upto, after, kPage);
    if (!page) return std::move(page.error());
    for (const trace::StoredEvent& event : page->events) {
      for (const trace::Link& link : event.links) {
        if (std::binary_search(objects.begin(), objects.end(), link.object))
          all.push_back({link.object, event.seq, link.role});
      }
    }
    if (!page->more) break;
    after = page->events.back().seq.value();
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Status Warehouse::facts(std::span<const trace::EventSeq> seqs, trace::EventSeq upto, trace::FactTable& table) {
  constexpr std::size_t kSlice = 10'000;
  for (std::size_t at = 0; at < seqs.size(); at += kSlice) {
    auto read = events(seqs.subspan(at, std::min(kSlice, seqs.size() - at)), upto);
    if (!read) return std::move(read.error());
    for (const trace::StoredEvent& event : *read) table.add(trace::fact_of(event));
  }
  return Done{};
}

Result<std::vector<codes::Level>> Warehouse::levels(std::span<const trace::ObjectId> objects) {
  auto ids = describe(objects);
  if (!ids) return std::move(ids.error());
  std::vector<codes::Level> all;
  for (const codes::Identity& id : *ids) all.push_back(codes::level_of(id));
  return all;
}

// A store that keeps none: good until the program ends.
Result<std::string> Warehouse::token_key() {
  static const std::string key = [] {
    std::random_device random;
    std::string bytes;
    while (bytes.size() < 32) bytes.push_back(static_cast<char>(random() & 0xFFU));
    return bytes;
  }();
  return key;
}

bool Seen::is_sender(OrgId org, Jurisdiction place) const {
  return std::binary_search(organisations.begin(), organisations.end(), org) || places.covers(place);
}

bool Seen::has(const trace::StoredEvent& event) const {
  if (is_sender(event.org, event.place)) return true;
  return !named.empty() && std::any_of(event.links.begin(), event.links.end(), [&](const trace::Link& link) {
    return names_a_party(link.role) && std::binary_search(named.begin(), named.end(), link.object);
  });
}

bool passes(const Warehouse::Filter& filter, const trace::StoredEvent& event) {
  const auto among = [](const auto& wanted, const auto& value) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
  };
  const auto names = [&](const Warehouse::Filter::Naming& naming) {
    return std::any_of(event.links.begin(), event.links.end(), [&](const trace::Link& link) {
      return among(naming.roles, link.role) && !naming.objects.empty() && among(naming.objects, link.object);
    });
  };
  return (!filter.seen || filter.seen->has(event)) && among(filter.types, event.type) &&
         among(filter.actions, event.action) && among(filter.biz_steps, event.biz_step) &&
         among(filter.dispositions, event.disposition) && event.time >= filter.time_from.value_or(kInstantMin) &&
         event.time < filter.time_until.value_or(Instant::max()) &&
         event.recorded >= filter.recorded_from.value_or(kInstantMin) &&
         event.recorded < filter.recorded_until.value_or(Instant::max()) &&
         std::all_of(filter.naming.begin(), filter.naming.end(), names);
}

}  // namespace suyuan
