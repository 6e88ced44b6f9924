// SPDX-License-Identifier: Apache-2.0
#include "app/trace/survey.h"

#include "app/trace/load.h"
#include "domain/trace/chain.h"
#include "domain/trace/recall.h"

namespace suyuan {

namespace {

using trace::Affected;
using trace::ObjectId;
using trace::Window;

// Whatever something affected has been in, whenever that was, and what that has been in.
void add_carriers(const trace::Chain& chain, ObjectId object, Affected& affected) {
  if (!chain.knows(object)) return;
  for (const trace::Chain::Neighbour& parent : chain.parents(object)) {
    if (affected.add_carrier(parent.object)) add_carriers(chain, parent.object, affected);
  }
}

void add_processes(const trace::Chain& chain, ObjectId object, Affected& affected) {
  if (!chain.knows(object)) return;
  std::set<ObjectId> unknown;
  for (const trace::Chain::Process& process : chain.processes(object, unknown)) {
    if (process.id) affected.add_process(*process.id);
  }
  for (const ObjectId process : unknown) affected.add_process(process);
}

void absorb(trace::Recall& recall, const trace::Chain& chain, Affected& affected) {
  recall.each_reached([&](ObjectId object, codes::Level level, const trace::Reached& reached) {
    for (const Window& window : reached.goods.all()) affected.add_goods(object, level, window);
    if (!reached.carrier.empty()) affected.add_carrier(object);
    add_carriers(chain, object, affected);
    add_processes(chain, object, affected);
  });
  recall.visit({[](ObjectId, codes::Level, bool) {},
                [&](const trace::Holder& holder) {
                  if (holder.party) affected.add_met(*holder.party);
                  if (holder.place) affected.add_met(*holder.place);
                },
                [](const trace::Missing&) {}, [&](ObjectId, ObjectId who, bool) { affected.add_met(who); }});
}

}  // namespace

Result<Affected> survey(std::span<const codes::Identity> codes, std::int64_t upto, Warehouse& warehouse) {
  Affected affected;
  auto starts = fresh_starts(codes, affected, warehouse);
  if (!starts) return std::move(starts.error());
  if (auto done = spread(*starts, upto, warehouse, affected); !done) return std::move(done.error());
  return affected;
}

Status spread(const std::map<ObjectId, trace::Windows>& newly, std::int64_t upto, Warehouse& warehouse,
              Affected& affected) {
  if (newly.empty()) return Done{};
  trace::Chain chain(std::nullopt);
  trace::Recall recall({}, std::nullopt, chain);
  recall.leave_out([&](ObjectId object, const Window& window) { return affected.covers(object, window); });
  for (const auto& [object, windows] : newly) {
    for (const Window& window : windows.all()) recall.reach(object, window);
  }
  if (auto done = find_all(warehouse, seq_upto(upto), chain, recall); !done) return done;
  absorb(recall, chain, affected);
  return Done{};
}

Result<std::map<ObjectId, trace::Windows>> fresh_starts(std::span<const codes::Identity> codes,
                                                        const Affected& affected, Warehouse& warehouse) {
  auto found = warehouse.find(codes);
  if (!found) return std::move(found.error());
  const Window always{kInstantMin, kInstantMax};
  std::map<ObjectId, trace::Windows> fresh;
  for (const auto& object : *found) {
    if (object && !affected.covers(*object, always)) fresh[*object].add(always);
  }
  return fresh;
}

}  // namespace suyuan
