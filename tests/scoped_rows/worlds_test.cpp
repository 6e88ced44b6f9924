// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>
#include <random>

#include "app/identity/scoped_warehouse.h"
#include "app/trace/recall.h"
#include "app/trace/trace.h"
#include "people.h"
#include "tests/reference/random_world.h"
#include "tests/storage/store_under_test.h"

// Random worlds, told by several: what somebody sees is what a store would hold that only they and their neighbours had
// told. SUYUAN_SEED=n begins with another seed, SUYUAN_WORLDS=n takes more or fewer worlds.
namespace suyuan::permissions {
namespace {

using reference::Happening;
using reference::RandomWorld;

constexpr const char* kTellers[] = {"P", "D", "R", "Q"};

Instant minute(int n) { return parse_instant("2026-03-01T00:00:00Z")->at + std::chrono::minutes(n); }

struct Telling {
  trace::Event event;
  std::string who;
};

// The same whatever the numbers of objects are.
std::string normal(const boost::json::value& value) {
  if (const auto* list = value.if_array()) {
    std::vector<std::string> all;
    for (const auto& each : *list) all.push_back(normal(each));
    std::sort(all.begin(), all.end());
    std::string text = "[";
    for (const std::string& each : all) text += each + ",";
    return text + "]";
  }
  if (const auto* object = value.if_object()) {
    std::map<std::string, std::string> all;
    for (const auto& [name, each] : *object) all.emplace(name, normal(each));
    std::string text = "{";
    for (const auto& [name, each] : all) text += name + ":" + each + ",";
    return text + "}";
  }
  return boost::json::serialize(value);
}

class Worlds : public testing::TestWithParam<storage::Engine> {
 protected:
  std::vector<Telling> tellings(const RandomWorld& world, std::uint64_t seed) {
    std::mt19937_64 dice(seed);
    std::vector<Telling> all;
    for (const Happening& h : world.happenings) {
      trace::Event e;
      e.type = h.type;
      e.action = h.action;
      e.id = fmt::format("https://worlds.example/{}/{}", seed, h.name);
      e.content = sha256(e.id);
      e.biz_step = h.biz_step;
      e.time = {minute(h.minute), std::chrono::minutes(0)};
      for (const auto& p : h.parts)
        e.objects.push_back(
            {p.role, world.things[static_cast<std::size_t>(p.thing)].id, p.amount, p.uom, p.is_quantity, ""});
      if (dice() % 3 == 0)  // a neighbour in the chain
        e.objects.push_back({dice() % 2 == 0 ? trace::Role::kSourceOwner : trace::Role::kDestinationLocation,
                             codes::read_epcis_id(people().at(kTellers[dice() % 4]).code)->id,
                             {},
                             "",
                             false,
                             ""});
      all.push_back({e, kTellers[dice() % 4]});
      if (!h.wrong) continue;
      e.error_declaration = trace::ErrorDeclaration{minute(h.minute + 100), "", {}};
      e.content = sha256(e.id + "!");
      all.push_back({e, dice() % 2 == 0 ? all.back().who : kTellers[dice() % 4]});
    }
    return all;
  }

  std::unique_ptr<Store> tell(const storage::Folder& folder, const std::vector<Telling>& tellings) {
    auto store = GetParam().open(folder.path(), clock_);
    CHECK(store.ok());
    int documents = 0;
    for (const Telling& telling : tellings) {
      NewSubmission submission;
      submission.actor = actor_of(telling.who);
      submission.public_id = fmt::format("00000000-0000-7000-8000-{:012}", ++documents);
      submission.original = "{}";
      submission.events.push_back({telling.event, 0, 2});
      CHECK((*store)->append(std::move(submission)).ok());
    }
    return std::move(*store);
  }

  Granted permit(const std::string& who, Act act) {
    auto granted = authorizer_.grant(principal(who), act);
    CHECK(granted.ok());
    return *granted;
  }

