// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/sensors.h"

#include <fmt/format.h>

#include "domain/trace/fields.h"

namespace suyuan::trace {

namespace {

void judge_bool(const Node& node, Findings& findings) {
  if (node.kind != Node::Kind::kBool) findings.add(node, "epcis.wrong_type", "true or false is expected.");
}

void judge_hex(const Node& node, Findings& findings) {
  const auto text = read_text(node, findings);
  if (text && text->find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
    findings.add(node, "epcis.not_hex", "Hexadecimal digits are expected.");
}

void judge_metadata(const Node& node, Findings& findings) {
  if (!expect_object(node, findings)) return;
  expect_only(
      node,
      {"time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"},
      findings);
  std::optional<ZonedInstant> start, end;
  for (const Node& field : node.children) {
    if (field.name == "time")
      read_time(field, findings);
    else if (field.name == "startTime")
      start = read_time(field, findings);
    else if (field.name == "endTime")
      end = read_time(field, findings);
    else if (!is_extension(field) && field.name.find(':') == std::string::npos)
      read_uri(field, findings);
  }
  if (start && end && start->at > end->at)
    findings.add(*node.find("endTime"), "epcis.times_crossed", "endTime lies before startTime.");
}

void judge_report_field(const Node& field, Findings& findings) {
  const std::string& name = field.name;
  if (name == "time")
    read_time(field, findings);
  else if (name == "type" || name == "exception")
    read_text(field, findings);
  else if (name == "booleanValue")
    judge_bool(field, findings);
  else if (name == "hexBinaryValue")
    judge_hex(field, findings);
  else if (name == "stringValue")
    read_text(field, findings);
  else if (name == "uom")
    read_unit(field, findings);
  else if (name == "component")
    read_word(field, Vocabulary::kComponent, findings);
  else if (name == "value" || name == "minValue" || name == "maxValue" || name == "meanValue" || name == "sDev" ||
           name == "percRank" || name == "percValue")
    read_number(field, findings);
  else if (!is_extension(field) && name.find_first_of(":@") == std::string::npos)
    read_uri(field, findings);
}

void judge_report(const Node& node, Findings& findings) {
  if (!expect_object(node, findings)) return;
  expect_only(
      node,
      {"type",        "exception",    "deviceID",       "deviceMetadata",    "rawData",  "dataProcessingMethod",
       "bizRules",    "time",         "microorganism",  "chemicalSubstance", "value",    "component",
       "stringValue", "booleanValue", "hexBinaryValue", "uriValue",          "minValue", "maxValue",
       "meanValue",   "sDev",         "percRank",       "percValue",         "uom",      "coordinateReferenceSystem"},
      findings);
  for (const Node& field : node.children) judge_report_field(field, findings);
  if (node.find("type") == nullptr && node.find("exception") == nullptr)
    missing(node, "type", "what was measured, such as \"Temperature\"", findings);
}

}  // namespace

void judge_sensors(const Node& list, Findings& findings) {
  if (!expect_list(list, findings)) return;
  if (list.children.empty())
    findings.add(list, "epcis.empty", "The list of sensor elements is empty. Leave it out, or fill it.");
  for (const Node& element : list.children) {
    if (!expect_object(element, findings)) continue;
    expect_only(element, {"type", "isA", "sensorMetadata", "sensorReport"}, findings);
    if (const Node* metadata = element.find("sensorMetadata")) judge_metadata(*metadata, findings);
    const Node* reports = element.find("sensorReport");
    if (reports == nullptr) {
      missing(element, "sensorReport", "at least one report is expected", findings);
    } else if (expect_list(*reports, findings)) {
      if (reports->children.empty()) findings.add(*reports, "epcis.empty", "At least one sensor report is expected.");
      for (const Node& report : reports->children) judge_report(report, findings);
    }
  }
}

}  // namespace suyuan::trace
