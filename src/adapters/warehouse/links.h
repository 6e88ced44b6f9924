// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/varint.h"
#include "domain/trace/stored_event.h"

namespace suyuan {

// The links of an event as bytes: docs/formats/links.md.
std::string encode_links(const std::vector<trace::Link>& links);
// Nothing when the bytes are not what encode_links makes.
std::optional<std::vector<trace::Link>> decode_links(std::string_view bytes);
// Hands them out one after the other: take(object, role, is_quantity, amount, uom). False: the bytes are not what
// encode_links makes; some may have been handed out by then.
template <class Take>
bool each_link(std::string_view bytes, Take take);

// ---------------------------------------------------------------------------------------------------------------------

namespace link_head {
constexpr unsigned kHasAmount = 0x20, kHasUnit = 0x40, kIsQuantity = 0x80, kRoleMask = 0x1F;
}

template <class Take>
bool each_link(std::string_view bytes, Take take) {
  const auto count = take_varint(bytes);
  if (!count || *count > bytes.size()) return false;
  std::int64_t object = 0;
  for (std::uint64_t i = 0; i < *count; ++i) {
    if (bytes.empty()) return false;
    const auto head = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    const unsigned role = head & link_head::kRoleMask;
    const auto delta = take_signed(bytes);
    if (role == 0 || role > static_cast<unsigned>(trace::Role::kMemberLot) || !delta) return false;
    if (__builtin_add_overflow(object, *delta, &object) || object <= 0) return false;
    std::optional<Decimal> amount;
    if ((head & link_head::kHasAmount) != 0) {
      const auto digits = take_signed(bytes);
      const auto scale = take_varint(bytes);
      if (!digits || !scale || *scale > 18) return false;
      amount = Decimal::scaled(*digits, static_cast<int>(*scale));
    }
    std::string_view uom;
    if ((head & link_head::kHasUnit) != 0) {
      const auto size = take_varint(bytes);
      if (!size || *size > bytes.size()) return false;
      uom = bytes.substr(0, *size);
      bytes.remove_prefix(*size);
    }
    take(trace::ObjectId(object), static_cast<trace::Role>(role), (head & link_head::kIsQuantity) != 0, amount, uom);
  }
  return bytes.empty();
}

}  // namespace suyuan
