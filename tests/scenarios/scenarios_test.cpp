// SPDX-License-Identifier: Apache-2.0
// Runs every story of this folder: tests/scenarios/README.md has the language.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "app/trace/words.h"
#include "base/text.h"
#include "recalls.h"
#include "world.h"

namespace suyuan::scenarios {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

std::string joined(const std::set<std::string>& names) { return fmt::format("{}", fmt::join(names, " ")); }

class Story {
 public:
  Story(fs::path file, Engine engine, bool reopening) : file_(std::move(file)), reopening_(reopening), store_(engine) {}

  void run() {
    std::ifstream lines(file_);
    for (std::string line; std::getline(lines, line);) {
      ++number_;
      Words words = words_of(line);
      if (words.empty()) continue;
      SCOPED_TRACE(fmt::format("{}:{}: {}", file_.filename().string(), number_, line));
      take(words);
      if (testing::Test::HasFatalFailure()) return;
    }
    settle();
  }

 private:
  static Words words_of(const std::string& line) {
    std::istringstream in(line.substr(0, line.find('#')));
    Words words;
    for (std::string word; in >> word;) words.push_back(word);
    return words;
  }

  void take(const Words& words) {
    const std::string& verb = words[0];
    if (verb == "party")
      for (std::size_t i = 1; i < words.size(); ++i) things_.add_party(words[i]);
    else if (verb == "pallet")
      for (std::size_t i = 1; i < words.size(); ++i) things_.add_pallet(words[i]);
    else if (verb == "item")
      for (std::size_t i = 1; i + 2 < words.size(); ++i) things_.add_item(words[i], words.back());
    else if (verb == "lot")
      for (std::size_t i = 1; i + 2 < words.size(); ++i) things_.add_lot(words[i], words.back());
    else if (verb == "at")
      now_ = parse_instant(words.at(1)).ok() ? parse_instant(words[1])->at
                                             : (ADD_FAILURE() << "no time: " << words[1], now_);
    else if (verb == "name")
      named_[words.at(1)] = last_;
    else if (verb == "refused")
      refused(words.at(1));
    else if (verb == "trace") {
      settle();
      ask(words);
    } else if (verb == "recall" || verb == "mark") {
      settle();
      recalls_.ask(words);
    } else if (judges(words) || (settle(), recalls_.judges(words)))
      return;
    else
      report(words);
  }

  // ---- steps ------------------------------------------------------------------------------------------------------

  json::object event(const std::string& type) {
    json::object made{{"type", type}, {"eventTime", format_instant(now_)}, {"eventTimeZoneOffset", "+08:00"}};
    now_ += std::chrono::minutes(1);
    return made;
  }

  static std::size_t find(const Words& words, const std::string& word) {
    return static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin());
  }

  // "b1 b2 L1 40 KGM" as things, with amounts where numbers follow.
  std::vector<Amount> amounts(const Words& words, std::size_t from, std::size_t to) {
    std::vector<Amount> all;
    for (std::size_t i = from; i < to && i < words.size(); ++i) {
      if (words[i] == "+") continue;
      if (things_.knows(words[i]))
        all.push_back({words[i], "", ""});
      else if (!all.empty() && Decimal::parse(words[i]).ok())
        all.back().number = words[i];
      else if (!all.empty() && !all.back().number.empty())
        all.back().unit = words[i];
      else
        ADD_FAILURE() << "unknown name " << words[i];
    }
    return all;
  }

  void put_things(json::object& made, const std::vector<Amount>& all, const char* items, const char* quantities) {
    json::array epcs, classes;
    for (const Amount& each : all) {
      if (!things_.is_class(each.thing)) {
        epcs.push_back(json::value(things_.uri(each.thing)));
        continue;
      }
      json::object quantity{{"epcClass", things_.uri(each.thing)}};
      if (!each.number.empty()) quantity["quantity"] = json::parse(each.number);
      if (!each.unit.empty()) quantity["uom"] = each.unit;
      classes.push_back(std::move(quantity));
    }
    if (!epcs.empty()) made[items] = std::move(epcs);
    if (!classes.empty()) made[quantities] = std::move(classes);
  }

