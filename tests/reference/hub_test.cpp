// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "adapters/clock/system_clock.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "app/trace/recall.h"
#include "app/trace/trace.h"
#include "domain/codes/check_digit.h"

// One lot that went into very many orders: the count is exact, and what is read does not grow with its square.
namespace suyuan::reference {

namespace {

using trace::Action;
using trace::EventType;
using trace::Role;

codes::Identity read(const std::string& path) { return codes::read_epcis_id("https://id.gs1.org" + path)->id; }

std::string with_check(std::string digits) {
  digits += '0';
  digits.back() = codes::gs1_check_digit(digits);
  return digits;
}

// Counts what a trace reads of a store.
class CountingWarehouse final : public Warehouse {
 public:
  explicit CountingWarehouse(Warehouse& store) : store_(store) {}
  std::size_t rows = 0, calls = 0;

  Result<Page> history(std::span<const trace::ObjectId> objects, std::span<const Role> roles, trace::EventSeq upto,
                       std::int64_t after_seq, std::size_t limit) override {
    auto page = store_.history(objects, roles, upto, after_seq, limit);
    if (page) count(page->events);
    return page;
  }
  Result<std::vector<trace::ObjectId>> members(trace::ObjectId of_class, std::int64_t after,
                                               std::size_t limit) override {
    return counted(store_.members(of_class, after, limit));
  }
  Result<std::vector<std::optional<trace::ObjectId>>> classes(std::span<const trace::ObjectId> objects) override {
    return counted(store_.classes(objects));
  }
  Result<std::vector<std::optional<trace::ObjectId>>> find(std::span<const codes::Identity> ids) override {
    return counted(store_.find(ids));
  }
  Result<std::vector<codes::Identity>> describe(std::span<const trace::ObjectId> objects) override {
    return counted(store_.describe(objects));
  }
  Result<std::vector<trace::StoredEvent>> events(std::span<const trace::EventSeq> seqs, trace::EventSeq upto) override {
    return counted(store_.events(seqs, upto));
  }
  Result<std::vector<trace::Posting>> postings(std::span<const trace::ObjectId> objects,
                                               trace::EventSeq upto) override {
    return counted(store_.postings(objects, upto));
  }
  Result<std::vector<trace::MasterDatum>> master_data(std::span<const codes::Identity> subjects) override {
    return counted(store_.master_data(subjects));
  }
  Result<std::int64_t> settled() override { return store_.settled(); }

  // What a trace has no business with.
  Result<SubmissionReceipt> append(NewSubmission) override { return unexpected(); }
  Status record_refusal(const Actor&, const std::string&, bool, std::int64_t, const std::vector<Finding>&) override {
    return unexpected();
  }
  Result<std::optional<JobRecord>> job(const std::string&) override { return unexpected(); }
  Result<std::vector<JobRecord>> jobs(std::size_t, const std::string&, const Seen*) override { return unexpected(); }
  Result<ScanPage> scan(const Scan&) override { return unexpected(); }
  Result<KnownPage> known(Resource, std::int64_t, std::size_t) override { return unexpected(); }
  Result<std::optional<trace::StoredEvent>> find_event(std::string_view, bool) override { return unexpected(); }
  Result<Original> original(trace::EventSeq) override { return unexpected(); }
  Result<std::vector<Original>> originals(std::span<const trace::EventSeq>) override { return unexpected(); }
  Result<std::string> document(const std::string&) override { return unexpected(); }
  Result<Counts> counts() override { return unexpected(); }
  Result<std::vector<trace::ObjectId>> recent_objects(codes::Level, std::size_t) override { return unexpected(); }

 private:
  static Error unexpected() { return {ErrorKind::kInternal, "test.unexpected", "A trace asks for something else."}; }

  template <class T>
  void count(const std::vector<T>& found) {
    ++calls;
    rows += found.size();
  }
  template <class T>
  Result<std::vector<T>> counted(Result<std::vector<T>> found) {
    if (found) count(*found);
    return found;
  }

