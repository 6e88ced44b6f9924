// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/event_id_bytes.h"

#include "base/text.h"

namespace suyuan {

namespace {

constexpr char kHash = 0, kUuid = 1, kText = 2;
constexpr std::size_t kHashIdSize = 89;
constexpr std::string_view kUuidPrefix = "urn:uuid:";

void put_hex(std::string& text, std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::size_t at = text.size();
  text.resize(at + 2 * bytes.size());
  for (const char c : bytes) {
    text[at++] = kDigits[static_cast<unsigned char>(c) >> 4U];
    text[at++] = kDigits[static_cast<unsigned char>(c) & 15U];
  }
}

std::string hash_id(std::string_view content) {
  std::string text;
  text.reserve(kHashIdSize);
  text += "ni:///sha-256;";
  put_hex(text, content);
  return text += "?ver=CBV2.0";
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The sixteen bytes of "8-4-4-4-12" in small letters.
std::optional<std::string> uuid_bytes(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size();) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i++] != '-') return std::nullopt;
      continue;
    }
    const int high = digit(text[i]), low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return bytes;
}

std::string uuid_text(std::string_view bytes) {
  std::string text(kUuidPrefix);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    put_hex(text, bytes.substr(i, 1));
  }
  return text;
}

}  // namespace

std::string pack_event_id(std::string_view id, const Sha256& content) {
  const std::string_view digest(reinterpret_cast<const char*>(content.data()), content.size());
  if (id.size() == kHashIdSize && id == hash_id(digest)) return {kHash};
  if (id.starts_with(kUuidPrefix)) {
    if (const auto bytes = uuid_bytes(id.substr(kUuidPrefix.size()))) return kUuid + *bytes;
  }
  return kText + std::string(id);
}

std::optional<std::string> unpack_event_id(std::string_view packed, std::string_view content) {
  if (packed == std::string_view(&kHash, 1) && content.size() == 32) return hash_id(content);
  if (packed.size() == 17 && packed[0] == kUuid) return uuid_text(packed.substr(1));
  if (packed.size() > 1 && packed[0] == kText) return std::string(packed.substr(1));
  return std::nullopt;
}

}  // namespace suyuan
