// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sqlite3.h>

#include "context.h"

// What an event takes on disk, by table.
namespace suyuan::bench {

namespace {

void table_rows(Context& context, const std::filesystem::path& file, double events) {
  sqlite3* database = nullptr;
  sqlite3_stmt* query = nullptr;
  const char* const sql = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC";
  if (sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK ||
      sqlite3_prepare_v2(database, sql, -1, &query, nullptr) != SQLITE_OK) {
    context.report.skip("disk", std::string("tables: ") + sqlite3_errmsg(database));
  } else {
    while (sqlite3_step(query) == SQLITE_ROW) {
      const double bytes = static_cast<double>(sqlite3_column_int64(query, 1)) / events;
      if (bytes < 0.05) continue;
      context.report.add(
          {.measure = "disk",
           .what = fmt::format("  of it {}", reinterpret_cast<const char*>(sqlite3_column_text(query, 0))),
           .value = bytes,
           .unit = "B/event"});
    }
  }
  sqlite3_finalize(query);
  sqlite3_close(database);
}

}  // namespace

void measure_disk(Context& context) {
  const std::int64_t stored = take(context.store().counts(), "counting").events;
  const auto events = static_cast<double>(stored);
  context.close_store();  // so that the log is in the file
  const auto& made = context.world().made();
  Row row{.measure = "disk", .what = fmt::format("store folder, {} events", stored)};
  row.value = static_cast<double>(bytes_in(context.store_folder())) / events;
  row.unit = "B/event";
  row.goal = at_most(360);
  row.note =
      fmt::format("documents of {:.0f} bytes", static_cast<double>(made.bytes) / static_cast<double>(made.events));
  context.report.add(std::move(row));
  for (const auto& entry : std::filesystem::directory_iterator(context.store_folder()))
    if (entry.path().extension() == ".db") table_rows(context, entry.path(), events);
}

}  // namespace suyuan::bench
