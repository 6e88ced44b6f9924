// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>

namespace suyuan::testing_support {

// A PostgreSQL of the test program's own, made by initdb in a temporary folder, reached by a socket in it; fsync is on.
// As the user postgres when the test runs as root. A guardian process ends it and removes the folder when the test
// program is gone, however it went.
class PostgresServer {
 public:
  // Started on first use; one for each test program. Throws when PostgreSQL is not installed: a test fails then.
  static PostgresServer& own();

  std::string url(const std::string& database) const;
  // The URL of a new, empty database.
  std::string fresh_database(const std::string& options = "");
  // The URL of a new database with what that one holds; nobody may be connected to it.
  std::string fresh_database_like(const std::string& name);
  // Every process of the server gets SIGKILL, at once.
  void kill();
  void start();

 private:
  PostgresServer();
  void tell(char command);
  std::string make_database(const std::string& like, const std::string& options);

  std::filesystem::path folder_;
  int guardian_ = -1;  // socket
  int databases_ = 0;
};

}  // namespace suyuan::testing_support
