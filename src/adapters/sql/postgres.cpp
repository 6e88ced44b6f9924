// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/postgres.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <map>
#include <regex>

#include "adapters/sql/postgres_errors.h"
#include "adapters/sql/postgres_values.h"
#include "base/check.h"
#include "base/secrets.h"
#include "base/text.h"

namespace suyuan::sql {

namespace {

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

std::string trimmed(const char* text) {
  std::string all = text == nullptr ? "" : text;
  while (!all.empty() && (all.back() == '\n' || all.back() == ' ')) all.pop_back();
  std::replace(all.begin(), all.end(), '\n', ' ');
  return all;
}

class Session;

struct Parameter {
  unsigned type = 0;
  std::string_view view;
  std::string own;  // of numbers and lists
  bool is_own = false;
};

class SessionStatement final : public PostgresStatement {
 public:
  SessionStatement(Session& session, std::string_view text, std::size_t number)
      : session_(session), text_(text), number_(number) {}

  Statement& bind(int parameter, std::int64_t value) override {
    std::string bytes;
    pg::put_number(bytes, value);
    return own(parameter, pg::kInt8, std::move(bytes));
  }
  Statement& bind(int parameter, std::string_view text) override { return view(parameter, pg::kText, text); }
  Statement& bind_bytes(int parameter, std::string_view bytes) override { return view(parameter, pg::kBytes, bytes); }
  PostgresStatement& bind_list(int parameter, std::span<const std::int64_t> values) override {
    std::string bytes = pg::list_head(pg::kInt8, values.size());
    bytes.reserve(bytes.size() + 12 * values.size());
    for (const std::int64_t value : values) {
      pg::put_number(bytes, std::int32_t{8});
      pg::put_number(bytes, value);
    }
    return own(parameter, pg::kInt8List, std::move(bytes));
  }
  PostgresStatement& bind_list(int parameter, std::span<const std::string> values) override {
    std::string bytes = pg::list_head(pg::kBytes, values.size());
    for (const std::string& value : values) {
      pg::put_number(bytes, static_cast<std::int32_t>(value.size()));
      bytes += value;
    }
    return own(parameter, pg::kBytesList, std::move(bytes));
  }

  Result<bool> step() override;
  std::int64_t integer(int column) const override { return pg::integer_of(type(column), bytes(column)); }
  std::string_view text(int column) const override {
    if (type(column) == pg::kText || type(column) == pg::kBytes) return bytes(column);
    spelled_[column] = PQgetisnull(answer_.get(), row_, column) != 0 ? "" : pg::text_of(type(column), bytes(column));
    return spelled_[column];
  }
  std::string_view bytes(int column) const override {
    return {PQgetvalue(answer_.get(), row_, column),
            static_cast<std::size_t>(PQgetlength(answer_.get(), row_, column))};
  }
  void reset() override {
    answer_.reset();
    parameters_.clear();
    row_ = -1;
  }

 private:
  unsigned type(int column) const { return PQftype(answer_.get(), column); }
  PostgresStatement& view(int parameter, unsigned type, std::string_view bytes) {
    at(parameter) = {type, bytes, "", false};
    return *this;
  }
  PostgresStatement& own(int parameter, unsigned type, std::string bytes) {
    at(parameter) = {type, {}, std::move(bytes), true};
    return *this;
  }
  Parameter& at(int parameter) {
    CHECK(parameter > 0);
    if (parameters_.size() < static_cast<std::size_t>(parameter))
      parameters_.resize(static_cast<std::size_t>(parameter));
    return parameters_[static_cast<std::size_t>(parameter) - 1];
  }

