// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <random>

#include "adapters/clock/system_clock.h"
#include "adapters/records/mark_store.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "app/trace/mark.h"
#include "app/trace/survey.h"
#include "random_world.h"

// What a mark knows after each new record, against a whole recall at that state, on random worlds told one event at a
// time. SUYUAN_SEED=n begins with another seed, SUYUAN_WORLDS=n takes more or fewer worlds.
namespace suyuan::reference {

namespace {

Instant minute(int n) { return parse_instant("2026-03-01T00:00:00Z")->at + std::chrono::minutes(n); }

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::stoull(text) : otherwise;
}

class Marks : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::filesystem::path memory = "/dev/shm";
    folder_ = (std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path()) /
              fmt::format("suyuan-marks-{}", ::getpid());
    auto opened = open_sqlite_warehouse(folder_, clock_, SqliteWarehouseOptions{});
    ASSERT_TRUE(opened.ok());
    store_ = std::move(*opened);
    marks_ = make_mark_store(store_->records());
  }
  static void TearDownTestSuite() {
    marks_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  static MarkServices services() {
    static OneMachine directory;
    static const Authorizer authorizer(directory, clock_);
    return {*marks_, *store_, clock_, authorizer};
  }

  static void tell(const RandomWorld& world, const Happening& h, int number, bool declaration) {
    static int documents = 0;
    trace::Event e;
    e.type = h.type;
    e.action = h.action;
    e.id = fmt::format("https://marks.example/{}/{}", number, h.name);
    e.content = sha256(e.id);
    e.biz_step = h.biz_step;
    e.time = {minute(h.minute), std::chrono::minutes(0)};
    for (const Part& p : h.parts)
      e.objects.push_back(
          {p.role, world.things[static_cast<std::size_t>(p.thing)].id, p.amount, p.uom, p.is_quantity, ""});
    if (declaration) e.error_declaration = trace::ErrorDeclaration{minute(h.minute + 100), "", {}};
    NewSubmission submission;
    submission.public_id = fmt::format("00000000-0000-7000-8000-{:012}", ++documents);
    submission.original = "{}";
    submission.events.push_back({std::move(e), 0, 2});
    CHECK(store_->append(std::move(submission)).ok());
  }

  // The affected things of a whole recall now, and of the mark.
  static std::vector<trace::ObjectId> recalled(const Mark& mark) {
    auto affected = survey(mark.codes, *store_->settled(), *store_);
    CHECK(affected.ok());
    return affected->all_goods();
  }
  static std::vector<trace::ObjectId> known(const Mark& mark) {
    trace::Affected affected;
    const auto parts = marks_->known(mark.id);
    CHECK(parts.ok());
    for (const std::string& part : *parts) CHECK(affected.put(part));
    const Mark now = **marks_->mark(mark.id);
    EXPECT_EQ(affected.counts(), now.affected) << "after reading it back";
    return affected.all_goods();
  }

  static std::string text(const RandomWorld& world, const std::vector<trace::ObjectId>& objects) {
    std::vector<std::string> names;
    const auto ids = store_->describe(objects);
    for (const codes::Identity& id : *ids) {
      for (const Thing& thing : world.things) {
        if (thing.id == id) names.push_back(thing.name);
      }
    }
    std::sort(names.begin(), names.end());
    return fmt::format("{}", fmt::join(names, " "));
  }

  static Mark mark(const RandomWorld& world, const std::vector<int>& starts) {
    MarkRequest request{{}, "test"};
    for (const int start : starts) request.codes.push_back(world.things[static_cast<std::size_t>(start)].id);
    auto made = make_mark(at_this_machine(), request, services());
    CHECK(made.ok());
    return *made;
  }

  struct Seen {
    int equal = 0, larger = 0, rechecked = 0, finds = 0, grown = 0;
  };

  static inline ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  static inline std::filesystem::path folder_;
  static inline std::unique_ptr<Store> store_;
  static inline std::unique_ptr<MarkStore> marks_;
};

}  // namespace