  Warehouse& store_;
};

class HubStore {
 protected:
  HubStore() : folder_(std::filesystem::temp_directory_path() / fmt::format("suyuan-hub-{}", ::getpid())) {
    auto opened = open_sqlite_warehouse(folder_, clock_, SqliteWarehouseOptions{});
    CHECK(opened.ok());
    warehouse_ = std::move(*opened);
  }
  ~HubStore() {
    warehouse_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Every order: a kilogram of the lot packed into a box of its own, or made into a thing of its own.
  trace::Event order(int number, bool packed) const {
    trace::Event e;
    e.type = packed ? EventType::kAggregation : EventType::kTransformation;
    e.action = packed ? Action::kAdd : Action::kNone;
    e.id = fmt::format("https://hub.example/{}", number);
    e.content = sha256(e.id);
    e.time = {parse_instant("2026-03-01T00:00:00Z")->at + std::chrono::minutes(number), std::chrono::minutes(0)};
    const auto box = read("/00/" + with_check(fmt::format("3691{:013}", number)));
    e.objects.push_back({packed ? Role::kChild : Role::kInput, lot_, Decimal(1), "KGM", true, ""});
    e.objects.push_back({packed ? Role::kParent : Role::kOutput, packed ? box : thing(number), {}, "", false, ""});
    return e;
  }
  static codes::Identity thing(int number) {
    return read(fmt::format("/01/{}/21/{}", with_check("0691234567891"), number));
  }
  static codes::Identity buyer(int number) { return read("/417/" + with_check(fmt::format("694{:09}", number))); }
  // Number `number` of `orders` goes to one of the buyers, a day after it was made.
  static trace::Event shipping(int number, int buyers) {
    trace::Event e;
    e.type = trace::EventType::kObject;
    e.action = Action::kObserve;
    e.biz_step = "https://ref.gs1.org/cbv/BizStep-shipping";
    e.id = fmt::format("https://hub.example/shipped/{}", number);
    e.content = sha256(e.id);
    e.time = {parse_instant("2026-05-01T00:00:00Z")->at + std::chrono::minutes(number), std::chrono::minutes(0)};
    e.objects.push_back({Role::kSubject, thing(number), {}, "", false, ""});
    e.objects.push_back({Role::kDestinationOwner, buyer(number % buyers), {}, "", false, ""});
    return e;
  }

  void tell(int orders, bool packed) {
    std::vector<NewEvent> events;
    for (int i = 0; i < orders; ++i) events.push_back({order(i, packed), 0, 2});
    tell(std::move(events));
  }
  void tell(std::vector<NewEvent> events) {
    NewSubmission submission;
    submission.public_id = fmt::format("00000000-0000-7000-8000-{:012}", ++submissions_);
    submission.original = "{}";
    submission.events = std::move(events);
    CHECK(warehouse_->append(std::move(submission)).ok());
  }

  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  std::filesystem::path folder_;
  std::unique_ptr<Warehouse> warehouse_;
  codes::Identity lot_ = read("/01/" + with_check("0691234567890") + "/10/HUB");
  int submissions_ = 0;
};

class Hub : public HubStore, public testing::TestWithParam<std::tuple<int, bool>> {};
class SharedHub : public HubStore, public testing::Test {};

}  // namespace

// shows: T1
TEST_P(Hub, every_order_of_the_lot_is_found) {
  const auto [orders, packed] = GetParam();
  tell(orders, packed);
  TraceRequest request;
  request.start = {lot_};
  request.direction = trace::Direction::kForward;
  request.node_limit = 100'000;
  CountingWarehouse counting(*warehouse_);
  const auto answer = trace_chain(at_this_machine(), request, counting);
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  EXPECT_EQ(answer->nodes.size(), static_cast<std::size_t>(orders) + 1);
  EXPECT_EQ(answer->edges.size(), static_cast<std::size_t>(packed ? orders : 2 * orders));
  EXPECT_FALSE(answer->truncated);
  // Every order is read for the lot and for what was made of it, and each object has a name and a class.
  EXPECT_LE(counting.rows, static_cast<std::size_t>(orders) * 8) << counting.calls << " calls";
}

// So many that they are found in several slices, by several threads.
TEST_F(SharedHub, a_recall_of_very_many_orders_is_exact) {
  constexpr int kOrders = 55'000, kBuyers = 700, kShipped = 54'000;
  tell(kOrders, false);
  std::vector<NewEvent> shipped;
  for (int i = kShipped; i-- > 0;) shipped.push_back({shipping(i, kBuyers), 0, 2});
  tell(std::move(shipped));
  RecallRequest request;
  request.start = {lot_};
  const auto answer = recall(at_this_machine(), request, *warehouse_);
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  EXPECT_EQ(answer->items, kOrders);
  EXPECT_EQ(answer->lots, 1);
  EXPECT_EQ(answer->holdings_total, static_cast<std::size_t>(kBuyers));
  for (const RecallHolding& holding : answer->holdings) {
    ASSERT_TRUE(holding.party && holding.in_transit);
    const codes::Identity who = answer->names.at(*holding.party).id;
    int number = 0;
    while (number < kBuyers && buyer(number) != who) ++number;
    EXPECT_EQ(holding.items, kShipped / kBuyers + (number < kShipped % kBuyers ? 1 : 0)) << number;
  }
  // Of the many that are listed for want of something the same ones every time: the first.
  ASSERT_EQ(answer->unknown.size(), 3U);
  EXPECT_EQ(answer->unknown[1].why, RecallAnswer::Unknown::Why::kTooMuchOut);
  EXPECT_EQ(answer->unknown[1].objects, 1);  // the lot: nobody said that any came
  for (const auto& [why, first, count] :
       {std::tuple(RecallAnswer::Unknown::Why::kNeverReceived, 0, kShipped),
        std::tuple(RecallAnswer::Unknown::Why::kNoHolder, kShipped, kOrders - kShipped)}) {
    const auto& unknown = answer->unknown[why == RecallAnswer::Unknown::Why::kNeverReceived ? 0 : 2];
    EXPECT_EQ(unknown.why, why);
    EXPECT_EQ(unknown.objects, count);
    ASSERT_EQ(unknown.some.size(), request.limit);
    for (std::size_t i = 0; i < unknown.some.size(); ++i)
      ASSERT_EQ(answer->names.at(unknown.some[i].object).id, thing(first + static_cast<int>(i)));
  }
}

INSTANTIATE_TEST_SUITE_P(Orders, Hub, testing::Combine(testing::Values(1300, 10'000), testing::Bool()),
                         [](const auto& one) {
                           return fmt::format("{}_orders_{}", std::get<0>(one.param),
                                              std::get<1>(one.param) ? "packed" : "made");
                         });

}  // namespace suyuan::reference
