// SPDX-License-Identifier: Apache-2.0
// A store in PostgreSQL as a person at a terminal meets it, and several servers on one database.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "adapters/sql/postgres.h"
#include "run_binary.h"
#include "tests/http/client.h"
#include "tests/http/receiver.h"
#include "tests/support/postgres_server.h"
#include "tests/support/program_key.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;
using test::Answer;
using testing_support::PostgresServer;

std::string quoted(const std::string& text) { return "'" + text + "'"; }

std::string document(int first, int count, const std::string& step = "commissioning") {
  std::string events;
  for (int i = first; i < first + count; ++i)
    events += fmt::format(
        R"({}{{"type":"ObjectEvent","eventTime":"2026-03-01T08:00:00+08:00","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"{}","bizLocation":{{"id":"https://id.gs1.org/414/6901234000009"}},"epcList":["https://id.gs1.org/01/06901234567892/21/{}"]}})",
        i == first ? "" : ",", step, i);
  return R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z","epcisBody":{"eventList":[)" +
         events + "]}}";
}

std::string contents(const fs::path& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

// A server of the real program, with its address and what it logged. Of a store that was moved, keys go along.
class Server {
 public:
  Server(const std::string& words, const fs::path& log, const std::string& moved_from = "") : log_(log) {
    fs::remove(log);
    constexpr std::string_view kSetting = "--set store.database=";
    std::string store = words.substr(0, words.find(" --set"));
    if (store.starts_with(kSetting)) store.replace(0, kSetting.size(), "--database ");
    static std::map<std::string, std::string> keys;
    std::string& key = keys[store];
    if (!moved_from.empty()) key = keys.at(moved_from);
    if (key.empty()) key = test::key_header(store, "producer", "producer");
    test::always_send(key);
    process_ = ::fork();
    if (process_ == 0) {
      const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      ::dup2(out, 1);
      ::dup2(out, 2);
      const std::string line = fmt::format("exec '{}' serve --set server.port=0 {}", SUYUAN_BINARY, words);
      ::execl("/bin/sh", "sh", "-c", line.c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
    for (int i = 0; i < 600 && port_ == 0; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      const std::string said = logged();
      const std::size_t at = said.find("http://127.0.0.1:");
      if (at != std::string::npos && said.find('\n', at) != std::string::npos)
        port_ = std::atoi(said.c_str() + at + 17);
    }
    EXPECT_NE(port_, 0) << logged();
  }
  ~Server() { end(SIGTERM); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return port_; }
  pid_t process() const { return process_; }
  std::string logged() const { return contents(log_); }
  void signal(int number) const { ::kill(process_, number); }
  void end(int number) {
    if (process_ == 0) return;
    ::kill(process_, SIGCONT);
    ::kill(process_, number);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }

 private:
  fs::path log_;
  pid_t process_ = 0;
  int port_ = 0;
};

// Asks again when there is no answer, as a sender does: what is sent twice counts once.
template <class Ask>
Answer patiently(Ask ask) {
  Answer answer;
  for (int i = 0; i < 30 && answer.status == 0; ++i) {
    if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    answer = ask();
  }
  return answer;
}

// Posts a document and waits for its job: "", or what went wrong.
std::string captured(int port, const std::string& text) {
  const Answer taken = patiently([&] { return test::post(port, "/epcis/v2/capture", "application/json", text); });
  const std::string location = taken.header("Location");
  if (taken.status != 202 || location.find("/epcis/") == std::string::npos)
    return fmt::format("status {} {}", taken.status, taken.body);
  for (;;) {
    const Answer job = patiently([&] { return test::get(port, location.substr(location.find("/epcis/"))); });
    if (job.status != 200) return fmt::format("job: status {} {}", job.status, job.body);
    if (job.body.find("\"running\":false") == std::string::npos) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      continue;
    }
    return job.body.find("\"success\":true") == std::string::npos ? job.body : "";
  }
}
std::string captured(const Server& server, const std::string& text) { return captured(server.port(), text); }
Answer trace_of(const Server& server, int serial) {
  return test::get(server.port(), fmt::format("/api/v1/trace?id=https://id.gs1.org/01/06901234567892/21/{}", serial));
}

// The events of an answer, without what says when it was made.
std::string events_in(const Answer& answer) {
  const std::size_t at = answer.body.find("eventList");
  return at == std::string::npos ? answer.body : answer.body.substr(at);
}

class Database : public testing::Test {
 protected:
  Database() : folder_(fs::temp_directory_path() / fmt::format("suyuan-database-{}", ::getpid())) {
    fs::create_directories(folder_);
  }
  ~Database() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return quoted((folder_ / name).string());
  }
  std::int64_t number(const std::string& query) const {
    auto connection = sql::open_postgres(url_);
    auto* statement = *(*connection)->prepare(query);
    return *statement->step() ? statement->integer(0) : -1;
  }
  // Noted, so that nobody tells it again.
  void wait_until_delivered(std::int64_t messages) const {
    for (int i = 0; i < 200 && number("SELECT max(delivered) FROM subscription") < messages; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::string database() const { return "--database " + quoted(url_); }
  std::string folder(const std::string& name) const { return quoted((folder_ / name).string()); }
  fs::path log(const std::string& name) const { return folder_ / (name + ".log"); }

  const fs::path folder_;
  const std::string url_ = PostgresServer::own().fresh_database();
};

// shows: X3
TEST_F(Database, every_command_takes_it_in_place_of_a_folder) {
  const std::string source = file("a.json", document(1, 3));
  EXPECT_EQ(run("trace '(01)06901234567892(21)1' " + database()).exit, 1);
  EXPECT_NE(run("trace '(01)06901234567892(21)1' " + database()).out.find("store.none"), std::string::npos);
  const Ran captured = run("capture " + source + " --json " + database());
  EXPECT_EQ(captured.last_line(), R"({"accepted":3,"duplicates":0,"refused":0,"documents":1})") << captured.out;
  EXPECT_EQ(run("capture " + source + " --json", "SUYUAN_STORE_DATABASE=" + quoted(url_)).last_line(),
            R"({"accepted":0,"duplicates":3,"refused":0,"documents":1})");
  const Ran traced = run("trace '(01)06901234567892(21)2' --json " + database());
  EXPECT_EQ(traced.exit, 0) << traced.out;
  EXPECT_TRUE(boost::json::parse(traced.out).as_object().contains("nodes"));
  const Ran recalled = run("recall '(01)06901234567892(21)2' --json " + database());
  EXPECT_EQ(recalled.exit, 0) << recalled.out;
  const Ran lookups = run("lookups " + database());
  EXPECT_EQ(lookups.exit, 1);
  EXPECT_NE(lookups.out.find("store.no_lookups"), std::string::npos) << lookups.out;
  const Ran both = run("trace '(01)06901234567892(21)1' --data x " + database());
  EXPECT_EQ(both.exit, 2);
  EXPECT_NE(both.out.find(" excludes --data"), std::string::npos) << both.out;
  const Ran two = run("serve --data x --set store.database=" + quoted(url_));
  EXPECT_EQ(two.exit, 1);
  EXPECT_NE(two.out.find("store.two_named"), std::string::npos) << two.out;
  EXPECT_FALSE(fs::exists("x"));
}

// What is wrong with an address is said, and never the password in it.
TEST_F(Database, a_wrong_address_is_named_and_its_password_is_not) {
  auto& server = PostgresServer::own();
  const std::string host = url_.substr(url_.find("host="), url_.find("&user") - url_.find("host="));
  const std::string nobody = "postgresql://nobody:geheim@/";
  const std::pair<std::string, std::string> wrong[] = {
      {"mysql://u:geheim@h/d", "store.url"},
      {"postgresql://u:geheim@h/d?no_such_option=1", "store.url"},
      {"postgresql://u:geheim@127.0.0.1:1/d", "store.unreachable"},
      {nobody + "postgres?" + host, "store.login"},
      {"postgresql://suyuan:geheim@/not_there?" + host, "store.no_database"},
      {server.fresh_database("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'") + "&password=geheim",
       "store.encoding"},
      {"postgresql://u:geheim@h/d?service=nowhere", "store.u"}};
  for (const auto& [address, code] : wrong) {
    const Ran ran = run("trace '(01)06901234567892(21)1' --database " + quoted(address));
    EXPECT_EQ(ran.exit, 1) << address;
    EXPECT_NE(ran.out.find("[" + code), std::string::npos) << address << ": " << ran.out;
    EXPECT_EQ(ran.out.find("geheim"), std::string::npos) << ran.out;
    EXPECT_EQ(ran.out.find(".c:"), std::string::npos) << ran.out;
  }
  ASSERT_TRUE((*sql::open_postgres(url_))->execute("CREATE ROLE locked LOGIN PASSWORD 'richtig'").ok());
  const std::string base = "trace '(01)06901234567892(21)1' --database 'postgresql://locked@/postgres?" + host + "'";
  for (const char* given : {"PGPASSWORD=geheim", "PGPASSFILE=/dev/null"}) {
    const Ran locked_out = run(base, given);
    EXPECT_NE(locked_out.out.find("store.login"), std::string::npos) << locked_out.out;
    EXPECT_EQ(locked_out.out.find("geheim"), std::string::npos) << locked_out.out;
  }
  EXPECT_EQ(run(base, "PGPASSWORD=richtig").out.find("store.login"), std::string::npos);
  EXPECT_EQ(run("trace x --databse postgresql://u:geheim@h/d").out.find("geheim"), std::string::npos);
  for (const char* form : {"settings", "settings --json"}) {
    const Ran settings = run(form, "SUYUAN_STORE_DATABASE=postgresql://u:geheim@h/d");
    EXPECT_NE(settings.out.find("postgresql://u:***@h/d"), std::string::npos) << settings.out;
    EXPECT_EQ(settings.out.find("geheim"), std::string::npos);
  }
}

TEST_F(Database, a_server_shows_its_password_nowhere) {
  const std::string host = url_.substr(url_.find("host="), url_.find("&user") - url_.find("host="));
  const std::string name = url_.substr(14, url_.find('?') - 14);
  const std::string address = "postgresql://suyuan:geheim@/" + name + "?" + host;
  for (const std::string& words : {"--database " + quoted(address), "--set store.database=" + quoted(address)}) {
    Server server(words, log("secret"));
    EXPECT_EQ(captured(server, document(1, 1)), "");
    EXPECT_EQ(server.logged().find("geheim"), std::string::npos) << server.logged();
    EXPECT_NE(server.logged().find("postgresql://suyuan:***@/"), std::string::npos) << server.logged();
    const std::string title = contents(fmt::format("/proc/{}/cmdline", server.process()));
    EXPECT_NE(title.find("serve"), std::string::npos);
    EXPECT_EQ(title.find("geheim"), std::string::npos);
    EXPECT_EQ(test::get(server.port(), "/metrics").body.find("geheim"), std::string::npos);
  }
}

// shows: X3
TEST_F(Database, what_one_server_captures_the_other_answers_at_once) {
  Server first(database(), log("first")), second(database(), log("second"));
  for (int i = 1; i <= 20; ++i) {
    const Server &here = i % 2 == 0 ? first : second, &there = i % 2 == 0 ? second : first;
    ASSERT_EQ(captured(here, document(i, 1)), "");
    const Answer traced = trace_of(there, i);
    ASSERT_EQ(traced.status, 200) << traced.body;
  }
  const Answer events = test::get(second.port(), "/epcis/v2/events?perPage=100");
  EXPECT_EQ(events.status, 200);
  EXPECT_NE(events.body.find("06901234567892/21/20"), std::string::npos) << events.body.substr(0, 300);
  EXPECT_EQ(test::get(second.port(), "/01/06901234567892/21/1").status, 200);
  EXPECT_EQ(test::post(first.port(), "/epcis/v2/queries", "application/json",
                       R"({"name":"shipped","query":{"EQ_bizStep":["commissioning"]}})")
                .status,
            201);
  const Answer named = test::get(second.port(), "/epcis/v2/queries/shipped/events?perPage=100");
  EXPECT_EQ(named.status, 200) << named.body;
  EXPECT_NE(named.body.find("06901234567892/21/20"), std::string::npos);
}

// One of two servers is killed, or stopped in the middle of its work: the other goes on, and the one that wakes up
// takes nothing back.
TEST_F(Database, when_one_server_is_killed_or_stopped_the_other_goes_on) {
  Server survivor(database(), log("survivor"));
  int serial = 0;
  {
    Server killed(database(), log("killed"));
    std::thread sender([&, port = killed.port()] {
      for (int i = 0; i < 50; ++i)
        if (!captured(port, document(1000 + 40 * i, 40)).empty()) return;
    });
    for (int i = 0; i < 5; ++i) EXPECT_EQ(captured(survivor, document(++serial, 1)), "");
    killed.end(SIGKILL);
    sender.join();
    EXPECT_EQ(captured(survivor, document(++serial, 1)), "");
    EXPECT_EQ(trace_of(survivor, serial).status, 200);
  }
  Server stopped(database(), log("stopped"));
  std::thread sender([&, port = stopped.port()] {
    for (int i = 0; i < 5; ++i) {
      // What it took before it was stopped is stored once.
      EXPECT_EQ(captured(port, document(5000 + 200 * i, 200)), "");
    }
  });
  while (trace_of(survivor, 5000).status != 200) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  stopped.signal(SIGSTOP);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(captured(survivor, document(++serial, 1)), "");
  stopped.signal(SIGCONT);
  sender.join();
  for (int i = 1; i <= serial; ++i) EXPECT_EQ(trace_of(stopped, i).status, 200) << i;
  for (int i = 0; i < 1000; i += 100) EXPECT_EQ(trace_of(survivor, 5000 + i).status, 200) << i;
  // Everything is there once, in one dense order: what is sent again is known.
  EXPECT_EQ(number("SELECT count(*) - max(seq) FROM event"), 0);
  EXPECT_EQ(number("SELECT (SELECT count(*) FROM event) - (SELECT event FROM head)"), 0);
  EXPECT_EQ(number("SELECT (SELECT count(*) FROM event) - (SELECT count(*) FROM event_id)"), 0);
  EXPECT_EQ(run("capture " + file("again.json", document(1, serial)) + " " + file("more.json", document(5000, 1000)) +
                " --json " + database())
                .last_line(),
            fmt::format(R"({{"accepted":0,"duplicates":{},"refused":0,"documents":2}})", serial + 1000));
}

// The server that numbers the log is stopped: the other takes the work over, and the first, when it wakes up, changes
// nothing. There is one history, in the folder of either.
// shows: T9, X3
TEST_F(Database, when_the_server_that_writes_the_log_is_stopped_another_takes_it_over) {
  const auto with_log = [&](const std::string& name) {
    return fmt::format("{} --set tlog.origin=trace.example.cn/log --set tlog.key_file={} --set tlog.folder={}",
                       database(), folder("keys"), folder(name));
  };
  const auto published = [](const Server& server) {  // so many leaves
    const std::string note = test::get(server.port(), "/log/checkpoint").body;
    const std::size_t at = note.find('\n');
    return at == std::string::npos ? 0 : std::atoll(note.c_str() + at + 1);
  };
  const auto is_soon = [](const auto& done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!done() && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return done();
  };
  const auto epoch = [&] { return number("SELECT epoch FROM lease WHERE name = 'log'"); };
  const auto signed_size = [&] { return number("SELECT size FROM tlog"); };
  int serial = 0;
  Server first(with_log("one"), log("one"));
  EXPECT_EQ(captured(first, document(++serial, 1)), "");
  ASSERT_TRUE(is_soon([&] { return published(first) > 0; })) << first.logged();
  const std::int64_t held = epoch();
  Server second(with_log("two"), log("two"));
  std::atomic<bool> enough = false;
  std::thread sender([&, port = second.port()] {
    while (!enough) EXPECT_EQ(captured(port, document(++serial, 1)), "");
  });
  ASSERT_TRUE(is_soon([&] { return published(second) > 10; })) << second.logged();
  EXPECT_EQ(epoch(), held);
  first.signal(SIGSTOP);
  const std::string seen = test::get(second.port(), "/log/checkpoint").body;
  const std::int64_t size = signed_size();
  EXPECT_TRUE(is_soon([&] { return epoch() == held + 1 && signed_size() > size + 5; })) << second.logged();
  first.signal(SIGCONT);
  EXPECT_TRUE(is_soon([&, now = signed_size()] { return published(first) > now + 5; })) << first.logged();
  enough = true;
  sender.join();
  // 15 seconds are the time of a lease: who woke up has not taken it back, and publishes what the other signs.
  EXPECT_TRUE(is_soon([&] {
    return number("SELECT count(*) FROM event") + number("SELECT count(*) FROM audit_entry") <= signed_size() &&
           published(first) == signed_size() && published(second) == signed_size();
  })) << first.logged()
      << second.logged();
  EXPECT_EQ(epoch(), held + 1);
  for (const char* name : {"one", "two"}) {
    const Ran checked =
        run(fmt::format("verify --english {} --log {} --against {}", database(), folder(name), file("seen", seen)));
    EXPECT_EQ(checked.exit, 0) << name << ": " << checked.out;
  }
}

// A store in a folder has lookups beside its tables. The command says which of them is damaged, and makes all anew.
TEST_F(Database, of_a_folder_a_damaged_lookup_is_named_and_made_again) {
  const std::string data = "--data " + folder("kept");
  const fs::path store = folder_ / "kept" / "suyuan.db";
  const auto blocks = [&] {
    auto connection = sql::open_sqlite(store, sql::Mode::kRead);
    auto* statement = *(*connection)->prepare("SELECT count(*) FROM run_block");
    return *statement->step() ? statement->integer(0) : -1;
  };
  {
    Server server(data + " --set store.spill_entries=1024", log("kept"));
    for (int i = 0; i < 4; ++i) EXPECT_EQ(captured(server, document(1 + 1000 * i, 1000)), "");
    for (int i = 0; i < 600 && blocks() == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  const std::string question = "trace '(01)06901234567892(21)2' --json " + data, before = run(question).out;
  EXPECT_EQ(run("lookups " + data).exit, 0);
  ASSERT_TRUE(
      (*sql::open_sqlite(store, sql::Mode::kWrite))
          ->execute("UPDATE run_block SET data = zeroblob(length(data)) WHERE id = (SELECT min(id) FROM run_block)")
          .ok());
  const Ran damaged = run("lookups " + data);
  EXPECT_EQ(damaged.exit, 1);
  EXPECT_NE(damaged.out.find("damaged"), std::string::npos) << damaged.out;
  EXPECT_NE(damaged.out.find("--rebuild"), std::string::npos) << damaged.out;
  EXPECT_EQ(run("lookups --rebuild " + data).exit, 0);
  EXPECT_EQ(run("lookups " + data).exit, 0);
  EXPECT_EQ(run(question).out, before);
}

// ------------------------------------------------------------------------------------------------------------- moving

TEST_F(Database, a_store_moves_into_it_and_back) {
  ASSERT_EQ(run("capture " + file("a.json", document(1, 5)) + " --data " + folder("old")).exit, 0);
  const std::string before = run("trace '(01)06901234567892(21)2' --json --data " + folder("old")).out;
  const Ran moved = run("move --english --data " + folder("old") + " --to " + quoted(url_));
  EXPECT_EQ(moved.exit, 0) << moved.out;
  EXPECT_NE(moved.last_line().find("Moved 5 events, 1 documents"), std::string::npos) << moved.out;
  EXPECT_NE(moved.out.find("suyuan: move: event 5/5"), std::string::npos) << moved.out;
  EXPECT_EQ(run("trace '(01)06901234567892(21)2' --json " + database()).out, before);
  const Ran closed = run("capture " + file("b.json", document(9, 1)) + " --data " + folder("old"));
  EXPECT_EQ(closed.exit, 1);
  EXPECT_NE(closed.out.find("store.moved"), std::string::npos) << closed.out;
  {
    Server server(database(), log("busy"));
    const Ran busy = run("move " + database() + " --to " + folder("new"));
    EXPECT_EQ(busy.exit, 1);
    EXPECT_NE(busy.out.find("store.in_use"), std::string::npos) << busy.out;
  }
  const Ran back = run("move --json " + database() + " --to " + folder("new"));
  EXPECT_EQ(back.exit, 0) << back.out;
  EXPECT_EQ(boost::json::parse(back.last_line()).at("events").as_int64(), 5);
  EXPECT_EQ(run("trace '(01)06901234567892(21)2' --json --data " + folder("new")).out, before);
  EXPECT_EQ(run("lookups --data " + folder("new")).exit, 0);
}

// A subscriber is told by whichever server is there, of every event once; a page token goes on where it was. Also after
// the store has moved.
TEST_F(Database, subscribers_and_page_tokens_go_on_over_servers_and_moves) {
  const std::string options = " --set webhook.allow_private=127.0.0.1 ";
  const auto next_page = [](const Answer& answer) {
    const std::string link = answer.header("Link");
    return link.substr(link.find('<') + 1, link.find('>') - link.find('<') - 1);
  };
  test::Receiver receiver;
  std::string expected;  // the second page
  std::string token;
  {
    Server first(database() + options, log("first")), second(database() + options, log("second"));
    ASSERT_EQ(captured(first, document(1, 4)), "");
    const std::string query = R"({"name":"made","query":{"EQ_bizStep":["commissioning"]}})";
    ASSERT_EQ(test::post(first.port(), "/epcis/v2/queries", "application/json", query).status, 201);
    const Answer made = test::post(second.port(), "/epcis/v2/queries/made/subscriptions", "application/json",
                                   R"({"stream":true,"dest":")" + receiver.url() + "\"}");
    ASSERT_EQ(made.status, 201) << made.body;
    ASSERT_EQ(captured(first, document(10, 1)), "");
    ASSERT_EQ(receiver.wait_for(1).size(), 1U);
    wait_until_delivered(1);
    first.end(SIGKILL);
    ASSERT_EQ(captured(second, document(11, 1)), "");
    ASSERT_EQ(receiver.wait_for(2).size(), 2U);
    wait_until_delivered(2);
    token = next_page(test::get(second.port(), "/epcis/v2/events?perPage=2"));
    ASSERT_NE(token.find("nextPageToken"), std::string::npos) << token;
    expected = events_in(test::get(second.port(), token));
    ASSERT_NE(expected.find("/21/3"), std::string::npos) << expected;
  }
  const std::size_t told = receiver.count();
  const Ran moved = run("move --json " + database() + " --to " + folder("new"));
  ASSERT_EQ(moved.exit, 0) << moved.out;
  Server third("--data " + folder("new") + options, log("third"), database());
  EXPECT_EQ(events_in(test::get(third.port(), token)), expected);
  ASSERT_EQ(captured(third, document(12, 1)), "");
  const auto messages = receiver.wait_for(told + 1);
  ASSERT_EQ(messages.size(), told + 1) << "nothing is told twice after a move";
  EXPECT_NE(messages.back().body.find("/21/12"), std::string::npos);
  EXPECT_EQ(messages.back().body.find("/21/11"), std::string::npos);
}

// The real program, killed wherever it is.
TEST_F(Database, a_move_that_is_killed_is_begun_again) {
  for (int i = 0; i < 4; ++i)
    ASSERT_EQ(run("capture " + file("a.json", document(5000 * i, 5000)) + " --data " + folder("old")).exit, 0);
  const std::string before = run("trace '(01)06901234567892(21)2' --json --data " + folder("old")).out;
  const std::string line = "move --json --data " + folder("old") + " --to " + quoted(url_);
  int killed = 0;
  for (int pause = 20;; pause += 60) {
    const pid_t child = ::fork();
    if (child == 0) {
      const int out = ::open("/dev/null", O_WRONLY);
      ::dup2(out, 1);
      ::dup2(out, 2);
      ::execl("/bin/sh", "sh", "-c", fmt::format("exec '{}' {}", SUYUAN_BINARY, line).c_str(),
              static_cast<char*>(nullptr));
      ::_exit(127);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(pause));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!WIFSIGNALED(status)) break;  // it was done before
    ++killed;
    const Ran source = run("trace '(01)06901234567892(21)2' --json --data " + folder("old"));
    const Ran target = run("trace '(01)06901234567892(21)2' --json " + database());
    const bool is_closed = source.out.find("store.moved") != std::string::npos;
    EXPECT_TRUE(is_closed || source.out == before) << source.out;
    EXPECT_FALSE(target.exit == 0 && source.exit == 0) << "both stores can be used";
    if (is_closed) break;
  }
  // Between closing the one and opening the other there is a moment in which neither can be used, until it is ended.
  if (run("trace '(01)06901234567892(21)2' " + database()).exit != 0) {
    const Ran ended = run(line);
    EXPECT_EQ(ended.exit, 0) << ended.out;
  }
  EXPECT_GT(killed, 0);
  EXPECT_EQ(run("trace '(01)06901234567892(21)2' --json " + database()).out, before);
}

}  // namespace
}  // namespace suyuan
