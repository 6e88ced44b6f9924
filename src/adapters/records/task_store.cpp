// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/task_store.h"

#include <algorithm>

#include "adapters/records/statements.h"

namespace suyuan {

namespace {

using namespace records;

constexpr std::size_t kChunk = 500;

std::int64_t number_of(const std::optional<PersonId>& person) { return person ? person->value() : 0; }
std::optional<PersonId> person_or_none(std::int64_t id) { return id == 0 ? std::nullopt : std::optional(PersonId(id)); }

Task task_of(const Statement& row) {
  return {.id = std::string(row.text(0)),
          .kind = std::string(row.text(1)),
          .subject = std::string(row.text(2)),
          .org = OrgId(row.integer(3)),
          .person = person_or_none(row.integer(4)),
          .opened = instant(row.integer(5)),
          .due = instant_or_none(row.integer(6)),
          .closed = instant_or_none(row.integer(7)),
          .closed_by = person_or_none(row.integer(8))};
}

Status close_some(Connection& connection, std::string_view kind, const std::string& subject, PersonId by, Instant at,
                  std::int64_t& closed) {
  return rows(
      connection,
      "UPDATE task SET closed = $3, closed_by = $4 WHERE subject = $2 AND kind = $1 AND closed = 0 RETURNING id",
      [&](Statement& s) { s.bind(1, kind).bind(2, std::string_view(subject)).bind(3, micros(at)).bind(4, by.value()); },
      [&](Statement&) { ++closed; });
}

class SqlTaskStore final : public TaskStore {
 public:
  explicit SqlTaskStore(sql::Database& records) : records_(records) {}

  Status open(const Task& task) override {
    return records_.write([&](Connection& connection) { return add_task(connection, task); });
  }

  Result<std::int64_t> close(std::string_view kind, const std::string& subject, PersonId by, Instant at) override {
    std::int64_t closed = 0;
    auto done = records_.write([&](Connection& connection) {
      closed = 0;
      return close_some(connection, kind, subject, by, at, closed);
    });
    if (!done) return std::move(done.error());
    return closed;
  }

  Result<std::vector<Task>> tasks(const TaskQuestion& question) override {
    std::vector<Task> found;
    auto done = records_.read([&](Connection& connection) -> Status {
      found.clear();
      std::string after = question.after;
      for (;;) {
        auto chunk = next(connection, question, after);
        if (!chunk) return std::move(chunk.error());
        if (!chunk->empty()) after = chunk->back().id;
        const bool is_last = chunk->size() < kChunk;
        for (Task& task : *chunk) {
          if (question.wanted && !question.wanted(task)) continue;
          if (found.size() < question.limit) found.push_back(std::move(task));
        }
        if (is_last || found.size() == question.limit) return Done{};
      }
    });
    if (!done) return std::move(done.error());
    return found;
  }

  Result<std::int64_t> move_all(PersonId from, PersonId deputy) override {
    std::int64_t moved = 0;
    auto done = records_.write([&](Connection& connection) -> Status {
      auto count = move_open_tasks(connection, from, deputy);
      if (!count) return std::move(count.error());
      moved = *count;
      return Done{};
    });
    if (!done) return std::move(done.error());
    return moved;
  }

 private:
  static Result<std::vector<Task>> next(Connection& connection, const TaskQuestion& question,
                                        const std::string& after) {
    std::string query = "SELECT id, kind, subject, org, person, opened, due, closed, closed_by FROM task WHERE id > $1";
    if (question.person) query += " AND person = $3";
    if (question.org) query += question.person ? " AND org = $4" : " AND org = $3";  // no number may be left out
    if (question.open_only) query += " AND closed = 0";
    query += " ORDER BY id LIMIT $2";
    std::vector<Task> found;
    auto done = rows(
        connection, query,
        [&](Statement& s) {
          s.bind(1, std::string_view(after)).bind(2, static_cast<std::int64_t>(kChunk));
          if (question.person) s.bind(3, question.person->value());
          if (question.org) s.bind(question.person ? 4 : 3, question.org->value());
        },
        [&](Statement& row) { found.push_back(task_of(row)); });
    if (!done) return std::move(done.error());
    return found;
  }

  sql::Database& records_;
};

}  // namespace

Status add_task(sql::Connection& connection, const Task& task) {
  return change(connection,
                "INSERT INTO task (id, kind, subject, org, person, opened, due, closed, closed_by) VALUES ($1, $2, $3, "
                "$4, $5, $6, $7, $8, $9)",
                [&](Statement& s) {
                  s.bind(1, std::string_view(task.id)).bind(2, std::string_view(task.kind));
                  s.bind(3, std::string_view(task.subject)).bind(4, task.org.value());
                  s.bind(5, number_of(task.person)).bind(6, micros(task.opened)).bind(7, micros(task.due));
                  s.bind(8, micros(task.closed)).bind(9, number_of(task.closed_by));
                });
}

Status close_tasks(sql::Connection& connection, std::string_view kind, const std::string& subject, PersonId by,
                   Instant at) {
  std::int64_t closed = 0;
  return close_some(connection, kind, subject, by, at, closed);
}

Result<std::int64_t> move_open_tasks(sql::Connection& connection, PersonId from, PersonId deputy) {
  std::int64_t moved = 0;
  auto done = rows(
      connection, "UPDATE task SET person = $2 WHERE person = $1 AND closed = 0 RETURNING id",
      [&](Statement& s) { s.bind(1, from.value()).bind(2, deputy.value()); }, [&](Statement&) { ++moved; });
  if (!done) return std::move(done.error());
  return moved;
}

std::unique_ptr<TaskStore> make_task_store(sql::Database& records) { return std::make_unique<SqlTaskStore>(records); }

}  // namespace suyuan
