// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <mutex>
#include <optional>

#include "base/result.h"
#include "engine/seal/seal.h"

namespace suyuan {

// The key that wraps the keys of subjects: 64 hexadecimal digits in a file. Any thread.
class MasterKey {
 public:
  // No file: there is no key, and values about people are refused. `may_make`: a missing file is made (0600).
  MasterKey(std::filesystem::path file, bool may_make) : file_(std::move(file)), may_make_(may_make) {}

  // Read once. `is_needed`: something is sealed by it, so that a new one would not do.
  // Errors: kInternal "secrets.no_key", "secrets.key_file".
  Result<SealKey> get(bool is_needed);

 private:
  Result<SealKey> read() const;
  Result<SealKey> make() const;

  std::filesystem::path file_;
  bool may_make_;
  std::mutex mutex_;
  std::optional<SealKey> key_;
};

// Another key in the same file: the old or the new one, however the program ends. Errors: kInternal "secrets.key_file".
Status replace_key_file(const std::filesystem::path& file, const SealKey& key);

}  // namespace suyuan
