// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/lookup_keys.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>

namespace suyuan {

static_assert(crypto_shorthash_siphashx24_KEYBYTES == sizeof(LookupKeys::Secret));

Result<LookupKeys> LookupKeys::of_store(sql::Connection& writer) {
  CHECK(sodium_init() >= 0);
  Secret secret{};
  auto query = writer.prepare("SELECT secret FROM lookup_secret");
  if (!query) return std::move(query.error());
  {
    const sql::Reset reset(**query);
    auto row = (*query)->step();
    if (!row) return std::move(row.error());
    if (*row) {
      const std::string_view kept = (*query)->bytes(0);
      CHECK(kept.size() == secret.size());
      std::memcpy(secret.data(), kept.data(), secret.size());
      return LookupKeys(secret);
    }
  }
  randombytes_buf(secret.data(), secret.size());
  auto insert = writer.prepare("INSERT INTO lookup_secret VALUES (1, $1)");
  if (!insert) return std::move(insert.error());
  (*insert)->bind_bytes(1, {reinterpret_cast<const char*>(secret.data()), secret.size()});
  if (auto written = (*insert)->run(); !written) return std::move(written.error());
  return LookupKeys(secret);
}

KeyHash LookupKeys::hash(std::string_view bytes) const {
  std::array<unsigned char, crypto_shorthash_siphashx24_BYTES> out{};
  crypto_shorthash_siphashx24(out.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                              secret_.data());
  KeyHash hash;
  std::memcpy(&hash.key, out.data(), sizeof hash.key);
  hash.check = static_cast<std::uint32_t>(out[8] | out[9] << 8 | out[10] << 16);
  return hash;
}

}  // namespace suyuan
