// SPDX-License-Identifier: Apache-2.0
// What was captured is never changed: whatever the store does afterwards, its rows stay as they were written.
#include "adapters/records/mark_store.h"
#include "random_world.h"
#include "store_rows.h"

namespace suyuan::storage {
namespace {

class AppendOnly : public SameAnswers, public testing::WithParamInterface<bool> {
 protected:
  void open() {
    stores_.clear();
    auto opened = GetParam() ? postgres("postgres", {}).open(folder_.path(), clock_)
                             : sqlite("sqlite", small_runs()).open(folder_.path(), clock_);
    ASSERT_TRUE(opened.ok()) << opened.error().text;
    stores_.push_back(std::move(*opened));
  }
  std::map<std::string, std::vector<std::string>> captured() {
    std::map<std::string, std::vector<std::string>> all;
    for (const char* table : {"object", "event", "document", "submission", "master_datum", "term", "audit_entry"})
      all[table] = rows_of(*stores_[0], move_table(table));
    return all;
  }
  void mark_something() {
    const auto marks = make_mark_store(stores_[0]->records());
    Mark mark;
    mark.id = fmt::format("mark-{}", ++marks_);
    mark.codes = {item(static_cast<int>(teller_.below(150)))};
    mark.acts.push_back({.at = clock_.now(), .reason = "热", .upto = 1});
    ASSERT_TRUE(marks->add(mark, {"part"}, AuditEntry()).ok());
    if (teller_.below(2) == 0) return;
    const MarkAct lifted{.kind = MarkAct::Kind::kLifted, .at = clock_.now(), .reason = "好"};
    ASSERT_TRUE(marks->lift(mark.id, lifted, AuditEntry()).ok());
  }
  // Of SQLite: everything is looked up by something that has to be made anew.
  void damage() {
    auto connection = sql::open_sqlite(folder_.path() / "suyuan.db", sql::Mode::kWrite);
    ASSERT_TRUE((*connection)
                    ->execute("UPDATE run_block SET data = CAST(substr(data, 1, 20) || x'ff' || substr(data, 22) AS "
                              "BLOB) WHERE id & 16777215 < (SELECT blocks FROM run WHERE run.id = run_block.id >> 24)")
                    .ok());
  }

  int marks_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, AppendOnly, testing::Bool(),
                         [](const auto& it) { return it.param ? "postgres" : "sqlite"; });

TEST_P(AppendOnly, old_rows_stay_as_they_were) {
  ASSERT_NO_FATAL_FAILURE(open());
  auto before = captured();
  std::size_t grown = 0;
  for (int round = 0; round < 8; ++round) {
    ASSERT_NO_FATAL_FAILURE(tell(20));
    ASSERT_NO_FATAL_FAILURE(mark_something());
    ASSERT_TRUE(stores_[0]
                    ->record_refusal(local_actor(), fmt::format("refused-{}", round), true, 1, {{"/a", "a.b", "c"}})
                    .ok());
    if (round % 3 == 1) {
      ASSERT_NO_FATAL_FAILURE(open());
    }
    if (round % 3 == 2 && !GetParam()) {
      ASSERT_NO_FATAL_FAILURE(damage());
    }
    auto after = captured();
    for (const auto& [table, rows] : before) {
      const auto& now = after[table];
      ASSERT_GE(now.size(), rows.size()) << table;
      ASSERT_TRUE(std::equal(rows.begin(), rows.end(), now.begin())) << table << " in round " << round;
      grown += now.size() > rows.size() ? 1 : 0;
    }
    before = std::move(after);
  }
  EXPECT_GT(grown, 40U);
}

}  // namespace
}  // namespace suyuan::storage