  void put_place(json::object& made, const Words& words, bool is_location = true) {
    const std::size_t at = find(words, "at");
    if (at + 1 >= words.size()) return;
    made["readPoint"] = json::object{{"id", things_.uri(words[at + 1])}};
    if (is_location) made["bizLocation"] = json::object{{"id", things_.uri(words[at + 1])}};
  }

  void object_event(const Words& words, const char* action, const char* step) {
    json::object made = event("ObjectEvent");
    made["action"] = action;
    if (*step != '\0') made["bizStep"] = step;
    const std::size_t in = find(words, "in"), end = std::min({find(words, "at"), find(words, "from"), in});
    put_things(made, amounts(words, 1, end), "epcList", "quantityList");
    put_place(made, words);
    if (in + 1 < words.size()) made["ilmd"] = json::object{{"cbvmda:lotNumber", things_.lot_number(words[in + 1])}};
    send(made);
  }

  void ship(const Words& words) {
    json::object made = event("ObjectEvent");
    made["action"] = "OBSERVE";
    made["bizStep"] = "shipping";
    const std::string &from = words.at(find(words, "from") + 1), &to = words.at(find(words, "to") + 1);
    put_things(made, amounts(words, 1, find(words, "from")), "epcList", "quantityList");
    made["readPoint"] = json::object{{"id", things_.uri(from)}};
    made["sourceList"] = json::array{json::object{{"type", "possessing_party"}, {"source", things_.party_uri(from)}}};
    made["destinationList"] =
        json::array{json::object{{"type", "possessing_party"}, {"destination", things_.party_uri(to)}},
                    json::object{{"type", "location"}, {"destination", things_.uri(to)}}};
    send(made);
  }

  void box_event(const Words& words, const char* type, const char* action, const std::string& preposition,
                 const char* step) {
    json::object made = event(type);
    made["action"] = action;
    made["bizStep"] = step;
    const std::size_t at = find(words, preposition);
    made["parentID"] = things_.uri(words.at(at + 1));
    if (words.at(1) != "all") put_things(made, amounts(words, 1, at), "childEPCs", "childQuantityList");
    put_place(made, words);
    send(made);
  }

  void transformation(Words words) {
    json::object made = event("TransformationEvent");
    std::size_t from = 1;
    if (words[0] == "process") {
      from = 2;
      made["transformationID"] = "urn:example:process:" + words.at(1).substr(0, words[1].find(':'));
    }
    const std::size_t arrow = find(words, "->"), end = find(words, "at");
    put_things(made, amounts(words, from, arrow), "inputEPCList", "inputQuantityList");
    put_things(made, amounts(words, arrow + 1, end), "outputEPCList", "outputQuantityList");
    put_place(made, words);
    send(made);
  }

  void declare_wrong(const std::string& name) {
    json::object made = named_.at(name);
    made["eventID"] = ids_.at(json::serialize(named_.at(name)));
    made["errorDeclaration"] = json::object{{"declarationTime", format_instant(now_)}, {"reason", "did_not_occur"}};
    send(made);
  }

  void report(const Words& words) {
    settle();
    const std::string& verb = words[0];
    if (verb == "commission")
      object_event(words, "ADD", "commissioning");
    else if (verb == "observe")
      object_event(words, "OBSERVE", "");
    else if (verb == "receive")
      object_event(words, "OBSERVE", "receiving");
    else if (verb == "sell")
      object_event(words, "OBSERVE", "retail_selling");
    else if (verb == "destroy")
      object_event(words, "DELETE", "destroying");
    else if (verb == "ship")
      ship(words);
    else if (verb == "pack")
      box_event(words, "AggregationEvent", "ADD", "into", "packing");
    else if (verb == "unpack")
      box_event(words, "AggregationEvent", "DELETE", "from", "unpacking");
    else if (verb == "install")
      box_event(words, "AssociationEvent", "ADD", "in", "installing");
    else if (verb == "remove")
      box_event(words, "AssociationEvent", "DELETE", "from", "removing");
    else if (verb == "make" || verb == "process")
      transformation(words);
    else if (verb == "declare")
      declare_wrong(words.at(1));
    else if (verb == "again")
      send(named_.at(words.at(1)));
    else
      ADD_FAILURE() << "unknown verb " << verb;
  }

