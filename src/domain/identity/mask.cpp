// SPDX-License-Identifier: Apache-2.0
#include "domain/identity/mask.h"

#include "base/text.h"

namespace suyuan::identity {

std::string mask_name(std::string_view name) {
  if (name.empty()) return "";
  std::size_t first = 1;
  while (first < name.size() && (static_cast<unsigned char>(name[first]) & 0xC0U) == 0x80U) ++first;
  return std::string(name.substr(0, first)) + "*";
}

std::string mask_mobile(std::string_view mobile) {
  constexpr std::size_t kDigits = 11;
  if (mobile.empty()) return "";
  if (mobile.size() != kDigits || !is_all_digits(mobile)) return "****";
  return std::string(mobile.substr(0, 3)) + "****" + std::string(mobile.substr(7));
}

}  // namespace suyuan::identity
