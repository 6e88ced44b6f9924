// SPDX-License-Identifier: Apache-2.0
#include "app/identity/token_seal.h"

#include <fmt/format.h>

#include "base/text.h"

namespace suyuan {

namespace {

constexpr std::size_t kTokenMax = 2000;
constexpr std::uint8_t kKeyVersion = 1;

}  // namespace

Result<TokenSeal> TokenSeal::of(const Granted& permit, Warehouse& warehouse) {
  auto key = warehouse.token_key();
  if (!key) return std::move(key.error());
  const auto seal_key = SealKey::of_bytes(*key);
  if (!seal_key) {
    return Error{ErrorKind::kCorrupt, "store.damaged",
                 fmt::format("The key of tokens in the store is {} bytes; {} are expected. Restore it from a backup.",
                             key->size(), kSealKeyBytes)};
  }
  return TokenSeal(*seal_key, permit.scope().fingerprint());
}

std::string TokenSeal::seal(std::string_view list, std::string_view text) const {
  const std::string sealed = suyuan::seal(key_, kKeyVersion, text, fmt::format("{}\n{}", list, holder_));
  return base64url(std::span(reinterpret_cast<const std::uint8_t*>(sealed.data()), sealed.size()));
}

std::optional<std::string> TokenSeal::open(std::string_view list, std::string_view token) const {
  const auto bytes = token.size() > kTokenMax ? std::nullopt : from_base64url(token);
  if (!bytes) return std::nullopt;
  return open_sealed(key_, std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size()),
                     fmt::format("{}\n{}", list, holder_));
}

}  // namespace suyuan
