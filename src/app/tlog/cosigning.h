// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "app/operation/log.h"
#include "app/ports/log_folder.h"
#include "app/ports/witnesses.h"
#include "domain/tlog/policy.h"

// Has checkpoints cosigned by the witnesses of a policy before they are published (C2SP tlog-witness, docs/witness.md).
namespace suyuan {

class Cosigning {
 public:
  // `witnesses`: by number in the policy. Everything outlives it but the policy.
  Cosigning(tlog::Policy policy, Witnesses& witnesses, LogFolder& folder, Log& log);

  // Both checkpoints with the cosignatures that hold, after the log's own signatures. The tiles of their size are in
  // the folder. Errors: kBusy "log.no_quorum", saying why of each witness; kInvalid "log.policy" when the policy names
  // another log, or another key of this one; kCorrupt for notes that are none.
  Result<Checkpoints> cosign(const Checkpoints& own);
  // Whether what was published has enough cosignatures.
  bool suffices(const Checkpoints& published) const;

 private:
  // What is known of a witness; a talk that takes too long still writes here.
  struct Known {
    std::array<std::atomic<std::uint64_t>, 2> sizes{};  // by tree: what it cosigned last, as far as we know
  };
  struct Asked;
  struct Own;

  Status check_logs(const Own& own) const;
  std::vector<std::shared_ptr<Asked>> asked_all(const std::shared_ptr<const Own>& own);
  Result<Checkpoints> with_cosignatures(const Own& own, const std::vector<std::shared_ptr<Asked>>& asked);
  static void ask(const tlog::PolicyWitness& witness, const Own& own, LogFolder& folder, Known& known, Asked& asked,
                  const Witnesses::Post& post);
  void tell(std::size_t witness, const std::string& why);

  tlog::Policy policy_;
  Witnesses& witnesses_;
  LogFolder& folder_;
  Log& log_;
  std::vector<std::shared_ptr<Known>> known_;  // by witness
  std::vector<bool> is_silent_;                // as the log of the server was told
};

}  // namespace suyuan
