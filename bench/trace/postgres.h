// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <libpq-fe.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "context.h"
#include "process.h"

namespace suyuan::bench {

// A PostgreSQL 15 of our own, as the user postgres when we are root, reachable by a socket in its folder only.
class PostgresServer {
 public:
  PostgresServer(const std::filesystem::path& room, const std::filesystem::path& log);
  std::string dsn(const std::string& database = "postgres") const;
  ProcessUse use() const;  // of the server and its processes that live now
  static bool is_installed();

 private:
  std::filesystem::path room_;
  std::unique_ptr<Child> child_;
};

class PostgresConnection {
 public:
  explicit PostgresConnection(const std::string& dsn);
  ~PostgresConnection() { PQfinish(connection_); }
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  using Rows = std::vector<std::vector<std::string>>;
  void run(const std::string& sql);
  Rows ask(const std::string& sql);
  void prepare(const std::string& name, const std::string& sql);
  Rows ask_prepared(const std::string& name, const std::vector<std::string>& values);
  void copy_in(const std::string& sql, std::string_view rows);  // COPY … FROM STDIN, text format
  std::vector<std::string> copy_out(const std::string& sql);    // COPY … TO STDOUT, a line each

 private:
  void check(PGresult* result, ExecStatusType wanted) const;
  static Rows rows_of(PGresult* result);
  PGconn* connection_;
};

// Ingest into the store on PostgreSQL against COPY of the rows that it wrote, in as many commits.
void measure_postgres_ingest(Context& context, const PostgresServer& server);

}  // namespace suyuan::bench
