// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include <algorithm>

#include "adapters/sql/sql.h"
#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/event_id_bytes.h"
#include "app/ports/log_store.h"
#include "base/varint.h"

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

// `layout` of a submission. Error: kCorrupt "store.damaged".
inline Result<std::vector<trace::EventSeq>> events_of_layout(std::string_view layout, const std::string& job) {
  std::vector<trace::EventSeq> events;
  while (!layout.empty()) {
    const auto before = take_varint(layout);
    const auto seq = take_varint(layout);
    if (!before || !seq || *seq == 0 || *seq > static_cast<std::uint64_t>(INT64_MAX))
      return damaged_store(fmt::format("the layout of job {} is broken", job));
    events.emplace_back(static_cast<std::int64_t>(*seq));
  }
  return events;
}

// `run`: runs the query of kDigestColumns, handing each row to what it is given.
template <class Run>
Result<std::vector<EventDigest>> digests_from(Run run) {
  std::vector<EventDigest> all;
  auto done = run([&](const sql::Statement& row) -> Status {
    auto digest = digest_of_row(row);
    if (!digest) return std::move(digest.error());
    all.push_back(std::move(*digest));
    return Done{};
  });
  return done ? Result(std::move(all)) : Result<std::vector<EventDigest>>(std::move(done.error()));
}

// The same of a query for the layout of a job.
template <class Run>
Result<std::vector<trace::EventSeq>> events_from(Run run, const std::string& job) {
  std::string layout;
  auto done = run([&](const sql::Statement& row) -> Status {
    layout = row.bytes(0);
    return Done{};
  });
  return done ? events_of_layout(layout, job) : Result<std::vector<trace::EventSeq>>(std::move(done.error()));
}

// Both of SQLite. `rows`: runs a query with what binds it, handing each row to what takes it.
template <class Rows>
Result<std::vector<EventDigest>> sqlite_digests(Rows rows, std::int64_t after, std::size_t limit) {
  const std::string query = fmt::format("SELECT {} FROM event WHERE seq > $1 ORDER BY seq LIMIT $2", kDigestColumns);
  const auto bind = [&](sql::Statement& s) { s.bind(1, after).bind(2, static_cast<std::int64_t>(limit)); };
  return digests_from([&](auto take) { return rows(query, bind, take); });
}

template <class Rows>
Result<std::vector<trace::EventSeq>> sqlite_events_of(Rows rows, const std::string& job) {
  const std::string query = "SELECT layout FROM submission WHERE public_id = $1";
  const auto bind = [&](sql::Statement& s) { s.bind(1, std::string_view(job)); };
  return events_from([&](auto take) { return rows(query, bind, take); }, job);
}

}  // namespace suyuan
