// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>

#include "app/ports/log_folder.h"
#include "domain/tlog/checkpoint.h"

// A log of which tests know what it has to be, a process that writes its folder, and a judge of what is left of it.
namespace suyuan::power {

using tlog::HashKind;
using tlog::kTileWidth;
using tlog::Tile;

inline constexpr std::uint64_t kLargest = 1500;

// How far a log is. Each time that a log is cleared the next one has a name and entries of its own.
struct At {
  int log = 0;
  std::uint64_t size = 0;
};
inline std::string origin_of(int log) { return fmt::format("log/{}", log); }
inline std::string entry_of(int log, std::uint64_t index) {
  return fmt::format("entry {} of {}{}", index, log, std::string(index % 40, 'x'));
}

// What a log's tiles and roots have to be, worked out without the code that makes them.
class Truth {
 public:
  explicit Truth(int log) : log_(log) {
    std::array frontiers = {tlog::Frontier(tlog::kTrees[0]), tlog::Frontier(tlog::kTrees[1])};
    for (std::uint64_t i = 0; i <= kLargest; ++i) {
      for (std::size_t t = 0; t < 2; ++t) {
        roots_[t].push_back(frontiers[t].root());
        frontiers[t].append(tlog::leaf_hash(tlog::kTrees[t], entry_of(log, i)),
                            [&](unsigned level, std::uint64_t, const tlog::Hash& hash) {
                              if (level % 8 == 0) nodes_[t][level / 8].push_back(hash);
                            });
      }
    }
  }
  const tlog::Hash& root(HashKind tree, std::uint64_t size) const { return roots_[tree == HashKind::kSm3].at(size); }
  std::string note(HashKind tree, std::uint64_t size) const {
    return text_of(tlog::Checkpoint{origin_of(log_), size, root(tree, size)});
  }
  std::string bytes_of(HashKind tree, const Tile& tile) const {
    std::string bytes;
    for (std::uint64_t i = tile.index * kTileWidth; i < tile.index * kTileWidth + tile.width; ++i) {
      if (tile.level < 0) {
        tlog::add_entry(bytes, entry_of(log_, i));
      } else {
        const auto& hash = nodes_[tree == HashKind::kSm3].at(static_cast<std::size_t>(tile.level)).at(i);
        bytes.append(hash.begin(), hash.end());
      }
    }
    return bytes;
  }

 private:
  const int log_;
  std::array<std::array<std::vector<tlog::Hash>, 8>, 2> nodes_;
  std::array<std::vector<tlog::Hash>, 2> roots_;
};

inline const Truth& truth_of(int log) {
  static std::map<int, Truth> truths;
  return truths.try_emplace(log, log).first->second;
}

struct TilesOf : tlog::TileSource {
  TilesOf(LogFolder& of, HashKind kind) : folder(of), tree(kind) {}
  Result<std::string> tile(const Tile& wanted) override { return folder.tile(tree, wanted); }
  LogFolder& folder;
  HashKind tree;
};

inline std::int64_t mark_of(const At& at) { return at.log * 1'000'000 + static_cast<std::int64_t>(at.size); }
inline At at_of(std::int64_t mark) {
  return {static_cast<int>(mark / 1'000'000), static_cast<std::uint64_t>(mark % 1'000'000)};
}

// What a process said of itself: this was published, and this was durable.
struct Told {
  At published, durable;
};

// A process that writes the folder as the sequencer does: the rows are ahead of it, always.
class Writer {
 public:
  using Open = std::function<Result<std::unique_ptr<LogFolder>>()>;
  using Tell = std::function<void(const Told&)>;
  Writer(Open open, Tell tell, bool is_early) : open_(std::move(open)), tell_(std::move(tell)), is_early_(is_early) {}

