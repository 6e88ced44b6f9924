// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/erasure_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "adapters/records/account_rows.h"
#include "adapters/records/audit_store.h"
#include "adapters/records/statements.h"
#include "adapters/records/task_store.h"
#include "app/ports/personal_data.h"
#include "base/text.h"

namespace suyuan {

namespace {

using namespace records;

constexpr std::string_view kColumns =
    "id, subject, keys, why, asked, person, org, jurisdiction, done, approver, approver_org, approver_place, outcome, "
    "words FROM erasure";

Erasure erasure_of(const Statement& row) {
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
  one.state = static_cast<Erasure::State>(row.integer(12));
  if (one.state == Erasure::State::kWaiting) return one;
  one.ended = instant(row.integer(8));
  one.ended_by = actor_at(row, 9);
  one.words = row.text(13);
  return one;
}

bool is_waiting(const Erasure& erasure) { return erasure.state == Erasure::State::kWaiting; }

Status insert(Connection& connection, const Erasure& erasure) {
  const std::string keys = fmt::format("{}", fmt::join(erasure.keys, " "));
  const auto last = std::max_element(erasure.keys.begin(), erasure.keys.end());
  return rows(
      connection,
      "INSERT INTO erasure (id, subject, keys, last, why, asked, person, org, jurisdiction, done, approver, "
      "approver_org, approver_place, outcome, words) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
      "$14, $15)",
      [&](Statement& s) {
        s.bind(1, std::string_view(erasure.id))
            .bind(2, std::string_view(erasure.subject))
            .bind(3, std::string_view(keys));
        s.bind(4, last == erasure.keys.end() ? 0 : *last).bind(5, std::string_view(erasure.why));
        s.bind(6, micros(erasure.asked)).bind(10, is_waiting(erasure) ? 0 : micros(erasure.ended));
        bind_actor(s, 7, erasure.by);
        bind_actor(s, 11, erasure.ended_by);
        if (is_waiting(erasure)) s.bind(11, std::int64_t{0}).bind(12, std::int64_t{0}).bind(13, std::int64_t{0});
        s.bind(14, static_cast<std::int64_t>(erasure.state)).bind(15, std::string_view(erasure.words));
      },
      [](Statement&) {});
}

Error not_waiting(const std::string& id, bool was_done) {
  if (was_done)
    return {ErrorKind::kConflict, "erasure.done", fmt::format("The erasure {} was carried out already.", excerpt(id))};
  return {ErrorKind::kConflict, "erasure.ended",
          fmt::format("The erasure {} was refused or withdrawn already. Ask for another one.", excerpt(id))};
}

// Who waited for it waits no more.
Status mark_ended(Connection& connection, const Erasure& erasure) {
  bool is_mine = false, was_done = false;
  auto done = rows(
      connection,
      "UPDATE erasure SET done = $2, approver = $3, approver_org = $4, approver_place = $5, outcome = $6, words = $7 "
      "WHERE id = $1 AND outcome = 0 RETURNING id",
      [&](Statement& s) {
        s.bind(1, std::string_view(erasure.id)).bind(2, micros(erasure.ended));
        bind_actor(s, 3, erasure.ended_by);
        s.bind(6, static_cast<std::int64_t>(erasure.state)).bind(7, std::string_view(erasure.words));
      },
      [&](Statement&) { is_mine = true; });
  if (!done) return done;
  if (is_mine) return close_tasks(connection, kTaskApproveErasure, erasure.id, erasure.ended_by.person, erasure.ended);
  done = rows(
      connection, "SELECT outcome FROM erasure WHERE id = $1",
      [&](Statement& s) { s.bind(1, std::string_view(erasure.id)); },
      [&](Statement& row) { was_done = row.integer(0) == 1; });
  return done ? Status(not_waiting(erasure.id, was_done)) : done;
}

Status end_account(Connection& connection, const Erasure& erasure) {
  const auto person = person_of_subject(erasure.subject);
  return person ? erase_person(connection, *person) : Status(Done{});
}

Result<std::vector<Erasure>> read(sql::Database& records, std::string_view where, std::string_view text,
                                  std::size_t limit) {
  std::vector<Erasure> all;
  auto done = records.read([&](Connection& connection) {
    all.clear();
    return rows(
        connection, fmt::format("SELECT {} WHERE {} ORDER BY id LIMIT $2", kColumns, where),
        [&](Statement& s) { s.bind(1, text).bind(2, static_cast<std::int64_t>(limit)); },
        [&](Statement& row) { all.push_back(erasure_of(row)); });
  });
  return done ? Result(std::move(all)) : Result<std::vector<Erasure>>(std::move(done.error()));
}

class SqlErasureStore final : public ErasureStore {
 public:
  SqlErasureStore(sql::Database& records, KeyEraser& keys) : records_(records), keys_(keys) {}

