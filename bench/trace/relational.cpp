// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "history.h"
#include "postgres.h"

// History of one id against a relational EPCIS server: the tables and keys of FasTnT 2.9 on PostgreSQL, rebuilt from
// its published schema. It keys epcs by (event, type, id) and has no index by id.
namespace suyuan::bench {

namespace {

constexpr std::int64_t kAtOnce = 10'000;

const char* const kTables = R"sql(
CREATE TABLE request (id serial PRIMARY KEY, capture_id text NOT NULL, user_id text, record_time timestamptz NOT NULL);
CREATE TABLE event (
  id integer PRIMARY KEY, request_id integer NOT NULL, type smallint NOT NULL, event_time timestamptz NOT NULL,
  offset_minutes smallint NOT NULL, action smallint NOT NULL, event_id text, business_location text, business_step text,
  read_point text, disposition text, transformation_id text);
CREATE INDEX event_request ON event (request_id);
CREATE TABLE epc (
  event_id integer NOT NULL, type smallint NOT NULL, id text NOT NULL, quantity double precision, uom text,
  PRIMARY KEY (event_id, type, id));
)sql";

std::string of_role(const trace::Event& event, trace::Role role) {
  for (const trace::Object& each : event.objects)
    if (each.role == role) return codes::canonical_uri(each.id);
  return "\\N";
}

void add_rows(const trace::Event& event, std::int64_t id, std::string& events, std::string& epcs) {
  fmt::format_to(std::back_inserter(events), "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t\\N\n", id, id / 1000 + 1,
                 static_cast<int>(event.type), format_instant(event.time.at), event.time.offset.count(),
                 static_cast<int>(event.action), event.id, of_role(event, trace::Role::kBizLocation), event.biz_step,
                 of_role(event, trace::Role::kReadPoint), event.disposition);
  for (const trace::Object& each : event.objects) {
    if (each.role > trace::Role::kOutput) continue;
    fmt::format_to(std::back_inserter(epcs), "{}\t{}\t{}\t\\N\t\\N\n", id, static_cast<int>(each.role),
                   codes::canonical_uri(each.id));
  }
}

void fill(PostgresConnection& connection, World& world, std::int64_t events) {
  connection.run(kTables);
  connection.run("SET synchronous_commit = off");
  for (std::int64_t done = 0; done < events;) {
    const std::int64_t count = std::min(kAtOnce, events - done);
    const NewSubmission made = world.submission(static_cast<std::size_t>(count));
    std::string event_rows, epc_rows;
    for (const NewEvent& each : made.events) add_rows(each.event, ++done, event_rows, epc_rows);
    connection.copy_in("COPY event FROM STDIN", event_rows);
    connection.copy_in("COPY epc FROM STDIN", epc_rows);
  }
  connection.run("VACUUM ANALYZE");
}

// As that server reads: first which events, then the events and their epcs.
Latencies lookups(PostgresConnection& connection, const World& world, std::size_t count, const std::string& which) {
  Random random(3);
  Latencies latencies;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string uri = codes::canonical_uri(world.thing(random.below(world.things())));
    const auto begin = std::chrono::steady_clock::now();
    std::string ids = "{";
    for (const auto& row : connection.ask_prepared(which, {uri})) ids += (ids.size() > 1 ? "," : "") + row.front();
    ids += "}";
    const auto events = connection.ask_prepared("events", {ids});
    const auto epcs = connection.ask_prepared("epcs", {ids});
    latencies.add(std::chrono::steady_clock::now() - begin);
    if (events.empty() || epcs.empty()) throw std::runtime_error("an id of the load is not in the tables");
  }
  return latencies;
}

Row lookup_row(std::string what, const Latencies& took) {
  Row row{.measure = "history", .what = std::move(what)};
  row.value = took.percentile(50) / 1000;
  row.unit = "ms";
  return row;
}

void compare(Context& context, const PostgresServer& server, std::int64_t events) {
  World world(context.options.seed, context.clock.now());
  PostgresConnection connection(server.dsn());
  fill(connection, world, events);
  const std::string which = "SELECT e.id FROM event e WHERE EXISTS (SELECT 1 FROM epc p WHERE p.event_id = e.id AND ";
  connection.prepare("like", which + "p.id LIKE $1) ORDER BY e.id LIMIT 100");
  connection.prepare("equal", which + "p.id = $1) ORDER BY e.id LIMIT 100");
  connection.prepare("events", "SELECT * FROM event WHERE id = ANY ($1::integer[])");
  connection.prepare("epcs", "SELECT * FROM epc WHERE event_id = ANY ($1::integer[])");
  const Latencies scanned = lookups(connection, world, 5, "like");
  connection.run("CREATE INDEX epc_by_id ON epc (id, event_id)");
  connection.run("ANALYZE epc");
  lookups(connection, world, 500, "equal");
  const Latencies indexed = lookups(connection, world, 3000, "equal");

  histories(context.store(), context.world(), 2000, 1);
  const Latencies ours = histories(context.store(), context.world(), 3000, 2);
  context.report.add(lookup_row(fmt::format("relational layout, {} events, its own keys, p50", events), scanned));
  context.report.add(lookup_row(fmt::format("relational layout, {} events, index by id, p50", events), indexed));
  context.report.add(lookup_row(fmt::format("store, {} events, p50", context.options.events), ours));
  const auto ratio = [&](const Latencies& theirs, const char* against, double goal) {
    Row row{.measure = "history", .what = fmt::format("time of relational layout, {}, p50", against)};
    row.ratio = theirs.percentile(50) / ours.percentile(50);
    row.against = "the store's time";
    row.goal = at_least(goal);
    row.note = "PostgreSQL over a local socket";
    context.report.add(std::move(row));
  };
  ratio(scanned, "its own keys", 1000);
  ratio(indexed, "index by id", 3);
}

}  // namespace

void measure_postgres(Context& context) {
  if (!PostgresServer::is_installed()) {
    context.report.skip("postgres", "Debian's postgresql-15 is not installed");
    return;
  }
  std::int64_t events = context.options.postgres_events;
  if (events == 0) events = std::min<std::int64_t>(context.options.events, 1'000'000);
  const PostgresServer server(context.folder.room("postgres"), context.folder.path() / "postgres.log");
  compare(context, server, events);
  measure_postgres_ingest(context, server);
}

}  // namespace suyuan::bench
