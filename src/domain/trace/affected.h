// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "domain/codes/identity.h"
#include "domain/trace/windows.h"

// What a mark knows to be affected, for millions of things: the state from which a recall goes on when new events come,
// without walking again. It only grows; what grew can be taken out as bytes, and put back in that order.
namespace suyuan::trace {

class Affected {
 public:
  bool is_goods(ObjectId object) const;
  Windows goods(ObjectId object) const;                     // docs/trace.md §5; empty when it is not affected
  bool covers(ObjectId object, const Window& goods) const;  // nothing new would be said
  // It has been a parent of something affected, whether or not at the right time: what it carries is asked of the
  // chain.
  bool may_carry(ObjectId object) const { return has(object, kMayCarry); }
  bool is_process(ObjectId object) const {
    return has(object, kProcess);
  }  // a transformationID that affected goods went into
  bool knows(ObjectId object) const { return is_goods(object) || has(object, kMayCarry | kProcess); }
  bool has_classes() const { return has_classes_; }  // a class is affected: whatever is of it, is

  struct Counts {
    std::int64_t items = 0, lots = 0, classes = 0, others = 0;
    friend bool operator==(const Counts&, const Counts&) = default;
  };
  const Counts& counts() const { return counts_; }
  std::vector<ObjectId> all_goods() const;  // ascending
  std::vector<ObjectId> all_met() const;    // ascending

  // True when that was new.
  bool add_goods(ObjectId object, codes::Level level, const Window& window);
  bool add_carrier(ObjectId object) { return add_flag(object, kMayCarry); }
  bool add_process(ObjectId object) { return add_flag(object, kProcess); }
  bool add_met(ObjectId who) { return add_flag(who, kMet) && (met_.push_back(who), true); }
  std::vector<ObjectId> take_met();  // who was met since the last call, ascending

  // What was added since the last call, in parts of a bounded size; nothing when nothing was.
  std::vector<std::string> take_new();
  std::vector<std::string> everything() const;
  // Adds a part. False: it is damaged.
  bool put(std::string_view part);
  // The same in less memory; nothing counts as new in it.
  Affected packed() const;

 private:
  enum Flag : std::uint8_t { kMayCarry = 1, kProcess = 2, kMet = 4 };
  struct Entry {
    Windows goods;
    codes::Level level = codes::Level::kOther;
    std::uint8_t flags = 0;
  };
  struct Plain {  // goods from one time on: nearly all of a large mark
    ObjectId object;
    Instant from;
    codes::Level level;
  };
  const Plain* plain(ObjectId object) const;
  bool has(ObjectId object, int flags) const;
  bool add_flag(ObjectId object, Flag flag);
  Entry& entry(ObjectId object);
  Entry copy_of(ObjectId object) const;
  void count(codes::Level level);
  std::vector<std::string> encode(const std::vector<ObjectId>& objects) const;

  std::vector<Plain> plain_;  // ascending; what `others_` has counts instead
  std::unordered_map<ObjectId, Entry> others_;
  std::unordered_set<ObjectId> new_;
  std::vector<ObjectId> met_;
  Counts counts_;
  bool has_classes_ = false;
};

}  // namespace suyuan::trace
