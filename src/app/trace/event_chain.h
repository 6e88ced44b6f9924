// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <set>

#include "app/ports/warehouse.h"
#include "domain/trace/affected.h"
#include "domain/trace/chain.h"

namespace suyuan {

// As much of the chain around one event as following it takes: boxes and single things with their whole history; lots
// and classes, which may be in a million events, with those that they share with the others; new things with the event
// alone.
class EventChain {
 public:
  // All of it outlives this.
  EventChain(const trace::StoredEvent& event, const trace::Affected& affected, Warehouse& warehouse)
      : event_(event), affected_(affected), warehouse_(warehouse) {}
  const trace::Chain& chain() const { return chain_; }
  Status load(const std::set<trace::ObjectId>& wanted);

 private:
  struct Part {
    codes::Level level;
    std::optional<trace::ObjectId> of_class;
  };
  bool is_part(trace::ObjectId object, codes::Level level) const;
  void add_parts();

  const trace::StoredEvent& event_;
  const trace::Affected& affected_;
  Warehouse& warehouse_;
  trace::Chain chain_{std::nullopt};
  std::set<trace::EventSeq> seqs_;  // of everything that has its whole history here
  std::map<trace::ObjectId, Part> parts_;
};

}  // namespace suyuan
