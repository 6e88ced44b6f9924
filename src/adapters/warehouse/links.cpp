// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/links.h"

#include "base/varint.h"

namespace suyuan {

namespace {

constexpr unsigned kHasAmount = 0x20, kHasUnit = 0x40, kIsQuantity = 0x80, kRoleMask = 0x1F;

// Writes over a link, whose text keeps its memory.
bool take_link(std::string_view& bytes, std::int64_t& last, trace::Link& link) {
  if (bytes.empty()) return false;
  const auto head = static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  const unsigned role = head & kRoleMask;
  const auto delta = take_signed(bytes);
  if (role == 0 || role > static_cast<unsigned>(trace::Role::kMemberLot) || !delta) return false;
  if (__builtin_add_overflow(last, *delta, &last) || last <= 0) return false;
  link.object = trace::ObjectId(last);
  link.role = static_cast<trace::Role>(role);
  link.is_quantity = (head & kIsQuantity) != 0;
  link.amount.reset();
  link.uom.clear();
  if ((head & kHasAmount) != 0) {
    const auto digits = take_signed(bytes);
    const auto scale = take_varint(bytes);
    if (!digits || !scale || *scale > 18) return false;
    link.amount = Decimal::scaled(*digits, static_cast<int>(*scale));
  }
  if ((head & kHasUnit) != 0) {
    const auto size = take_varint(bytes);
    if (!size || *size > bytes.size()) return false;
    link.uom = bytes.substr(0, *size);
    bytes.remove_prefix(*size);
  }
  return true;
}

}  // namespace

std::string encode_links(const std::vector<trace::Link>& links) {
  std::string bytes;
  put_varint(bytes, links.size());
  std::int64_t last = 0;
  for (const trace::Link& link : links) {
    unsigned head = static_cast<unsigned>(link.role);
    if (link.amount) head |= kHasAmount;
    if (!link.uom.empty()) head |= kHasUnit;
    if (link.is_quantity) head |= kIsQuantity;
    bytes += static_cast<char>(head);
    put_signed(bytes, link.object.value() - last);
    last = link.object.value();
    if (link.amount) {
      put_signed(bytes, link.amount->digits());
      put_varint(bytes, static_cast<std::uint64_t>(link.amount->scale()));
    }
    if (!link.uom.empty()) {
      put_varint(bytes, link.uom.size());
      bytes += link.uom;
    }
  }
  return bytes;
}

bool decode_links(std::string_view bytes, std::vector<trace::Link>& links) {
  const auto count = take_varint(bytes);
  if (!count || *count > bytes.size()) return false;
  links.resize(*count, {trace::ObjectId(1), trace::Role::kSubject, {}, "", false});
  std::int64_t last = 0;
  for (trace::Link& link : links)
    if (!take_link(bytes, last, link)) return false;
  return bytes.empty();
}

std::optional<std::vector<trace::Link>> decode_links(std::string_view bytes) {
  std::vector<trace::Link> links;
  return decode_links(bytes, links) ? std::optional(std::move(links)) : std::nullopt;
}

}  // namespace suyuan
