// SPDX-License-Identifier: Apache-2.0
// What the command line changes is audited, and searched from there.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/text.h"
#include "run_binary.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

class AuditCommands : public testing::Test {
 protected:
  AuditCommands() : folder_(fs::temp_directory_path() / fmt::format("suyuan-audit-cli-{}", ::getpid())) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    std::ofstream(folder_ / "a.json")
        << R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z","epcisBody":{"eventList":[{"type":"ObjectEvent","eventTime":"2026-03-01T08:00:00+08:00","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"commissioning","epcList":["https://id.gs1.org/01/06901234567892/21/7"]}]}})";
    EXPECT_EQ(run("capture '" + (folder_ / "a.json").string() + "' " + data()).exit, 0);
  }
  ~AuditCommands() override { fs::remove_all(folder_); }
  std::string data(const std::string& store = "store") const { return "--data '" + (folder_ / store).string() + "'"; }
  json::array audited(const std::string& words, const std::string& store = "store") const {
    const Ran ran = run("audit --json " + words + " " + data(store));
    EXPECT_EQ(ran.exit, 0) << ran.out;
    return json::parse(ran.out).at("entries").as_array();
  }
  fs::path folder_;
};

// shows: R1
TEST_F(AuditCommands, marks_lookups_and_moves_are_entries_of_the_machine) {
  ASSERT_EQ(run("mark 6901234567892 --reason '=过热' " + data()).exit, 0);
  const std::string id(audited("--act mark.make")[0].at("target").at("id").as_string());
  ASSERT_EQ(run("marks " + id + " --recheck " + data()).exit, 0);
  ASSERT_EQ(run("mark " + id + " --lift --reason 复检合格 " + data()).exit, 0);
  ASSERT_EQ(run("lookups " + data()).exit, 0);
  EXPECT_TRUE(audited("--act lookups.rebuild").empty()) << "looking changes nothing";
  ASSERT_EQ(run("lookups --rebuild " + data()).exit, 0);
  for (const char* act : {"mark.make", "mark.recheck", "mark.lift", "lookups.rebuild"}) {
    const auto found = audited(std::string("--act ") + act);
    ASSERT_EQ(found.size(), 1U) << act;
    EXPECT_EQ(found[0].at("via").as_string(), "machine");
    EXPECT_EQ(found[0].at("outcome").as_string(), "allowed");
  }
  const Ran csv = run("audit --csv --act mark.make " + data());
  EXPECT_EQ(csv.out.substr(0, 3), "\xEF\xBB\xBF");
  EXPECT_NE(csv.out.find("'=过热"), std::string::npos) << csv.out;
  EXPECT_GE(audited("--act audit.read").size(), 6U) << "searches are audited";

  ASSERT_EQ(run("move --to '" + (folder_ / "other").string() + "' " + data()).exit, 0);
  EXPECT_EQ(audited("--act store.move", "other").size(), 1U);
  EXPECT_EQ(audited("--act mark.make", "other").size(), 1U) << "the audit moves along";
}

