// SPDX-License-Identifier: Apache-2.0
#include "postgres.h"

#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

namespace suyuan::bench {

namespace {

const char* const kUser = "postgres";

std::int64_t parent_of(const std::filesystem::path& process) {
  std::ifstream file(process / "stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const std::size_t end = text.rfind(')');
  if (end == std::string::npos) return 0;
  std::istringstream fields(text.substr(end + 2));
  std::string state;
  std::int64_t parent = 0;
  fields >> state >> parent;
  return parent;
}

}  // namespace

bool PostgresServer::is_installed() { return !program("initdb").empty() && !program("postgres").empty(); }

PostgresServer::PostgresServer(const std::filesystem::path& room, const std::filesystem::path& log) : room_(room) {
  give_to(kUser, room_);
  const std::string data = (room_ / "data").string();
  run_to_end({program("initdb"), "-D", data, "-U", kUser, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"}, log,
             kUser);
  child_ = std::make_unique<Child>(
      std::vector<std::string>{program("postgres"), "-D", data, "-k", room_.string(), "-c", "listen_addresses=", "-c",
                               "shared_buffers=1GB", "-c", "max_wal_size=4GB", "-c", "max_locks_per_transaction=256"},
      log, kUser, SIGINT);
  for (int i = 0; i < 400; ++i) {
    PGconn* const connection = PQconnectdb(dsn().c_str());
    const bool answers = PQstatus(connection) == CONNECTION_OK;
    PQfinish(connection);
    if (answers) return;
    if (!child_->is_running()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error("PostgreSQL did not start; see postgres.log (--keep)");
}

std::string PostgresServer::dsn(const std::string& database) const {
  return fmt::format("postgresql:///{}?host={}&user={}", database, room_.string(), kUser);
}

ProcessUse PostgresServer::use() const {
  ProcessUse sum = use_of(child_->process());
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (parent_of(entry.path()) != child_->process()) continue;
    const ProcessUse each = use_of(static_cast<pid_t>(std::stol(name)));
    sum.cpu_seconds += each.cpu_seconds;
    sum.written += each.written;
  }
  return sum;
}

PostgresConnection::PostgresConnection(const std::string& dsn) : connection_(PQconnectdb(dsn.c_str())) {
  if (PQstatus(connection_) == CONNECTION_OK) return;
  const std::string why = PQerrorMessage(connection_);
  PQfinish(connection_);
  throw std::runtime_error("PostgreSQL: " + why);
}

void PostgresConnection::check(PGresult* result, ExecStatusType wanted) const {
  if (PQresultStatus(result) == wanted) return;
  const std::string why = PQerrorMessage(connection_);
  PQclear(result);
  throw std::runtime_error("PostgreSQL: " + why);
}

PostgresConnection::Rows PostgresConnection::rows_of(PGresult* result) {
  Rows rows(static_cast<std::size_t>(PQntuples(result)));
  for (int i = 0; i < PQntuples(result); ++i)
    for (int j = 0; j < PQnfields(result); ++j)
      rows[static_cast<std::size_t>(i)].emplace_back(PQgetvalue(result, i, j));
  PQclear(result);
  return rows;
}

void PostgresConnection::run(const std::string& sql) {
  PGresult* const result = PQexec(connection_, sql.c_str());
  check(result, PQresultStatus(result) == PGRES_TUPLES_OK ? PGRES_TUPLES_OK : PGRES_COMMAND_OK);
  PQclear(result);
}

PostgresConnection::Rows PostgresConnection::ask(const std::string& sql) {
  PGresult* const result = PQexec(connection_, sql.c_str());
  check(result, PGRES_TUPLES_OK);
  return rows_of(result);
}

void PostgresConnection::prepare(const std::string& name, const std::string& sql) {
  PGresult* const result = PQprepare(connection_, name.c_str(), sql.c_str(), 0, nullptr);
  check(result, PGRES_COMMAND_OK);
  PQclear(result);
}

PostgresConnection::Rows PostgresConnection::ask_prepared(const std::string& name,
                                                          const std::vector<std::string>& values) {
  std::vector<const char*> pointers;
  for (const std::string& each : values) pointers.push_back(each.c_str());
  PGresult* const result =
      PQexecPrepared(connection_, name.c_str(), static_cast<int>(values.size()), pointers.data(), nullptr, nullptr, 0);
  check(result, PGRES_TUPLES_OK);
  return rows_of(result);
}

void PostgresConnection::copy_in(const std::string& sql, std::string_view rows) {
  PGresult* result = PQexec(connection_, sql.c_str());
  check(result, PGRES_COPY_IN);
  PQclear(result);
  if (PQputCopyData(connection_, rows.data(), static_cast<int>(rows.size())) != 1 ||
      PQputCopyEnd(connection_, nullptr) != 1)
    throw std::runtime_error(std::string("PostgreSQL: COPY: ") + PQerrorMessage(connection_));
  result = PQgetResult(connection_);
  check(result, PGRES_COMMAND_OK);
  PQclear(result);
  PQclear(PQgetResult(connection_));
}

std::vector<std::string> PostgresConnection::copy_out(const std::string& sql) {
  PGresult* result = PQexec(connection_, sql.c_str());
  check(result, PGRES_COPY_OUT);
  PQclear(result);
  std::vector<std::string> lines;
  char* bytes = nullptr;
  for (int size = 0; (size = PQgetCopyData(connection_, &bytes, 0)) > 0; PQfreemem(bytes))
    lines.emplace_back(bytes, static_cast<std::size_t>(size));
  result = PQgetResult(connection_);
  check(result, PGRES_COMMAND_OK);
  PQclear(result);
  PQclear(PQgetResult(connection_));
  return lines;
}

}  // namespace suyuan::bench
