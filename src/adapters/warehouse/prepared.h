// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "adapters/warehouse/lookup_keys.h"
#include "adapters/warehouse/original_codec.h"
#include "app/ports/warehouse.h"

namespace suyuan {

// What of a submission can be worked out before the one writer takes it: on the caller's thread.
struct PreparedKey {
  std::string bytes;  // scheme byte + canonical key
  KeyHash hash;
};

struct PreparedEvent {
  std::vector<PreparedKey> keys;  // by Event::objects
  std::string id;                 // packed
  KeyHash id_hash;
  std::string original;  // compressed
};

struct PreparedSubmission {
  NewSubmission submission;
  std::vector<PreparedEvent> events;  // by submission.events
  Sha256 digest{};                    // of the original
};

PreparedSubmission prepare(NewSubmission submission, const LookupKeys& keys, const OriginalCodec& codec);

}  // namespace suyuan
