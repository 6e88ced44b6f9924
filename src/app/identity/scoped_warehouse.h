// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "app/ports/warehouse.h"
#include "domain/identity/scope.h"
#include "domain/trace/walk.h"

namespace suyuan {

// The store as a scope lets it be seen: events outside the scope do not exist in it, nor does anything that only they
// name (docs/who-sees-what.md). Made once for a request; one thread, but levels, postings, facts and events may be
// asked of its warehouse from several. Both arguments outlive it.
class ScopedEvents {
 public:
  ScopedEvents(const identity::Scope& scope, Warehouse& warehouse);
  ~ScopedEvents();
  ScopedEvents(const ScopedEvents&) = delete;
  ScopedEvents& operator=(const ScopedEvents&) = delete;

  // The store itself when the scope is everything.
  Warehouse& warehouse();
  // Of width chain: the walk goes through the whole store, and is shown when some of it is within the scope.
  bool sees_chains() const { return sees_chains_; }
  // The event as they see it, if they do.
  Result<std::optional<trace::StoredEvent>> see(const trace::StoredEvent& event);
  // Whether an event within the scope names one of these, at a time at which it counts.
  using Reached = std::map<trace::ObjectId, std::vector<trace::Window>>;
  Result<bool> touches(const Reached& reached);

 private:
  class View;
  Warehouse& whole_;
  std::unique_ptr<View> view_;  // none: everything
  bool sees_chains_;
};

}  // namespace suyuan
