// SPDX-License-Identifier: Apache-2.0
#include "engine/secret/sealer.h"

#include "base/check.h"
#include "engine/digest/hmac.h"

namespace suyuan {

namespace {

constexpr std::uint8_t kKeyVersion = 1;

std::string mac(std::string_view key, std::string_view text) {
  const Sha256 digest = hmac_sha256(key, text);
  return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
}

SealKey derived(std::string_view key, std::string_view purpose) {
  const auto made = SealKey::of_bytes(mac(key, purpose));
  CHECK(made.has_value());
  return *made;
}

}  // namespace

Sealer::Sealer(const std::string& key) : seal_key_(derived(key, "suyuan seal")), sign_key_(mac(key, "suyuan sign")) {
  CHECK(key.size() == kKeyBytes);
}

std::string Sealer::seal(std::string_view context, std::string_view plain) const {
  return suyuan::seal(seal_key_, kKeyVersion, plain, context);
}

std::optional<std::string> Sealer::open(std::string_view context, std::string_view sealed) const {
  return open_sealed(seal_key_, sealed, context);
}

std::string Sealer::sign(std::string_view context, std::string_view text) const {
  return mac(sign_key_, std::string(context) + '\0' + std::string(text));
}

}  // namespace suyuan
