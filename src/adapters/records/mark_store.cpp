// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/mark_store.h"

#include <fmt/format.h>

#include "adapters/records/audit_store.h"
#include "adapters/records/statements.h"
#include "base/text.h"

namespace suyuan {

namespace {

using namespace records;

// Object ids in ascending order: how many, then the step to each.
std::string bytes_of(const std::vector<trace::ObjectId>& objects) {
  std::string bytes;
  const auto put = [&](std::uint64_t value) {
    for (; value >= 128; value >>= 7U) bytes += static_cast<char>((value & 127U) | 128U);
    bytes += static_cast<char>(value);
  };
  put(objects.size());
  std::int64_t before = 0;
  for (const trace::ObjectId object : objects) {
    put(static_cast<std::uint64_t>(object.value() - before));
    before = object.value();
  }
  return bytes;
}

Result<std::vector<trace::ObjectId>> objects_of(std::string_view bytes) {
  std::vector<std::uint64_t> numbers;
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (shift < 64) value |= static_cast<std::uint64_t>(byte & 127U) << shift;
    shift += 7;
    if (byte >= 128) continue;
    numbers.push_back(value);
    value = shift = 0;
  }
  std::vector<trace::ObjectId> objects;
  std::int64_t object = 0;
  bool is_whole = shift == 0 && !numbers.empty() && numbers[0] == numbers.size() - 1;
  for (std::size_t i = 1; is_whole && i < numbers.size(); ++i) {
    object += static_cast<std::int64_t>(numbers[i] & INT64_MAX);
    is_whole = numbers[i] > 0 && object > 0;
    if (is_whole) objects.emplace_back(object);
  }
  if (is_whole) return objects;
  return Error{ErrorKind::kCorrupt, "store.damaged", "A find of a mark is damaged. Restore the store from a backup."};
}

Error unknown_mark(const std::string& id) {
  return Error{ErrorKind::kNotFound, "mark.unknown",
               fmt::format("There is no mark \"{}\". `suyuan marks`, or GET /api/v1/marks, lists them.", excerpt(id))};
}

// One row, bound by one text; nothing: no such row.
template <class Take>
Status rows_of(Connection& connection, std::string_view query, const std::string& mark, Take take) {
  return rows(
      connection, query, [&](Statement& s) { s.bind(1, std::string_view(mark)); }, take);
}

Status read_codes(Connection& connection, Mark& mark) {
  return rows_of(connection, "SELECT scheme, key FROM mark_code WHERE mark = $1 ORDER BY number", mark.id,
                 [&](Statement& row) {
                   mark.codes.push_back({static_cast<codes::Scheme>(row.integer(0)), std::string(row.text(1))});
                 });
}

Status read_acts(Connection& connection, Mark& mark) {
  return rows_of(
      connection,
      "SELECT kind, at, person, org, jurisdiction, reason, upto, newly, gone FROM mark_act WHERE mark = $1 "
      "ORDER BY number",
      mark.id, [&](Statement& row) {
        mark.acts.push_back({static_cast<MarkAct::Kind>(row.integer(0)), instant(row.integer(1)), actor_at(row, 2),
                             std::string(row.text(5)), row.integer(6), row.integer(7), row.integer(8)});
      });
}

Mark mark_of(const Statement& row) {
  Mark mark;
  mark.id = row.text(0);
  mark.is_open = row.integer(1) != 0;
  mark.looked = row.integer(2);
  mark.revision = row.integer(3);
  mark.finds = row.integer(4);
  mark.parts = row.integer(5);
  mark.affected = {row.integer(6), row.integer(7), row.integer(8), row.integer(9)};
  mark.recheck_since = row.integer(10);
  return mark;
}

constexpr std::string_view kMark =
    "id, is_open, looked, revision, finds, parts, items, lots, classes, others, recheck_since FROM mark";

Status add_act(Connection& connection, const std::string& mark, std::int64_t number, const MarkAct& act) {
  return change(connection,
                "INSERT INTO mark_act (mark, number, kind, at, person, org, jurisdiction, reason, upto, newly, gone) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                [&](Statement& s) {
                  s.bind(1, std::string_view(mark)).bind(2, number).bind(3, static_cast<std::int64_t>(act.kind));
                  s.bind(4, micros(act.at));
                  bind_actor(s, 5, act.actor);
                  s.bind(8, std::string_view(act.reason)).bind(9, act.upto).bind(10, act.newly).bind(11, act.gone);
                });
}

Status add_parts(Connection& connection, const std::string& mark, std::int64_t first,
                 const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    const auto bind = [&](Statement& s) { s.bind(1, std::string_view(mark)).bind(2, first).bind_bytes(3, part); };
    if (auto done = change(connection, "INSERT INTO mark_known (mark, part, body) VALUES ($1, $2, $3)", bind); !done)
      return done;
    ++first;
  }
  return Done{};
}

