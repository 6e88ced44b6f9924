// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/store_view.h"

#include <fmt/format.h>

#include "adapters/warehouse/copied_file.h"
#include "adapters/warehouse/digest_row.h"
#include "adapters/warehouse/migrations.h"
#include "adapters/warehouse/sqlite_file.h"
#include "adapters/warehouse/store_state.h"

namespace suyuan {

namespace {

class SqliteView final : public StoreView, public EventDigests {
 public:
  explicit SqliteView(std::unique_ptr<sql::Connection> connection)
      : connection_(std::move(connection)), records_(*connection_) {}

  sql::Database& records() override { return records_; }
  EventDigests& digests() override { return *this; }

  Result<std::vector<EventDigest>> digests(std::int64_t after, std::size_t limit) override {
    return sqlite_digests([this](auto&&... all) { return rows(all...); }, after, limit);
  }
  Result<std::vector<trace::EventSeq>> events_of(const std::string& job) override {
    return sqlite_events_of([this](auto&&... all) { return rows(all...); }, job);
  }

 private:
  // Hands each row to `take`, whose first error it is.
  template <class Bind, class Take>
  Status rows(const std::string& query, Bind bind, Take take) {
    Status taken = Done{};
    auto done = records_.read([&](sql::Connection& connection) {
      return each_row_of(connection, query, bind, [&](const sql::Statement& row) {
        if (taken) taken = take(row);
      });
    });
    return done ? taken : done;
  }

  std::unique_ptr<sql::Connection> connection_;
  CopiedFile records_;
};

Status judge_schema(sql::Connection& connection, const std::string& where) {
  const auto step = number_of(connection, "SELECT coalesce(max(number), 0) FROM schema_step");
  if (!step) return Error(step.error());
  const auto known = static_cast<std::int64_t>(migrations().size());
  if (*step == known) return Done{};
  if (*step > known)
    return Error{ErrorKind::kUnsupported, "store.newer",
                 fmt::format("The {} was written by a newer version (schema step {}; this program knows {}). Use that "
                             "version or a later one.",
                             where, *step, known)};
  return Error{
      ErrorKind::kUnsupported, "verify.older_store",
      fmt::format("The {} is of schema step {}, and this program reads {}. Verify it with the program that wrote "
                  "it, or start this one's server on it first, which brings it up to date.",
                  where, *step, known)};
}

}  // namespace

Result<std::unique_ptr<StoreView>> view_sqlite_store(const std::filesystem::path& folder) {
  const std::string where = sqlite_place(folder);
  std::error_code ignored;
  if (!std::filesystem::exists(folder / "suyuan.db", ignored)) {
    return Error{ErrorKind::kNotFound, "store.none",
                 fmt::format("There is no {}. Name the folder of the store with --data DIR.", where)};
  }
  auto connection = sql::open_sqlite(folder / "suyuan.db", sql::Mode::kRead);
  if (!connection) return std::move(connection.error());
  if (auto judged = judge_schema(**connection, where); !judged) return std::move(judged.error());
  const auto state = read_state(**connection);
  if (!state) return Error(state.error());
  if (auto judged = judge_state(*state, where); !judged) return std::move(judged.error());
  return std::unique_ptr<StoreView>(std::make_unique<SqliteView>(std::move(*connection)));
}

}  // namespace suyuan
