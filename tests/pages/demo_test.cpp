// SPDX-License-Identifier: Apache-2.0
#include "demo_store.h"

#include "app/trace/trace.h"

namespace suyuan::test {

using DemoTest = DemoStore;

// shows: T1, T4
TEST_F(DemoTest, tells_of_a_dozen_firms_forty_lots_and_two_thousand_things) {
  const DemoSummary& summary = told();
  EXPECT_GE(summary.parties, 12);
  EXPECT_GE(summary.lots, 40);
  EXPECT_GE(summary.serials, 2000);
  const auto counts = store().counts();
  ASSERT_TRUE(counts.ok());
  EXPECT_EQ(counts->events, summary.events);
  EXPECT_GE(counts->objects, summary.lots + summary.serials);
}

TEST_F(DemoTest, told_twice_changes_nothing) {
  const auto before = store().counts();
  const auto again = tell_story(submit);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(store().counts()->events, before->events);
}

// shows: T1, T4
TEST_F(DemoTest, traces_the_bad_cells_to_those_who_hold_chargers_with_them) {
  TraceRequest request;
  request.start = {story().bad_lot};
  request.direction = trace::Direction::kForward;
  request.node_limit = 5000;
  const auto answer = trace_chain(at_this_machine(), request, store());
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  EXPECT_FALSE(answer->truncated);
  std::size_t chargers = 0;
  for (const TraceNode& node : answer->nodes) {
    const bool goods = node.state.reach == trace::Reach::kGoods;
    if (goods && answer->names.at(node.object).id.key.find("/21/YQ26") != std::string::npos) ++chargers;
  }
  EXPECT_EQ(chargers, 500U);  // lots 4 and 5, no other
  std::set<std::string> holders;
  std::set<trace::ObjectId> held;
  for (const trace::Holder& holder : answer->holders) {
    if (answer->names.at(holder.object).id.key.find("/21/YQ26") != std::string::npos) held.insert(holder.object);
    const auto by = holder.party ? holder.party : holder.place;
    if (by) holders.insert(answer->names.at(*by).name);
  }
  EXPECT_EQ(held.size(), 499U);  // one of them was destroyed
  EXPECT_EQ(holders, (std::set<std::string>{"云栈仓储（演示）", "拾光网店（演示）", "禾木车配批发（演示）",
                                            "里巷电动车行（演示）", "城南电动车行（演示）", "明尺检验所（演示）"}));
}

// shows: X8
TEST_F(DemoTest, comes_in_json_and_in_xml_and_ends_in_the_same_identities) {
  std::set<trace::RawDocument::Syntax> syntaxes;
  for (std::int64_t seq = 1; seq <= told().events; ++seq) {
    syntaxes.insert(store().original(trace::EventSeq(seq))->syntax);
  }
  EXPECT_EQ(syntaxes.size(), 2U);
  TraceRequest request;
  request.start = {codes::read_epcis_id("https://id.gs1.org/01/09521005000020/10/X2601")->id};
  request.direction = trace::Direction::kBack;
  const auto answer = trace_chain(at_this_machine(), request, store());  // told with EPC URNs
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  std::set<std::string> sources;
  for (const TraceNode& node : answer->nodes) sources.insert(answer->names.at(node.object).id.key);
  EXPECT_TRUE(sources.contains("/01/09521005000013/10/V2601"));
  EXPECT_TRUE(sources.contains("/01/09521005000013/10/V2602"));
}

}  // namespace suyuan::test
