// SPDX-License-Identifier: Apache-2.0
// A lot that went into a hundred thousand orders is marked; what each later record of it costs is counted in look-ups.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>

#include "adapters/records/mark_store.h"
#include "app/trace/mark.h"
#include "domain/codes/check_digit.h"
#include "tests/storage/store_under_test.h"

namespace suyuan::marks {
namespace {

using trace::EventSeq;
using trace::ObjectId;

// Counts what is read of the store: histories, postings and facts, by their rows.
class CountingWarehouse final : public Warehouse {
 public:
  explicit CountingWarehouse(Warehouse& store) : store_(store) {}
  std::atomic<std::size_t> rows = 0;  // a recall asks from two threads

  Result<SubmissionReceipt> append(NewSubmission s) override { return store_.append(std::move(s)); }
  Status record_refusal(const Actor& a, const std::string& id, bool p, std::int64_t n,
                        const std::vector<Finding>& f) override {
    return store_.record_refusal(a, id, p, n, f);
  }
  Result<std::optional<JobRecord>> job(const std::string& id) override { return store_.job(id); }
  Result<std::vector<JobRecord>> jobs(std::size_t n, const std::string& after, const Seen* senders) override {
    return store_.jobs(n, after, senders);
  }
  Result<std::vector<std::optional<ObjectId>>> find(std::span<const codes::Identity> ids) override {
    rows += ids.size();
    return store_.find(ids);
  }
  Result<std::vector<codes::Identity>> describe(std::span<const ObjectId> o) override { return store_.describe(o); }
  Result<Page> history(std::span<const ObjectId> o, std::span<const trace::Role> r, EventSeq upto, std::int64_t after,
                       std::size_t n) override {
    auto page = store_.history(o, r, upto, after, n);
    rows += page.ok() ? page->events.size() : 0;
    return page;
  }
  Result<std::vector<trace::Posting>> postings(std::span<const ObjectId> o, EventSeq upto) override {
    auto all = store_.postings(o, upto);
    rows += all.ok() ? all->size() : 0;
    return all;
  }
  Status facts(std::span<const EventSeq> seqs, EventSeq upto, trace::FactTable& table) override {
    rows += seqs.size();
    return store_.facts(seqs, upto, table);
  }
  Result<std::vector<codes::Level>> levels(std::span<const ObjectId> o) override {
    rows += o.size();
    return store_.levels(o);
  }
  Result<std::vector<ObjectId>> members(ObjectId c, std::int64_t after, std::size_t n) override {
    auto all = store_.members(c, after, n);
    rows += all.ok() ? all->size() : 0;
    return all;
  }
  Result<std::vector<std::optional<ObjectId>>> classes(std::span<const ObjectId> o) override {
    rows += o.size();
    return store_.classes(o);
  }
  Result<ScanPage> scan(const Scan& s) override {
    auto page = store_.scan(s);
    rows += page.ok() ? page->events.size() : 0;
    return page;
  }
  Result<KnownPage> known(Resource r, std::int64_t after, std::size_t n) override { return store_.known(r, after, n); }
  Result<std::optional<trace::StoredEvent>> find_event(std::string_view id, bool d) override {
    return store_.find_event(id, d);
  }
  Result<std::vector<trace::StoredEvent>> events(std::span<const EventSeq> s, EventSeq upto) override {
    rows += s.size();
    return store_.events(s, upto);
  }
  Result<Original> original(EventSeq s) override { return store_.original(s); }
  Result<std::vector<Original>> originals(std::span<const EventSeq> s) override { return store_.originals(s); }
  Result<std::string> document(const std::string& id) override { return store_.document(id); }
  Result<std::vector<trace::MasterDatum>> master_data(std::span<const codes::Identity> s) override {
    return store_.master_data(s);
  }
  Result<std::int64_t> settled() override { return store_.settled(); }
  Result<Counts> counts() override { return store_.counts(); }
  Result<std::vector<ObjectId>> recent_objects(codes::Level l, std::size_t n) override {
    return store_.recent_objects(l, n);
  }

 private:
  Warehouse& store_;
};

// SUYUAN_ORDERS=n takes more or fewer.
const int kOrders = std::getenv("SUYUAN_ORDERS") != nullptr ? std::stoi(std::getenv("SUYUAN_ORDERS")) : 100'000;

codes::Identity read(const std::string& path) { return codes::read_epcis_id("https://id.gs1.org" + path)->id; }

class HubMark : public testing::Test {
 protected:
  HubMark() {
    auto store = open_sqlite_warehouse(folder_.path(), clock_, SqliteWarehouseOptions{});
    CHECK(store.ok());
    store_ = std::move(*store);
    marks_ = make_mark_store(store_->records());
    counting_ = std::make_unique<CountingWarehouse>(*store_);
  }

