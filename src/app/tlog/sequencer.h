// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

#include "app/tlog/cosigning.h"
#include "app/tlog/leaves.h"
#include "base/time.h"
#include "domain/tlog/checkpoint.h"
#include "engine/sign/sign.h"

// Turns rows of the store into leaves, and keeps the folder of the log as the store says (docs/decisions/0008-log.md).
namespace suyuan {

struct LogSigners {
  const Signer& ed25519;
  const Signer& sm2;
};

struct LogServices {
  LogStore& store;
  EventDigests& events;
  LogFolder& folder;
  Clock& clock;
  std::optional<LogSigners> signers;  // nothing: this process signs nothing, and follows whoever does
  std::string origin;                 // of a log that is opened; "": one is made up
  Cosigning* cosigning = nullptr;     // nullptr: checkpoints are published without witnesses
};

std::string origin_of(const std::string& origin, tlog::HashKind tree);
// Under which keys a log is to be checked: each signer under the name of each tree, the first tree first.
std::vector<std::string> vkeys_of(const std::string& origin, const LogSigners& signers);

// An empty log. `origin`: "" for one that is made up.
LogState fresh_log(std::int64_t number, const std::string& origin, Instant now);

// One thread at a time.
class Sequencer {
 public:
  explicit Sequencer(const LogServices& services) : services_(services) {}

  // Brings the folder up to the store, and if this process may, makes leaves of new rows. Whether anything was written:
  // then there may be more. Nothing is signed or published after an error, and the next round begins by reading anew
  // how far things are. Errors: kCorrupt "log.ahead" (an older store was put back), "log.restored", "log.forked",
  // "log.rows_changed", "log.other_origin", "log.other_folder", "log.row_missing", "log.run_missing"; kInternal
  // "log.disk", "log.bit_flip", "log.signer"; kBusy "log.no_quorum" (what is in the store is not published yet, and is
  // tried again); kInvalid "log.policy"; those of the store.
  Result<bool> round();

 private:
  Status open(Instant now);
  struct InFolder {
    Checkpoints notes;  // published, as they are
    // As far as keys of the log signed them; else size 0.
    std::array<tlog::Checkpoint, 2> published, sound;
    std::uint64_t largest() const { return std::max(published[0].size, published[1].size); }
    std::uint64_t largest_sound() const { return std::max(sound[0].size, sound[1].size); }
    std::uint64_t size() const { return std::min(sound[0].size, sound[1].size); }
    std::array<tlog::Checkpoint, 4> all() const { return {published[0], published[1], sound[0], sound[1]}; }
  };
  Result<InFolder> in_folder(const LogState& state);
  // Whether the trees are, at this size, what the folder had when it was read.
  bool agrees_with_published() const;
  Error other_history(const LogState& state) const;
  Status catch_up(const LogState& state);
  Status load(const LogState& state);
  Status follow(const LogState& state);
  Status use_own_keys(const LogState& state, Instant now);
  // After a restore: what was published beyond the store's rows stays published, as texts without rows.
  Status adopt(const LogState& state);
  Status read_lost(std::uint64_t size, LogStep& step, std::map<tlog::Pseudonym, std::uint64_t>& numbers);
  Result<bool> extend(const LogState& state, Instant now);
  Status add_events(LogStep& step);
  Status add_audits(LogStep& step);
  Status add_anchor(LogStep& step, Instant now);
  Status add(LogStep& step, LogRun row, const std::string& entry);
  Result<Checkpoints> sign(const std::string& origin) const;
  Status write_tiles();
  Status publish(const Checkpoints& checkpoints);
  Status show(const Checkpoints& notes);
  bool is_published(const Checkpoints& published, const LogState& state) const;
  void begin_anew_after(const Error& error);

  LogServices services_;
  std::optional<tlog::Growth> growth_;    // as the folder is; nothing: to be read anew
  Checkpoints notes_;                     // what the folder had published when it was read
  std::array<tlog::Checkpoint, 4> seen_;  // that, and what was sound of it
  bool is_doubted_ = false;               // what is sound of it will be replaced
  std::uint64_t published_ = 0;           // by us
  std::int64_t keys_of_ = 0;              // the log that our keys are written down for
};

}  // namespace suyuan