  Session& session_;
  const std::string text_;
  const std::size_t number_;
  std::map<std::vector<Oid>, std::string> names_;  // prepared, by the types of the parameters
  std::uint64_t life_ = 0;                         // of the connection that knows the names
  std::vector<Parameter> parameters_;
  Answer answer_;
  mutable std::map<int, std::string> spelled_;
  int row_ = -1;
};

class Session final : public PostgresConnection {
 public:
  Session(PGconn* connection, std::string place, PostgresOptions options)
      : connection_(connection), place_(std::move(place)), options_(std::move(options)) {}
  ~Session() override {
    statements_.clear();
    PQfinish(connection_);
  }

  Result<Statement*> prepare(std::string_view text) override {
    auto made = statement(text);
    return static_cast<Statement*>(*made);
  }
  Result<PostgresStatement*> statement(std::string_view text) override {
    auto found = statements_.find(text);
    if (found == statements_.end()) {
      found = statements_
                  .emplace(std::string(text), std::make_unique<SessionStatement>(*this, text, statements_.size() + 1))
                  .first;
    }
    return static_cast<PostgresStatement*>(found->second.get());
  }
  Status execute(std::string_view script) override;
  Status copy(std::string_view target, const CopyRows& rows) override;
  const std::string& place() const override { return place_; }
  Status keep(ConnectRule rule) override {
    rule_ = std::move(rule);
    is_obeyed_ = false;
    return be_ready();
  }

  // Sends one command and takes its answer. `send` gets the connection and returns the last result.
  template <class Send>
  Result<Answer> run(std::string_view text, Send send);
  std::uint64_t life() const { return life_; }
  Status prepare_session();

 private:
  Status be_ready();
  Status obey();
  Status roll_back();
  void cut() { static_cast<void>(::shutdown(PQsocket(connection_), SHUT_RDWR)); }
  Error lost(bool in_transaction);
  Fault fault(std::string_view text, Moment moment) const {
    return options_.faults ? options_.faults(text, moment) : Fault::kNone;
  }
  bool in_transaction() const {
    const auto status = PQtransactionStatus(connection_);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
  }

