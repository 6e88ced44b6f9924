// SPDX-License-Identifier: Apache-2.0
#include "app/tlog/signed_points.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/tlog/sequencer.h"
#include "base/base64.h"
#include "base/text.h"
#include "domain/tlog/proof.h"

namespace suyuan {

namespace {

using tlog::HashKind;

constexpr std::string_view kTell =
    "Whoever signed one of the two says two things: keep both, stop the server, and tell the body that supervises the "
    "log.";

std::string file_of(HashKind tree) { return tree == HashKind::kSm3 ? "sm3/checkpoint" : "checkpoint"; }
std::string shown(const tlog::Hash& hash) { return base64({reinterpret_cast<const char*>(hash.data()), hash.size()}); }

}  // namespace

SignedPoints::SignedPoints(const LogState& log, std::vector<tlog::NoteKey> given, const std::vector<LogKey>& own,
                           LogFaults& faults)
    : log_(log), given_(std::move(given)), faults_(faults) {
  for (const LogKey& key : own)
    if (auto read = tlog::note_key_of(key.vkey)) own_.push_back(std::move(*read));
  for (const tlog::NoteKey& key : given_) {
    if (std::any_of(tlog::kTrees.begin(), tlog::kTrees.end(),
                    [&](HashKind tree) { return key.name == origin_of(log_.origin, tree); }))
      continue;
    faults_.add("verify.other_log", [&] {
      return fmt::format(
          "The key {}+{:08x} is of another log than this store's, which is called {}. Another log was put "
          "into its place, or this is another store.",
          excerpt(key.name), tlog::id_of(key), log_.origin);
    });
  }
}

// Those that were given for this tree; the store's own where there are none.
std::vector<tlog::NoteKey> SignedPoints::keys_for(HashKind tree, bool& are_given) const {
  std::vector<tlog::NoteKey> keys;
  for (const auto* some : {&given_, &own_}) {
    for (const tlog::NoteKey& key : *some)
      if (key.name == origin_of(log_.origin, tree) && !tlog::is_cosignature(key.type)) keys.push_back(key);
    are_given = some == &given_;
    if (!keys.empty()) break;
  }
  return keys;
}

bool SignedPoints::only_own_keys() const {
  return std::any_of(tlog::kTrees.begin(), tlog::kTrees.end(), [&](HashKind tree) {
    bool are_given = false;
    static_cast<void>(keys_for(tree, are_given));
    return !are_given;
  });
}

// Keys that were given have all signed; of the store's own, which change over time, one at least.
Result<tlog::Checkpoint> SignedPoints::judged(HashKind tree, const std::string& note) const {
  bool are_given = false;
  const auto keys = keys_for(tree, are_given);
  auto verified = tlog::verify_checkpoint(note, keys);
  if (!verified) return std::move(verified.error());
  if (verified->checkpoint.origin != origin_of(log_.origin, tree))
    return Error{ErrorKind::kInvalid, "log.unsigned", fmt::format("It is of \"{}\".", verified->checkpoint.origin)};
  if (are_given)
    if (auto all = tlog::prove_checkpoint(note, {.keys = keys}); !all) return std::move(all.error());
  return std::move(verified->checkpoint);
}

void SignedPoints::add_state() {
  if (log_.size == 0) return;
  for (const HashKind tree : tlog::kTrees) {
    auto checkpoint = judged(tree, log_.checkpoints.of(tree));
    const std::string name = fmt::format("the store has kept for the log {}", origin_of(log_.origin, tree));
    if (checkpoint && checkpoint->size == log_.size) {
      points_.push_back({tree, std::move(*checkpoint), "verify.root", "The checkpoint that " + name});
      continue;
    }
    faults_.add("verify.state", [&] {
      return fmt::format(
          "The checkpoint that {} {} Somebody changed the table tlog, or signed it anew: restore the newest "
          "backup that agrees with the log (suyuan restore).",
          name,
          checkpoint ? fmt::format("is of {} entries, and {} are leaves.", checkpoint->size, log_.size)
                     : "does not hold: " + checkpoint.error().text);
    });
  }
}

void SignedPoints::add_published(const Checkpoints& published) {
  std::uint64_t largest = 0, smallest = UINT64_MAX;
  bool is_any_unsound = false;
  for (const HashKind tree : tlog::kTrees) {
    const std::string& note = published.of(tree);
    if (note.empty()) {
      smallest = 0;
      continue;
    }
    auto checkpoint = judged(tree, note);
    if (checkpoint && checkpoint->size > log_.size) {
      faults_.add("verify.ahead", [&] {
        return fmt::format(
            "The file {} is signed for {} entries, and the store knows {}: an older store was put back, "
            "and what came after it is missing. Restore a newer backup (suyuan restore), or let the log "
            "go on after what was published (suyuan log --adopt).",
            file_of(tree), checkpoint->size, log_.size);
      });
      largest = log_.size;
      continue;
    }
    const bool is_other = checkpoint && checkpoint->size == log_.size && note != log_.checkpoints.of(tree);
    if (!checkpoint || is_other) {
      is_any_unsound = true;
      faults_.add("verify.checkpoint", [&] {
        return fmt::format(
            "The file {} of the log {} Somebody changed it, or signed another: keep it; a server that "
            "starts publishes the store's again.",
            file_of(tree),
            checkpoint ? "is not byte for byte what the store has kept for the same size."
                       : "does not hold: " + checkpoint.error().text);
      });
      if (!checkpoint) continue;
    }
    largest = std::max(largest, checkpoint->size);
    smallest = std::min(smallest, checkpoint->size);
    points_.push_back({tree, std::move(*checkpoint), "verify.root", "The published file " + file_of(tree)});
  }
  in_files_ = is_any_unsound ? log_.size : largest;
  published_ = is_any_unsound ? log_.size : std::min(smallest, log_.size);
}

Status SignedPoints::add_against(const std::string& bytes) {
  const auto note = tlog::note_of(bytes);
  if (!note) return Error(note.error());
  const auto said = tlog::checkpoint_of(note->text);
  if (!said) return Error(said.error());
  for (const HashKind tree : tlog::kTrees) {
    if (said->origin != origin_of(log_.origin, tree)) continue;
    auto checkpoint = judged(tree, bytes);
    if (!checkpoint) {
      faults_.add("verify.against", [&] {
        return fmt::format(
            "The checkpoint that was kept elsewhere is not signed by the keys of this log: {} It is not of "
            "this log, or the log was signed anew with other keys.",
            checkpoint.error().text);
      });
    } else if (checkpoint->size > log_.size) {
      faults_.add("verify.cut_off", [&] {
        return fmt::format(
            "The log was cut off: the checkpoint that was kept elsewhere is signed for {} entries, and "
            "there are {}. {}",
            checkpoint->size, log_.size, kTell);
      });
    } else {
      points_.push_back({tree, std::move(*checkpoint), "verify.against", "The checkpoint that was kept elsewhere"});
    }
    return Done{};
  }
  faults_.add("verify.other_log", [&] {
    return fmt::format(
        "The checkpoint that was kept elsewhere is of \"{}\", and this store's log is called {}: another log "
        "was put into its place, or this is another store.",
        excerpt(said->origin), log_.origin);
  });
  return Done{};
}

std::vector<std::uint64_t> SignedPoints::sizes() const {
  std::vector<std::uint64_t> sizes;
  for (const Point& point : points_) sizes.push_back(point.checkpoint.size);
  return sizes;
}

void SignedPoints::compare(const LeafWalk& walk) {
  for (const Point& point : points_) {
    const auto roots = walk.root_at(point.checkpoint.size);
    if (!roots) continue;  // leaves are missing, and that was said
    const tlog::Hash& root = (*roots)[point.tree == HashKind::kSm3 ? 1 : 0];
    if (root == point.checkpoint.root) continue;
    faults_.add(point.code, [&] {
      return fmt::format(
          "{} has the root {} for {} entries, and the leaves give {}: entries were changed after that was "
          "signed. {}",
          point.name, shown(point.checkpoint.root), point.checkpoint.size, shown(root), kTell);
    });
  }
}

void SignedPoints::check_anchor(std::uint64_t leaf, const tlog::AnchorEntry& anchor, const RootsAt& roots) {
  const auto refuse = [&](const std::string& why) {
    faults_.add("verify.anchor", [&] {
      return fmt::format("Leaf {} is an anchor, the checkpoints of both trees at an earlier size, and {} {}", leaf, why,
                         kTell);
    });
  };
  std::vector<tlog::NoteKey> keys = own_;
  keys.insert(keys.end(), given_.begin(), given_.end());
  std::optional<std::uint64_t> size;
  for (const HashKind tree : tlog::kTrees) {
    const auto verified = tlog::verify_checkpoint(tree == HashKind::kSm3 ? anchor.sm3 : anchor.sha256, keys);
    if (!verified) return refuse("one of them does not hold: " + verified.error().text);
    const tlog::Checkpoint& said = verified->checkpoint;
    if (said.origin != origin_of(log_.origin, tree))
      return refuse(fmt::format("one is of \"{}\".", excerpt(said.origin)));
    if (said.size > leaf || said.size != size.value_or(said.size))
      return refuse(fmt::format("one is of {} entries.", said.size));
    size = said.size;
    const auto known = roots(said.size);
    if (known && (*known)[tree == HashKind::kSm3 ? 1 : 0] != said.root)
      return refuse(fmt::format("the leaves before {} give another root than was signed then.", said.size));
  }
}

}  // namespace suyuan
