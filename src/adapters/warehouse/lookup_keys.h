// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "adapters/sql/sql.h"
#include "domain/trace/stored_event.h"

// Keys of the lookups: SipHash-2-4 with 128 bits (Aumasson, Bernstein 2012) under a secret of the store.
namespace suyuan {

struct KeyHash {
  std::uint64_t key = 0;
  std::uint32_t check = 0;  // 24 more bits
  friend bool operator==(const KeyHash&, const KeyHash&) = default;
};

class LookupKeys {
 public:
  using Secret = std::array<unsigned char, 16>;
  explicit LookupKeys(const Secret& secret) : secret_(secret) {}
  // Makes the secret when the store has none yet.
  static Result<LookupKeys> of_store(sql::Connection& writer);

  KeyHash hash(std::string_view bytes) const;

 private:
  Secret secret_;
};

// kObjectKey. Two keys are taken for one when 88 bits of a keyed hash agree: 3 in 10^9 for a billion objects.
inline std::uint64_t object_value(std::int64_t object, const KeyHash& hash) {
  return static_cast<std::uint64_t>(object) << 24U | hash.check;
}
inline std::int64_t object_of_value(std::uint64_t value) { return static_cast<std::int64_t>(value >> 24U); }
inline bool is_value_of(std::uint64_t value, const KeyHash& hash) { return (value & 0xFFFFFFU) == hash.check; }

// kPosting.
inline std::uint64_t posting_value(std::int64_t seq, trace::Role role) {
  return static_cast<std::uint64_t>(seq) << 5U | static_cast<std::uint64_t>(role);
}
inline std::int64_t seq_of_posting(std::uint64_t value) { return static_cast<std::int64_t>(value >> 5U); }
inline trace::Role role_of_posting(std::uint64_t value) { return static_cast<trace::Role>(value & 31U); }

}  // namespace suyuan
