// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/erasures.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "adapters/warehouse/rows.h"
#include "base/text.h"

namespace suyuan {

namespace {

constexpr std::string_view kColumns =
    "id, subject, keys, why, asked, person, org, jurisdiction, done, approver, approver_org, approver_place FROM "
    "erasure";

std::int64_t micros(Instant at) { return at.time_since_epoch().count(); }
Instant instant(std::int64_t at) { return Instant(std::chrono::microseconds(at)); }

void bind_actor(sql::Statement& s, int first, const Actor& actor) {
  s.bind(first, actor.person.value()).bind(first + 1, actor.org.value());
  s.bind(first + 2, std::int64_t{actor.jurisdiction.division});
}

Actor actor_at(const sql::Statement& row, int column) {
  return Actor{PersonId(row.integer(column)), OrgId(row.integer(column + 1)),
               Jurisdiction{static_cast<std::int32_t>(row.integer(column + 2))}};
}

Erasure erasure_of(const sql::Statement& row) {
  Erasure one;
  one.id = row.text(0);
  one.subject = row.text(1);
  for (const std::string_view word : split(row.text(2), ' ')) {
    std::int64_t number = 0;
    if (std::from_chars(word.data(), word.data() + word.size(), number).ec == std::errc()) one.keys.push_back(number);
  }
  one.why = row.text(3);
  one.asked = instant(row.integer(4));
  one.by = actor_at(row, 5);
  if (row.integer(8) == 0) return one;
  one.done = instant(row.integer(8));
  one.approver = actor_at(row, 9);
  return one;
}

Status insert(sql::Connection& connection, const Erasure& erasure) {
  const std::string keys = fmt::format("{}", fmt::join(erasure.keys, " ")), subject = subject_column(erasure.subject);
  const auto last = std::max_element(erasure.keys.begin(), erasure.keys.end());
  return each_row_of(
      connection,
      "INSERT INTO erasure (id, subject, keys, last, why, asked, person, org, jurisdiction, done, approver, "
      "approver_org, approver_place) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      [&](sql::Statement& s) {
        s.bind(1, std::string_view(erasure.id)).bind(2, std::string_view(subject)).bind(3, std::string_view(keys));
        s.bind(4, last == erasure.keys.end() ? 0 : *last).bind(5, std::string_view(erasure.why));
        s.bind(6, micros(erasure.asked)).bind(10, erasure.done ? micros(*erasure.done) : 0);
        bind_actor(s, 7, erasure.by);
        bind_actor(s, 11, erasure.approver);
        if (!erasure.done) s.bind(11, std::int64_t{0}).bind(12, std::int64_t{0}).bind(13, std::int64_t{0});
      },
      [](const sql::Statement&) {});
}

Result<std::vector<Erasure>> read(sql::Database& records, std::string_view where, std::string_view text,
                                  std::size_t limit) {
  std::vector<Erasure> all;
  auto done = records.read([&](sql::Connection& connection) {
    all.clear();
    return each_row_of(
        connection, fmt::format("SELECT {} WHERE {} ORDER BY id LIMIT $2", kColumns, where),
        [&](sql::Statement& s) { s.bind(1, text).bind(2, static_cast<std::int64_t>(limit)); },
        [&](const sql::Statement& row) { all.push_back(erasure_of(row)); });
  });
  return done ? Result(std::move(all)) : Result<std::vector<Erasure>>(std::move(done.error()));
}

}  // namespace

Status write_unmasking(sql::Database& records, const Unmasking& unmasking) {
  const std::string subject = subject_column(unmasking.subject);
  return records.write([&](sql::Connection& connection) {
    return each_row_of(
        connection,
        "INSERT INTO unmasking (id, at, person, org, jurisdiction, subject, field, purpose, case_id) VALUES ($1, $2, "
        "$3, $4, $5, $6, $7, $8, $9)",
        [&](sql::Statement& s) {
          s.bind(1, std::string_view(unmasking.id)).bind(2, micros(unmasking.at));
          bind_actor(s, 3, unmasking.by);
          s.bind(6, std::string_view(subject)).bind(7, std::string_view(unmasking.field));
          s.bind(8, std::string_view(unmasking.purpose)).bind(9, std::string_view(unmasking.case_id));
        },
        [](const sql::Statement&) {});
  });
}

Status write_erasure(sql::Database& records, const Erasure& erasure) {
  return records.write([&](sql::Connection& connection) { return insert(connection, erasure); });
}

Result<std::optional<Erasure>> read_erasure(sql::Database& records, const std::string& id) {
  auto found = read(records, "id = $1", id, 1);
  if (!found) return std::move(found.error());
  return found->empty() ? std::optional<Erasure>() : std::optional(std::move(found->front()));
}

Result<std::vector<Erasure>> read_erasures(sql::Database& records, const std::string& after, std::size_t limit) {
  return read(records, "id > $1", after, limit);
}

Status carry_out_erasure(SubjectKeys& keys, const Erasure& erasure) {
  return keys.destroy(erasure.keys, [&](sql::Connection& connection) -> Status {
    bool is_mine = false;
    auto done = each_row_of(
        connection,
        "UPDATE erasure SET done = $2, approver = $3, approver_org = $4, approver_place = $5 WHERE id = $1 AND done = "
        "0 RETURNING id",
        [&](sql::Statement& s) {
          s.bind(1, std::string_view(erasure.id)).bind(2, micros(erasure.done.value_or(erasure.asked)));
          bind_actor(s, 3, erasure.approver);
        },
        [&](const sql::Statement&) { is_mine = true; });
    if (!done || is_mine) return done;
    return Error{ErrorKind::kConflict, "erasure.done",
                 fmt::format("The erasure {} was carried out already.", excerpt(erasure.id))};
  });
}

Result<std::int64_t> carry_out_erasures_again(sql::Database& records, SubjectKeys& keys,
                                              const std::vector<Erasure>& erasures) {
  std::set<std::int64_t> numbers;
  for (const Erasure& each : erasures)
    if (each.done) numbers.insert(each.keys.begin(), each.keys.end());
  const std::vector<std::int64_t> wanted(numbers.begin(), numbers.end());
  auto there = keys.keys(wanted);
  if (!there) return std::move(there.error());
  for (const Erasure& each : erasures) {
    auto known = read_erasure(records, each.id);
    if (!known) return std::move(known.error());
    const bool is_open = *known && !(*known)->done && each.done;
    if (*known && !is_open) continue;
    auto written = is_open ? carry_out_erasure(keys, each) : write_erasure(records, each);
    if (!written) return std::move(written.error());
  }
  if (auto done = keys.destroy(wanted, [](sql::Connection&) { return Status(Done{}); }); !done)
    return std::move(done.error());
  return static_cast<std::int64_t>(there->size());
}

}  // namespace suyuan
