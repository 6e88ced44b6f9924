// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/tlog/checkpoint.h"

// Whom somebody believes about a log: its keys, its witnesses, and how many of them are enough (C2SP tlog-policy). Two
// things are ours: keys of SM2 are taken too, and a second `witness` line with the same name gives that witness its SM2
// key beside its Ed25519 key. docs/witness.md.
namespace suyuan::tlog {

struct PolicyLog {
  NoteKey key;
  std::string url;  // "": none
};
// Counts once, whichever of its keys signed.
struct PolicyWitness {
  std::string name;  // in the policy alone
  std::vector<NoteKey> keys;
  std::string url;  // "": none
};

class Policy {
 public:
  static constexpr std::size_t kLines = 64;  // of each kind, at most; and names in a group

  // Errors: kInvalid "log.policy", naming the line.
  static Result<Policy> of(std::string_view text);

  const std::vector<PolicyLog>& logs() const { return logs_; }  // may be none: who asks knows the log
  const std::vector<PolicyWitness>& witnesses() const { return witnesses_; }
  bool needs_witnesses() const { return quorum_.has_value(); }
  // `cosigned`: by witnesses(), same size.
  bool is_quorum(const std::vector<bool>& cosigned) const;

 private:
  friend class PolicyReader;
  struct Member {
    bool is_group;
    std::size_t index;
    friend bool operator==(const Member&, const Member&) = default;
  };
  struct Group {
    std::size_t least;
    std::vector<Member> members;  // groups among them stand before this one
  };
  std::vector<PolicyLog> logs_;
  std::vector<PolicyWitness> witnesses_;
  std::vector<Group> groups_;
  std::optional<Member> quorum_;  // nothing: "none"
};

// By Policy::witnesses(). Errors: those of who_signed.
Result<std::vector<bool>> who_cosigned(const Note& note, const Policy& policy);

struct Witnessed {
  Checkpoint checkpoint;
  std::vector<std::string> witnesses;  // names of those who cosigned, in the order of the policy
};
// Whether the note is a checkpoint that satisfies the policy: every key that the policy, or `log_keys`, has for its
// origin signed it, at least one; and the witnesses who cosigned it are enough. Errors: kInvalid "log.note",
// "log.checkpoint", "log.signature", "log.unsigned", "log.unwitnessed".
Result<Witnessed> verify_by_policy(std::string_view note, const Policy& policy, std::span<const NoteKey> log_keys = {});

}  // namespace suyuan::tlog
