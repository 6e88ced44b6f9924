// SPDX-License-Identifier: Apache-2.0
// Every field of every valid event matters: broken one at a time, the event is refused, and the finding names the
// field.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>
#include <functional>

#include "documents.h"

namespace suyuan::trace {
namespace {

namespace json = boost::json;

constexpr std::string_view kTypes[] = {"object", "aggregation", "transaction", "transformation", "association"};

// Text of any kind is right there, so that only a value that is no text can be wrong.
bool is_free_text(std::string_view path) {
  return path.ends_with("/sensorReport/0/type") || path.ends_with("/sensorReport/1/type");
}

// Fields of extensions belong to the sender: any value is right.
bool is_extension_field(std::string_view path) {
  return path.find("/example:") != path.npos || path.find("cbvmda:") != path.npos;
}

// Calls `visit` with every value below `value`, and its pointer. `visit` may change the value if it restores it.
void each_value(json::value& value, const std::string& path,
                const std::function<void(json::value&, const std::string&)>& visit) {
  if (auto* object = value.if_object()) {
    for (auto& member : *object) each_value(member.value(), path + "/" + std::string(member.key()), visit);
  } else if (auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) each_value((*array)[i], path + "/" + std::to_string(i), visit);
  }
  visit(value, path);
}

// The finding that names `path`, or a place inside or right around it.
bool names(const std::vector<Finding>& findings, const std::string& path) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& f) { return f.path == path; });
}

std::string shown(const std::vector<Finding>& findings) {
  std::string text = findings.empty() ? "accepted" : "";
  for (const Finding& finding : findings) text += finding.path + " [" + finding.code + "] ";
  return text;
}

class Mutation : public testing::TestWithParam<std::string_view> {
 protected:
  json::value document_ = json::parse(contents(fixture(std::string(GetParam()) + ".json")));
  json::value& event() { return document_.at("epcisBody").at("eventList").at(0); }

  // With each value of the event replaced by `broken`, the document is refused at that value's pointer.
  void expect_refused_everywhere(
      const std::function<std::optional<json::value>(const json::value&, const std::string&)>& broken) {
    ASSERT_TRUE(findings_in(json::serialize(document_)).empty()) << shown(findings_in(json::serialize(document_)));
    int tried = 0;
    each_value(event(), "/epcisBody/eventList/0", [&](json::value& value, const std::string& path) {
      const auto wrong = broken(value, path);
      if (!wrong) return;
      const json::value right = value;
      value = *wrong;
      const auto findings = findings_in(json::serialize(document_));
      EXPECT_TRUE(names(findings, path)) << path << " = " << json::serialize(*wrong) << " -> " << shown(findings);
      value = right;
      ++tried;
    });
    EXPECT_GT(tried, 8);
  }
};

// shows: X8
TEST_P(Mutation, a_value_of_another_kind_is_refused_where_it_stands) {
  expect_refused_everywhere([](const json::value& value, const std::string& path) -> std::optional<json::value> {
    if (is_extension_field(path)) return std::nullopt;
    if (value.is_object() || value.is_array()) return json::value(true);
    if (value.is_string()) return json::value(json::object{});
    return json::value("much");
  });
}

TEST_P(Mutation, null_is_refused_where_it_stands) {
  expect_refused_everywhere([](const json::value&, const std::string& path) -> std::optional<json::value> {
    if (is_extension_field(path)) return std::nullopt;
    return json::value(nullptr);
  });
}

// shows: X8
TEST_P(Mutation, a_wrong_text_is_refused_where_it_stands) {
  expect_refused_everywhere([](const json::value& value, const std::string& path) -> std::optional<json::value> {
    if (!value.is_string() || is_extension_field(path) || is_free_text(path)) return std::nullopt;
    return json::value("not a value");
  });
}

// shows: X8
TEST_P(Mutation, a_wrong_check_digit_is_refused_where_it_stands) {
  int changed = 0;
  each_value(event(), "/epcisBody/eventList/0", [&](json::value& value, const std::string& path) {
    const auto* text = value.if_string();
    if (text == nullptr || is_extension_field(path)) return;
    std::string broken(*text);
    std::size_t at = std::string::npos;
    if (const auto gtin = broken.find("/01/"); gtin != broken.npos) at = gtin + 4 + 13;
    if (const auto sscc = broken.find("/00/"); sscc != broken.npos) at = sscc + 4 + 17;
    if (const auto gln = broken.find("/414/"); gln != broken.npos) at = gln + 5 + 12;
    if (at == std::string::npos) return;
    const json::value right = value;
    broken[at] = broken[at] == '9' ? '0' : static_cast<char>(broken[at] + 1);
    value = json::string(broken);
    const auto findings = findings_in(json::serialize(document_));
    ASSERT_EQ(findings.size(), 1u) << path << shown(findings);
    EXPECT_EQ(findings[0].path, path);
    EXPECT_EQ(findings[0].code, "gs1.check_digit");
    value = right;
    ++changed;
  });
  EXPECT_GT(changed, 0);
}

