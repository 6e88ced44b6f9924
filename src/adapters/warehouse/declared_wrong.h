// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "adapters/warehouse/lookups.h"

namespace suyuan {

// Which events some error declaration may be about, by the hashes of their ids: none is left out (but of two that share
// all 64 bits), and whoever is told of one asks for its id. Remembered from one recall to the next, for a declaration
// does not tell which event it repeats without being read. Any thread.
class DeclaredWrong {
 public:
  using Seqs = std::shared_ptr<const std::vector<std::int64_t>>;  // ascending
  // The key in kEventId of what the declarations of these numbers (ascending) are about.
  using KeysOf = std::function<Result<std::vector<std::uint64_t>>(std::span<const std::int64_t> declarations)>;

  // Nothing: more than `worth` declarations would have to be read or looked for, or one of them cannot be read.
  Result<Seqs> of(const LookupState& state, runs::BlockSource& blocks, std::size_t worth, const KeysOf& keys_of);

 private:
  Status add(std::vector<std::uint64_t> keys, const LookupState& state, runs::BlockSource& blocks);

  std::mutex mutex_;
  std::uint64_t known_ = 0;               // declarations that were read,
  std::uint64_t events_ = 0;              // and event ids that there were then
  std::int64_t last_ = 0;                 // of the declarations
  std::vector<std::uint64_t> not_there_;  // keys of events that were not in the store when it was last asked
  Seqs seqs_ = std::make_shared<const std::vector<std::int64_t>>();
};

}  // namespace suyuan