  PGconn* connection_;
  const std::string place_;
  const PostgresOptions options_;
  std::map<std::string, std::unique_ptr<SessionStatement>, std::less<>> statements_;
  std::uint64_t life_ = 1;  // counts connections
  bool is_broken_ = false;  // to be made again
  bool is_lost_ = false;    // so was a transaction: until ROLLBACK
  ConnectRule rule_;
  bool is_obeyed_ = true;  // on this connection
};

Error Session::lost(bool in_transaction) {
  is_broken_ = true;
  is_lost_ = in_transaction;
  return unreachable(place_, trimmed(PQerrorMessage(connection_)));
}

Status Session::be_ready() {
  if (is_lost_) return unreachable(place_, "the transaction was lost with its connection");
  // An idle connection that the server has closed is noticed before something is sent into it.
  if (!is_broken_ && !in_transaction() && PQconsumeInput(connection_) == 0) is_broken_ = true;
  if (!is_broken_ && PQstatus(connection_) == CONNECTION_OK) return obey();
  PQreset(connection_);
  ++life_;
  is_obeyed_ = !rule_.judge;
  is_broken_ = PQstatus(connection_) != CONNECTION_OK;
  if (is_broken_) return unreachable(place_, trimmed(PQerrorMessage(connection_)));
  if (auto prepared = prepare_session(); !prepared) return prepared;
  return obey();
}

Status Session::obey() {
  if (is_obeyed_) return Done{};
  is_broken_ = true;  // what the queries take goes with the connection
  std::vector<std::string> answers;
  for (const std::string& query : rule_.queries) {
    const Answer answer(PQexec(connection_, query.c_str()));
    if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK || PQntuples(answer.get()) != 1) {
      const char* state = PQresultErrorField(answer.get(), PG_DIAG_SQLSTATE);
      return postgres_error(state == nullptr ? "" : state, place_, trimmed(PQerrorMessage(connection_)));
    }
    answers.emplace_back(PQgetvalue(answer.get(), 0, 0));
  }
  Status judged = rule_.judge(answers);
  is_obeyed_ = judged.ok();
  is_broken_ = !is_obeyed_;
  if (is_broken_) cut();
  return judged;
}

template <class Send>
Result<Answer> Session::run(std::string_view text, Send send) {
  if (auto ready = be_ready(); !ready) return std::move(ready.error());
  const bool was_in_transaction = in_transaction();
  const Fault before = fault(text, Moment::kBefore);
  if (before == Fault::kRefuse) return postgres_error("53100", place_, "a test says so");
  if (before == Fault::kCut) cut();
  Answer answer(send(connection_));
  if (fault(text, Moment::kAfter) == Fault::kCut) {
    cut();
    return lost(was_in_transaction);
  }
  if (PQstatus(connection_) != CONNECTION_OK || !answer) return lost(was_in_transaction);
  const auto status = PQresultStatus(answer.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN || status == PGRES_EMPTY_QUERY)
    return answer;
  const char* state = PQresultErrorField(answer.get(), PG_DIAG_SQLSTATE);
  return postgres_error(state == nullptr ? "" : state, place_,
                        fmt::format("{}: {}", excerpt(text, 200), trimmed(PQresultErrorMessage(answer.get()))));
}

// A transaction that cannot be rolled back is gone with its connection, which the next command makes again.
Status Session::roll_back() {
  const bool is_done =
      !is_lost_ && run("ROLLBACK", [](PGconn* connection) { return PQexec(connection, "ROLLBACK"); }).ok();
  if (!is_done && !is_lost_ && !is_broken_) {
    cut();
    is_broken_ = true;
  }
  is_lost_ = false;
  return Done{};
}

Status Session::execute(std::string_view script) {
  if (script == "ROLLBACK") return roll_back();
  const std::string text(script);
  auto answer = run(script, [&](PGconn* connection) { return PQexec(connection, text.c_str()); });
  if (!answer) return std::move(answer.error());
  // COMMIT of a transaction in which a statement failed rolls back and says so in its tag only.
  if (script == "COMMIT" && std::string_view(PQcmdStatus(answer->get())) != "COMMIT")
    return postgres_error("25P02", place_, "COMMIT after a statement had failed");
  return Done{};
}

Status Session::copy(std::string_view target, const CopyRows& rows) {
  static constexpr std::size_t kChunk = 1U << 20U;
  static const std::string kHead("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19), kTail("\377\377", 2);
  if (rows.rows() == 0) return Done{};
  const std::string text = fmt::format("COPY {} FROM STDIN (FORMAT binary)", target);
  auto answer = run(text, [&](PGconn* connection) -> PGresult* {
    Answer begun(PQexec(connection, text.c_str()));
    if (PQresultStatus(begun.get()) != PGRES_COPY_IN) return begun.release();
    bool is_sent = PQputCopyData(connection, kHead.data(), static_cast<int>(kHead.size())) == 1;
    for (std::size_t at = 0; is_sent && at < rows.data().size(); at += kChunk)
      is_sent = PQputCopyData(connection, rows.data().data() + at,
                              static_cast<int>(std::min(kChunk, rows.data().size() - at))) == 1;
    if (is_sent) is_sent = PQputCopyData(connection, kTail.data(), static_cast<int>(kTail.size())) == 1;
    if (is_sent) is_sent = PQputCopyEnd(connection, nullptr) == 1;
    Answer last(PQgetResult(connection));
    while (Answer more{PQgetResult(connection)}) {
      if (PQresultStatus(more.get()) == PGRES_COPY_IN || PQstatus(connection) != CONNECTION_OK) break;
    }
    return last.release();
  });
  if (!answer) return std::move(answer.error());
  return Done{};
}

Result<bool> SessionStatement::step() {
  if (!answer_) {
    std::vector<Oid> types;
    std::vector<const char*> values;
    std::vector<int> sizes, formats;
    for (const Parameter& each : parameters_) {
      CHECK(each.type != 0);
      const std::string_view value = each.is_own ? std::string_view(each.own) : each.view;
      types.push_back(each.type);
      values.push_back(value.data() == nullptr ? "" : value.data());
      sizes.push_back(static_cast<int>(value.size()));
      formats.push_back(1);
    }
    const int count = static_cast<int>(types.size());
    auto answer = session_.run(text_, [&](PGconn* connection) -> PGresult* {
      if (life_ != session_.life()) names_.clear();
      life_ = session_.life();
      auto named = names_.find(types);
      if (named == names_.end()) {
        const std::string name = fmt::format("s{}_{}", number_, names_.size());
        Answer prepared(PQprepare(connection, name.c_str(), text_.c_str(), count, types.data()));
        if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) return prepared.release();
        named = names_.emplace(types, name).first;
      }
      return PQexecPrepared(connection, named->second.c_str(), count, values.data(), sizes.data(), formats.data(), 1);
    });
    if (!answer) {
      reset();
      return std::move(answer.error());
    }
    answer_ = std::move(*answer);
    row_ = -1;
  }
  if (++row_ < PQntuples(answer_.get())) return true;
  reset();
  return false;
}

Result<std::string> shown(PGconn* connection, const char* setting, const std::string& place) {
  const Answer answer(PQexec(connection, setting));
  if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK || PQntuples(answer.get()) != 1)
    return unreachable(place, trimmed(PQerrorMessage(connection)));
  return std::string(PQgetvalue(answer.get(), 0, 0));
}