Status add_find(Connection& connection, const std::string& mark, const MarkFind& find) {
  const std::string goods = bytes_of(find.goods), carriers = bytes_of(find.carriers), told = bytes_of(find.told);
  return change(connection,
                "INSERT INTO mark_find (mark, number, seq, found, goods, carriers, told, newly, gone) VALUES ($1, $2, "
                "$3, $4, $5, $6, $7, $8, $9)",
                [&](Statement& s) {
                  s.bind(1, std::string_view(mark)).bind(2, find.number).bind(3, find.seq ? find.seq->value() : 0);
                  s.bind(4, micros(find.found)).bind_bytes(5, goods).bind_bytes(6, carriers).bind_bytes(7, told);
                  s.bind(8, find.newly).bind(9, find.gone);
                });
}

class SqlMarkStore final : public MarkStore {
 public:
  explicit SqlMarkStore(sql::Database& records) : records_(records) {}

  Status add(const Mark& mark, const std::vector<std::string>& parts, const AuditEntry& entry) override {
    return records_.write([&](Connection& connection) -> Status {
      auto done = change(connection,
                         "INSERT INTO mark (id, is_open, looked, revision, finds, parts, items, lots, classes, others, "
                         "recheck_since) VALUES ($1, 1, $2, 1, 0, $3, $4, $5, $6, $7, 0)",
                         [&](Statement& s) {
                           s.bind(1, std::string_view(mark.id)).bind(2, mark.looked);
                           s.bind(3, static_cast<std::int64_t>(parts.size())).bind(4, mark.affected.items);
                           s.bind(5, mark.affected.lots).bind(6, mark.affected.classes).bind(7, mark.affected.others);
                         });
      for (std::size_t i = 0; done && i < mark.codes.size(); ++i) done = add_code(connection, mark, i);
      for (std::size_t i = 0; done && i < mark.acts.size(); ++i)
        done = add_act(connection, mark.id, static_cast<std::int64_t>(i) + 1, mark.acts[i]);
      if (done) done = add_parts(connection, mark.id, 0, parts);
      return done ? append_audit(connection, entry) : std::move(done);
    });
  }

  Result<std::optional<Mark>> mark(const std::string& id) override {
    auto found = read_marks(fmt::format("SELECT {} WHERE id = $1", kMark),
                            [&](Statement& s) { s.bind(1, std::string_view(id)); });
    if (!found) return std::move(found.error());
    return found->empty() ? std::optional<Mark>() : std::optional(std::move(found->front()));
  }

  Result<std::vector<Mark>> marks(const std::string& after, std::size_t limit, bool open_only) override {
    return read_marks(
        fmt::format("SELECT {} WHERE id > $1 AND is_open >= $2 ORDER BY id LIMIT $3", kMark), [&](Statement& s) {
          s.bind(1, std::string_view(after)).bind(2, std::int64_t{open_only}).bind(3, static_cast<std::int64_t>(limit));
        });
  }

  Result<std::vector<Mark>> awake(std::int64_t settled, std::size_t limit) override {
    return read_marks(
        fmt::format("SELECT {} WHERE is_open = 1 AND (looked < $1 OR recheck_since > 0) ORDER BY looked, id LIMIT $2",
                    kMark),
        [&](Statement& s) { s.bind(1, settled).bind(2, static_cast<std::int64_t>(limit)); });
  }
  Result<std::vector<MarkFind>> finds(const std::string& id, std::int64_t after, std::size_t limit) override;
  Result<std::vector<std::string>> known(const std::string& id) override {
    std::vector<std::string> parts;
    auto done = records_.read([&](Connection& connection) {
      parts.clear();
      return rows_of(connection, "SELECT body FROM mark_known WHERE mark = $1 ORDER BY part", id,
                     [&](Statement& row) { parts.emplace_back(row.bytes(0)); });
    });
    if (!done) return std::move(done.error());
    return parts;
  }

  Result<bool> move_on(const Mark& mark, const Step& step) override;
  Status lift(const std::string& id, const MarkAct& act, const AuditEntry& entry) override;

 private:
  static Status add_code(Connection& connection, const Mark& mark, std::size_t number) {
    return change(connection, "INSERT INTO mark_code (mark, number, scheme, key) VALUES ($1, $2, $3, $4)",
                  [&](Statement& s) {
                    s.bind(1, std::string_view(mark.id)).bind(2, static_cast<std::int64_t>(number) + 1);
                    s.bind(3, static_cast<std::int64_t>(mark.codes[number].scheme));
                    s.bind(4, std::string_view(mark.codes[number].key));
                  });
  }

  template <class Bind>
  Result<std::vector<Mark>> read_marks(const std::string& query, Bind bind) {
    std::vector<Mark> found;
    auto done = records_.read([&](Connection& connection) {
      found.clear();
      Status read = rows(connection, query, bind, [&](Statement& row) { found.push_back(mark_of(row)); });
      for (std::size_t i = 0; read && i < found.size(); ++i) {
        read = read_codes(connection, found[i]);
        if (read) read = read_acts(connection, found[i]);
      }
      return read;
    });
    if (!done) return std::move(done.error());
    return found;
  }