// shows: X3
TEST_F(Marks, know_after_each_record_what_a_recall_would_find) {
  const auto first = setting("SUYUAN_SEED", 1), count = setting("SUYUAN_WORLDS", 600);
  Seen seen;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const int number = static_cast<int>(seed % 90'000'000);
    RandomWorld world = random_world(seed, number, seed % 2 == 0);
    std::mt19937_64 dice(seed);
    const bool in_order = seed % 3 == 0;
    if (in_order) {
      for (std::size_t i = 0; i < world.happenings.size(); ++i) {
        world.happenings[i].minute = static_cast<int>(i);
        world.happenings[i].wrong = false;
      }
    }
    const auto below = [&](int n) { return static_cast<int>(dice() % static_cast<std::uint64_t>(n)); };
    std::vector<int> starts = {below(world.traced)};
    if (below(4) == 0) starts.push_back(below(world.traced));
    const std::size_t marked_at = static_cast<std::size_t>(below(static_cast<int>(world.happenings.size())));
    MarkFollower follower(services());
    std::optional<Mark> made;
    const auto compare = [&](const std::string& after) {
      ASSERT_TRUE(follower.look().ok());
      const auto is = known(*made), should = recalled(*made);
      const Mark now = **marks_->mark(made->id);
      EXPECT_EQ(now.looked, *store_->settled());
      const auto story = [&] {
        return fmt::format("SUYUAN_SEED={} marked {} before e{}, after {}\nrecall: {}\nmark:   {}\n{}", seed,
                           world.things[static_cast<std::size_t>(starts[0])].name, marked_at, after,
                           text(world, should), text(world, is), text_of(world));
      };
      ASSERT_TRUE(std::includes(is.begin(), is.end(), should.begin(), should.end())) << story();
      if (is == should) {
        ++seen.equal;
        return;
      }
      ++seen.larger;
      ASSERT_FALSE(in_order) << story();
      ASSERT_NE(now.recheck_since, 0) << "larger, and does not say so\n" << story();
      if (below(2) == 0) return;
      ASSERT_TRUE(*follower.look()) << "a recheck by itself";
      ASSERT_EQ(known(*made), should) << story();
      ASSERT_EQ((*marks_->mark(made->id))->recheck_since, 0);
      ++seen.rechecked;
    };
    for (std::size_t i = 0; i < world.happenings.size(); ++i) {
      if (i == marked_at) made = mark(world, starts);
      tell(world, world.happenings[i], number, false);
      if (!made) continue;
      ASSERT_NO_FATAL_FAILURE(compare(world.happenings[i].name));
    }
    for (const Happening& h : world.happenings) {
      if (!h.wrong) continue;
      tell(world, h, number, true);
      ASSERT_NO_FATAL_FAILURE(compare("declared wrong " + h.name));
    }
    ASSERT_TRUE(follower.catch_up().ok());
    ASSERT_EQ(known(*made), recalled(*made)) << "SUYUAN_SEED=" << seed << " at rest\n" << text_of(world);
    seen.finds += static_cast<int>((*marks_->mark(made->id))->finds);
    seen.grown +=
        (*marks_->mark(made->id))->acts.front().newly < static_cast<std::int64_t>(known(*made).size()) ? 1 : 0;
    ASSERT_TRUE(lift_mark(at_this_machine(), made->id, "done", services()).ok());
  }
  fmt::print("equal {}, larger {}, rechecked {}, finds {}, grown {}\n", seen.equal, seen.larger, seen.rechecked,
             seen.finds, seen.grown);
  EXPECT_GT(seen.equal, static_cast<int>(count));
  EXPECT_GT(seen.finds, static_cast<int>(count));
  EXPECT_GT(seen.grown, static_cast<int>(count) / 4);
}

}  // namespace suyuan::reference
