// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/links.h"

#include "base/varint.h"

namespace suyuan {

namespace {

constexpr unsigned kHasAmount = 0x20, kHasUnit = 0x40, kIsQuantity = 0x80, kRoleMask = 0x1F;

std::optional<trace::Link> take_link(std::string_view& bytes, std::int64_t& last) {
  if (bytes.empty()) return std::nullopt;
  const auto head = static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  const unsigned role = head & kRoleMask;
  const auto delta = take_signed(bytes);
  if (role == 0 || role > static_cast<unsigned>(trace::Role::kMemberLot) || !delta) return std::nullopt;
  if (__builtin_add_overflow(last, *delta, &last) || last <= 0) return std::nullopt;
  trace::Link link{trace::ObjectId(last), static_cast<trace::Role>(role), {}, "", (head & kIsQuantity) != 0};
  if ((head & kHasAmount) != 0) {
    const auto digits = take_signed(bytes);
    const auto scale = take_varint(bytes);
    if (!digits || !scale || *scale > 18) return std::nullopt;
    link.amount = Decimal::scaled(*digits, static_cast<int>(*scale));
  }
  if ((head & kHasUnit) != 0) {
    const auto size = take_varint(bytes);
    if (!size || *size > bytes.size()) return std::nullopt;
    link.uom = bytes.substr(0, *size);
    bytes.remove_prefix(*size);
  }
  return link;
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
  links.clear();
  const auto count = take_varint(bytes);
  if (!count || *count > bytes.size()) return false;
  links.reserve(*count);
  std::int64_t last = 0;
  for (std::uint64_t i = 0; i < *count; ++i) {
    auto link = take_link(bytes, last);
    if (!link) return false;
    links.push_back(std::move(*link));
  }
  return bytes.empty();
}

std::optional<std::vector<trace::Link>> decode_links(std::string_view bytes) {
  std::vector<trace::Link> links;
  return decode_links(bytes, links) ? std::optional(std::move(links)) : std::nullopt;
}

}  // namespace suyuan
