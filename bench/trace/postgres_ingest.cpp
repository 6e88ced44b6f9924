// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "adapters/warehouse/postgres_warehouse.h"
#include "postgres.h"

// Ingest into the store on PostgreSQL against COPY of the very rows that it wrote: the tables are read back, emptied
// copies of them (same indexes and checks) are filled by COPY, in as many commits as the store made.
namespace suyuan::bench {

namespace {

constexpr std::int64_t kBatch = 1000;

struct Table {
  std::string name, copy;
  std::vector<std::string> lines;
};

// Ordinary and partitioned tables of the search path; partitions come with their parents.
std::vector<Table> tables_with_rows(PostgresConnection& connection) {
  std::vector<Table> tables;
  for (const auto& row :
       connection.ask("SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c "
                      "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') "
                      "AND NOT c.relispartition AND c.relpersistence = 'p' "
                      "AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1")) {
    Table table{row.front(), fmt::format("copy_{}", tables.size()), {}};
    table.lines = connection.copy_out("COPY (SELECT * FROM " + table.name + ") TO STDOUT");
    if (!table.lines.empty()) tables.push_back(std::move(table));
  }
  return tables;
}

// Seconds and use of COPY in `commits` transactions, each with its share of every table.
Cost copy_all(PostgresConnection& connection, const PostgresServer& server, const std::vector<Table>& tables,
              std::size_t commits) {
  for (const Table& table : tables)
    connection.run(fmt::format("CREATE TABLE {} (LIKE {} INCLUDING ALL)", table.copy, table.name));
  const ProcessUse before = server.use();
  double seconds = 0;
  for (std::size_t i = 0; i < commits; ++i) {
    std::vector<std::string> shares;
    for (const Table& table : tables) {
      const std::size_t rows = table.lines.size();
      std::string& share = shares.emplace_back();
      for (std::size_t row = rows * i / commits; row < rows * (i + 1) / commits; ++row) share += table.lines[row];
    }
    const auto begin = std::chrono::steady_clock::now();
    connection.run("BEGIN");
    for (std::size_t t = 0; t < tables.size(); ++t)
      if (!shares[t].empty()) connection.copy_in("COPY " + tables[t].copy + " FROM STDIN", shares[t]);
    connection.run("COMMIT");
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  const ProcessUse after = server.use();
  return {seconds, after.cpu_seconds - before.cpu_seconds, 0, after.written - before.written};
}

}  // namespace

void measure_postgres_ingest(Context& context, const PostgresServer& server) {
  const std::int64_t events = std::min<std::int64_t>(context.options.events, 200'000);
  PostgresConnection(server.dsn()).run("CREATE DATABASE ingest");
  Cost cost;
  {
    const auto store = take(open_postgres_warehouse(server.dsn("ingest"), context.clock), "opening the store");
    WarehouseTarget target(*store);
    World world(context.options.seed, context.clock.now());
    const ProcessUse before = server.use();
    cost = load(world, target, kBatch, {events}).front();
    const ProcessUse after = server.use();
    cost.cpu_seconds += after.cpu_seconds - before.cpu_seconds;
    cost.written += after.written - before.written;
  }
  PostgresConnection connection(server.dsn("ingest"));
  const std::vector<Table> tables = tables_with_rows(connection);
  const Cost floor = copy_all(connection, server, tables, static_cast<std::size_t>(events / kBatch));
  Row copied = rate_row("postgres", "COPY of the same rows, the same commits", floor, events);
  Row row =
      rate_row("postgres", fmt::format("store on PostgreSQL, batches of 1000, 0 to {} events", events), cost, events);
  row.ratio = *row.value / *copied.value;
  row.against = "COPY";
  row.goal = at_least(0.5);
  context.report.add(std::move(copied));
  context.report.add(std::move(row));
}

}  // namespace suyuan::bench
