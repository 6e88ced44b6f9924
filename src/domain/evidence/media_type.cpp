// SPDX-License-Identifier: Apache-2.0
#include "domain/evidence/media_type.h"

#include <algorithm>

#include "base/text.h"

namespace suyuan::evidence {

namespace {

constexpr MediaType kTypes[] = {
    {"application/ofd", ".ofd"},
    {"application/pdf", ".pdf"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"},
    {"audio/mp4", ".m4a"},
    {"audio/mpeg", ".mp3"},
    {"image/heic", ".heic"},
    {"image/jpeg", ".jpg"},
    {"image/png", ".png"},
    {"image/webp", ".webp"},
    {"text/plain", ".txt"},
    {"video/mp4", ".mp4"},
    {"video/quicktime", ".mov"},
};

struct Beginning {
  std::string_view bytes;
  std::string_view type;
};
constexpr Beginning kBeginnings[] = {
    {"\xFF\xD8\xFF", "image/jpeg"},
    {"\x89PNG\r\n\x1A\n", "image/png"},
    {"%PDF-", "application/pdf"},
    {"ID3", "audio/mpeg"},
};

// ISO/IEC 14496-12: the major brand of the first box.
constexpr Beginning kBrands[] = {
    {"heic", "image/heic"}, {"heix", "image/heic"}, {"mif1", "image/heic"},      {"isom", "video/mp4"},
    {"iso2", "video/mp4"},  {"iso4", "video/mp4"},  {"iso5", "video/mp4"},       {"iso6", "video/mp4"},
    {"mp41", "video/mp4"},  {"mp42", "video/mp4"},  {"avc1", "video/mp4"},       {"M4V ", "video/mp4"},
    {"M4A ", "audio/mp4"},  {"3gp4", "video/mp4"},  {"qt  ", "video/quicktime"},
};

constexpr Beginning kParts[] = {
    {"OFD.xml", "application/ofd"},
    {"word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
};

bool is_plain_text(std::string_view bytes) {
  const auto is_control = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
  };
  return !bytes.empty() && std::none_of(bytes.begin(), bytes.end(), is_control) && is_utf8(bytes);
}

std::string_view type_of(std::string_view bytes) {
  for (const Beginning& each : kBeginnings)
    if (bytes.starts_with(each.bytes)) return each.type;
  if (bytes.starts_with("RIFF") && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP") return "image/webp";
  if (bytes.size() >= 12 && bytes.substr(4, 4) == "ftyp") {
    for (const Beginning& each : kBrands)
      if (bytes.substr(8, 4) == each.bytes) return each.type;
  }
  if (bytes.starts_with("PK\x03\x04")) {
    for (const Beginning& each : kParts)
      if (bytes.find(each.bytes) != std::string_view::npos) return each.type;
  }
  return is_plain_text(bytes) ? "text/plain" : "";
}

}  // namespace

std::span<const MediaType> media_types() { return kTypes; }

std::optional<MediaType> media_type_of(std::string_view bytes) {
  const std::string_view type = type_of(bytes);
  const auto* found =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const MediaType& each) { return each.type == type; });
  return found == std::end(kTypes) ? std::nullopt : std::optional(*found);
}

}  // namespace suyuan::evidence
