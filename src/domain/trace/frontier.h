// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <utility>
#include <vector>

#include "domain/trace/stored_event.h"

namespace suyuan::trace {

// Objects that were found and are to be looked up, and those that are being looked up. What is found together is one
// frontier and handed out in the order of its objects, piece by piece, so that each part of an index is read once.
class Frontier {
 public:
  explicit Frontier(std::size_t piece) : piece_(piece) {}

  std::size_t piece() const { return piece_; }  // so many objects are handed out at most
  void add(ObjectId object) {
    is_ordered_ = is_ordered_ && last_ < object.value();
    last_ = object.value();
    found_.push_back(object);
  }
  bool has_found() const { return !found_.empty(); }
  // A piece is found, and nothing that follows belongs before it.
  bool has_piece() const { return is_ordered_ && found_.size() >= piece_; }

  // What was found becomes the frontier that is handed out, if that is worth it by now. Requires: the one before is
  // handed out. `is_all`: nothing else is left to be found but by what is being looked up.
  bool begin(bool is_all) {
    const bool is_worth_it = is_ordered_ && found_.size() >= std::min(piece_, kWorthIt);
    if (found_.empty() || (!is_worth_it && !is_settled())) return false;
    frontier_ = std::exchange(found_, {});
    handed_ = 0;
    if (!is_ordered_) std::sort(frontier_.begin(), frontier_.end());
    is_ordered_ = true;
    if (is_all) last_ = 0;  // else what follows is of this frontier too
    return true;
  }
  std::vector<ObjectId> hand_out() {  // nothing: all of it was
    const auto from = frontier_.begin() + static_cast<std::ptrdiff_t>(handed_);
    const std::size_t count = std::min(piece_, frontier_.size() - handed_);
    handed_ += count;
    unsettled_ += count;
    return {from, from + static_cast<std::ptrdiff_t>(count)};
  }
  void settle(std::size_t count) { unsettled_ -= count; }
  bool is_settled() const { return unsettled_ == 0; }

 private:
  static constexpr std::size_t kWorthIt = 4096;  // fewer wait for what others lead to

  std::size_t piece_;
  std::vector<ObjectId> found_, frontier_;
  std::size_t handed_ = 0, unsettled_ = 0;  // of `frontier_`; and of all
  bool is_ordered_ = true;                  // `found_`: each comes after the one that was found before it
  std::int64_t last_ = 0;
};

}  // namespace suyuan::trace
