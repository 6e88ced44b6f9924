// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Authenticated encryption of short texts. A sealed text names its algorithm and the version of its key, so that
// another algorithm can join without touching what is stored.
namespace suyuan {

inline constexpr std::size_t kSealKeyBytes = 32;

// Erased from memory when it goes.
class SealKey {
 public:
  static SealKey fresh();                                          // from the system's random numbers
  static std::optional<SealKey> of_bytes(std::string_view bytes);  // 32 of them
  SealKey(const SealKey&) = default;
  SealKey& operator=(const SealKey&) = default;
  ~SealKey();
  std::string_view bytes() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

 private:
  SealKey() = default;
  std::array<std::uint8_t, kSealKeyBytes> bytes_{};
};

enum class SealAlgorithm : std::uint8_t { kAes256Gcm = 1 };  // stored; never renumber

// Layout: algorithm (1 byte), key version (1), nonce (12), ciphertext, tag (16). The nonce is random: at most 2^32
// texts under one key (NIST SP 800-38D §8.3). `bound` is not kept; the same must be given to open it.
std::string seal(const SealKey& key, std::uint8_t version, std::string_view plain, std::string_view bound);

// Nothing: not sealed by this key, bound to something else, or changed.
std::optional<std::string> open_sealed(const SealKey& key, std::string_view sealed, std::string_view bound);

}  // namespace suyuan
