// SPDX-License-Identifier: Apache-2.0
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "app/codes/identify.h"
#include "app/page/code_page.h"

namespace suyuan {

namespace json = boost::json;

namespace {

json::array steps_json(const CodePage& page) {
  json::array steps;
  for (const OriginStep& step : page.steps) {
    steps.push_back(json::object{{"time", format_instant(step.at, step.offset)},
                                 {"step", step.step},
                                 {"role", step.role},
                                 {"county", step.county}});
  }
  return steps;
}

json::object link(std::string href, std::string_view title, std::string_view type) {
  return json::object{{"href", std::move(href)}, {"title", title}, {"type", type}};
}

}  // namespace

std::string code_page_json(const CodePage& page) {
  json::object out{{"raw", page.raw}, {"verdict", verdict_word(page.verdict)}};
  if (page.id) {
    out["id"] = codes::canonical_uri(*page.id);
    out["text"] = codes::display_text(*page.id);
    out["level"] = level_name(page.level);
    out["page"] = codes::page_path(*page.id);
  }
  json::array concerns, problems, facts, nearby;
  for (const Concern each : page.concerns) concerns.push_back(json::value(concern_word(each)));
  for (const Finding& each : page.problems) problems.push_back(json::object{{"code", each.code}, {"text", each.text}});
  for (const PublicFact& each : page.facts) {
    facts.push_back(json::object{{"field", each.field}, {"group", each.group}, {"value", each.value}});
  }
  for (const codes::Identity& each : page.nearby) nearby.push_back(json::value(codes::canonical_uri(each)));
  out["concerns"] = std::move(concerns);
  out["problems"] = std::move(problems);
  out["facts"] = std::move(facts);
  out["nearby"] = std::move(nearby);
  out["steps"] = steps_json(page);
  out["stepsLeftOut"] = page.steps_left_out;
  out["stepsUnfinished"] = page.steps_unfinished;
  out["firstRecorded"] = page.first_recorded ? json::value(format_instant(*page.first_recorded)) : json::value();
  out["records"] = page.records;
  out["recordsAtLeast"] = page.records_at_least;
  out["eventID"] = page.event_id;
  out["fingerprint"] = page.fingerprint;
  return json::serialize(out);
}

std::string code_page_linkset(const CodePage& page, std::string_view base) {
  json::object context;
  if (page.id) {
    const std::string here = std::string(base) + codes::page_path(*page.id);
    context["anchor"] = here;
    context["https://gs1.org/voc/defaultLink"] = json::array{link(here, "产品页 Product page", "text/html")};
    context["https://gs1.org/voc/pip"] = json::array{link(here, "产品页 Product page", "text/html")};
    context["https://gs1.org/voc/traceability"] =
        json::array{link(here + "?linkType=gs1:traceability", "追溯 Trace", "text/html")};
  }
  return json::serialize(json::object{{"linkset", json::array{std::move(context)}}});
}

}  // namespace suyuan
