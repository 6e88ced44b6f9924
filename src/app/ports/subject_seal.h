// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/identity/actor.h"

namespace suyuan {

// Seals what may be about people under a key of its subject; whoever destroys the key erases it (ErasureStore).
// Threads: any.
class SubjectSeal {
 public:
  virtual ~SubjectSeal() = default;

  struct Sealed {
    std::int64_t key = 0;            // its number
    std::vector<std::string> parts;  // in their order
  };
  // The subject's key is made, for the owner's organisation, when there is none; that is committed on return. Errors:
  // kInternal "secrets.no_key", "secrets.key_file"; kCorrupt "secrets.wrong_key"; those of the store.
  virtual Result<Sealed> seal(const std::string& subject, const Actor& owner,
                              std::span<const std::string_view> parts) = 0;
  // Part `number` of that subject. Nothing: its key was destroyed. Errors: as seal; kCorrupt "store.damaged": it was
  // changed, or is another part.
  virtual Result<std::optional<std::string>> open(const std::string& subject, std::int64_t key, std::size_t number,
                                                  std::string_view sealed) = 0;
};

}  // namespace suyuan
