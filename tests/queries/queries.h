// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/files/epcis.h"
#include "base/text.h"
#include "domain/trace/query/query.h"
#include "domain/trace/read_event.h"

// Events as documents bring them, and queries as addresses write them.
namespace suyuan::trace {

inline const Instant kNow = parse_instant("2026-11-21T00:00:00Z")->at;

// Members of an event behind its type, times and context; "'" stands for "\"".
inline Event event_of(std::string_view type, std::string_view members) {
  std::string json =
      "{'@context':['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld',"
      "{'ex':'http://ns.example.com/ex/','other':'http://ns.example.com/other#'}],"
      "'type':'" +
      std::string(type) + "','eventTime':'2026-03-01T08:00:00+08:00','eventTimeZoneOffset':'+08:00'," +
      std::string(members) + "}";
  for (char& c : json) c = c == '\'' ? '"' : c;
  auto document = read_epcis(json);
  if (!document || document->events.empty()) {
    ADD_FAILURE() << (document ? "no event" : document.error().text) << "\n" << json;
    return {};
  }
  auto event = read_event(document->events[0].node, kNow);
  if (event) return std::move(*event);
  for (const Finding& finding : event.error().findings) ADD_FAILURE() << finding.path << ": " << finding.text;
  ADD_FAILURE() << json;
  return {};
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

// "EQ_action=ADD&EQ_bizStep=shipping|receiving", not encoded.
inline Pairs pairs_of(std::string_view address) {
  Pairs pairs;
  for (const std::string_view each : split(address, '&')) {
    const std::size_t equals = each.find('=');
    pairs.emplace_back(each.substr(0, equals), equals == std::string_view::npos ? "" : each.substr(equals + 1));
  }
  return pairs;
}

inline const Prefixes& test_prefixes() {
  static const Prefixes kPrefixes = {{"ex", "http://ns.example.com/ex/"}};
  return kPrefixes;
}

inline Result<EventQuery> query_of(std::string_view address) {
  return read_event_query(parameters_of_address(pairs_of(address)), test_prefixes());
}

inline bool finds(std::string_view address, const Event& event, const Hierarchy& hierarchy = {}) {
  const auto query = query_of(address);
  if (!query) {
    ADD_FAILURE() << address << ": " << query.error().text;
    return false;
  }
  return matches(*query, {event, parse_instant("2026-03-02T00:00:00Z")->at}, hierarchy);
}

}  // namespace suyuan::trace