// Durability is asked back after every connect: "acknowledged means durable" rests on it.
Status Session::prepare_session() {
  const std::string settings = fmt::format(
      "SET idle_in_transaction_session_timeout = {}; SET lock_timeout = {}; SET client_min_messages = warning; SELECT "
      "set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')",
      options_.idle_ms, options_.lock_ms);
  const Answer answer(PQexec(connection_, settings.c_str()));
  if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK) return lost(false);
  return Done{};
}

Status judge(PGconn* connection, const std::string& place) {
  const int version = PQserverVersion(connection);
  if (version < 130'000) {
    return Error{ErrorKind::kUnsupported, "store.server_old",
                 fmt::format("The {} is PostgreSQL {}; version 13 or later is needed. Upgrade the server, or name "
                             "another.",
                             place, version / 10'000)};
  }
  auto encoding = shown(connection, "SHOW server_encoding", place);
  if (!encoding) return std::move(encoding.error());
  if (*encoding != "UTF8") {
    return Error{ErrorKind::kUnsupported, "store.encoding",
                 fmt::format("The {} has the encoding {}; UTF8 is needed. Make one: CREATE DATABASE … ENCODING 'UTF8' "
                             "TEMPLATE template0.",
                             place, *encoding)};
  }
  auto fsync = shown(connection, "SHOW fsync", place);
  if (!fsync) return std::move(fsync.error());
  if (*fsync != "on") {
    return Error{
        ErrorKind::kUnsupported, "store.not_durable",
        fmt::format("The {} runs with fsync off: what it acknowledges may be lost. Set fsync = on there.", place)};
  }
  return Done{};
}

std::string place_of(PGconn* connection) {
  const char* host = PQhost(connection);
  const char* port = PQport(connection);
  return fmt::format(
      "PostgreSQL database \"{}\" at {}:{}", excerpt(PQdb(connection) == nullptr ? "" : PQdb(connection)),
      excerpt(host == nullptr || *host == '\0' ? "the local socket" : host, 120), port == nullptr ? "" : port);
}

Error wrong_url(std::string_view why) {
  return Error{ErrorKind::kInvalid, "store.url",
               fmt::format("This is no address of a PostgreSQL database: {}. Expected "
                           "postgresql://USER:PASSWORD@HOST:PORT/DATABASE; characters like @ or / in a password are "
                           "written %40, %2F.",
                           why)};
}

// The password may stand anywhere in a wrong address, so libpq's words about it are not repeated.
Status judge_url(const std::string& url) {
  if (!url.starts_with("postgresql://") && !url.starts_with("postgres://"))
    return wrong_url("it does not begin with postgresql://");
  char* why = nullptr;
  PQconninfoOption* options = PQconninfoParse(url.c_str(), &why);
  PQconninfoFree(options);
  PQfreemem(why);
  if (options == nullptr) return wrong_url("it cannot be read");
  return Done{};
}

// The answer to a connection that did not come about. The server's words come with their SQLSTATE (verbosity
// "verbose"), since only that is the same in every language; the line that says where in the server it was is left out.
Error not_opened(PGconn* connection, const std::string& place, bool is_late) {
  std::string words, state;
  for (const std::string_view line : split(PQerrorMessage(connection), '\n')) {
    if (line.empty() || line.find(".c:") != std::string_view::npos) continue;
    words.append(words.empty() ? "" : " ").append(trimmed(std::string(line).c_str()));
  }
  static const std::regex kState("  ([0-9A-Z]{5}): ");
  if (std::smatch found; std::regex_search(words, found, kState)) {
    state = found[1];
    words.replace(static_cast<std::size_t>(found.position(0)), static_cast<std::size_t>(found.length(0)), " ");
  }
  if (is_late) words = "no answer in time";
  words = excerpt(without_passwords(words), 400);
  if (state == "28P01" || state == "28000" || PQconnectionNeedsPassword(connection) != 0) {
    return {ErrorKind::kForbidden, "store.login",
            fmt::format("The {} does not let this user in: {}. Check user and password (in the address, in PGPASSWORD "
                        "or in ~/.pgpass) and the server's pg_hba.conf.",
                        place, words)};
  }
  if (state == "3D000") {
    return {ErrorKind::kNotFound, "store.no_database",
            fmt::format("The {} does not exist: {}. Make it with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE "
                        "template0, or name another.",
                        place, words)};
  }
  return {ErrorKind::kBusy, "store.unreachable",
          fmt::format("The {} cannot be opened: {}. Check the address, that the server runs, and that this user may "
                      "connect.",
                      place, words)};
}

// True: it is decided. PQconnectdb would not let us ask for the SQLSTATE.
bool wait_for(PGconn* connection) {
  constexpr std::chrono::seconds kPatience{10};
  const auto until = std::chrono::steady_clock::now() + kPatience;
  PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
  for (auto next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd socket{PQsocket(connection), static_cast<short>(next == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
    if (::poll(&socket, 1, static_cast<int>(left)) < 0 && errno != EINTR) return true;
    if (socket.revents != 0) next = PQconnectPoll(connection);
  }
  PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
  return true;
}

}  // namespace

Result<std::unique_ptr<PostgresConnection>> open_postgres(const std::string& url, const PostgresOptions& options) {
  if (auto judged = judge_url(url); !judged) return std::move(judged.error());
  // What stands before dbname may be overruled by the address, what stands after may not.
  static constexpr std::array kNames = {"connect_timeout",
                                        "keepalives_idle",
                                        "tcp_user_timeout",
                                        "application_name",
                                        "dbname",
                                        "client_encoding",
                                        static_cast<const char*>(nullptr)};
  const std::array kValues = {"10", "30", "30000", "suyuan", url.c_str(), "UTF8", static_cast<const char*>(nullptr)};
  PGconn* connection = PQconnectStartParams(kNames.data(), kValues.data(), 1);
  const bool is_late = PQstatus(connection) != CONNECTION_BAD && !wait_for(connection);
  const std::string place = place_of(connection);
  auto session = std::make_unique<Session>(connection, place, options);
  if (PQstatus(connection) != CONNECTION_OK) return not_opened(connection, place, is_late);
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  if (auto judged = judge(connection, place); !judged) return std::move(judged.error());
  if (auto ready = session->prepare_session(); !ready) return std::move(ready.error());
  return std::unique_ptr<PostgresConnection>(std::move(session));
}

}  // namespace suyuan::sql
