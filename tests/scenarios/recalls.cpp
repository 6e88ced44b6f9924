// SPDX-License-Identifier: Apache-2.0
#include "recalls.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "adapters/records/mark_store.h"
#include "app/trace/recall_words.h"
#include "base/text.h"

namespace suyuan::scenarios {

namespace {

std::string rest(const Recalls::Words& words) {
  return fmt::format("{}", fmt::join(words.begin() + 1, words.end(), " "));
}

std::set<std::string> parts(const std::string& listed) {
  std::set<std::string> all;
  for (const std::string_view each : split(listed, ',')) {
    if (!trim(each).empty() && trim(each) != "none") all.insert(std::string(trim(each)));
  }
  return all;
}

}  // namespace

std::vector<codes::Identity> Recalls::codes_of(const Words& words, std::optional<Instant>& at) const {
  std::vector<codes::Identity> all;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "at")
      at = parse_instant(words.at(++i))->at;
    else
      all.push_back(codes::read_epcis_id(things_.uri(words[i]))->id);
  }
  return all;
}

void Recalls::ask(const Words& words) {
  std::optional<Instant> at;
  const auto codes = codes_of(words, at);
  if (words[0] == "mark") {
    const auto marks = make_mark_store(store_.records());
    OneMachine directory;
    const Authorizer authorizer(directory, store_.clock());
    auto made =
        make_mark(at_this_machine(), {codes, "a story"}, {*marks, store_.warehouse(), store_.clock(), authorizer});
    ASSERT_TRUE(made.ok()) << made.error().text;
    mark_ = made->id;
    return;
  }
  request_ = {codes, at, 1000};
  auto answer = recall(at_this_machine(), request_, store_.warehouse());
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  answer_ = std::move(*answer);
}

bool Recalls::judges(const Words& words) {
  const std::string& verb = words[0];
  if (verb == "affected")
    judge_counts(words);
  else if (verb == "held")
    judge_held(rest(words));
  else if (verb == "tell")
    judge_tell(words);
  else if (verb == "unknown")
    judge_unknown(words);
  else if (verb == "last")
    judge_last(rest(words));
  else if (verb == "listed")
    judge_listed(rest(words));
  else if (verb == "found")
    judge_found(rest(words));
  else if (verb == "marked")
    judge_marked(words);
  else
    return false;
  return true;
}

void Recalls::judge_counts(const Words& words) {
  const std::map<std::string, std::int64_t> counts = {
      {"items", answer_.items}, {"lots", answer_.lots}, {"ended", answer_.ended}, {"carriers", answer_.carriers}};
  for (std::size_t i = 1; i + 1 < words.size(); i += 2)
    EXPECT_EQ(fmt::format("{} {}", words[i], counts.at(words[i])), words[i] + " " + words[i + 1]);
}

void Recalls::judge_held(const std::string& listed) {
  std::set<std::string> seen;
  for (const RecallHolding& each : answer_.holdings) {
    std::string text = each.party ? name(*each.party) : each.place ? name(*each.place) : "?";
    if (each.items > 0) text += fmt::format(" {} items", each.items);
    if (each.lots > 0) text += fmt::format(" {} lots", each.lots);
    for (const auto& [uom, amount] : each.amounts) text += fmt::format(" {} {}", amount.to_string(), uom);
    if (each.lots_of_unknown_amount > 0) text += " some";
    seen.insert(text + (each.in_transit ? " on the way" : ""));
  }
  EXPECT_EQ(seen, parts(listed));
}

void Recalls::judge_tell(const Words& words) {
  const bool now_only = words.size() > 1 && words[1] == "now";
  std::set<std::string> seen;
  for (const RecallAnswer::Told& told : answer_.to_tell) {
    if (!now_only || told.holds_now) seen.insert(name(told.who));
  }
  EXPECT_EQ(seen, std::set<std::string>(words.begin() + (now_only ? 2 : 1), words.end()));
}

void Recalls::judge_unknown(const Words& words) {
  std::string seen;
  for (const RecallAnswer::Unknown& each : answer_.unknown)
    seen += fmt::format("{}{} {}", seen.empty() ? "" : " ", unknown_word(each.why), each.objects);
  EXPECT_EQ(seen.empty() ? "none" : seen, rest(words));
}

