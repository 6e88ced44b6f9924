// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "app/ports/changes.h"
#include "app/ports/warehouse.h"

namespace suyuan {

// The places of all that a page was made from, so that a kept one can be told from an outdated one.
class Footprint {
 public:
  explicit Footprint(const Changes* changes) : changes_(changes), moment_(changes == nullptr ? 0 : changes->moment()) {}
  void add(Changes::Of what, trace::ObjectId object) {
    if (changes_ != nullptr) places_.push_back(changes_->place_of(what, object));
  }
  void add_unknown(const codes::Identity& id) {
    if (changes_ != nullptr) places_.push_back(changes_->place_of_arrival(id));
  }
  void add_event(std::string_view event_id) {
    if (changes_ != nullptr) places_.push_back(changes_->place_of_declaration(event_id));
  }
  std::uint64_t moment() const { return moment_; }
  std::vector<Changes::Place> take_places();  // ascending, each once

 private:
  const Changes* changes_;
  std::uint64_t moment_;
  std::vector<Changes::Place> places_;
};

// All that a page asks of the store, each with its footprint. One page sees the records up to one number.
class PageReads {
 public:
  PageReads(Warehouse& warehouse, Footprint& footprint) : warehouse_(warehouse), footprint_(footprint) {}

  Result<std::vector<std::optional<trace::ObjectId>>> find(std::span<const codes::Identity> ids);
  Result<std::vector<codes::Identity>> describe(std::span<const trace::ObjectId> objects) {
    return warehouse_.describe(objects);  // never changes
  }
  Result<Warehouse::Page> history(trace::ObjectId object, std::size_t limit);  // its first events
  Result<std::vector<trace::ObjectId>> members(trace::ObjectId of_class, std::size_t limit);
  Result<std::vector<trace::MasterDatum>> master_data(std::span<const codes::Identity> subjects);
  Result<Warehouse::Original> original(trace::EventSeq seq) { return warehouse_.original(seq); }  // never changes

 private:
  Warehouse& warehouse_;
  Footprint& footprint_;
  std::optional<std::int64_t> upto_;
};

}  // namespace suyuan
