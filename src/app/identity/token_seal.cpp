// SPDX-License-Identifier: Apache-2.0
#include "app/identity/token_seal.h"

#include <fmt/format.h>

#include "base/text.h"
#include "engine/seal/seal.h"

namespace suyuan {

namespace {

constexpr std::size_t kTokenMax = 2000;

}  // namespace

Result<TokenSeal> TokenSeal::of(const Granted& permit, Warehouse& warehouse) {
  auto key = warehouse.token_key();
  if (!key) return std::move(key.error());
  return TokenSeal(std::move(*key), permit.scope().fingerprint());
}

std::string TokenSeal::seal(std::string_view list, std::string_view text) const {
  const std::string sealed = suyuan::seal(key_, fmt::format("{}\n{}", list, holder_), text);
  return base64url(std::span(reinterpret_cast<const std::uint8_t*>(sealed.data()), sealed.size()));
}

std::optional<std::string> TokenSeal::open(std::string_view list, std::string_view token) const {
  const auto bytes = token.size() > kTokenMax ? std::nullopt : from_base64url(token);
  if (!bytes) return std::nullopt;
  return open_sealed(key_, fmt::format("{}\n{}", list, holder_),
                     std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size()));
}

}  // namespace suyuan
