// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/links.h"

namespace suyuan {

using namespace link_head;

std::string encode_links(const std::vector<trace::Link>& links) {
  std::string bytes;
  bytes.reserve(1 + links.size() * 6);
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

std::optional<std::vector<trace::Link>> decode_links(std::string_view bytes) {
  std::vector<trace::Link> links;
  const bool is_whole = each_link(bytes, [&](trace::ObjectId object, trace::Role role, bool is_quantity,
                                             const std::optional<Decimal>& amount, std::string_view uom) {
    links.push_back({object, role, amount, std::string(uom), is_quantity});
  });
  return is_whole ? std::optional(std::move(links)) : std::nullopt;
}

}  // namespace suyuan