  void send(const json::object& made) {
    outcome_ = store_.capture(made);
    last_ = made;
    if (!outcome_->event_ids.empty()) ids_[json::serialize(made)] = outcome_->event_ids[0];
    if (reopening_) store_.reopen();
  }

  // A refusal that no line expected is a failure.
  void settle() {
    if (outcome_ && outcome_->document_refused) ADD_FAILURE() << "refused: " << outcome_->findings.at(0).text;
    outcome_.reset();
  }

  void refused(const std::string& code) {
    ASSERT_TRUE(outcome_ && outcome_->document_refused) << "it was accepted";
    EXPECT_EQ(outcome_->findings.at(0).code, code) << outcome_->findings[0].text;
    outcome_.reset();
  }

  // ---- questions --------------------------------------------------------------------------------------------------

  void ask(const Words& words) {
    request_ = {};
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[i] == "forward")
        request_.direction = trace::Direction::kForward;
      else if (words[i] == "back")
        request_.direction = trace::Direction::kBack;
      else if (words[i] == "both")
        request_.direction = trace::Direction::kBoth;
      else if (words[i] == "at")
        request_.at = parse_instant(words.at(++i))->at;
      else {
        auto id = codes::read_epcis_id(things_.knows(words[i]) ? things_.uri(words[i]) : words[i]);
        ASSERT_TRUE(id.ok()) << id.error().text;
        request_.start.push_back(id->id);
      }
    }
    auto answer = trace_chain(at_this_machine(), request_, store_.warehouse());
    ASSERT_TRUE(answer.ok()) << answer.error().text;
    answer_ = std::move(*answer);
    // The order in which starts are named makes no difference.
    TraceRequest turned = request_;
    std::reverse(turned.start.begin(), turned.start.end());
    EXPECT_EQ(trace_json(*trace_chain(at_this_machine(), turned, store_.warehouse())), trace_json(answer_));
  }

  std::string name(trace::ObjectId object) const { return things_.name_of(answer_.names.at(object).id); }

  std::set<std::string> reached(trace::Reach reach) const {
    std::set<std::string> names;
    for (const TraceNode& node : answer_.nodes) {
      if (node.state.reach == reach) names.insert(name(node.object));
    }
    return names;
  }

  bool judges(const Words& words) {
    const std::string& verb = words[0];
    const std::set<std::string> expected(words.begin() + 1, words.end());
    if (verb == "goods")
      EXPECT_EQ(joined(reached(trace::Reach::kGoods)), joined(expected));
    else if (verb == "carriers")
      EXPECT_EQ(joined(reached(trace::Reach::kCarrier)), joined(expected));
    else if (verb == "lots")
      EXPECT_EQ(joined(reached(trace::Reach::kLotOf)), joined(expected));
    else if (verb == "nothing")
      EXPECT_EQ(answer_.nodes.size(), request_.start.size());
    else if (verb == "holders")
      judge_holders(words);
    else if (verb == "missing")
      judge_missing(words);
    else if (verb == "wrong")
      EXPECT_EQ(std::to_string(std::count_if(answer_.events.begin(), answer_.events.end(),
                                             [](const auto& e) { return e.is_declaration || e.declared_wrong; })),
                words.at(2));
    else if (verb == "bounds")
      judge_bounds(words);
    else if (verb == "pages")
      judge_pages(static_cast<std::size_t>(std::stoul(words.at(2))));
    else
      return false;
    return true;
  }

  void judge_holders(const Words& words) {
    std::set<std::string> seen, expected;
    for (const trace::Holder& holder : answer_.holders) {
      std::string text = name(holder.object);
      if (holder.amount) text += " " + holder.amount->to_string() + (holder.uom.empty() ? "" : " " + holder.uom);
      text += " " + (holder.party ? name(*holder.party) : holder.place ? name(*holder.place) : "?");
      seen.insert(text + (holder.in_transit ? " on the way" : ""));
    }
    const std::string listed = fmt::format("{}", fmt::join(words.begin() + 1, words.end(), " "));
    if (listed != "none") {
      for (const std::string_view each : split(listed, ',')) expected.insert(std::string(trim(each)));
    }
    EXPECT_EQ(seen, expected);
  }

  void judge_missing(const Words& words) {
    std::set<std::string> seen, expected;
    for (const trace::Missing& missing : answer_.missing)
      seen.insert(name(missing.object) + " " + std::string(missing_word(missing.kind)));
    for (std::size_t i = 1; i + 1 < words.size(); i += 2) expected.insert(words[i] + " " + words[i + 1]);
    EXPECT_EQ(seen, expected);
  }

  void judge_bounds(const Words& words) {
    for (const TraceNode& node : answer_.nodes) {
      if (name(node.object) != words.at(1)) continue;
      const auto& amount = node.state.amount;
      const std::string seen = amount ? fmt::format("{}..{} of {} {}", amount->least.to_string(),
                                                    amount->most.to_string(), amount->of.to_string(), amount->uom)
                                      : "unknown";
      EXPECT_EQ(trim(seen), fmt::format("{}", fmt::join(words.begin() + 2, words.end(), " ")));
      return;
    }
    ADD_FAILURE() << words[1] << " is not in the answer";
  }

  void judge_pages(std::size_t size) {
    std::vector<std::string> whole, paged;
    for (const TraceNode& node : answer_.nodes) whole.push_back(name(node.object));
    std::size_t edges = 0;
    TraceRequest request = request_;
    request.node_limit = size;
    do {
      auto page = trace_chain(at_this_machine(), request, store_.warehouse());
      ASSERT_TRUE(page.ok()) << page.error().text;
      for (const TraceNode& node : page->nodes) paged.push_back(things_.name_of(page->names.at(node.object).id));
      edges += page->edges.size();
      EXPECT_EQ(page->truncated, !page->continuation.empty());
      request.continuation = page->continuation;
    } while (!request.continuation.empty());
    EXPECT_EQ(paged, whole);
    EXPECT_GE(edges, answer_.edges.size());
    request.continuation = "1.5.5.0000000000000000";
    EXPECT_EQ(trace_chain(at_this_machine(), request, store_.warehouse()).error().code, "trace.continuation");
  }

  fs::path file_;
  bool reopening_;
  int number_ = 0;
  Instant now_ = parse_instant("2026-03-01T00:00:00Z")->at;
  Things things_;
  Store store_;
  Recalls recalls_{things_, store_};
  std::optional<CaptureOutcome> outcome_;
  json::object last_;
  std::map<std::string, json::object> named_;
  std::map<std::string, std::string> ids_;
  TraceRequest request_;
  TraceAnswer answer_;
};

class StoryTest : public testing::Test {
 public:
  StoryTest(fs::path file, Engine engine, bool reopening)
      : file_(std::move(file)), engine_(engine), reopening_(reopening) {}
  void TestBody() override { Story(file_, engine_, reopening_).run(); }

 private:
  fs::path file_;
  Engine engine_;
  bool reopening_;
};

void register_stories() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(SUYUAN_SOURCE_DIR) / "tests" / "scenarios")) {
    if (entry.path().extension() == ".scn") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    const auto add = [&](const char* suite, Engine engine, bool reopening) {
      testing::RegisterTest(
          suite, file.stem().c_str(), nullptr, nullptr, file.c_str(), 1,
          [file, engine, reopening]() -> StoryTest* { return new StoryTest(file, engine, reopening); });
    };
    add("Story", Engine::kSqlite, false);
    add("StoryReopened", Engine::kSqlite, true);
    add("StoryOnPostgres", Engine::kPostgres, false);
  }
}

const bool kRegistered = (register_stories(), true);

TEST(Stories, are_found) {
  EXPECT_TRUE(kRegistered);
  EXPECT_GT(testing::UnitTest::GetInstance()->total_test_count(), 20);
}

}  // namespace
}  // namespace suyuan::scenarios