void Recalls::judge_last(const std::string& listed) {
  std::set<std::string> seen;
  const std::string text = recall_text(answer_, true);
  const auto answer = boost::json::parse(recall_json(answer_));
  const auto code = [](const boost::json::value& id) { return codes::read_epcis_id(std::string(id.as_string()))->id; };
  for (const auto& unknown : answer.at("unknown").as_array()) {
    for (const auto& last : unknown.at("lastPlaces").as_array()) {
      const std::string at(last.at("at").as_string());
      const auto place = code(last.at("place"));
      seen.insert(fmt::format("{} {} {}", things_.name_of(code(last.at("id"))), things_.name_of(place), at));
      EXPECT_NE(text.find(fmt::format("last at {}  {}", codes::display_text(place), at)), std::string::npos) << text;
    }
  }
  EXPECT_EQ(seen, parts(listed));
}

void Recalls::judge_listed(const std::string& listed) {
  std::string table;
  const auto done =
      recall_csv(at_this_machine(), request_, store_.warehouse(), [&](std::string_view text) { table += text; });
  ASSERT_TRUE(done.ok()) << done.error().text;
  std::set<std::string> seen, expected;
  for (const std::string_view row : split(table, '\n')) {
    const auto cells = split(row, ',');
    if (cells.size() == 13 && cells[2] == "未知 unknown")
      seen.insert(fmt::format("{} {}", cells[0], cells[10].empty() ? "nowhere" : cells[10]));
  }
  const auto text_of = [&](const std::string& name) {
    return things_.knows(name) ? codes::display_text(codes::read_epcis_id(things_.uri(name))->id) : name;
  };
  for (const std::string& each : parts(listed)) {
    const auto space = each.find(' ');
    expected.insert(text_of(each.substr(0, space)) + " " + text_of(each.substr(space + 1)));
  }
  EXPECT_EQ(seen, expected);
}

// "shipped L1, transformed L1 M": what was done to which affected things, in order.
void Recalls::judge_found(const std::string& listed) {
  const auto marks = make_mark_store(store_.records());
  OneMachine directory;
  const Authorizer authorizer(directory, store_.clock());
  const MarkServices services{*marks, store_.warehouse(), store_.clock(), authorizer};
  ASSERT_TRUE(MarkFollower(services).catch_up().ok());
  const auto finds = mark_finds(at_this_machine(), mark_, 0, 1000, services);
  ASSERT_TRUE(finds.ok()) << finds.error().text;
  std::vector<std::string> seen;
  for (const auto& found : finds->finds) {
    std::set<std::string> names;
    for (const trace::ObjectId object : found.find.goods) names.insert(things_.name_of(finds->names.at(object).id));
    for (const trace::ObjectId object : found.find.carriers)
      names.insert("in:" + things_.name_of(finds->names.at(object).id));
    seen.push_back(fmt::format("{}{}{}", found.event ? deed_word(*found.event) : "rechecked", names.empty() ? "" : " ",
                               fmt::join(names, " ")));
  }
  EXPECT_EQ(fmt::format("{}", fmt::join(seen, ", ")), listed);
}

// What the mark knows is what a recall of the same codes finds now.
void Recalls::judge_marked(const Words& words) {
  const auto marks = make_mark_store(store_.records());
  OneMachine directory;
  const Authorizer authorizer(directory, store_.clock());
  ASSERT_TRUE(MarkFollower({*marks, store_.warehouse(), store_.clock(), authorizer}).catch_up().ok());
  const Mark mark = **marks->mark(mark_);
  const std::map<std::string, std::int64_t> counts = {{"items", mark.affected.items}, {"lots", mark.affected.lots}};
  for (std::size_t i = 1; i + 1 < words.size(); i += 2)
    EXPECT_EQ(fmt::format("{} {}", words[i], counts.at(words[i])), words[i] + " " + words[i + 1]);
  EXPECT_EQ(mark.recheck_since, 0);
  const auto again = recall(at_this_machine(), {mark.codes, std::nullopt, 1}, store_.warehouse());
  if (!again.ok()) return;  // nobody has seen it
  EXPECT_EQ(mark.affected, (trace::Affected::Counts{again->items, again->lots, again->classes, again->others}));
}

}  // namespace suyuan::scenarios
