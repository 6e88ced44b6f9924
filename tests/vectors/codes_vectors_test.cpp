// SPDX-License-Identifier: Apache-2.0
// Every published vector for identifiers, run against src/domain/codes. Differences that we keep are listed with their
// reasons in docs/differences-codes.md; the list must be exact: no unexplained difference, no stale explanation.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/text.h"
#include "domain/codes/check_digit.h"
#include "domain/codes/digital_link.h"
#include "domain/codes/element_string.h"
#include "domain/codes/epc_urn.h"
#include "domain/codes/gs1_checks.h"
#include "domain/codes/identify.h"
#include "domain/codes/other_schemes.h"
#include "domain/codes/percent.h"
#include "public_data.h"

namespace suyuan::codes {
namespace {

namespace json = boost::json;
using test::contents;
using test::data_folder;

std::vector<json::object> rows(const std::string& name) {
  std::vector<json::object> all;
  std::istringstream lines(contents(data_folder() / "traceability" / "gs1-identifier-vectors" / name));
  for (std::string line; std::getline(lines, line);) all.push_back(json::parse(line).as_object());
  return all;
}

std::string text_of(const json::object& row, std::string_view member) {
  const auto* value = row.if_contains(member);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

// Sources of vectors whose difference is explained: lines "- `src` …" of the page.
std::set<std::string> explained(const std::string& heading) {
  std::istringstream lines(contents(std::filesystem::path(SUYUAN_SOURCE_DIR) / "docs" / "differences-codes.md"));
  std::set<std::string> sources;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) inside = line == "## " + heading;
    if (!inside || !line.starts_with("- `")) continue;
    sources.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return sources;
}

// Collects what differs, and compares it with the page at the end.
class Differences {
 public:
  explicit Differences(std::string heading) : heading_(std::move(heading)), explained_(explained(heading_)) {}
  void note(const std::string& source, bool agrees, const std::string& detail) {
    ++count_;
    if (agrees) return;
    seen_.insert(source);
    if (!explained_.contains(source)) ADD_FAILURE() << "unexplained difference at " << source << ": " << detail;
  }
  ~Differences() {
    EXPECT_GT(count_, 0);
    for (const std::string& source : explained_)
      EXPECT_TRUE(seen_.contains(source))
          << "explained in docs/differences-codes.md under " << heading_ << " but no difference any more: " << source;
  }

 private:
  std::string heading_;
  std::set<std::string> explained_, seen_;
  int count_ = 0;
};

class Vectors : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(data_folder() / "codes" / "vectors"))
      GTEST_SKIP() << "public test data not found in " << data_folder();
    own_ = json::parse(contents(data_folder() / "codes" / "vectors" / "vectors.json")).as_object();
  }
  json::object own_;
};

std::string element_string(const std::vector<Element>& elements) {
  std::string text = "^";
  for (std::size_t i = 0; i < elements.size(); ++i) {
    text += elements[i].ai + elements[i].value;
    if (i + 1 < elements.size() && !find_ai(elements[i].ai)->predefined_length()) text += '^';
  }
  return text;
}

Result<std::vector<Element>> checked(Result<std::vector<Element>> elements) {
  if (!elements) return elements;
  if (auto findings = check_companions(*elements); !findings.empty())
    return Error{ErrorKind::kInvalid, findings[0].code, findings[0].text};
  return elements;
}

// shows: T4
TEST_F(Vectors, element_strings_in_all_notations_are_one) {
  for (const auto& each : own_["gs1_element_strings"].as_object()["valid"].as_array()) {
    const json::object& row = each.as_object();
    const auto bracketed = checked(read_bracketed(text_of(row, "bracketed")));
    const auto caret = checked(read_element_string(text_of(row, "fnc1"), '^'));
    ASSERT_TRUE(bracketed.ok() && caret.ok()) << json::serialize(row);
    EXPECT_EQ(*bracketed, *caret);
    std::string scanned = text_of(row, "scan_gs1_datamatrix");
    for (std::size_t at; (at = scanned.find("<GS>")) != std::string::npos;) scanned.replace(at, 4, "\x1d");
    const Identification found = identify(scanned, OrgId(1), 2026);
    ASSERT_EQ(found.candidates.size(), 1U) << scanned;
    EXPECT_EQ(found.candidates[0].id, identity_of(*bracketed)->id);
  }
  for (const auto& each : own_["gs1_element_strings"].as_object()["invalid"].as_array()) {
    const std::string text =
        each.is_object() ? text_of(each.as_object(), each.as_object().contains("value") ? "value" : "bracketed") : "";
    EXPECT_FALSE(checked(read_bracketed(text)).ok()) << text;
  }
}