  // Goes on from what is sound, up to the rows.
  bool begin(const At& rows) {
    auto made = open_();
    if (!made) return false;
    folder_ = std::move(*made);
    const auto published = folder_->published(), sound = folder_->sound();
    if (!published || !sound) return false;
    const auto checkpoint = tlog::checkpoint_of(published->sha256), from = tlog::checkpoint_of(sound->sha256);
    if (checkpoint && checkpoint->origin != origin_of(rows.log)) return clear(rows) && advance(rows);
    if (from) {
      TilesOf sha256(*folder_, HashKind::kSha256), sm3(*folder_, HashKind::kSm3);
      auto growth = tlog::Growth::from(from->size, sha256, sm3);
      if (!growth || growth->root(HashKind::kSha256) != from->root) return false;
      growth_ = std::move(*growth);
      told_.durable = {rows.log, from->size};
    }
    return advance(rows);
  }
  bool advance(const At& rows) {
    while (growth_.size() < rows.size) {
      if (!growth_.add(entry_of(rows.log, growth_.size()))) return false;
    }
    const Truth& truth = truth_of(rows.log);
    const Checkpoints checkpoints = {truth.note(HashKind::kSha256, rows.size), truth.note(HashKind::kSm3, rows.size)};
    if (is_early_ && !folder_->publish(checkpoints)) return false;
    if (!folder_->write(growth_.take_tiles())) return false;
    if (!is_early_ && !folder_->publish(checkpoints)) return false;
    told_.published = rows;
    tell_(told_);
    return true;
  }
  bool settle() {
    if (!folder_->make_durable()) return false;
    told_.durable = told_.published;
    tell_(told_);
    return true;
  }
  bool clear(const At& rows) {
    told_ = {{rows.log, 0}, {rows.log, 0}};
    tell_(told_);  // from here on nothing of the one before needs to be there
    growth_ = tlog::Growth();
    return folder_->clear().ok();
  }
  // After something failed.
  void expect_no_more_writing() {
    if (folder_ == nullptr) return;
    EXPECT_EQ(folder_->write({}).error().code, "log.disk");
    EXPECT_EQ(folder_->publish({"a", "b"}).error().code, "log.disk");
    EXPECT_EQ(folder_->make_durable().error().code, "log.disk");
    EXPECT_EQ(folder_->distrust().error().code, "log.disk");
    EXPECT_EQ(folder_->clear().error().code, "log.disk");
  }
  LogFolder& folder() { return *folder_; }

