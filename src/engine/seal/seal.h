// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

// Encrypts and authenticates short texts that are handed out to be brought back (XChaCha20-Poly1305).
namespace suyuan {

// `key`: 32 bytes. `about`: what the text is bound to; it is not in the sealed bytes. Each time other bytes.
std::string seal(std::string_view key, std::string_view about, std::string_view text);
// Nothing when any bit differs, or the key, or what it is bound to.
std::optional<std::string> open_sealed(std::string_view key, std::string_view about, std::string_view sealed);

}  // namespace suyuan