TEST_F(Vectors, epc_urns_and_digital_links_say_the_same) {
  for (const auto& each : own_["epc_digital_link"].as_object()["pairs"].as_array()) {
    const json::object& row = each.as_object();
    const auto from_urn = read_epcis_id(text_of(row, "urn"));
    const auto from_link = read_epcis_id(text_of(row, "digital_link"));
    ASSERT_TRUE(from_urn.ok()) << text_of(row, "urn") << " " << from_urn.error().text;
    ASSERT_TRUE(from_link.ok()) << text_of(row, "digital_link") << " " << from_link.error().text;
    EXPECT_EQ(from_urn->id, from_link->id) << text_of(row, "urn");
    EXPECT_EQ(canonical_uri(from_urn->id), text_of(row, "digital_link"));
    const auto back = to_epc_urn(from_link->id, static_cast<int>(row.at("gcp_length").as_int64()));
    ASSERT_TRUE(back.ok()) << back.error().text;
    EXPECT_EQ(*back, text_of(row, "urn"));
  }
  for (const auto& [kind, list] : own_["epc_digital_link"].as_object()) {
    if (!kind.starts_with("invalid")) continue;
    for (const auto& each : list.as_array()) {
      const std::string urn = text_of(each.as_object(), each.as_object().contains("urn") ? "urn" : "value");
      EXPECT_FALSE(read_epc_urn(urn).ok()) << urn;
    }
  }
}

TEST_F(Vectors, digital_links_on_any_domain) {
  for (const auto& each : own_["digital_link_valid"].as_array())
    EXPECT_TRUE(read_digital_link(text_of(each.as_object(), "value")).ok()) << json::serialize(each);
  for (const auto& each : own_["digital_link_invalid"].as_array())
    EXPECT_FALSE(read_digital_link(text_of(each.as_object(), "value")).ok()) << json::serialize(each);
}

TEST_F(Vectors, compressed_links_are_told_apart_and_not_read) {
  const auto link = read_digital_link("https://id.gs1.org/AQyNo0UVqA");
  ASSERT_FALSE(link.ok());
  EXPECT_EQ(link.error().code, "gs1.no_digital_link");
}

template <class Read>
void both_ways(json::object& own, const std::string& name, Read read) {
  for (const auto& each : own[name].as_object()["valid"].as_array()) {
    const auto candidate = read(text_of(each.as_object(), "value"));
    EXPECT_TRUE(candidate.ok()) << name << " " << json::serialize(each)
                                << (candidate.ok() ? "" : candidate.error().text);
  }
  for (const auto& each : own[name].as_object()["invalid"].as_array())
    EXPECT_FALSE(read(text_of(each.as_object(), "value")).ok()) << name << " " << json::serialize(each);
}

// shows: T4
TEST_F(Vectors, chinese_schemes) {
  both_ways(own_, "ma", [](const std::string& text) { return read_ma(text); });
  both_ways(own_, "handle", [](const std::string& text) { return read_handle(text); });
  both_ways(own_, "oid", [](const std::string& text) { return read_oid(text); });
  both_ways(own_, "ccc", [](const std::string& text) { return read_ccc(text, 2026); });
  both_ways(own_, "xk", [](const std::string& text) { return read_licence(fold_text(text)); });
  both_ways(own_, "uscc", [](const std::string& text) { return read_uscc(text); });
}

TEST_F(Vectors, ecode_by_version) {
  for (const auto& each : own_["ecode"].as_object()["valid"].as_array()) {
    const auto candidate = read_ecode(text_of(each.as_object(), "value"));
    ASSERT_TRUE(candidate.ok()) << json::serialize(each);
    EXPECT_EQ(candidate->parts[2].value, text_of(each.as_object().at("parts").as_object(), "md"));
  }
  for (const auto& each : own_["ecode"].as_object()["invalid"].as_array()) {
    const std::string value = text_of(each.as_object(), "value");
    if (value.starts_with("E="))
      continue;  // the marker before an Ecode is read by us, as the note of the vector allows
    EXPECT_FALSE(read_ecode(value).ok()) << value;
  }
}