  std::string history(Warehouse& store, const codes::Identity& id) {
    const auto object = store.find(std::span(&id, 1));
    CHECK(object.ok());
    if (!object->front()) return "unknown";
    std::string text;
    std::int64_t after = 0;
    for (bool more = true; more;) {
      const auto page = store.history(std::span(&*object->front(), 1), {}, trace::EventSeq(INT64_MAX), after, 2);
      CHECK(page.ok());
      for (const auto& event : page->events) {
        text += fmt::format("{}{}{} ", event.id, event.is_declaration ? "!" : "", event.declared_wrong ? "?" : "");
        after = event.seq.value();
      }
      more = page->more;
    }
    std::vector<std::string> members;
    const auto found = store.members(*object->front(), 0, 1000);
    CHECK(found.ok());
    const auto ids = store.describe(*found);
    CHECK(ids.ok());
    for (const auto& each : *ids) members.push_back(codes::canonical_uri(each));
    std::sort(members.begin(), members.end());
    for (const std::string& each : members) text += " has " + each;
    return text;
  }
  // Those who see everything get the numbers of records.
  static void number_processes(boost::json::value& answer) {
    std::map<std::int64_t, std::int64_t> numbers;
    for (const auto& edge : answer.at("edges").as_array())
      if (const auto* process = edge.as_object().if_contains("process"); process != nullptr && process->is_int64())
        numbers.emplace(process->as_int64(), 0);
    std::int64_t count = 0;
    for (auto& [process, number] : numbers) number = ++count;
    for (auto& edge : answer.at("edges").as_array())
      if (auto* process = edge.as_object().if_contains("process"); process != nullptr && process->is_int64())
        *process = numbers.at(process->as_int64());
  }
  std::string traced(const std::string& who, Store& store, const codes::Identity& id) {
    TraceRequest request;
    request.start = {id};
    const auto answer = trace_chain(permit(who, Act::kTraceRead), request, store);
    if (!answer) return answer.error().text;
    auto json = boost::json::parse(trace_json(*answer));
    if (who == "machine") number_processes(json);
    return normal(json);
  }
  std::string recalled(const std::string& who, Store& store, const codes::Identity& id) {
    RecallRequest request;
    request.start = {id};
    auto answer = recall(permit(who, Act::kRecallRead), request, store);
    if (!answer) return answer.error().text;
    answer->upto.reset();
    return normal(boost::json::parse(recall_json(*answer)));
  }

  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  Town town_;
  const Authorizer authorizer_{town_, clock_};
};

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::stoull(text) : otherwise;
}

// shows: R1, T3
TEST_P(Worlds, what_somebody_sees_is_a_store_without_the_rest) {
  const std::uint64_t first = setting("SUYUAN_SEED", 1), count = setting("SUYUAN_WORLDS", 6);
  int known = 0, unknown = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const RandomWorld world = reference::random_world(seed, static_cast<int>(seed), true);
    const auto all = tellings(world, seed);
    storage::Folder folder;
    const auto store = tell(folder, all);
    std::vector<trace::EventSeq> seqs;
    for (std::int64_t i = 1; i <= *store->settled(); ++i) seqs.emplace_back(i);
    const auto events = *store->events(seqs, trace::EventSeq(INT64_MAX));
    ASSERT_EQ(events.size(), all.size());
    for (const char* who : {"P", "R", "platform"}) {
      // Judged here by other means than in the store: by who told it, and by the code as text.
      std::vector<Telling> theirs;
      for (const Telling& telling : all) {
        const auto names_them = [&](const trace::Object& object) {
          return codes::canonical_uri(object.id) == people().at(who).code && !trace::is_goods(object.role);
        };
        const auto& objects = telling.event.objects;
        if (telling.who == who || std::any_of(objects.begin(), objects.end(), names_them)) theirs.push_back(telling);
      }
      storage::Folder other;
      const auto copy = tell(other, theirs);
      ScopedEvents seen(permit(who, Act::kTraceRead).scope(), *store);
      for (const auto& thing : world.things) {
        const std::string expected = history(*copy, thing.id);
        (expected == "unknown" ? unknown : known) += 1;
        ASSERT_EQ(history(seen.warehouse(), thing.id), expected)
            << "SUYUAN_SEED=" << seed << " " << who << " " << thing.name << "\n"
            << text_of(world);
        ASSERT_EQ(traced(who, *store, thing.id), traced("machine", *copy, thing.id))
            << "SUYUAN_SEED=" << seed << " " << who << " " << thing.name << "\n"
            << text_of(world);
        ASSERT_EQ(recalled(who, *store, thing.id), recalled("machine", *copy, thing.id))
            << "SUYUAN_SEED=" << seed << " " << who << " " << thing.name << "\n"
            << text_of(world);
      }
    }
    // A regulator sees a chain whole or not at all.
    for (const char* who : {"county A", "county B"}) {
      for (const auto& thing : world.things) {
        const std::string whole = traced("machine", *store, thing.id), part = traced(who, *store, thing.id);
        ASSERT_TRUE(part == whole || part.starts_with("No record names")) << who << " " << thing.name;
      }
    }
  }
  EXPECT_GT(known, 10);
  EXPECT_GT(unknown, 10);
}

INSTANTIATE_TEST_SUITE_P(Engines, Worlds,
                         testing::Values(storage::sqlite("sqlite", storage::small_runs()),
                                         storage::postgres("postgres", {})),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace suyuan::permissions
