// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/event_entries.h"
#include "adapters/warehouse/event_id_bytes.h"
#include "adapters/warehouse/keys.h"
#include "adapters/warehouse/links.h"
#include "adapters/warehouse/move_to.h"
#include "adapters/warehouse/postgres_group.h"
#include "adapters/warehouse/postgres_keys.h"

namespace suyuan {

namespace {

class PostgresMoveWriter final : public MoveWriter {
 public:
  explicit PostgresMoveWriter(MoveSide& side) : side_(side), connection_(*side.postgres()) {}

  Status put(const MoveTable& table, const sql::Statement& row) override {
    sql::CopyRows& rows = rows_[target_of(table)];
    rows.row(static_cast<std::int16_t>(table.columns.size() + (table.has_block ? 1 : 0)));
    if (table.has_block) rows.int64(row.integer(0) >> 16U);
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const int at = static_cast<int>(i);
      switch (table.columns[i].kind) {
        case MoveColumn::Kind::kInt16:
          rows.int16(row.integer(at));
          break;
        case MoveColumn::Kind::kInt32:
          rows.int32(row.integer(at));
          break;
        case MoveColumn::Kind::kInt64:
          rows.int64(row.integer(at));
          break;
        default:
          rows.bytes(row.bytes(at));
      }
    }
    return put_keys(table, row);
  }

  Status commit(const MoveTable&) override {
    Status done = begin();
    for (auto each = rows_.begin(); done && each != rows_.end(); ++each)
      done = connection_.copy(each->first, each->second);
    if (done) done = write_members();
    rows_.clear();
    is_open_ = false;
    return done ? connection_.execute("COMMIT") : done;
  }

  Status clear(const MoveTable& table) override {
    if (auto begun = begin(); !begun) return begun;
    return connection_.execute(fmt::format("DELETE FROM {}", table.name));
  }

  Status finish() override {
    Status done = begin();
    if (done) done = add_class_members();
    if (done) done = write_members();
    if (done) done = write_head();
    is_open_ = false;
    return done ? connection_.execute("COMMIT") : done;
  }

  Status check() override { return check_postgres_keys(side_); }

 private:
  static std::string target_of(const MoveTable& table) {
    return fmt::format("{} ({}{})", table.name, table.has_block ? "block, " : "", table.names());
  }
  Status begin() {
    if (std::exchange(is_open_, true)) return Done{};
    return connection_.execute("BEGIN");
  }

  Status put_keys(const MoveTable& table, const sql::Statement& row) {
    if (table.name == "object")
      rows_["object_key (key, obj)"].row(2).bytes(index_key(row.bytes(1))).int64(row.integer(0));
    if (table.name == "term") rows_["term_key (key, term)"].row(2).bytes(index_key(row.bytes(1))).int32(row.integer(0));
    if (table.name == "submission")
      rows_["submission_key (public_id, id)"].row(2).bytes(row.bytes(1)).int64(row.integer(0));
    return table.name == "event" ? put_event_keys(row) : Status(Done{});
  }

  Status put_event_keys(const sql::Statement& row) {
    auto keys = event_keys(row);
    if (!keys) return std::move(keys.error());
    rows_["event_id (id, declaration, seq)"].row(3).bytes(keys->id).int16(keys->is_declaration).int64(keys->seq);
    sql::CopyRows& postings = rows_["posting (obj, seq, role)"];
    for (const auto& [object, role] : keys->postings) postings.row(3).int64(object).int64(keys->seq).int16(role);
    if (!names_a_lot(keys->links)) return Done{};
    auto members = lot_members_of(side_, keys->links);
    if (!members) return std::move(members.error());
    members_.insert(members_.end(), members->begin(), members->end());
    return Done{};
  }

  Status add_class_members() {
    ClassMembers classes(side_);
    return classes.each([&](const runs::Entry& member) -> Status {
      members_.push_back(member);
      return members_.size() < 5'000 ? Status(Done{}) : write_members();
    });
  }

  Status write_members() {
    if (members_.empty()) return Done{};
    std::vector<std::int64_t> classes, objects;
    for (const runs::Entry& each : members_) {
      classes.push_back(static_cast<std::int64_t>(each.key));
      objects.push_back(static_cast<std::int64_t>(each.value));
    }
    members_.clear();
    auto insert = connection_.statement(
        "INSERT INTO member (class, obj) SELECT * FROM unnest($1::bigint[], $2::bigint[]) ON CONFLICT DO NOTHING");
    (*insert)->bind_list(1, classes).bind_list(2, objects);
    return (*insert)->run();
  }

  Status write_head() {
    static constexpr std::string_view kNumbers[] = {"SELECT seq FROM event ORDER BY block DESC, seq DESC LIMIT 1",
                                                    "SELECT coalesce(max(obj), 0) FROM object",
                                                    "SELECT coalesce(max(id), 0) FROM submission",
                                                    "SELECT coalesce(max(term), 0) FROM term",
                                                    "SELECT coalesce(max(id), 0) FROM master_datum",
                                                    "SELECT coalesce(max(finished), 0) FROM submission",
                                                    "SELECT coalesce(sum(size), 0) FROM submission"};
    auto update = connection_.statement(
        "UPDATE head SET event = $1, object = $2, submission = $3, term = $4, datum = $5, recorded = $6, bytes = $7 "
        "WHERE id = 1");
    int place = 0;
    for (const std::string_view query : kNumbers) {
      auto number = side_.number(query);
      if (!number) return std::move(number.error());
      (*update)->bind(++place, *number);
    }
    return (*update)->run();
  }

  MoveSide& side_;
  sql::PostgresConnection& connection_;
  std::map<std::string, sql::CopyRows> rows_;  // by target
  runs::Part members_;
  bool is_open_ = false;
};

}  // namespace

std::unique_ptr<MoveWriter> move_to_postgres(MoveSide& side) { return std::make_unique<PostgresMoveWriter>(side); }

}  // namespace suyuan
