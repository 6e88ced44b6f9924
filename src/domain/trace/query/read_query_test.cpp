// SPDX-License-Identifier: Apache-2.0
// What a query may say and what is refused, and what a store can take from it. Judgements on events: tests/queries.
#include <gtest/gtest.h>

#include "domain/trace/query/query.h"

namespace suyuan::trace {
namespace {

using Parameters = std::vector<QueryParameter>;

Error refusal(const Parameters& parameters, const Prefixes& prefixes = {}) {
  auto query = read_event_query(parameters, prefixes);
  EXPECT_FALSE(query) << (parameters.empty() ? "" : parameters[0].name);
  return query ? Error{} : std::move(query.error());
}

EventQuery accepted(const Parameters& parameters, const Prefixes& prefixes = {}) {
  auto query = read_event_query(parameters, prefixes);
  EXPECT_TRUE(query) << (query ? "" : query.error().text);
  return query ? std::move(*query) : EventQuery{};
}

struct Wrong {
  QueryParameter parameter;
  std::string_view seen, expected;  // words of the finding
};

// shows: X8
TEST(ReadQuery, says_what_was_seen_and_what_is_expected) {
  const Wrong rows[] = {
      {{"EQ_bizSteps", {"shipping"}}, "EQ_bizSteps", "EQ_bizStep"},
      {{"eq_action", {"ADD"}}, "eq_action", "EQ_action"},
      {{"GE_eventtime", {"2026-03-01T00:00:00Z"}}, "GE_eventtime", "GE_eventTime"},
      {{"GT_eventTime", {"2026-03-01T00:00:00Z"}}, "GT_eventTime", "_eventTime"},
      {{"GE_valeu_CEL", {"1"}}, "GE_valeu_CEL", "GE_value_CEL"},
      {{"EQ_colour", {"red"}}, "EQ_colour", "EQ_prefix:field"},
      {{"", {"red"}}, "no query parameter", "EQ_prefix:field"},
      {{"EQ_action", {"add"}}, "add", "OBSERVE"},
      {{"EQ_action", {}}, "no value", "leave it out"},
      {{"EQ_action", {"ADD", " "}}, "empty", "leave the parameter out"},
      {{"eventType", {"ObjectEvents"}}, "ObjectEvents", "ObjectEvent,"},
      {{"eventType", {"QuantityEvent"}}, "QuantityEvent", "ObjectEvent"},
      {{"EQ_bizStep", {"shiping"}}, "shiping", "shipping"},
      {{"EQ_bizStep", {"urn:x: y"}}, "urn:x: y", "absolute URI"},
      {{"EQ_disposition", {"activ"}}, "activ", "active"},
      {{"EQ_errorReason", {"incorrect"}}, "incorrect", "CBV"},
      {{"GE_eventTime", {"2026-03-01"}}, "2026-03-01", ""},
      {{"GE_eventTime", {"2026-03-01T00:00:00"}}, "2026-03-01T00:00:00", ""},
      {{"GE_eventTime", {"2026-03-01T00:00:00 08:00"}}, "", "%2B"},
      {{"GE_eventTime", {"2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"}}, "2 were given", "one value"},
      {{"GE_quantity", {"many"}}, "many", "12.5"},
      {{"GE_quantity", {"1234567890123456789"}}, "1234567890123456789", "18"},
      {{"GE_quantity", {"1", "2"}}, "2 were given", "one value"},
      {{"GE_value_CEL", {"warm"}}, "warm", "12.5"},
      {{"EQ_value_CEL", {"1", "warm"}}, "warm", "12.5"},
      {{"GE_ext:field", {"warm"}}, "warm", "a number, a time"},
      {{"LT_ILMD_ext:field", {"1 2"}}, "1 2", "a number, a time"},
      {{"MATCH_epc", {"0614141"}}, "0614141", "absolute URI"},
      {{"MATCH_epc", {"urn:epc:id:sgtin:0614141.107346"}}, "0614141.107346", "3 parts"},
      {{"MATCH_epc", {"https://id.gs1.org/01/10614141073465/21/1"}}, "5", "4"},
      {{"MATCH_epc", {"urn:epc:idpat:sgtin:*.107346.*"}}, "*.107346.*", "behind a *"},
      {{"EQ_readPoint", {"dock 7"}}, "dock 7", "absolute URI"},
      {{"EQ_bizTransaction_pos", {"urn:x:1"}}, "pos", "po"},
      {{"EQ_source_owner", {"urn:x:1"}}, "owner", "CBV"},
      {{"EQ_booleanValue", {"yes"}}, "yes", "true nor false"},
      {{"EQ_hexBinaryValue", {"0g"}}, "0g", "hexadecimal"},
      {{"EQ_deviceID", {"thermometer"}}, "thermometer", "absolute URI"},
      {{"EXISTS_errorDeclaration", {"perhaps"}}, "perhaps", "true nor false"},
      {{"EXISTS_errorDeclaration", {"true", "false"}}, "2 were given", "one value"},
      {{"HASATTR_colour", {"cbvmda:site"}}, "colour", "readPoint"},
      {{"EQATTR_readPoint", {"x"}}, "readPoint", "attribute's name"},
      {{"EQATTR_readPoint_", {"x"}}, "readPoint_", "attribute's name"},
      {{"orderBy", {"quantity"}}, "quantity", "eventTime or recordTime"},
      {{"orderBy", {"ext:field"}}, "ext:field", "not offered"},
      {{"orderDirection", {"desc"}}, "desc", "ASC or DESC"},
      {{"eventCountLimit", {"0"}}, "0", "from 1 on"},
      {{"maxEventCount", {"-1"}}, "-1", "from 0 on"},
      {{"maxEventCount", {"1.5"}}, "1.5", "whole number"},
      {{"maxEventCount", {"99999999999999999999"}}, "99999999999999999999", "whole number"},
  };
  for (const Wrong& row : rows) {
    const Error error = refusal({row.parameter});
    EXPECT_EQ(error.kind, ErrorKind::kInvalid);
    EXPECT_EQ(error.code, "query.parameter");
    ASSERT_FALSE(error.findings.empty()) << row.parameter.name;
    EXPECT_EQ(error.findings[0].path, row.parameter.name);
    EXPECT_NE(error.findings[0].text.find(row.seen), std::string::npos) << error.findings[0].text;
    EXPECT_NE(error.findings[0].text.find(row.expected), std::string::npos) << error.findings[0].text;
    EXPECT_NE(error.text.find(error.findings[0].text), std::string::npos);
  }
}

TEST(ReadQuery, names_every_wrong_parameter_in_request_order) {
  const Error error =
      refusal({{"EQ_action", {"X"}}, {"eventType", {"ObjectEvent"}}, {"nonsense", {"1"}}, {"EQ_type", {}}});
  ASSERT_EQ(error.findings.size(), 3u);
  EXPECT_EQ(error.findings[0].path, "EQ_action");
  EXPECT_EQ(error.findings[1].path, "nonsense");
  EXPECT_EQ(error.findings[2].path, "EQ_type");
}

TEST(ReadQuery, counts_each_parameter_once_whatever_it_is_called) {
  EXPECT_EQ(refusal({{"EQ_action", {"ADD"}}, {"EQ_action", {"DELETE"}}}).findings[0].path, "EQ_action");
  EXPECT_EQ(refusal({{"GE_errorDeclarationTime", {"2026-03-01T00:00:00Z"}},
                     {"GE_errorDeclaration_Time", {"2026-03-01T00:00:00Z"}}})
                .findings[0]
                .path,
            "GE_errorDeclaration_Time");
}

TEST(ReadQuery, a_limit_needs_an_order_and_excludes_a_maximum) {
  EXPECT_EQ(refusal({{"eventCountLimit", {"5"}}}).findings.size(), 1u);
  EXPECT_EQ(refusal({{"eventCountLimit", {"5"}}, {"orderBy", {"eventTime"}}, {"maxEventCount", {"5"}}}).findings.size(),
            1u);
  EXPECT_EQ(refusal({{"eventCountLimit", {"5"}}, {"maxEventCount", {"5"}}}).findings.size(), 2u);
  const EventQuery query =
      accepted({{"eventCountLimit", {"5"}}, {"orderBy", {"recordTime"}}, {"orderDirection", {"ASC"}}});
  EXPECT_EQ(query.event_count_limit, 5);
  EXPECT_EQ(query.order_by, OrderBy::kRecordTime);
  EXPECT_FALSE(query.descending);
  EXPECT_TRUE(accepted({{"orderBy", {"eventTime"}}}).descending);
  EXPECT_EQ(accepted({{"maxEventCount", {"0"}}}).max_event_count, 0);
}

TEST(ReadQuery, gives_a_store_what_it_can_decide) {
  const EventQuery query = accepted({{"eventType", {"ObjectEvent", "AggregationEvent"}},
                                     {"EQ_action", {"OBSERVE", "ADD"}},
                                     {"EQ_bizStep", {"urn:epcglobal:cbv:bizstep:shipping"}},
                                     {"EQ_disposition", {"in_transit"}},
                                     {"GE_eventTime", {"2026-03-01T08:00:00+08:00"}},
                                     {"LT_recordTime", {"2026-04-01T00:00:00Z"}},
                                     {"EQ_eventID", {"urn:x:2", "urn:x:1"}},
                                     {"EQ_readPoint", {"urn:epc:id:sgln:0012345.11111.0"}}});
  const StoreFilter& filter = query.filter;
  EXPECT_EQ(filter.types, (std::vector{EventType::kObject, EventType::kAggregation}));
  EXPECT_EQ(filter.actions, (std::vector{Action::kAdd, Action::kObserve}));
  EXPECT_EQ(filter.biz_steps, std::vector<std::string>{"https://ref.gs1.org/cbv/BizStep-shipping"});
  EXPECT_EQ(filter.dispositions, std::vector<std::string>{"https://ref.gs1.org/cbv/Disp-in_transit"});
  EXPECT_EQ(filter.time_from, parse_instant("2026-03-01T00:00:00Z")->at);
  EXPECT_FALSE(filter.time_until);
  EXPECT_EQ(filter.recorded_until, parse_instant("2026-04-01T00:00:00Z")->at);
  EXPECT_EQ(filter.event_ids, (std::vector<std::string>{"urn:x:1", "urn:x:2"}));
  ASSERT_EQ(filter.naming.size(), 1u);
  EXPECT_EQ(filter.naming[0].ids[0].key, "/414/0012345111112");
  EXPECT_EQ(filter.naming[0].roles, std::vector{Role::kReadPoint});
  EXPECT_TRUE(filter.complete);
}

TEST(ReadQuery, gives_a_store_identities_but_no_patterns) {
  const auto naming = [](const QueryParameter& parameter) { return accepted({parameter}).filter.naming; };
  const auto both =
      naming({"MATCH_epc", {"urn:epc:id:sgtin:0614141.107346.1", "https://id.gs1.org/01/10614141073464/21/1"}});
  ASSERT_EQ(both.size(), 1u);
  EXPECT_EQ(both[0].ids.size(), 1u);  // two notations, one identity
  EXPECT_EQ(both[0].roles, (std::vector{Role::kSubject, Role::kChild}));
  const auto of_class = naming({"MATCH_epc", {"urn:epc:idpat:sgtin:0614141.107346.*"}});
  ASSERT_EQ(of_class.size(), 1u);
  EXPECT_TRUE(of_class[0].ids.empty());
  EXPECT_EQ(of_class[0].classes[0].key, "/01/10614141073464");
  EXPECT_TRUE(naming({"MATCH_epc", {"urn:epc:idpat:sgtin:0614141.*.*", "urn:epc:id:sgtin:0614141.107346.1"}}).empty());
  EXPECT_TRUE(naming({"WD_readPoint", {"urn:epc:id:sgln:0012345.11111.0"}}).empty());
  EXPECT_EQ(naming({"EQ_destination_location", {"urn:x:1"}})[0].roles, std::vector{Role::kDestinationLocation});
  EXPECT_EQ(naming({"EQ_source_urn:x:lender", {"urn:x:1"}})[0].roles, std::vector{Role::kSourceOwner});
  EXPECT_FALSE(accepted({{"MATCH_epc", {"urn:epc:id:sgtin:0614141.107346.1"}}}).filter.complete);
}

TEST(ReadQuery, an_extension_event_type_finds_nothing) {
  EXPECT_TRUE(accepted({{"eventType", {"https://ns.example.com/MyEvent"}}}).filter.nothing);
  EXPECT_FALSE(accepted({{"eventType", {"https://ns.example.com/MyEvent", "epcis:ObjectEvent"}}}).filter.nothing);
}

TEST(ReadQuery, splits_the_lists_of_an_address_only) {
  const std::vector<std::pair<std::string, std::string>> pairs = {{"EQ_bizStep", "shipping|receiving"},
                                                                  {"GE_ex:a", "1|2"},
                                                                  {"EQ_ex:a", "1|2"},
                                                                  {"nonsense", "1|2"},
                                                                  {"EQ_action", ""}};
  const auto parameters = parameters_of_address(pairs);
  const std::size_t expected[] = {2, 1, 2, 1, 1};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(parameters[i].values.size(), expected[i]) << parameters[i].name;
}

Node text_node(std::string name, std::string text) {
  Node node;
  node.kind = Node::Kind::kText;
  node.name = std::move(name);
  node.text = std::move(text);
  return node;
}

Node nest(Node::Kind kind, std::string name, std::vector<Node> children) {
  Node node;
  node.kind = kind;
  node.name = std::move(name);
  node.children = std::move(children);
  return node;
}

TEST(ReadQuery, takes_a_json_body_with_its_context) {
  Node number = text_node("GE_quantity", "5");
  number.kind = Node::Kind::kNumber;
  Node null = text_node("EXISTS_errorDeclaration", "");
  null.kind = Node::Kind::kNull;
  const Node query =
      nest(Node::Kind::kObject, "query",
           {nest(Node::Kind::kList, "@context",
                 {text_node("", "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"),
                  nest(Node::Kind::kObject, "", {text_node("ex", "http://ns.example.com/")})}),
            nest(Node::Kind::kList, "EQ_action", {text_node("", "ADD"), text_node("", "DELETE")}), number, null});
  const auto body = read_query_body(query);
  ASSERT_TRUE(body);
  EXPECT_EQ(body->prefixes.at("ex"), "http://ns.example.com/");
  ASSERT_EQ(body->parameters.size(), 3u);
  EXPECT_EQ(body->parameters[0].values, (std::vector<std::string>{"ADD", "DELETE"}));
  EXPECT_EQ(body->parameters[1].values, std::vector<std::string>{"5"});
  EXPECT_TRUE(body->parameters[2].values.empty());
  accepted(body->parameters, body->prefixes);
}

TEST(ReadQuery, refuses_a_json_body_of_another_shape) {
  EXPECT_FALSE(read_query_body(text_node("query", "EQ_action=ADD")));
  const auto body = read_query_body(
      nest(Node::Kind::kObject, "query",
           {nest(Node::Kind::kObject, "EQ_action", {}),
            nest(Node::Kind::kList, "EQ_bizStep", {nest(Node::Kind::kList, "", {})}), text_node("EQ_type", "Speed")}));
  ASSERT_FALSE(body);
  ASSERT_EQ(body.error().findings.size(), 2u);
  EXPECT_EQ(body.error().findings[1].path, "EQ_bizStep");
}

// shows: X8
TEST(HostileQuery, many_values_are_read_and_too_many_refused) {
  std::vector<std::string> values;
  for (int i = 0; i < 100'000; ++i) values.push_back("urn:epc:id:sgtin:0614141.107346." + std::to_string(i));
  EXPECT_EQ(accepted({{"MATCH_epc", values}}).filter.naming[0].ids.size(), values.size());
  values.insert(values.end(), values.begin(), values.end());
  values.emplace_back("urn:x:1");
  const Error error = refusal({{"MATCH_epc", values}});
  EXPECT_EQ(error.kind, ErrorKind::kTooLarge);
  EXPECT_EQ(error.code, "query.too_complex");
}

TEST(HostileQuery, many_patterns_and_many_parameters_are_refused) {
  std::vector<std::string> patterns;
  for (int i = 100'000; i < 101'001; ++i)
    patterns.push_back("urn:epc:idpat:sgtin:0614141." + std::to_string(i) + ".[1-2]");
  EXPECT_EQ(refusal({{"MATCH_epc", patterns}}).code, "query.too_complex");
  patterns.pop_back();
  accepted({{"MATCH_epc", patterns}});
  Parameters parameters;
  for (int i = 0; i < 201; ++i) parameters.push_back({"EQ_ex:f" + std::to_string(i), {"1"}});
  EXPECT_EQ(refusal(parameters).code, "query.too_complex");
  parameters.pop_back();
  accepted(parameters);
}

TEST(HostileQuery, names_of_any_bytes_are_refused_and_never_echoed_raw) {
  const std::string names[] = {std::string("EQ_\0a:b", 7),
                               "EQ_ex:a\nb",
                               "EQ_\xFF:a",
                               "EQ_INNER_INNER_ex:a:",
                               "EQ_:a",
                               "EQ_ex:",
                               "EQ_http://x y/#a",
                               std::string(100'000, 'E'),
                               "EQ_" + std::string(2000, 'a') + ":b",
                               "EQATTR_" + std::string(1000, '_'),
                               "EXISTS_",
                               "EQ_",
                               "EQ_ILMD_",
                               "EQ_value_",
                               "EQ_value_c",
                               "EQ_value_TOOLONG",
                               "\x1b[31mEQ_action"};
  for (const std::string& name : names) {
    const Error error = refusal({{name, {"1"}}});
    EXPECT_EQ(error.code, "query.parameter");
    for (const char c : error.text + error.findings[0].path) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << name;
    EXPECT_LT(error.text.size(), 1000u);
  }
}

TEST(HostileQuery, values_of_any_bytes_are_refused_or_taken_as_text) {
  for (const std::string& value :
       {std::string("\0", 1), std::string("\xFF"), std::string("\x1b[31m"), std::string(9000, 'x')}) {
    for (const std::string_view name :
         {"EQ_action", "MATCH_epc", "GE_eventTime", "GE_quantity", "EQ_bizStep", "orderBy"}) {
      const Error error = refusal({{std::string(name), {value}}});
      for (const char c : error.text) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << name;
      EXPECT_LT(error.text.size(), 1000u);
    }
  }
  accepted({{"EQ_stringValue", {"\x1b[31m"}}});
}

}  // namespace
}  // namespace suyuan::trace
