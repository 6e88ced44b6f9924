// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/sealed_text.h"

#include <fmt/format.h>

#include "adapters/warehouse/damaged.h"
#include "base/text.h"
#include "base/varint.h"

namespace suyuan {

namespace {

bool is_base64url(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

// The part that begins with the mark at `at`; nothing: none does.
std::optional<SealedPart> part_at(std::string_view text, std::size_t at) {
  SealedPart part{at, at + kSealMark.size(), 'L', 0, ""};
  if (part.end >= text.size()) return std::nullopt;
  part.kind = text[part.end++];
  const std::size_t begin = part.end;
  while (part.end < text.size() && is_base64url(text[part.end])) ++part.end;
  if (part.end == text.size() || text[part.end] != '.') return std::nullopt;
  const std::string_view payload = text.substr(begin, part.end++ - begin);
  if (part.kind == 'L') return payload.empty() ? std::optional(part) : std::nullopt;
  const auto bytes = from_base64url(payload);
  if (!bytes || bytes->size() <= kKeyNumberBytes) return std::nullopt;
  const std::string_view view(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  part.key = key_number_of(view);
  part.sealed = view.substr(kKeyNumberBytes);
  if (part.kind == 'X' || part.kind == 'V') return part;
  const bool is_quoted = at > 0 && text[at - 1] == '"' && part.end < text.size() && text[part.end] == '"';
  if (part.kind != 'J' || !is_quoted) return std::nullopt;
  --part.begin;
  ++part.end;
  return part;
}

std::string erased_text(char kind) { return kind == 'J' ? fmt::format("\"{}\"", kErased) : std::string(kErased); }

}  // namespace

std::string key_number_bytes(std::int64_t number) {
  std::string bytes(kKeyNumberBytes, '\0');
  for (std::size_t i = 0; i < kKeyNumberBytes; ++i)
    bytes[i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * (kKeyNumberBytes - 1 - i)));
  return bytes;
}

std::int64_t key_number_of(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char c : bytes.substr(0, kKeyNumberBytes)) number = number << 8U | static_cast<std::uint8_t>(c);
  return static_cast<std::int64_t>(number);
}

std::vector<SealedPart> sealed_parts(std::string_view text) {
  std::vector<SealedPart> parts;
  for (std::size_t at = text.find(kSealMark); at != std::string_view::npos;) {
    auto part = part_at(text, at);
    const std::size_t next = part ? part->end : at + kSealMark.size();
    if (part) parts.push_back(std::move(*part));
    at = text.find(kSealMark, next);
  }
  return parts;
}

std::string seal_part(char kind, const SubjectKeys::Usable& key, std::string_view value, std::string_view masked) {
  std::string plain;
  put_varint(plain, value.size());
  plain.append(value).append(masked);
  const std::string bytes = key_number_bytes(key.row.number) + seal(key.key, 1, plain, key.row.subject);
  std::string text = std::string(kSealMark) + kind +
                     base64url({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}) + ".";
  return kind == 'J' ? "\"" + text + "\"" : text;
}

std::string escape_marks(std::string_view text) {
  std::string escaped;
  for (std::size_t at = 0;;) {
    const std::size_t mark = text.find(kSealMark, at);
    escaped.append(text.substr(at, mark - at));
    if (mark == std::string_view::npos) return escaped;
    escaped.append(kSealMark).append("L.");
    at = mark + kSealMark.size();
  }
}

Result<Opened> open_parts(std::string_view text, const std::vector<SealedPart>& parts,
                          const std::map<std::int64_t, SubjectKeys::Usable>& keys, Reading reading) {
  Opened opened;
  std::size_t at = 0;
  for (const SealedPart& part : parts) {
    opened.text.append(text.substr(at, part.begin - at));
    at = part.end;
    if (part.kind == 'L') {
      opened.text.append(kSealMark);
      continue;
    }
    const auto key = keys.find(part.key);
    if (key == keys.end()) {
      ++opened.erased;
      opened.text += erased_text(part.kind);
      continue;
    }
    const auto plain = open_sealed(key->second.key, part.sealed, key->second.row.subject);
    std::string_view rest = plain ? std::string_view(*plain) : std::string_view();
    const auto size = take_varint(rest);
    if (!plain || !size || *size > rest.size())
      return damaged_store(fmt::format("a value that key {} sealed cannot be read", part.key));
    opened.text.append(reading == Reading::kClear ? rest.substr(0, *size) : rest.substr(*size));
  }
  opened.text.append(text.substr(at));
  return opened;
}

}  // namespace suyuan
