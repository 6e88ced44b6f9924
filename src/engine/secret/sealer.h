// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "engine/seal/seal.h"

namespace suyuan {

// Seals small secrets that must be read again (engine/seal), and signs what others keep for us (HMAC-SHA256),
// each under a key of its purpose, derived from one key. `context` is bound in: what was sealed for one thing does not
// open as another's. Threads: any.
class Sealer {
 public:
  static constexpr std::size_t kKeyBytes = 32;
  explicit Sealer(const std::string& key);  // requires: kKeyBytes of it

  std::string seal(std::string_view context, std::string_view plain) const;
  // Nothing: it was changed, or sealed with another key or for another context.
  std::optional<std::string> open(std::string_view context, std::string_view sealed) const;
  std::string sign(std::string_view context, std::string_view text) const;  // 32 bytes

 private:
  SealKey seal_key_;
  std::string sign_key_;
};

}  // namespace suyuan
