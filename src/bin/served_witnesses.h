// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "app/operation/settings.h"
#include "app/tlog/cosigning.h"

namespace suyuan::cli {

// The witnesses that tlog.policy_file names, asked from now until it is destroyed.
class ServedWitnesses {
 public:
  // Nothing: no policy is set. `folder` and `log` outlive it. Errors: kInvalid "log.policy", "log.policy_file",
  // "log.witness_ca".
  static Result<std::unique_ptr<ServedWitnesses>> start(const Settings& settings, LogFolder& folder, Log& log);
  Cosigning& cosigning() { return cosigning_; }

 private:
  ServedWitnesses(tlog::Policy policy, std::unique_ptr<Witnesses> witnesses, LogFolder& folder, Log& log)
      : witnesses_(std::move(witnesses)), cosigning_(std::move(policy), *witnesses_, folder, log) {}

  std::unique_ptr<Witnesses> witnesses_;
  Cosigning cosigning_;
};

}  // namespace suyuan::cli