// shows: R1, T10
TEST_F(AuditCommands, organisations_people_roles_keys_and_links_are_entries_of_the_machine) {
  for (const char* words :
       {"org add --name 某局 --kind regulator --division 440305", "org change 2 --name 南山局", "org close 2",
        "org reopen 2", "user add --login zhang --org 2 --name 张三丰 --mobile 13812345678",
        "user add --login li --org 2 --name 李四", "user change li --mobile 13912345678", "user grant zhang officer",
        "user revoke zhang officer", "user transfer zhang --to 1", "user suspend li", "user resume li",
        "user key --org 2 --role officer --act event.read", "user password li",
        "user link li --issuer https://id.example.cn --subject s-0001",
        "user link li --issuer https://id.example.cn --subject s-0001",
        "user unlink li --issuer https://id.example.cn --subject s-0001"}) {
    const Ran ran = run(words + (" " + data()));
    ASSERT_EQ(ran.exit, 0) << words << ": " << ran.out;
  }
  EXPECT_EQ(run("org close 77 " + data()).exit, 1);
  EXPECT_EQ(run("user grant li producer " + data()).exit, 1);
  for (const auto& [act, count] : std::map<std::string, std::size_t>{{"organisation.add", 1},
                                                                     {"organisation.change", 3},
                                                                     {"person.add", 2},
                                                                     {"person.change", 3},
                                                                     {"role.grant", 1},
                                                                     {"role.revoke", 1},
                                                                     {"person.transfer", 1},
                                                                     {"key.make", 1},
                                                                     {"link.make", 1},
                                                                     {"oidc.link", 1},
                                                                     {"oidc.unlink", 1}}) {
    const auto found = audited("--act " + act);
    EXPECT_EQ(found.size(), count) << act << " " << json::serialize(found);
    for (const auto& each : found) {
      EXPECT_EQ(each.at("via").as_string(), "machine") << act;
      EXPECT_EQ(each.at("outcome").as_string(), "allowed") << act;
      const std::string text = json::serialize(each);
      for (const char* secret : {"张三丰", "13812345678", "13912345678", "s-0001", "sk_"})
        EXPECT_EQ(text.find(secret), std::string::npos) << act << " " << text;
    }
  }
  EXPECT_EQ(audited("--act role.grant")[0].at("organisation").as_int64(), 2) << "of the body whose person it is";
}

TEST_F(AuditCommands, searches_and_emergencies_answer_people_too) {
  EXPECT_NE(run("audit " + data()).out.find("没有记录"), std::string::npos);
  EXPECT_NE(run("audit --english " + data()).out.find("audit.read"), std::string::npos) << "the search before";
  EXPECT_NE(run("audit emergencies " + data()).out.find("没有应急授权"), std::string::npos);
  EXPECT_EQ(run("audit emergencies --json " + data()).last_line(), R"({"emergencies":[],"next":null})");
  EXPECT_NE(run("audit --from tomorrow " + data()).out.find("time.not_an_instant"), std::string::npos);
  EXPECT_NE(run("audit --after x " + data()).out.find("audit.token"), std::string::npos);
  EXPECT_NE(run("audit --outcome x " + data()).out.find("audit.question"), std::string::npos);
  EXPECT_EQ(run("audit --limit 0 " + data()).exit, 2);
  EXPECT_EQ(run("audit --csv --json " + data()).exit, 2);
  EXPECT_EQ(run("audit --from 2026-03-01T00:00:00 --until 2026-03-02T00:00:00Z " + data()).exit, 0);
}

// shows: R1
TEST(AuditedCommands, every_command_has_an_act_in_the_audit_or_a_reason_why_not) {
  std::set<std::string> rows;
  std::ifstream file(SUYUAN_SOURCE_DIR "/policy/audited.csv");
  for (std::string line; std::getline(file, line);) {
    const auto cells = split(line, ',');
    if (cells[0] != "command") continue;
    ASSERT_EQ(cells.size(), 5U) << line;
    EXPECT_NE(cells[2].empty(), cells[4].empty()) << line;
    rows.emplace(cells[1]);
  }
  std::istringstream help(run("--help").out);
  bool is_list = false;
  std::size_t commands = 0;
  for (std::string line; std::getline(help, line);) {
    if (line.starts_with("Subcommands")) is_list = true;
    if (!is_list || !line.starts_with("  ") || line[2] == ' ') continue;
    const std::string name = line.substr(2, line.find(' ', 2) - 2);
    ++commands;
    EXPECT_EQ(rows.erase(name), 1U) << name << " has no row in policy/audited.csv";
  }
  EXPECT_GE(commands, 10U);
  for (const std::string& name : rows) ADD_FAILURE() << "no such command any more: " << name;
}

}  // namespace
}  // namespace suyuan
