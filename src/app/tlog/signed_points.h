// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/tlog/leaf_walk.h"
#include "app/tlog/verification.h"
#include "domain/tlog/checkpoint.h"

namespace suyuan {

// What was signed of a log at some sizes, and whether the leaves lead to it.
class SignedPoints {
 public:
  SignedPoints(const LogState& log, std::vector<tlog::NoteKey> given, const std::vector<LogKey>& own,
               LogFaults& faults);

  // Each says what is wrong with the signature. A note that does not hold is as good as none.
  void add_state();
  void add_published(const Checkpoints& published);
  // Errors: kInvalid "log.note", "log.checkpoint".
  Status add_against(const std::string& note);
  // Whoever vouches for this log alone is itself.
  bool only_own_keys() const;
  std::uint64_t in_files() const { return in_files_; }    // so many leaves have tiles
  std::uint64_t published() const { return published_; }  // so many are published of both trees

  std::vector<std::uint64_t> sizes() const;
  // After the leaves: `walk` has their roots.
  void compare(const LeafWalk& walk);
  // `roots`: at the size of the anchor; nothing: not known.
  using RootsAt = std::function<std::optional<RootPair>(std::uint64_t size)>;
  void check_anchor(std::uint64_t leaf, const tlog::AnchorEntry& anchor, const RootsAt& roots);

 private:
  struct Point {
    tlog::HashKind tree;
    tlog::Checkpoint checkpoint;
    std::string code;  // when the root is another
    std::string name;  // for people
  };
  std::vector<tlog::NoteKey> keys_for(tlog::HashKind tree, bool& are_given) const;
  Result<tlog::Checkpoint> judged(tlog::HashKind tree, const std::string& note) const;

  const LogState& log_;
  std::vector<tlog::NoteKey> given_, own_;
  LogFaults& faults_;
  std::vector<Point> points_;
  std::uint64_t in_files_ = 0, published_ = 0;
};

}  // namespace suyuan
