// SPDX-License-Identifier: Apache-2.0
#include "app/query/question.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <set>

#include "app/query/prefilter.h"
#include "app/query/query.h"
#include "base/text.h"

namespace suyuan {

namespace {

namespace json = boost::json;

constexpr std::string_view kJudgedByIndex[] = {
    "eventType",          "EQ_action",      "EQ_bizStep",           "EQ_disposition",
    "GE_eventTime",       "LT_eventTime",   "GE_recordTime",        "LT_recordTime",
    "MATCH_epc",          "MATCH_parentID", "MATCH_inputEPC",       "MATCH_outputEPC",
    "MATCH_anyEPC",       "MATCH_epcClass", "MATCH_inputEPCClass",  "EQ_readPoint",
    "MATCH_anyEPCClass",  "EQ_bizLocation", "MATCH_outputEPCClass", "EQ_eventID",
    "EQ_transformationID"};

// What says how the answer is put together, not what is in it.
constexpr std::string_view kControls[] = {"orderBy", "orderDirection", "eventCountLimit", "maxEventCount"};

bool is_control(std::string_view name) {
  return std::find(std::begin(kControls), std::end(kControls), name) != std::end(kControls);
}

class Controls {
 public:
  Controls(const QueryParameters& parameters, Question& question) : parameters_(parameters), question_(question) {}

  std::vector<Finding> read() {
    read_order();
    question_.count_limit = count("eventCountLimit");
    question_.count_max = count("maxEventCount");
    if (question_.count_limit && question_.count_max)
      found("maxEventCount", "eventCountLimit and maxEventCount exclude each other; leave one out.");
    if (question_.count_limit && !value("orderBy"))
      found("eventCountLimit", "eventCountLimit needs orderBy, which says which events come first.");
    return std::move(findings_);
  }

 private:
  void read_order() {
    const auto by = value("orderBy");
    const auto direction = value("orderDirection");
    if (direction && !by) found("orderDirection", "orderDirection needs orderBy.");
    if (direction && *direction != "ASC" && *direction != "DESC")
      found("orderDirection", fmt::format("orderDirection is \"{}\"; it is ASC or DESC.", excerpt(*direction)));
    if (!by) return;
    question_.descending = direction.value_or("DESC") == "DESC";  // EPCIS 2.0 §8.2.7.1
    if (*by == "eventTime")
      question_.order = Warehouse::Order::kTime;
    else if (*by != "recordTime")
      found("orderBy", fmt::format("orderBy is \"{}\"; eventTime and recordTime are known here.", excerpt(*by)));
  }

  std::optional<std::string> value(std::string_view name) {
    for (const auto& [given, values] : parameters_) {
      if (given != name) continue;
      if (values.size() == 1) return values.front();
      found(name, fmt::format("{} takes one value.", name));
    }
    return std::nullopt;
  }

  std::optional<std::int64_t> count(std::string_view name) {
    const auto text = value(name);
    if (!text) return std::nullopt;
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (failed == std::errc() && end == text->data() + text->size() && number > 0) return number;
    found(name, fmt::format("{} is \"{}\"; a whole number above zero is expected.", name, excerpt(*text)));
    return std::nullopt;
  }

  void found(std::string_view name, std::string text) {
    findings_.push_back({std::string(name), "query.parameter", std::move(text)});
  }

  const QueryParameters& parameters_;
  Question& question_;
  std::vector<Finding> findings_;
};

// The same text for the same question, whatever the order of parameters and values.
std::string text_of(const QueryParameters& parameters) {
  std::set<std::string> lines;
  for (const auto& [name, values] : parameters) {
    const std::set<std::string> sorted(values.begin(), values.end());
    lines.insert(fmt::format("{}={}", name, fmt::join(sorted, "|")));
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

Error refuse(std::vector<Finding> findings) {
  return Error{ErrorKind::kInvalid, "query.parameter", findings.front().text, {}, std::move(findings)};
}

}  // namespace

Result<Question> read_question(const QueryParameters& parameters, Warehouse& warehouse) {
  Question question;
  question.text = text_of(parameters);
  std::vector<Finding> findings = Controls(parameters, question).read();
  std::set<std::string> seen;
  for (const auto& [name, values] : parameters) {
    if (!seen.insert(name).second)
      findings.push_back({name, "query.parameter", fmt::format("{} comes twice; join its values with \"|\".", name)});
    const bool known = is_control(name) || std::find(std::begin(kJudgedByIndex), std::end(kJudgedByIndex), name) !=
                                               std::end(kJudgedByIndex);
    if (!known)
      findings.push_back(
          {name, "query.parameter", fmt::format("SimpleEventQuery has no parameter \"{}\".", excerpt(name))});
  }
  if (!findings.empty()) return refuse(std::move(findings));
  if (auto done = add_prefilter(parameters, warehouse, question); !done) return std::move(done.error());
  question.needs_document = false;
  question.matches = [](const trace::StoredEvent&, const trace::Node*) { return true; };
  return question;
}

Status judge_query(const QueryParameters& parameters, bool standing, Warehouse& warehouse) {
  if (auto question = read_question(parameters, warehouse); !question) return std::move(question.error());
  for (const auto& [name, values] : parameters) {
    if (standing && is_control(name))
      return Error{ErrorKind::kInvalid, "query.not_for_subscription",
                   fmt::format("The query says {}, which a subscription cannot keep: it is told of every new event, in "
                               "the order of their records.",
                               name)};
  }
  return Done{};
}

Result<QueryParameters> parameters_of_json(std::string_view text) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object())
    return Error{ErrorKind::kInvalid, "query.not_json", "The query is no JSON object of parameters."};
  QueryParameters parameters;
  for (const auto& [name, content] : value.as_object()) {
    std::vector<std::string> values;
    const json::array list = content.is_array() ? content.as_array() : json::array{content};
    for (const json::value& each : list) {
      if (each.is_object() || each.is_array() || each.is_null())
        return Error{ErrorKind::kInvalid, "query.parameter",
                     fmt::format("{} holds something that is no text, number or truth.", excerpt(std::string(name)))};
      values.push_back(each.is_string() ? std::string(each.as_string()) : json::serialize(each));
    }
    parameters.emplace_back(std::string(name), std::move(values));
  }
  return parameters;
}

}  // namespace suyuan
