// SPDX-License-Identifier: Apache-2.0
// Every event of the public documents is found by what it says of itself, in the notation that it was not written in
// too, and not by anything beside it. What a query tells a store holds for every event that it finds.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "../documents/documents.h"
#include "domain/codes/identity.h"
#include "domain/trace/query/query.h"
#include "domain/trace/vocabulary.h"

namespace suyuan::trace {
namespace {

class PublicQueries : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(data_folder() / "gs1-epcis")) GTEST_SKIP() << "public test data not found in " << data_folder();
    for (const fs::path& path : files_below(data_folder(), {".json", ".jsonld", ".xml"})) {
      const auto document = read_epcis(contents(path));
      if (!document || !document->findings.empty()) continue;
      for (const RawEvent& raw : document->events) {
        if (auto event = read_event(raw.node, kNow)) events_.push_back(std::move(*event));
      }
      if (const auto data = read_master_data(document->header)) {
        std::copy(data->begin(), data->end(), std::back_inserter(master_data_));
      } else {
        ADD_FAILURE() << path << ": " << data.error().findings[0].path << " " << data.error().findings[0].text;
      }
    }
  }

  static bool finds(const Event& event, std::vector<QueryParameter> parameters) {
    const auto query = read_event_query(parameters);
    if (!query) {
      ADD_FAILURE() << query.error().text;
      return false;
    }
    const bool found = matches(*query, {event, kNow});
    if (found) expect_filter_holds(query->filter, event);
    return found;
  }

  static void expect_filter_holds(const StoreFilter& filter, const Event& event) {
    for (const StoreFilter::Naming& naming : filter.naming) {
      EXPECT_TRUE(std::any_of(event.objects.begin(), event.objects.end(), [&](const Object& object) {
        const auto is_in = [](const std::vector<codes::Identity>& ids, const codes::Identity& id) {
          return std::find(ids.begin(), ids.end(), id) != ids.end();
        };
        const auto above = codes::class_of(object.id);
        const bool named = is_in(naming.ids, object.id) || is_in(naming.classes, object.id) ||
                           (above && is_in(naming.classes, *above));
        return named && std::find(naming.roles.begin(), naming.roles.end(), object.role) != naming.roles.end();
      })) << event.id;
    }
  }

  std::vector<Event> events_;
  std::vector<MasterDatum> master_data_;
};

constexpr std::string_view kTypeNames[] = {
    "", "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"};

TEST_F(PublicQueries, find_each_event_by_its_own_words) {
  ASSERT_GT(events_.size(), 500u);
  for (const Event& event : events_) {
    std::vector<QueryParameter> own = {{"eventType", {std::string(kTypeNames[static_cast<std::size_t>(event.type)])}},
                                       {"EQ_eventID", {event.id}},
                                       {"GE_eventTime", {format_instant(event.time.at)}}};
    const std::string word(bare_word(event.biz_step));  // two of GS1's examples write "Bizstep-": a word of their own
    if (canonical_value(Vocabulary::kBizStep, word) == event.biz_step) own.push_back({"EQ_bizStep", {word}});
    if (!event.disposition.empty()) own.push_back({"EQ_disposition", {event.disposition}});
    if (event.error_declaration) own.push_back({"EXISTS_errorDeclaration", {}});
    EXPECT_TRUE(finds(event, own)) << event.id;
    EXPECT_FALSE(finds(event, {{"LT_eventTime", {format_instant(event.time.at)}}})) << event.id;
    EXPECT_FALSE(finds(event, {{"EQ_eventID", {event.id + "x"}}})) << event.id;
  }
}

TEST_F(PublicQueries, find_each_event_by_each_thing_that_it_names) {
  std::size_t asked = 0;
  for (const Event& event : events_) {
    for (const Object& object : event.objects) {
      const std::string_view name = object.role == Role::kReadPoint        ? "EQ_readPoint"
                                    : object.role == Role::kBizLocation    ? "EQ_bizLocation"
                                    : object.role == Role::kTransformation ? "EQ_transformationID"
                                    : object.role >= Role::kTransformation ? ""
                                    : object.is_quantity                   ? "MATCH_anyEPCClass"
                                                                           : "MATCH_anyEPC";
      if (name.empty()) continue;
      ++asked;
      const std::string uri = codes::canonical_uri(object.id);
      EXPECT_TRUE(finds(event, {{std::string(name), {"urn:x:1", uri}}})) << event.id << " " << uri;
      EXPECT_FALSE(finds(event, {{std::string(name), {"urn:x:1"}}})) << event.id;
      for (int digits = 6; digits <= 12; ++digits) {
        const auto urn = codes::to_epc_urn(object.id, digits);
        const auto read = urn ? codes::read_epcis_id(*urn) : Result<codes::EpcisId>(urn.error());
        if (read && read->id == object.id) {  // letters of a reference are no company prefix; 254 "0" has no URN
          EXPECT_TRUE(finds(event, {{std::string(name), {*urn}}})) << event.id << " " << *urn;
        }
      }
      if (const auto above = codes::class_of(object.id); above && name.starts_with("MATCH")) {
        EXPECT_TRUE(finds(event, {{std::string(name), {codes::canonical_uri(*above)}}})) << event.id << " " << uri;
      }
    }
  }
  EXPECT_GT(asked, 1000u);
}

// GS1's own example: 8203 lies in 8202 and in the store, 8202 lies in the store.
TEST_F(PublicQueries, a_place_lies_where_the_master_data_says) {
  const Hierarchy hierarchy = hierarchy_from([&](const codes::Identity& subject) {
    std::vector<MasterDatum> rows;
    std::copy_if(master_data_.begin(), master_data_.end(), std::back_inserter(rows),
                 [&](const MasterDatum& row) { return row.subject == subject; });
    return rows;
  });
  const auto id = [](std::string_view urn) { return codes::read_epcis_id(urn)->id; };
  const auto above = hierarchy.above(id("urn:epc:id:sgln:0037000.00729.8203"));
  EXPECT_NE(std::find(above.begin(), above.end(), id("urn:epc:id:sgln:0037000.00729.8202")), above.end());
  EXPECT_GE(above.size(), 2u);
}

}  // namespace
}  // namespace suyuan::trace