  Status add(const Erasure& erasure, const Task& task, const AuditEntry& entry) override {
    return records_.write([&](Connection& connection) {
      auto done = insert(connection, erasure);
      if (done) done = add_task(connection, task);
      return done ? append_audit(connection, entry) : std::move(done);
    });
  }

  Result<std::optional<Erasure>> erasure(const std::string& id) override {
    auto found = read(records_, "id = $1", id, 1);
    if (!found) return std::move(found.error());
    return found->empty() ? std::optional<Erasure>() : std::optional(std::move(found->front()));
  }

  Result<std::vector<Erasure>> erasures(const std::string& after, std::size_t limit) override {
    return read(records_, "id > $1", after, limit);
  }

  Status carry_out(const Erasure& erasure, const AuditEntry& entry) override {
    auto done = keys_.destroy(erasure.keys, [&](Connection& connection) {
      auto each = mark_ended(connection, erasure);
      if (each) each = end_account(connection, erasure);
      return each ? append_audit(connection, entry) : std::move(each);
    });
    return done ? Status(Done{}) : Status(std::move(done.error()));
  }

  Status end(const Erasure& erasure, const AuditEntry& entry) override {
    return records_.write([&](Connection& connection) {
      auto done = mark_ended(connection, erasure);
      return done ? append_audit(connection, entry) : std::move(done);
    });
  }

  Result<std::int64_t> carry_out_again(const std::vector<Erasure>& erasures) override;

 private:
  sql::Database& records_;
  KeyEraser& keys_;
};

Result<std::int64_t> SqlErasureStore::carry_out_again(const std::vector<Erasure>& erasures) {
  std::set<std::int64_t> numbers;
  for (const Erasure& each : erasures)
    if (each.state == Erasure::State::kDone) numbers.insert(each.keys.begin(), each.keys.end());
  std::vector<std::pair<const Erasure*, bool>> changed;  // and whether its row is there
  for (const Erasure& each : erasures) {
    auto known = erasure(each.id);
    if (!known) return std::move(known.error());
    const bool is_new = !*known, is_open = *known && is_waiting(**known) && !is_waiting(each);
    if (is_new || is_open) changed.emplace_back(&each, !is_new);
  }
  return keys_.destroy({numbers.begin(), numbers.end()}, [&](Connection& connection) {
    Status done = Done{};
    for (std::size_t i = 0; done && i < changed.size(); ++i)
      done = changed[i].second ? mark_ended(connection, *changed[i].first) : insert(connection, *changed[i].first);
    for (std::size_t i = 0; done && i < erasures.size(); ++i)
      if (erasures[i].state == Erasure::State::kDone) done = end_account(connection, erasures[i]);
    return done;
  });
}

}  // namespace

std::unique_ptr<ErasureStore> make_erasure_store(sql::Database& records, KeyEraser& keys) {
  return std::make_unique<SqlErasureStore>(records, keys);
}

}  // namespace suyuan