TEST_F(Vectors, syntax_engine_links_and_strings) {
  Differences differences("gs1-syntax-engine-dl-ai-vectors.jsonl");
  for (const json::object& row : rows("gs1-syntax-engine-dl-ai-vectors.jsonl")) {
    const std::string kind = text_of(row, "kind"), input = text_of(row, "input"), source = text_of(row, "src");
    const bool valid = row.contains("valid") && row.at("valid").is_bool() && row.at("valid").as_bool();
    const std::string expected = text_of(row, "expected_element_string");
    if (kind == "parse_dl_uri") {
      const auto read = read_digital_link(input);
      differences.note(source, read.ok() == valid && (!valid || element_string(*read) == expected),
                       input + " -> " + (read ? element_string(*read) : read.error().text) + ", expected " + expected);
    } else if (kind == "parse_bracketed_ai") {
      const auto read = read_bracketed(input);
      differences.note(source, read.ok() == valid && (!valid || element_string(*read) == expected),
                       input + " -> " + (read ? element_string(*read) : read.error().text) + ", expected " + expected);
    } else if (kind == "validate_element_string") {
      const auto read = checked(read_element_string(input, '^'));
      differences.note(source, read.ok() == valid, input + (read ? "" : " -> " + read.error().text));
    }
  }
}

// A linter by its published name on one input; numeric ones are only ever given digits by the formats that name them.
bool is_sound(const std::string& linter, const std::string& input) {
  constexpr std::string_view kLettered[] = {"csumalpha",     "hasnondigit",   "hyphen",
                                            "iso3166alpha2", "importeridx",   "packagetype",
                                            "pcenc",         "posinseqslash", "iban"};
  const bool lettered = std::find(std::begin(kLettered), std::end(kLettered), linter) != std::end(kLettered);
  if (!lettered && !is_all_digits(input)) return false;
  if (linter == "yymmd0" || linter == "yymmdd") return input.size() == 6 && !problem_with_part(linter, input);
  if (linter == "yyyymmdd" || linter == "yyyymmd0") return input.size() == 8 && !problem_with_part(linter, input);
  if (linter == "hhmi") return input.size() == 4 && !problem_with_part(linter, input);
  if (linter == "hh" || linter == "mi" || linter == "ss") return input.size() == 2 && !problem_with_part(linter, input);
  return !problem_with_part(linter, input);
}

TEST_F(Vectors, linters) {
  Differences differences("gs1-syntax-linter-vectors.jsonl");
  for (const json::object& row : rows("gs1-syntax-linter-vectors.jsonl")) {
    const std::string linter = text_of(row, "linter"), input = text_of(row, "input");
    const bool valid = row.at("valid").as_bool();
    const char charset = linter == "cset82"        ? 'X'
                         : linter == "cset39"      ? 'Y'
                         : linter == "cset64"      ? 'Z'
                         : linter == "csetnumeric" ? 'N'
                                                   : '\0';
    const bool sound = charset != '\0' ? first_outside(charset, input) == std::string::npos : is_sound(linter, input);
    differences.note(linter, sound == valid, linter + " \"" + input + "\" expected " + (valid ? "sound" : "unsound"));
  }
}

TEST_F(Vectors, openepcis_conversions) {
  Differences differences("openepcis-urn-digitallink-vectors.jsonl");
  for (const json::object& row : rows("openepcis-urn-digitallink-vectors.jsonl")) {
    const std::string input = text_of(row, "input"), expected = text_of(row, "expected"), source = text_of(row, "src"),
                      op = text_of(row, "op");
    if (expected.empty()) {
      differences.note(source, !read_epcis_id(input).ok() || read_epcis_id(input)->id.scheme == Scheme::kUri,
                       input + " must be refused");
      continue;
    }
    const auto left = read_epcis_id(input), right = read_epcis_id(expected);
    const bool same = left.ok() && right.ok() && left->id == right->id;
    differences.note(
        source, same,
        input + " = " + expected + (left ? "" : " | " + left.error().text) + (right ? "" : " | " + right.error().text));
  }
}

}  // namespace
}  // namespace suyuan::codes