  static trace::Event event(int number, trace::EventType type) {
    trace::Event e;
    e.type = type;
    e.id = fmt::format("https://hub.example/{}", number);
    e.content = sha256(e.id);
    e.time = {parse_instant("2026-03-01T00:00:00Z")->at + std::chrono::minutes(number), std::chrono::minutes(0)};
    return e;
  }
  codes::Identity made(int number) const { return read(fmt::format("/01/06901234567892/21/{}", number)); }
  trace::Event order(int number) const {
    trace::Event e = event(number, trace::EventType::kTransformation);
    e.objects.push_back({trace::Role::kInput, lot_, Decimal(1), "KGM", true, ""});
    e.objects.push_back({trace::Role::kOutput, made(number), {}, "", false, ""});
    return e;
  }
  trace::Event shipment(int number) const {
    trace::Event e = event(number, trace::EventType::kObject);
    e.action = trace::Action::kObserve;
    e.biz_step = "https://ref.gs1.org/cbv/BizStep-shipping";
    e.objects.push_back({trace::Role::kSubject, lot_, Decimal(1), "KGM", true, ""});
    return e;
  }
  trace::Event packing(int number) const {
    trace::Event e = event(number, trace::EventType::kAggregation);
    e.action = trace::Action::kAdd;
    e.objects.push_back({trace::Role::kParent, read("/00/369012340000000017"), {}, "", false, ""});
    e.objects.push_back({trace::Role::kChild, lot_, Decimal(1), "KGM", true, ""});
    return e;
  }
  void tell(std::vector<trace::Event> events) {
    static int documents = 0;
    NewSubmission submission;
    submission.public_id = fmt::format("00000000-0000-7000-8000-{:012}", ++documents);
    submission.original = "{}";
    for (trace::Event& e : events) submission.events.push_back({std::move(e), 0, 2});
    CHECK(store_->append(std::move(submission)).ok());
  }
  MarkServices services() { return {*marks_, *counting_, clock_, authorizer_}; }
  OneMachine directory_;
  const Authorizer authorizer_{directory_, clock_};

  storage::Folder folder_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  std::unique_ptr<Store> store_;
  std::unique_ptr<MarkStore> marks_;
  std::unique_ptr<CountingWarehouse> counting_;
  codes::Identity lot_ = read("/01/06901234567908/10/HUB");
};

// shows: X3
TEST_F(HubMark, each_later_record_costs_a_few_look_ups_however_large_the_mark_is) {
  for (int first = 0; first < kOrders; first += 10'000) {
    std::vector<trace::Event> events;
    for (int i = first; i < first + 10'000; ++i) events.push_back(order(i));
    tell(std::move(events));
  }
  const auto begun = std::chrono::steady_clock::now();
  const auto mark = make_mark(at_this_machine(), MarkRequest{{lot_}, "test"}, services());
  ASSERT_TRUE(mark.ok());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  EXPECT_EQ(mark->affected, (trace::Affected::Counts{kOrders, 1, 0, 0}));
  std::size_t bytes = 0;
  const auto parts = marks_->known(mark->id);
  for (const std::string& part : *parts) bytes += part.size();
  EXPECT_LT(bytes, static_cast<std::size_t>(kOrders) * 12) << "what is kept of each thing";
  fmt::print("{} orders marked in {:.2f} s, {} bytes\n", kOrders, took.count(), bytes);
  MarkFollower follower(services());
  counting_->rows = 0;
  tell({shipment(kOrders), shipment(kOrders + 1), order(kOrders + 2), packing(kOrders + 3), order(kOrders + 4)});
  ASSERT_TRUE(*follower.look());
  EXPECT_LT(counting_->rows, 100U) << "no walk through a hundred thousand orders";
  const Mark now = **marks_->mark(mark->id);
  EXPECT_EQ(now.finds, 5);
  EXPECT_EQ(now.affected, (trace::Affected::Counts{kOrders + 2, 1, 0, 0}));
  EXPECT_EQ(now.recheck_since, 0);
  EXPECT_FALSE(*follower.look());
  // What was known before is known, to the last order.
  trace::Event sold = event(kOrders + 9, trace::EventType::kObject);
  sold.action = trace::Action::kObserve;
  sold.objects.push_back({trace::Role::kSubject, made(kOrders - 1), {}, "", false, ""});
  sold.objects.push_back({trace::Role::kSubject, read("/01/06901234567892/21/stranger"), {}, "", false, ""});
  tell({sold});
  ASSERT_TRUE(*follower.look());
  EXPECT_EQ((*marks_->finds(mark->id, 5, 10))[0].goods.size(), 1U);
}

}  // namespace
}  // namespace suyuan::marks
