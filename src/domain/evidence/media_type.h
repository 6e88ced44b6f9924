// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>
#include <string_view>

// Which files are taken as evidence, and which of them some bytes are.
namespace suyuan::evidence {

struct MediaType {
  std::string_view type;       // IANA, or as GB/T 33190 (OFD) is known: "image/jpeg"
  std::string_view extension;  // of its files: ".jpg"
};

// By name.
std::span<const MediaType> media_types();
// By how they begin, whatever their sender calls them. Of what is packed (OFD, Office Open XML) by the name of a part
// that each of them has; of text that it is UTF-8 without control characters. Nothing: none of those that are taken.
std::optional<MediaType> media_type_of(std::string_view bytes);

}  // namespace suyuan::evidence
