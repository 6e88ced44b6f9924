// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/digest/sha256.h"

namespace suyuan {

// Files named by the SHA-256 of what they hold; never changed. Several servers may have the same ones. Threads: any.
class EvidenceFiles {
 public:
  virtual ~EvidenceFiles() = default;

  // Durable on return, whole or not at all; its name. One that is there is replaced by the same. Errors: kInternal
  // "evidence.disk".
  virtual Result<Sha256> put(std::string_view bytes) = 0;
  // Nothing: there is none. What its bytes are is for the caller to judge. Errors: kInternal "evidence.disk".
  virtual Result<std::optional<std::string>> read(const Sha256& name) = 0;
  virtual Result<std::vector<Sha256>> names() = 0;  // ascending
};

}  // namespace suyuan