 private:
  const Open open_;
  const Tell tell_;
  const bool is_early_;  // publishes before the tiles are there
  std::unique_ptr<LogFolder> folder_;
  tlog::Growth growth_;
  Told told_;
};

enum class Verdict { kWhole, kLost, kHalf, kDamaged };
struct Judged {
  Verdict verdict = Verdict::kWhole;
  std::string why = {};
  std::optional<At> published = {};
};
inline Judged judged(Verdict verdict, std::string why) { return {verdict, std::move(why), {}}; }

// Whether every tile of that size is what it has to be, and the whole leads to the root.
inline std::string wrong_in_tree(LogFolder& folder, HashKind tree, const At& at) {
  const Truth& truth = truth_of(at.log);
  for (const Tile& tile : tlog::tiles_since(0, at.size)) {
    const auto bytes = folder.tile(tree, tile);
    if (!bytes) return bytes.error().text;
    if (*bytes != truth.bytes_of(tree, tile)) return fmt::format("{} has other bytes", path_of(tile));
  }
  TilesOf tiles(folder, tree);
  tlog::TileNodes nodes(tree, at.size, tiles);
  const auto root = tlog::root_of(tree, nodes, at.size);
  return root && *root == truth.root(tree, at.size) ? "" : "the tiles lead to another root";
}

// Each file that has a tile's name is whole, of some log that was there; or a power cut tore it, and a wider one is
// given out.
inline std::string wrong_in_files(LogFolder& folder, const std::map<std::string, std::string>& files, int last_log) {
  for (const auto& [path, bytes] : files) {
    const bool is_sm3 = path.starts_with("log/sm3/");
    const auto tile = tlog::tile_of_path(std::string_view(path).substr(is_sm3 ? 8 : 4));
    if (!tile) continue;
    const HashKind tree = is_sm3 ? HashKind::kSm3 : HashKind::kSha256;
    const auto given_out = folder.tile(tree, *tile);
    bool is_whole = false;
    for (int log = last_log; log >= 0 && !is_whole; --log) {
      const std::string truth = truth_of(log).bytes_of(tree, *tile);
      is_whole = bytes == truth || (given_out && *given_out == truth);
    }
    if (!is_whole) return path + " is torn";
  }
  return "";
}

// What a checkpoint says, when it is one of ours.
inline std::optional<At> said_by(const std::string& note, HashKind tree) {
  const auto checkpoint = tlog::checkpoint_of(note);
  if (!checkpoint || checkpoint->size > kLargest) return std::nullopt;
  const At at{std::stoi(checkpoint->origin.substr(4)), checkpoint->size};
  return checkpoint->root == truth_of(at.log).root(tree, at.size) ? std::optional(at) : std::nullopt;
}

// All tiles of that size, and of a smaller one, since older sizes are served too. A copy of the folder is enough to
// check the size itself.
inline std::string wrong_in_folder(LogFolder& folder, HashKind tree, const std::map<std::string, std::string>& files,
                                   const At& at, std::mt19937& random) {
  for (const std::uint64_t size : {at.size, random() % (at.size + 1)})
    if (const auto wrong = wrong_in_tree(folder, tree, {at.log, size}); !wrong.empty()) return wrong;
  for (const Tile& tile : tlog::tiles_since(0, at.size)) {
    const bool is_sm3 = tree == HashKind::kSm3 && tile.level >= 0;
    if (!files.contains((is_sm3 ? "log/sm3/" : "log/") + path_of(tile))) return path_of(tile) + " is no file";
  }
  return "";
}

inline Judged judge_trees(LogFolder& folder, const Checkpoints& published,
                          const std::map<std::string, std::string>& files, const At& acknowledged,
                          std::mt19937& random) {
  Judged result;
  for (const HashKind tree : tlog::kTrees) {
    if (published.of(tree).empty()) {
      if (acknowledged.size > 0) return judged(Verdict::kLost, "a checkpoint is missing");
      continue;
    }
    const auto at = said_by(published.of(tree), tree);
    if (!at) return judged(Verdict::kDamaged, "a checkpoint is damaged");
    if (acknowledged.size > 0 && mark_of(*at) < mark_of(acknowledged))
      return judged(Verdict::kLost, fmt::format("published: {} of log {}", at->size, at->log));
    if (result.published && (result.published->log != at->log || result.published->size < at->size))
      return judged(Verdict::kHalf, "the second checkpoint is newer or of another log");
    if (!result.published) result.published = at;
    if (const auto wrong = wrong_in_folder(folder, tree, files, *at, random); !wrong.empty())
      return judged(Verdict::kHalf, wrong);
  }
  return result;
}

// While the power is there: all that is published is whole. `files`: by their paths, those of the log below "log/".
inline Judged judge(LogFolder& folder, const std::map<std::string, std::string>& files, const At& acknowledged,
                    int last_log, std::mt19937& random) {
  const auto published = folder.published();
  if (!published) return judged(Verdict::kDamaged, published.error().text);
  Judged result = judge_trees(folder, *published, files, acknowledged, random);
  if (result.verdict != Verdict::kWhole) return result;
  if (const auto wrong = wrong_in_files(folder, files, last_log); !wrong.empty()) return judged(Verdict::kHalf, wrong);
  return result;
}

// Whether what is given out of a tree is what it has to be, as far as anything is.
inline std::string wrong_given_out(LogFolder& folder, HashKind tree, const At& at) {
  for (const Tile& tile : tlog::tiles_since(0, at.size)) {
    const auto bytes = folder.tile(tree, tile);
    if (bytes && *bytes != truth_of(at.log).bytes_of(tree, tile)) return path_of(tile) + " is given out torn";
  }
  return "";
}

// After a power cut, before anything was written again: what was durable is whole, what is published is not older, and
// nothing torn is given out.
inline Judged judge_after_cut(LogFolder& folder, const std::map<std::string, std::string>& files, const Told& told,
                              std::mt19937& random) {
  const auto published = folder.published(), sound = folder.sound();
  if (!published || !sound) return judged(Verdict::kDamaged, (published ? sound : published).error().text);
  Judged result = judge_trees(folder, *sound, files, told.durable, random);
  if (result.verdict != Verdict::kWhole) return result;
  for (const HashKind tree : tlog::kTrees) {
    const auto durable = said_by(sound->of(tree), tree), at = said_by(published->of(tree), tree);
    if (!durable && !sound->of(tree).empty()) return judged(Verdict::kDamaged, "what was durable is damaged");
    if (!at && !published->of(tree).empty()) return judged(Verdict::kDamaged, "a torn checkpoint is given out");
    if (durable && (!at || mark_of(*at) < mark_of(*durable)))
      return judged(Verdict::kLost, "a checkpoint is older than what was durable");
    if (at)
      if (const auto wrong = wrong_given_out(folder, tree, *at); !wrong.empty()) return judged(Verdict::kHalf, wrong);
  }
  return result;
}

}  // namespace suyuan::power
