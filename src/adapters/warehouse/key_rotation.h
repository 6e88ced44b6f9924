// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>

#include "adapters/warehouse/move_store.h"

namespace suyuan {

struct KeyRotation {
  std::filesystem::path from, to;                   // files of master keys
  bool replaces = false;                            // `from` is the folder's own: in the end it holds the new key
  std::size_t together = 500;                       // keys in one transaction
  std::function<void(std::int64_t)> progress = {};  // how many are done
};

// The keys of subjects come under another master key; what they sealed stays as it is. Nobody else may have the store
// open. Killed at any point, the same call goes on; until it has ended the store opens with neither key. How many keys
// there are. Errors: kBusy "store.in_use"; kNotFound "store.none"; kInternal "secrets.no_key", "secrets.key_file";
// kCorrupt "secrets.wrong_key": a key opens with neither.
Result<std::int64_t> rotate_master_key(const StoreAddress& store, const KeyRotation& rotation);

}  // namespace suyuan
