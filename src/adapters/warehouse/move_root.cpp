// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/move_root.h"

#include <fmt/format.h>

#include "adapters/sql/postgres_values.h"
#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/zstd_text.h"
#include "base/text.h"
#include "engine/digest/sha256.h"

namespace suyuan {

namespace {

class RowHash {
 public:
  void number(std::int64_t value) { sql::pg::put_number(buffer_, value); }
  void bytes(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    buffer_ += value;
  }
  void row() {
    stream_.add(buffer_);
    buffer_.clear();
    ++rows_;
  }
  MoveReport::Part part(std::string_view name) { return {std::string(name), rows_, hex(stream_.finish())}; }

 private:
  Sha256Stream stream_;
  std::string buffer_;
  std::int64_t rows_ = 0;
};

Status add_row(MoveSide& side, const MoveTable& table, const sql::Statement& row, RowHash& hash) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const int at = static_cast<int>(i);
    switch (table.columns[i].kind) {
      case MoveColumn::Kind::kInt16:
      case MoveColumn::Kind::kInt32:
      case MoveColumn::Kind::kInt64:
        hash.number(row.integer(at));
        break;
      case MoveColumn::Kind::kFrame:
      case MoveColumn::Kind::kOwnFrame: {
        const bool is_own = table.columns[i].kind == MoveColumn::Kind::kOwnFrame;
        auto bytes = row.bytes(at).empty() ? std::optional(std::string())
                     : is_own              ? side.codec().decompress(row.bytes(at))
                                           : decompress(row.bytes(at));
        if (!bytes)
          return damaged_store(fmt::format("row {} of the table {} in the {} cannot be unpacked", row.integer(0),
                                           table.name, side.place()));
        hash.bytes(*bytes);
        break;
      }
      default:
        hash.bytes(row.bytes(at));
    }
  }
  hash.row();
  return Done{};
}

Result<MoveReport::Part> part_of(MoveSide& side, const MoveTable& table) {
  RowHash hash;
  auto rows = MoveReader::open(side, table);
  if (!rows) return std::move(rows.error());
  for (;;) {
    auto more = rows->next();
    if (!more) return std::move(more.error());
    if (!*more) return hash.part(table.name);
    if (auto added = add_row(side, table, rows->row(), hash); !added) return std::move(added.error());
  }
}

}  // namespace

Result<std::vector<MoveReport::Part>> move_parts(MoveSide& side) {
  if (auto loaded = side.load_dictionaries(); !loaded) return std::move(loaded.error());
  if (auto begun = side.connection().execute("BEGIN"); !begun) return std::move(begun.error());
  std::vector<MoveReport::Part> parts;
  Status done = Done{};
  for (const MoveTable& table : move_tables()) {
    auto part = part_of(side, table);
    if (!part) {
      done = std::move(part.error());
      break;
    }
    parts.push_back(std::move(*part));
  }
  static_cast<void>(side.connection().execute("ROLLBACK"));
  if (!done) return Error(done.error());
  return parts;
}

std::string move_root(const std::vector<MoveReport::Part>& parts) {
  std::string all;
  for (const MoveReport::Part& part : parts) all += fmt::format("{} {} {}\n", part.name, part.rows, part.sha256);
  return hex(sha256(all));
}

}  // namespace suyuan
