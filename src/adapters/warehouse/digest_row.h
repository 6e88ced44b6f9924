// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include <algorithm>

#include "adapters/sql/sql.h"
#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/event_id_bytes.h"
#include "app/ports/log_store.h"

namespace suyuan {

inline constexpr std::string_view kDigestColumns = "seq, id, content, org, recorded, kind";

inline Result<EventDigest> digest_of_row(const sql::Statement& row) {
  const std::string_view content = row.bytes(2);
  auto id = unpack_event_id(row.bytes(1), content);
  if (!id || content.size() != std::tuple_size_v<tlog::Hash> || row.integer(3) <= 0)
    return damaged_store(fmt::format("event {} cannot be read", row.integer(0)));
  EventDigest digest{trace::EventSeq(row.integer(0)),
                     std::move(*id),
                     {},
                     OrgId(row.integer(3)),
                     Instant(std::chrono::microseconds(row.integer(4))),
                     (row.integer(5) >> 8U & 1) != 0};
  std::copy(content.begin(), content.end(), reinterpret_cast<char*>(digest.content.data()));
  return digest;
}

}  // namespace suyuan
