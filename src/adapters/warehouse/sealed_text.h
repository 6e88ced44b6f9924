// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/warehouse/subject_keys.h"

// Sealed values inside texts: an original stays well-formed, and whatever copies it copies no value.
//
//   kSealMark + kind + base64url(number of the key, 8 bytes; sealed(size of the value as varint, value, mask)) + "."
//
// kind: J a JSON value, in quotation marks of its own; X character data of XML, or what stands between the quotation
// marks of an attribute; V a text by itself. kSealMark + "L." is the mark itself, as somebody sent it.
namespace suyuan {

inline constexpr std::string_view kSealMark = "suyuan-sealed.";

// The number of a key, as sealed values begin with it.
inline constexpr std::size_t kKeyNumberBytes = 8;
std::string key_number_bytes(std::int64_t number);
std::int64_t key_number_of(std::string_view bytes);  // requires: kKeyNumberBytes of them at least

struct SealedPart {
  std::size_t begin = 0, end = 0;  // of the text, with the quotation marks of kind J
  char kind = 'L';
  std::int64_t key = 0;
  std::string sealed;
};

// The sealed values in a text, ascending. What looks like one and is none is left alone.
std::vector<SealedPart> sealed_parts(std::string_view text);

std::string seal_part(char kind, const SubjectKeys::Usable& key, std::string_view value, std::string_view masked);

// The text with the mark of each sealed value in it escaped.
std::string escape_marks(std::string_view text);

struct Opened {
  std::string text;
  std::size_t erased = 0;  // values
};
enum class Reading { kMasked, kClear };
// With these keys; a value whose key is not there was erased. Errors: kCorrupt "store.damaged".
Result<Opened> open_parts(std::string_view text, const std::vector<SealedPart>& parts,
                          const std::map<std::int64_t, SubjectKeys::Usable>& keys, Reading reading);

}  // namespace suyuan
