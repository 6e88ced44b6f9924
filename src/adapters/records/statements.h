// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>

#include "adapters/sql/sql.h"
#include "base/time.h"
#include "domain/identity/actor.h"

// What all records share: times as microseconds UTC, actors as three columns, statements run to their end.
namespace suyuan::records {

using sql::Connection;
using sql::Statement;

inline std::int64_t micros(Instant at) { return at.time_since_epoch().count(); }
inline std::int64_t micros(const std::optional<Instant>& at) { return at ? micros(*at) : 0; }
inline Instant instant(std::int64_t micros) { return Instant(std::chrono::microseconds(micros)); }
inline std::optional<Instant> instant_or_none(std::int64_t micros) {
  return micros == 0 ? std::nullopt : std::optional(instant(micros));
}

inline Actor actor_at(const Statement& row, int column) {
  return Actor{PersonId(row.integer(column)), OrgId(row.integer(column + 1)),
               Jurisdiction{static_cast<std::int32_t>(row.integer(column + 2))}};
}

template <class Bind, class Take>
Status rows(Connection& connection, std::string_view query, Bind bind, Take take) {
  auto statement = connection.prepare(query);
  if (!statement) return std::move(statement.error());
  const sql::Reset reset(**statement);
  bind(**statement);
  for (;;) {
    auto row = (*statement)->step();
    if (!row) return std::move(row.error());
    if (!*row) return Done{};
    take(**statement);
  }
}

template <class Bind>
Status change(Connection& connection, std::string_view query, Bind bind) {
  return rows(connection, query, bind, [](Statement&) {});
}

// Whether a statement that ends in RETURNING touched a row.
template <class Bind>
Result<bool> touched(Connection& connection, std::string_view query, Bind bind) {
  bool any = false;
  if (auto done = rows(connection, query, bind, [&](Statement&) { any = true; }); !done) return std::move(done.error());
  return any;
}

inline void bind_actor(Statement& s, int first, const Actor& actor) {
  s.bind(first, actor.person.value())
      .bind(first + 1, actor.org.value())
      .bind(first + 2, std::int64_t{actor.jurisdiction.division});
}

}  // namespace suyuan::records
