// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "adapters/sql/postgres.h"

namespace suyuan::testing_support {

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// The newest version that is installed, 14 or later.
fs::path programs() {
  fs::path best;
  int best_version = 13;
  std::error_code ignored;
  for (const auto& each : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const std::string name = each.path().filename().string();
    int version = 0;
    std::from_chars(name.data(), name.data() + name.size(), version);
    if (version <= best_version || !fs::exists(each.path() / "bin" / "initdb")) continue;
    best = each.path() / "bin";
    best_version = version;
  }
  if (best.empty()) throw std::runtime_error("PostgreSQL is not installed, and this test needs it: ./dev setup");
  return best;
}

// PostgreSQL refuses to run as root.
const passwd* user() {
  if (::getuid() != 0) return nullptr;
  const passwd* found = ::getpwnam("postgres");
  return found != nullptr ? found : ::getpwnam("nobody");
}

pid_t spawn(const Words& words, const fs::path& log) {
  const passwd* as = user();
  const pid_t child = ::fork();
  if (child != 0) return child;
  if (as != nullptr && (::setgroups(0, nullptr) != 0 || ::setgid(as->pw_gid) != 0 || ::setuid(as->pw_uid) != 0))
    ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::dup2(out, 1);
  ::dup2(out, 2);
  ::close_range(3, ~0U, 0);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::setenv("LC_ALL", "C.UTF-8", 1);
  static_cast<void>(::chdir("/"));
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> found;
  for (const auto& each : fs::directory_iterator("/proc")) {
    const std::string name = each.path().filename().string();
    pid_t process = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), process).ec != std::errc()) continue;
    std::ifstream file(each.path() / "stat");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const std::size_t end = text.rfind(") ");
    if (end == std::string::npos) continue;
    pid_t above = 0;
    const char* const at = text.data() + end + 4;  // after the state
    std::from_chars(at, text.data() + text.size(), above);
    if (above == parent) found.push_back(process);
  }
  return found;
}

void kill_all(pid_t server) {
  ::kill(server, SIGSTOP);  // it starts nobody while we look
  const std::vector<pid_t> all = children_of(server);
  ::kill(server, SIGKILL);
  for (const pid_t each : all) ::kill(each, SIGKILL);
  ::waitpid(server, nullptr, 0);
  for (const pid_t each : all) ::waitpid(each, nullptr, 0);  // they are ours since it is gone: see guard
}

// Lives as long as the test program does: the other end of `commands` closes with it.
[[noreturn]] void guard(int commands, const Words& server, const fs::path& folder) {
  ::setsid();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  pid_t running = 0;
  for (char command = 0; ::read(commands, &command, 1) == 1;) {
    if (command == 's') running = spawn(server, folder / "log");
    if (command == 'k') kill_all(std::exchange(running, 0));
    if (::write(commands, &command, 1) != 1) break;
  }
  if (running != 0) {
    ::kill(running, SIGQUIT);
    ::waitpid(running, nullptr, 0);
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  ::_exit(0);
}

void make_cluster(const fs::path& folder) {
  int status = 0;
  const pid_t child = spawn({programs() / "initdb", "-D", folder / "data", "-U", "suyuan", "-A", "trust", "-E", "UTF8",
                             "--locale=C", "--no-sync"},
                            folder / "log");
  if (::waitpid(child, &status, 0) != child || status != 0)
    throw std::runtime_error("initdb failed; see " + (folder / "log").string());
  const fs::path access = folder / "data" / "pg_hba.conf";
  std::ifstream before(access);
  const std::string rules((std::istreambuf_iterator<char>(before)), {});
  std::ofstream(access) << "local all locked scram-sha-256\n" << rules;  // a role of this name needs its password
}

}  // namespace

PostgresServer::PostgresServer() {
  const fs::path bin = programs();
  std::string pattern = (fs::temp_directory_path() / "suyuan-pg-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = pattern;
  if (const passwd* as = user(); as != nullptr && ::chown(folder_.c_str(), as->pw_uid, as->pw_gid) != 0)
    throw std::runtime_error("the temporary folder cannot be given to the user postgres");
  make_cluster(folder_);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("no socket");
  const Words server = {
      bin / "postgres",      "-D", folder_ / "data",      "-k", folder_,          "-c", "listen_addresses=",     "-c",
      "shared_buffers=64MB", "-c", "max_connections=200", "-c", "autovacuum=off", "-c", "log_min_messages=fatal"};
  if (::fork() == 0) {
    ::close(ends[0]);
    guard(ends[1], server, folder_);
  }
  ::close(ends[1]);
  guardian_ = ends[0];
  start();
}

PostgresServer& PostgresServer::own() {
  static PostgresServer server;
  return server;
}

void PostgresServer::tell(char command) {
  char answer = 0;
  if (::write(guardian_, &command, 1) != 1 || ::read(guardian_, &answer, 1) != 1)
    throw std::runtime_error("the guardian of PostgreSQL is gone");
}

void PostgresServer::kill() { tell('k'); }

void PostgresServer::start() {
  tell('s');
  for (int i = 0; i < 600; ++i) {
    if (sql::open_postgres(url("postgres"))) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error("PostgreSQL did not start; see " + (folder_ / "log").string());
}

std::string PostgresServer::url(const std::string& database) const {
  return fmt::format("postgresql:///{}?host={}&user=suyuan", database, folder_.string());
}

std::string PostgresServer::fresh_database_like(const std::string& name) { return make_database(name, ""); }

std::string PostgresServer::fresh_database(const std::string& options) { return make_database("template0", options); }

std::string PostgresServer::make_database(const std::string& like, const std::string& options) {
  auto connection = sql::open_postgres(url("postgres"));
  if (!connection) throw std::runtime_error(connection.error().text);
  const std::string name = fmt::format("test_{}_{}", ::getpid(), ++databases_);
  const auto made = (*connection)->execute(fmt::format("CREATE DATABASE {} TEMPLATE {} {}", name, like, options));
  if (!made) throw std::runtime_error(made.error().for_log);
  return url(name);
}

}  // namespace suyuan::testing_support