  sql::Database& records_;
};

Result<std::vector<MarkFind>> SqlMarkStore::finds(const std::string& id, std::int64_t after, std::size_t limit) {
  std::vector<MarkFind> found;
  auto done = records_.read([&](Connection& connection) -> Status {
    found.clear();
    std::optional<Error> damaged;
    const auto list = [&](std::string_view bytes) {
      auto objects = objects_of(bytes);
      if (!objects) damaged = std::move(objects.error());
      return objects ? std::move(*objects) : std::vector<trace::ObjectId>();
    };
    auto read = rows(
        connection,
        "SELECT number, seq, found, goods, carriers, told, newly, gone FROM mark_find WHERE mark = $1 AND number > $2 "
        "ORDER BY number LIMIT $3",
        [&](Statement& s) { s.bind(1, std::string_view(id)).bind(2, after).bind(3, static_cast<std::int64_t>(limit)); },
        [&](Statement& row) {
          const std::int64_t seq = row.integer(1);
          found.push_back({row.integer(0), seq == 0 ? std::nullopt : std::optional(trace::EventSeq(seq)),
                           instant(row.integer(2)), list(row.bytes(3)), list(row.bytes(4)), list(row.bytes(5)),
                           row.integer(6), row.integer(7)});
        });
    return damaged ? Status(std::move(*damaged)) : std::move(read);
  });
  if (!done) return std::move(done.error());
  return found;
}

Result<bool> SqlMarkStore::move_on(const Mark& mark, const Step& step) {
  bool ours = false;
  auto written = records_.write([&](Connection& connection) -> Status {
    const std::int64_t first = step.anew ? 0 : mark.parts;
    const auto bind = [&](Statement& s) {
      s.bind(1, std::string_view(mark.id)).bind(2, mark.revision).bind(3, step.looked);
      s.bind(4, mark.finds + static_cast<std::int64_t>(step.finds.size()));
      s.bind(5, first + static_cast<std::int64_t>(step.parts.size())).bind(6, step.affected.items);
      s.bind(7, step.affected.lots).bind(8, step.affected.classes).bind(9, step.affected.others);
      s.bind(10, step.recheck_since);
    };
    auto moved = touched(connection,
                         "UPDATE mark SET revision = revision + 1, looked = $3, finds = $4, parts = $5, items = $6, "
                         "lots = $7, classes = $8, others = $9, recheck_since = $10 WHERE id = $1 AND revision = $2 "
                         "AND is_open = 1 RETURNING id",
                         bind);
    if (!moved) return std::move(moved.error());
    ours = *moved;
    if (!ours) return Done{};
    Status done = Done{};
    if (step.anew)
      done = change(connection, "DELETE FROM mark_known WHERE mark = $1",
                    [&](Statement& s) { s.bind(1, std::string_view(mark.id)); });
    if (done) done = add_parts(connection, mark.id, first, step.parts);
    for (std::size_t i = 0; done && i < step.finds.size(); ++i) done = add_find(connection, mark.id, step.finds[i]);
    if (done && step.act)
      done = add_act(connection, mark.id, static_cast<std::int64_t>(mark.acts.size()) + 1, *step.act);
    if (done && step.entry) done = append_audit(connection, *step.entry);
    return done;
  });
  if (!written) return std::move(written.error());
  return ours;
}

Status SqlMarkStore::lift(const std::string& id, const MarkAct& act, const AuditEntry& entry) {
  return records_.write([&](Connection& connection) -> Status {
    const auto bind = [&](Statement& s) { s.bind(1, std::string_view(id)); };
    auto ours = touched(connection,
                        "UPDATE mark SET is_open = 0, parts = 0, revision = revision + 1 WHERE id = $1 AND is_open = 1 "
                        "RETURNING id",
                        bind);
    if (!ours) return std::move(ours.error());
    std::int64_t acts = 0;
    auto read = rows(connection, "SELECT number FROM mark_act WHERE mark = $1", bind,
                     [&](Statement& row) { acts = std::max(acts, row.integer(0)); });
    if (!read) return read;
    if (acts == 0) return unknown_mark(id);
    if (!*ours)
      return Error{ErrorKind::kConflict, "mark.lifted",
                   fmt::format("The mark {} was lifted already. `suyuan marks {}` shows when and why.", id, id)};
    auto dropped = change(connection, "DELETE FROM mark_known WHERE mark = $1", bind);
    if (dropped) dropped = add_act(connection, id, acts + 1, act);
    return dropped ? append_audit(connection, entry) : std::move(dropped);
  });
}

}  // namespace

std::unique_ptr<MarkStore> make_mark_store(sql::Database& records) { return std::make_unique<SqlMarkStore>(records); }

}  // namespace suyuan