TEST_P(Mutation, a_field_that_nobody_knows_is_refused_in_every_object) {
  each_value(event(), "/epcisBody/eventList/0", [&](json::value& value, const std::string& path) {
    auto* object = value.if_object();
    if (object == nullptr || is_extension_field(path)) return;
    object->emplace("surprise", 1);
    const auto findings = findings_in(json::serialize(document_));
    EXPECT_TRUE(names(findings, path + "/surprise")) << path << " -> " << shown(findings);
    object->erase("surprise");
  });
}

TEST_P(Mutation, a_required_field_is_missed_by_name) {
  for (const std::string_view field : {"type", "eventTime", "eventTimeZoneOffset", "action"}) {
    if (GetParam() == "transformation" && field == "action") continue;
    const json::value right = event();
    event().as_object().erase(field);
    EXPECT_TRUE(names(findings_in(json::serialize(document_)), "/epcisBody/eventList/0/" + std::string(field)))
        << field;
    event() = right;
  }
}

INSTANTIATE_TEST_SUITE_P(EveryType, Mutation, testing::ValuesIn(kTypes),
                         [](const auto& each) { return std::string(each.param); });

// shows: X8
// The same for documents that we did not write: each value of each event of each public document, once of another kind
// and once null.
// shows: X8
TEST(PublicMutation, every_field_of_every_public_document_is_refused_by_name) {
  if (!fs::exists(data_folder() / "gs1-epcis")) GTEST_SKIP() << "public test data not found in " << data_folder();
  const std::string openepcis = "openepcis-test-resources/core/src/main/resources/2.0/EPCIS/JSON/Capture/";
  std::size_t documents = 0, tried = 0;
  for (const std::string& folder : {std::string("gs1-epcis/JSON"), openepcis + "Documents", openepcis + "Events"}) {
    for (const fs::path& path : files_below(data_folder() / folder, {".json", ".jsonld"})) {
      const std::string text = contents(path);
      if (!findings_in(text).empty()) continue;  // listed in docs/leniencies.md
      ++documents;
      json::value document = json::parse(text);
      json::value* body = document.as_object().if_contains("epcisBody");
      const std::string root = body == nullptr ? "" : "/epcisBody/eventList/0";
      json::value* list = body == nullptr ? nullptr : body->as_object().if_contains("eventList");
      if (body != nullptr && (list == nullptr || list->as_array().empty())) continue;
      each_value(
          body == nullptr ? document : list->as_array()[0], root, [&](json::value& value, const std::string& at) {
            const std::string inside = at.substr(root.size());
            if (inside.empty() || inside.find(':') != std::string::npos || inside.find("@context") != std::string::npos)
              return;
            const json::value right = value;
            for (const json::value& wrong : {right.is_structured() ? json::value(true)
                                             : right.is_string()   ? json::value(json::object{})
                                                                   : json::value("much"),
                                             json::value(nullptr)}) {
              value = wrong;
              const auto findings = findings_in(json::serialize(document));
              EXPECT_TRUE(names(findings, at))
                  << path << " " << at << " = " << json::serialize(wrong) << " -> " << shown(findings);
              ++tried;
            }
            value = right;
          });
    }
  }
  EXPECT_GT(documents, 60U);
  EXPECT_GT(tried, 2000U);
}

TEST(JsonDocuments, keep_within_their_limits) {
  const auto code = [](const std::string& bytes) {
    const auto document = read_epcis(bytes);
    return document ? std::string("accepted") : document.error().code;
  };
  const auto with = [](const std::string& value) { return "{\"type\":\"ObjectEvent\",\"a:b\":" + value + "}"; };
  EXPECT_EQ(code(with(std::string(60, '[') + std::string(60, ']'))), "accepted");
  EXPECT_EQ(code(with(std::string(70, '[') + std::string(70, ']'))), "json.too_deep");
  EXPECT_NE(code(with(std::string(100'000, '['))), "accepted");
  std::string many = "[0";
  for (int i = 0; i < 20'000; ++i) many += ",0";
  EXPECT_EQ(code(with(many + "]")), "accepted");
  EXPECT_EQ(code(with("{\"" + std::string(2000, 'n') + "\":" + many + "]}")), "json.too_deep");
  EXPECT_EQ(code(with("{\"" + std::string(900, 'n') + "\":" + many + "]}")), "json.too_deep");
}

// One event of 100,000 items and one of 100,000 mistakes take seconds, not minutes: nothing is searched item by item.
TEST(JsonDocuments, big_events_take_time_in_proportion) {
  std::string good, bad;
  for (int i = 0; i < 100'000; ++i) {
    good += fmt::format("{}\"https://id.gs1.org/01/06901234567892/10/L{}/21/{}\"", i == 0 ? "" : ",", i, i);
    bad += fmt::format("{}\"{}\"", i == 0 ? "" : ",", i);
  }
  const auto event = [](const std::string& items) {
    return "{\"type\":\"ObjectEvent\",\"eventTime\":\"2026-03-01T08:00:00Z\",\"eventTimeZoneOffset\":\"+08:00\","
           "\"action\":\"ADD\",\"epcList\":[" +
           items + "]}";
  };
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(findings_in(event(good)).size(), 0u);
  const auto findings = findings_in(event(bad));
  ASSERT_EQ(findings.size(), 10'000u);
  EXPECT_EQ(findings.back().code, "epcis.more_findings");
  EXPECT_EQ(findings.back().text, "There are 90001 more of them in this event.");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

}  // namespace
}  // namespace suyuan::trace
