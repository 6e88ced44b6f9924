// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "app/identity/permit.h"
#include "app/identity/scoped_warehouse.h"
#include "context.h"

// What it costs that an answer is filtered by whoever asks: 10,000 rows of a scan, of a store into which 1,000
// organisations of three provinces have sent.
namespace suyuan::bench {

namespace {

using identity::OrgKind;

constexpr std::int64_t kSenders = 1000, kEvents = 200'000, kPerDocument = 100;
constexpr std::size_t kRows = 10'000;
constexpr int kRepeats = 30;
constexpr OrgId kNation(2), kProvince(3), kFirstSender(4);
constexpr std::array kPlaces = {110101, 110105, 110108, 310101, 310104, 310115, 330106, 330108, 330205};

std::shared_ptr<const identity::Directory> directory_of_senders() {
  std::vector<identity::Organisation> all;
  const auto add = [&](OrgId id, OrgKind kind, std::int32_t place) {
    identity::Organisation made{.id = id, .name = fmt::format("organisation {}", id.value())};
    made.kind = kind;
    made.jurisdiction = Jurisdiction{place};
    all.push_back(std::move(made));
  };
  add(kNation, OrgKind::kRegulator, 0);
  add(kProvince, OrgKind::kRegulator, 330000);
  for (std::int64_t i = 0; i < kSenders; ++i)
    add(OrgId(kFirstSender.value() + i), OrgKind::kSeller, kPlaces[static_cast<std::size_t>(i) % kPlaces.size()]);
  return take(identity::Directory::make(std::move(all), {}), "making the organisations");
}

class FixedDirectory : public DirectorySource {
 public:
  std::shared_ptr<const identity::Directory> directory() override { return directory_; }

 private:
  std::shared_ptr<const identity::Directory> directory_ = directory_of_senders();
};

// Each document from the next organisation.
class AllSend : public Target {
 public:
  AllSend(Warehouse& warehouse, const identity::Directory& directory) : target_(warehouse), directory_(directory) {}
  void prepare(NewSubmission submission) override {
    const OrgId org(kFirstSender.value() + documents_++ % kSenders);
    submission.actor = {PersonId(1), org, directory_.find(org)->jurisdiction};
    target_.prepare(std::move(submission));
  }
  void write() override { target_.write(); }

 private:
  WarehouseTarget target_;
  const identity::Directory& directory_;
  std::int64_t documents_ = 0;
};

identity::Scope scope_of(const Authorizer& authorizer, OrgId org, identity::Role role) {
  const identity::Principal who{.actor = {PersonId(1), org, authorizer.directory()->find(org)->jurisdiction},
                                .roles = {role}};
  return take(authorizer.grant(who, identity::Act::kEventRead), "asking the authorizer").scope();
}

// Until so many rows are there or the store ends.
std::size_t read_rows(Warehouse& store, trace::EventSeq upto) {
  Warehouse::Scan scan{.filter = {}, .order = Warehouse::Order::kRecord, .upto = upto, .after = std::nullopt};
  std::size_t rows = 0;
  do {
    scan.limit = kRows - rows;
    const auto page = take(store.scan(scan), "scanning");
    rows += page.events.size();
    scan.after = page.next;
  } while (scan.after && rows < kRows);
  return rows;
}

double once(Warehouse& store, const identity::Scope& scope, trace::EventSeq upto) {
  const auto begin = std::chrono::steady_clock::now();
  ScopedEvents seen(scope, store);
  if (read_rows(seen.warehouse(), upto) != kRows) throw std::runtime_error("a scope has too few rows");
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> all) {
  std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), all.end());
  return all[all.size() / 2];
}

}  // namespace

void measure_scope(Context& context) {
  const auto store = open_or_throw(context.folder.room("scope"), context.clock);
  FixedDirectory directory;
  const Authorizer authorizer(directory, context.clock);
  World world(context.options.seed, context.clock.now());
  AllSend target(*store, *authorizer.directory());
  load(world, target, kPerDocument, {kEvents});
  const trace::EventSeq upto(take(store->settled(), "settled"));
  struct Case {
    const char* what;
    identity::Scope scope;
    std::vector<double> took = {};
  };
  std::vector<Case> cases = {
      {"not filtered", identity::Scope::everything()},
      {"all of them theirs (regulator of the country)", scope_of(authorizer, kNation, identity::Role::kOfficer)},
      {"every third one theirs (regulator of a province)", scope_of(authorizer, kProvince, identity::Role::kOfficer)},
  };
  for (int i = 0; i < kRepeats; ++i) {  // in turn, so that all meet the same noise
    for (Case& each : cases) each.took.push_back(once(*store, each.scope, upto));
  }
  const double unfiltered = median(cases.front().took);
  for (const Case& each : cases) {
    Row row{.measure = "scope", .what = fmt::format("{} rows, {}, p50", kRows, each.what)};
    const double took = median(each.took);
    row.value = took;
    row.unit = "ms";
    if (&each != &cases.front()) {
      row.ratio = took / unfiltered;
      row.against = "not filtered";
      if (&each == &cases[1]) row.goal = at_most(1.3);  // the other passes over 20,000 more
    }
    context.report.add(std::move(row));
  }
}

}  // namespace suyuan::bench
