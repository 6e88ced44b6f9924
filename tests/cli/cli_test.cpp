// SPDX-License-Identifier: Apache-2.0
// The binary as a person at a terminal meets it: exit codes, last lines, and what wrong input is told.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "run_binary.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

class CommandLine : public testing::Test {
 protected:
  CommandLine() : folder_(fs::temp_directory_path() / fmt::format("suyuan cli 命令行 {}", ::getpid())) {
    fs::create_directories(folder_);
  }
  ~CommandLine() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& contents) {
    std::ofstream(folder_ / name, std::ios::binary) << contents;
    return quoted((folder_ / name).string());
  }
  static std::string quoted(const std::string& text) { return "'" + text + "'"; }
  std::string data() const { return "--data " + quoted((folder_ / "store").string()); }

  static std::string document(const std::string& event) {
    return R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z","epcisBody":{"eventList":[)" +
           event + "]}}";
  }
  static std::string event(const std::string& action = "ADD") {
    return R"({"type":"ObjectEvent","eventTime":"2026-03-01T08:00:00+08:00","eventTimeZoneOffset":"+08:00","action":")" +
           action +
           R"(","bizStep":"commissioning","bizLocation":{"id":"https://id.gs1.org/414/6901234000009"},"epcList":["https://id.gs1.org/01/06901234567892/21/7"]})";
  }

  fs::path folder_;
};

TEST_F(CommandLine, without_words_it_explains_itself) {
  EXPECT_EQ(run("").exit, 2);
  EXPECT_EQ(run("--help").exit, 0);
  const Ran mistyped = run("captrue x.json");
  EXPECT_EQ(mistyped.exit, 2);
  EXPECT_NE(mistyped.out.find("did you mean \"capture\""), std::string::npos) << mistyped.out;
}

// shows: T4
TEST_F(CommandLine, identify_says_all_some_or_nothing) {
  EXPECT_EQ(run("identify 6901234567892 '(皖)XK08-001-00012'").exit, 0);
  EXPECT_EQ(run("identify 6901234567892 6901234567891").exit, 3);
  EXPECT_NE(run("identify '(01)06901234567892(21)7' --company-prefix 7").out.find("urn:epc:id:sgtin:6901234.056789.7"),
            std::string::npos);
  EXPECT_EQ(run("identify '(01)06901234567892(21)7' --company-prefix 5").exit, 2);
  const Ran wrong = run("identify 6901234567891 --json");
  EXPECT_EQ(wrong.exit, 1);
  EXPECT_NE(wrong.last_line().find("expected 2"), std::string::npos) << wrong.out;
}

// shows: X8
TEST_F(CommandLine, capture_ends_with_one_line_of_counts) {
  const Ran first = run("capture " + file("a.json", document(event())) + " --json " + data());
  EXPECT_EQ(first.exit, 0) << first.out;
  EXPECT_EQ(first.last_line(), R"({"accepted":1,"duplicates":0,"refused":0,"documents":1})");
  EXPECT_EQ(run("capture " + file("a.json", document(event())) + " --json " + data()).last_line(),
            R"({"accepted":0,"duplicates":1,"refused":0,"documents":1})");
}

TEST_F(CommandLine, a_dry_run_leaves_no_trace) {
  EXPECT_EQ(run("capture " + file("a.json", document(event())) + " --dry-run --json " + data()).last_line(),
            R"({"accepted":1,"duplicates":0,"refused":0,"documents":1})");
  EXPECT_FALSE(fs::exists(folder_ / "store"));
}

TEST_F(CommandLine, one_refused_document_exits_one_and_some_of_several_three) {
  const std::string good = file("good.json", document(event())), bad = file("bad.json", document(event("PUT")));
  const Ran refused = run("capture " + bad + " " + data());
  EXPECT_EQ(refused.exit, 1);
  EXPECT_NE(refused.out.find("/epcisBody/eventList/0/action"), std::string::npos) << refused.out;
  EXPECT_EQ(run("capture " + good + " " + bad + " " + data()).exit, 3);
  EXPECT_EQ(run("capture " + bad + " " + quoted((folder_ / "nothing.json").string()) + " " + data()).exit, 1);
}

TEST_F(CommandLine, a_folder_stands_for_its_documents) {
  fs::create_directories(folder_ / "in" / "deeper");
  file("in/a.json", document(event()));
  file("in/deeper/b.jsonld", document(event("OBSERVE")));
  file("in/readme.txt", "no document");
  EXPECT_EQ(run("capture " + quoted((folder_ / "in").string()) + " --json " + data()).last_line(),
            R"({"accepted":2,"duplicates":0,"refused":0,"documents":2})");
  fs::create_directories(folder_ / "empty");
  const Ran empty = run("capture " + quoted((folder_ / "empty").string()) + " " + data());
  EXPECT_EQ(empty.exit, 1);
  EXPECT_NE(empty.out.find("holds no .json"), std::string::npos) << empty.out;
}

// Broken files of every kind: a clear answer, and nothing half-stored.
TEST_F(CommandLine, hostile_files_are_answered_calmly) {
  const std::string deep = std::string(100, '[') + std::string(100, ']'), abyss(200'000, '[');
  const std::pair<std::string, std::string> files[] = {
      {"", "document.empty"},
      {"   \n", "document.empty"},
      {document(event()).substr(0, 150), "json.syntax"},
      {std::string("\x7f"
                   "ELF\0\0\0\1",
                   8),
       "document.binary"},
      {"\xff\xfe{\0}\0", "document.not_utf8"},
      {document(event()) + "{}", "json.syntax"},
      {"{\"type\":\"EPCISDocument\",\"example\":" + deep + "}", "json.too_deep"},
      {"{\"type\":\"EPCISDocument\",\"epcisBody\":" + abyss, "ended early"},
      {"[]", "epcis.not_a_document"},
      {document(R"({"type":"ObjectEvent","type":"ObjectEvent"})"), "json.duplicate_member"},
      {document(R"({"type":"ThingEvent"})"), "epcis.unknown_type"},
      {"{\"a\":\"\xB0\xD7\"}", "document.not_utf8"}};
  for (const auto& [contents, code] : files) {
    const Ran ran = run("capture " + file("hostile.json", contents) + " " + data());
    EXPECT_EQ(ran.exit, 1) << code;
    EXPECT_NE(ran.out.find(code), std::string::npos) << "expected " << code << ", saw " << ran.out.substr(0, 300);
  }
  EXPECT_EQ(run("trace https://id.gs1.org/01/06901234567892/21/7 " + data()).exit, 1);
}

TEST_F(CommandLine, numbers_and_times_beyond_reason_are_named) {
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = document(event());
    text.replace(text.find(from), from.size(), to);
    return run("capture " + file("x.json", text) + " " + data()).out;
  };
  EXPECT_NE(with("2026-03-01T08:00:00+08:00", "2126-03-01T08:00:00+08:00").find("epcis.future"), std::string::npos);
  EXPECT_NE(with("2026-03-01T08:00:00+08:00", "0026-03-01T08:00:00+08:00").find("epcis.ancient"), std::string::npos);
  EXPECT_NE(with("2026-03-01T08:00:00+08:00", "2026-03-01T08:00:00+15:00").find("time.not_an_instant"),
            std::string::npos);
  EXPECT_NE(with("01/06901234567892", "01/06901234567891").find("expected 2"), std::string::npos);
  EXPECT_NE(
      with("\"epcList\"",
           "\"quantityList\":[{\"epcClass\":\"https://id.gs1.org/01/06901234567892\",\"quantity\":1e400}],\"epcList\"")
          .find("decimal.out_of_range"),
      std::string::npos);
  EXPECT_EQ(run("capture " + file("y.json", document(event())) + " --max-mib 0 " + data()).exit, 2);
}

TEST_F(CommandLine, ten_thousand_findings_are_cut_with_the_rest_counted) {
  std::string events;
  for (int i = 0; i < 10'000; ++i) events += (i == 0 ? "" : ",") + event("PUT");
  const Ran ran = run("capture " + file("many.json", document(events)) + " " + data());
  EXPECT_EQ(ran.exit, 1);
  EXPECT_NE(ran.out.find("9900 more findings"), std::string::npos) << ran.out.substr(0, 300);
}

// shows: X3
TEST_F(CommandLine, trace_answers_in_words_and_in_json) {
  ASSERT_EQ(run("capture " + file("a.json", document(event())) + " " + data()).exit, 0);
  const Ran words = run("trace '(01)06901234567892(21)7' " + data());
  EXPECT_EQ(words.exit, 0);
  EXPECT_NE(words.out.find("现在谁持有"), std::string::npos) << words.out;
  const Ran answer = run("trace urn:epc:id:sgtin:6901234.056789.7 --json --direction forward " + data());
  ASSERT_EQ(answer.exit, 0) << answer.out;
  const auto object = json::parse(answer.out).as_object();
  for (const char* member : {"nodes", "edges", "events", "holders", "missing", "truncated", "continue"})
    EXPECT_TRUE(object.contains(member)) << member;
  const Ran unknown = run("trace '(01)06901234567892(21)8' " + data());
  EXPECT_EQ(unknown.exit, 1);
  EXPECT_NE(unknown.out.find("trace.unknown_code"), std::string::npos) << unknown.out;
  EXPECT_EQ(run("trace 6901234567892 --direction sideways " + data()).exit, 2);
  EXPECT_EQ(run("trace 6901234567892 --data " + quoted((folder_ / "nowhere").string())).exit, 1);
}

// shows: X3
TEST_F(CommandLine, recall_answers_in_words_json_and_a_table_and_names_what_is_wrong) {
  ASSERT_EQ(run("capture " + file("a.json", document(event())) + " " + data()).exit, 0);
  const std::string asked = "recall '(01)06901234567892(21)7' ";
  EXPECT_NE(run(asked + data()).out.find("现由谁持有（1）"), std::string::npos) << run(asked + data()).out;
  EXPECT_NE(run(asked + "--english " + data()).out.find("Who has it now (1)"), std::string::npos);
  const Ran answer = run(asked + "--json --limit 1 " + data());
  ASSERT_EQ(answer.exit, 0) << answer.out;
  const auto object = json::parse(answer.out).as_object();
  EXPECT_EQ(object.at("affected").at("items").as_int64(), 1);
  EXPECT_EQ(object.at("holdings").at(0).at("place").as_string(), "https://id.gs1.org/414/6901234000009");
  const Ran table = run(asked + "--csv " + data());
  EXPECT_EQ(table.exit, 0);
  EXPECT_EQ(table.out.substr(0, 3), "\xEF\xBB\xBF");
  EXPECT_NE(table.out.find("(01)06901234567892(21)7,"), std::string::npos) << table.out;
  // Before it was made there was nothing but itself, nowhere.
  const Ran early = run(asked + "--json --at 2026-02-01T00:00:00+08:00 " + data());
  EXPECT_TRUE(json::parse(early.out).at("holdings").as_array().empty()) << early.out;
  const std::pair<std::string, std::string> refused[] = {{"recall '(01)06901234567892(21)8' ", "trace.unknown_code"},
                                                         {"recall E=1 ", "code.unreadable"},
                                                         {"recall 113401000000000521 ", "code.ambiguous"},
                                                         {"recall '(01)06901234567891(21)7' ", "gs1.check_digit"},
                                                         {asked + "--at yesterday ", "time.not_an_instant"},
                                                         {asked + "--at 2026-03-01 ", "time.not_an_instant"}};
  for (const auto& [line, code] : refused) {
    const Ran ran = run(line + data());
    EXPECT_EQ(ran.exit, 1) << line;
    EXPECT_NE(ran.out.find(code), std::string::npos) << line << ran.out;
  }
  for (const char* usage : {"--limit 0 ", "--limit 100001 ", "--limit x ", "--json --csv ", "--format csv "})
    EXPECT_EQ(run(asked + usage + data()).exit, 2) << usage;
  EXPECT_EQ(run("recall " + data()).exit, 2);
  EXPECT_NE(run(asked + "--data " + quoted((folder_ / "nowhere").string())).out.find("store.none"), std::string::npos);
}

// shows: X3, T3
TEST_F(CommandLine, a_marked_code_is_found_when_it_is_captured_later) {
  ASSERT_EQ(run("capture " + file("a.json", document(event())) + " " + data()).exit, 0);
  EXPECT_NE(run("marks " + data()).out.find("没有标记"), std::string::npos);
  const Ran made =
      run("mark '(01)06901234567892(21)7' '(01)06901234567892(10)UNSEEN' --reason '过热' --json " + data());
  ASSERT_EQ(made.exit, 0) << made.out;
  const std::string id(json::parse(made.out).at("id").as_string());
  EXPECT_EQ(json::parse(made.out).at("unseen").as_array().size(), 1U) << "and the other is waited for";
  EXPECT_NE(run("marks " + data()).out.find("过热"), std::string::npos);
  std::string later = event("OBSERVE");
  later.replace(later.find("T08:00"), 6, "T09:00");
  ASSERT_EQ(run("capture " + file("b.json", document(later)) + " " + data()).exit, 0);
  const auto found = json::parse(run("marks " + id + " --json " + data()).out);
  ASSERT_EQ(found.at("finds").as_array().size(), 1U);
  EXPECT_EQ(found.at("finds").at(0).at("did").as_string(), "observed");
  EXPECT_EQ(found.at("mark").at("lookedUpto"), found.at("mark").at("recorded"));
  EXPECT_EQ(run("marks " + id + " --csv " + data()).out.substr(0, 3), "\xEF\xBB\xBF");
  EXPECT_NE(run("marks " + id + " --english --recheck " + data()).out.find("1 finds since"), std::string::npos);
  EXPECT_EQ(run("mark " + id + " --lift --reason '复检合格' " + data()).exit, 0);
  EXPECT_NE(run("mark " + id + " --lift --reason again " + data()).out.find("mark.lifted"), std::string::npos);
  EXPECT_NE(run("marks --all " + data()).out.find("复检合格"), std::string::npos);
  EXPECT_NE(run("marks none " + data()).out.find("mark.unknown"), std::string::npos);
  EXPECT_NE(run("mark E=1 --reason x " + data()).out.find("code.unreadable"), std::string::npos);
  EXPECT_NE(run("mark '(01)06901234567892(21)7' --reason ' ' " + data()).out.find("mark.reason"), std::string::npos);
  for (const char* usage :
       {"mark ", "mark x ", "marks --csv ", "marks --recheck ", "marks x --limit 0 ", "marks x --after -1 "})
    EXPECT_EQ(run(usage + data()).exit, 2) << usage;
}

TEST_F(CommandLine, settings_are_listed_and_unknown_names_get_the_nearest) {
  EXPECT_NE(run("settings").out.find("server.port"), std::string::npos);
  const Ran near = run("settings --set server.prot=8081");
  EXPECT_EQ(near.exit, 1);
  EXPECT_NE(near.out.find("server.port"), std::string::npos) << near.out;
}

}  // namespace
}  // namespace suyuan
