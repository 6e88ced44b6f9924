// SPDX-License-Identifier: Apache-2.0
// The event hash id of CBV 2.0 §8.9: every notation of one event gives one string, and its SHA-256 is the id.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"
#include "domain/trace/read_event.h"
#include "domain/trace/vocabulary.h"
#include "engine/digest/sha256.h"

namespace suyuan::trace {

namespace {

constexpr std::string_view kSensorMetadata[] = {
    "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"};
constexpr std::string_view kSensorReport[] = {"type",
                                              "exception",
                                              "deviceID",
                                              "deviceMetadata",
                                              "rawData",
                                              "dataProcessingMethod",
                                              "time",
                                              "microorganism",
                                              "chemicalSubstance",
                                              "value",
                                              "component",
                                              "stringValue",
                                              "booleanValue",
                                              "hexBinaryValue",
                                              "uriValue",
                                              "minValue",
                                              "maxValue",
                                              "meanValue",
                                              "sDev",
                                              "percRank",
                                              "percValue",
                                              "uom",
                                              "coordinateReferenceSystem"};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_extension(const Node& node) { return !node.ns.empty() && !node.name.starts_with("@"); }

std::string_view local_name(const Node& node) {
  const std::size_t end = node.name.find_last_of(":/#");
  return end == std::string::npos ? std::string_view(node.name) : std::string_view(node.name).substr(end + 1);
}

// Numbers without trailing zeros, ids as canonical links, CURIEs of GS1 written out.
std::string canonical_uri_text(std::string_view text) {
  if (text.starts_with("gs1:")) return "https://gs1.org/voc/" + std::string(text.substr(4));
  if (text.starts_with("cbv:")) return "https://ref.gs1.org/cbv/" + std::string(text.substr(4));
  if (text.starts_with("epcis:")) return "https://ref.gs1.org/epcis/" + std::string(text.substr(6));
  auto id = codes::read_epcis_id(text);
  if (id && id->id.scheme == codes::Scheme::kGs1) return codes::canonical_uri(id->id);
  return std::string(text);
}

std::string time_text(std::string_view text) {
  const auto at = parse_instant(text);
  return at ? format_instant_ms(at->at) : std::string(text);
}

std::string number_text(std::string_view text) {
  const auto number = Decimal::parse(text);
  return number ? number->to_string() : std::string(text);
}

std::string value_text(const Node& node) {
  if (node.kind == Node::Kind::kNumber) return number_text(node.text);
  const std::string_view text = trim(node.text);
  if (node.name == "time" || node.name == "startTime" || node.name == "endTime") return time_text(text);
  constexpr std::string_view kNumeric[] = {"quantity",  "value", "minValue", "maxValue",
                                           "meanValue", "sDev",  "percRank", "percValue"};
  if (is_one_of(node.name, kNumeric)) return number_text(text);
  return canonical_uri_text(text);
}

// "{namespace}local=value", and what is nested in it, sorted.
std::string extension_text(const Node& node) {
  const std::string key = fmt::format("{{{}}}{}", node.ns, local_name(node));
  if (node.kind == Node::Kind::kObject) {
    std::vector<std::string> parts;
    for (const Node& child : node.children) {
      if (is_extension(child)) parts.push_back(extension_text(child));
    }
    std::sort(parts.begin(), parts.end());
    return fmt::format("{}{}", key, fmt::join(parts, ""));
  }
  if (node.kind == Node::Kind::kList) {
    std::vector<std::string> parts;
    for (Node child : node.children) {
      child.name = node.name;
      child.ns = node.ns;
      parts.push_back(extension_text(child));
    }
    std::sort(parts.begin(), parts.end());
    return fmt::format("{}", fmt::join(parts, ""));
  }
  if (node.kind == Node::Kind::kNull) return key;
  const std::string text =
      node.kind == Node::Kind::kNumber ? number_text(node.text) : canonical_uri_text(trim(node.text));
  return text.empty() ? key : fmt::format("{}={}", key, text);
}

std::string extensions_of(const Node& node) {
  std::vector<std::string> parts;
  for (const Node& child : node.children) {
    if (is_extension(child)) parts.push_back(extension_text(child));
  }
  std::sort(parts.begin(), parts.end());
  return fmt::format("{}", fmt::join(parts, ""));
}

std::string sorted(std::vector<std::string> parts) {
  std::sort(parts.begin(), parts.end());
  return fmt::format("{}", fmt::join(parts, ""));
}

std::string epcs(const Node& event, std::string_view list) {
  const Node* node = event.find(list);
  if (node == nullptr || node->children.empty()) return {};
  std::vector<std::string> parts;
  for (const Node& epc : node->children) parts.push_back("epc=" + canonical_uri_text(trim(epc.text)));
  return std::string(list) + sorted(std::move(parts));
}

std::string quantities(const Node& event, std::string_view list) {
  const Node* node = event.find(list);
  if (node == nullptr || node->children.empty()) return {};
  std::vector<std::string> parts;
  for (const Node& element : node->children) {
    std::string part = "quantityElement";
    for (const std::string_view field : {"epcClass", "quantity", "uom"}) {
      if (const Node* value = element.find(field)) part += fmt::format("{}={}", field, value_text(*value));
    }
    parts.push_back(std::move(part));
  }
  return std::string(list) + sorted(std::move(parts));
}

std::string plain(const Node& event, std::string_view field, std::optional<Vocabulary> vocabulary = {}) {
  const Node* node = event.find(field);
  if (node == nullptr) return {};
  const std::string_view text = trim(node->text);
  return fmt::format(
      "{}={}", field,
      vocabulary ? canonical_value(*vocabulary, text).value_or(std::string(text)) : canonical_uri_text(text));
}

std::string place(const Node& event, std::string_view field) {
  const Node* node = event.find(field);
  if (node == nullptr) return {};
  const Node* id = node->find("id");
  return std::string(field) + (id == nullptr ? "" : "id=" + canonical_uri_text(trim(id->text))) + extensions_of(*node);
}

std::string typed_list(const Node& event, std::string_view list, std::string_view item, Vocabulary vocabulary) {
  const Node* node = event.find(list);
  if (node == nullptr || node->children.empty()) return {};
  std::vector<std::string> parts;
  for (const Node& element : node->children) {
    const Node* value = element.find(item);
    const Node* type = element.find("type");
    std::string part =
        type == nullptr ? "" : "type=" + canonical_value(vocabulary, trim(type->text)).value_or(type->text);
    if (value != nullptr) part += fmt::format("{}={}", item, canonical_uri_text(trim(value->text)));
    parts.push_back(std::move(part));
  }
  return std::string(list) + sorted(std::move(parts));
}

std::string persistent_disposition(const Node& event) {
  const Node* node = event.find("persistentDisposition");
  if (node == nullptr) return {};
  std::string text = "persistentDisposition";
  for (const std::string_view field : {"set", "unset"}) {
    const Node* list = node->find(field);
    if (list == nullptr) continue;
    std::vector<std::string> parts;
    for (const Node& value : list->children)
      parts.push_back(fmt::format("{}={}", field,
                                  canonical_value(Vocabulary::kDisposition, trim(value.text)).value_or(value.text)));
    text += sorted(std::move(parts));
  }
  return text;
}

std::string sensor_fields(const Node& node, std::string_view name, std::span<const std::string_view> fields) {
  std::string text(name);
  for (const std::string_view field : fields) {
    const Node* value = node.find(field);
    if (value == nullptr) continue;
    const bool word = (field == "type" || field == "exception") && value->text.find(':') == std::string::npos;
    std::string shown = value_text(*value);
    if (field == "component")
      shown = canonical_value(Vocabulary::kComponent, trim(value->text)).value_or(shown);
    else if (word)
      shown = "https://gs1.org/voc/" + std::string(trim(value->text));
    text += fmt::format("{}={}", field, shown);
  }
  return text + extensions_of(node);
}

std::string sensors(const Node& event) {
  const Node* list = event.find("sensorElementList");
  if (list == nullptr || list->children.empty()) return {};
  std::vector<std::string> elements;
  for (const Node& element : list->children) {
    std::string text = "sensorElement";
    if (const Node* metadata = element.find("sensorMetadata"))
      text += sensor_fields(*metadata, "sensorMetadata", kSensorMetadata);
    std::vector<std::string> reports;
    if (const Node* all = element.find("sensorReport")) {
      for (const Node& report : all->children) reports.push_back(sensor_fields(report, "sensorReport", kSensorReport));
    }
    elements.push_back(text + sorted(std::move(reports)) + extensions_of(element));
  }
  return "sensorElementList" + sorted(std::move(elements));
}

std::string certification(const Node& event) {
  const Node* node = event.find("certificationInfo");
  if (node == nullptr) return {};
  if (node->kind != Node::Kind::kList) return "certificationInfo=" + canonical_uri_text(trim(node->text));
  std::vector<std::string> parts;
  for (const Node& each : node->children) parts.push_back("certificationInfo=" + canonical_uri_text(trim(each.text)));
  return sorted(std::move(parts));
}

std::string ilmd(const Node& event) {
  const Node* node = event.find("ilmd");
  return node == nullptr ? "" : "ilmd" + extensions_of(*node);
}

}  // namespace

std::string event_prehash(const Node& event) {
  const Node* type = event.find("type");
  if (type == nullptr) type = event.find("isA");
  std::string text = "eventType=" + (type == nullptr ? "" : std::string(trim(type->text)));
  if (const Node* time = event.find("eventTime")) text += "eventTime=" + time_text(trim(time->text));
  text += plain(event, "eventTimeZoneOffset") + certification(event);
  text += epcs(event, "epcList") + plain(event, "parentID") + epcs(event, "inputEPCList") + epcs(event, "childEPCs");
  text += quantities(event, "quantityList") + quantities(event, "childQuantityList") +
          quantities(event, "inputQuantityList");
  text += epcs(event, "outputEPCList") + quantities(event, "outputQuantityList");
  text += plain(event, "action") + plain(event, "transformationID") + plain(event, "bizStep", Vocabulary::kBizStep) +
          plain(event, "disposition", Vocabulary::kDisposition);
  text += persistent_disposition(event) + place(event, "readPoint") + place(event, "bizLocation");
  text += typed_list(event, "bizTransactionList", "bizTransaction", Vocabulary::kTransactionType);
  // The published vectors put destinations before sources and the type before the value, other than the text of
  // CBV 2.0.
  text += typed_list(event, "destinationList", "destination", Vocabulary::kSourceDestType) +
          typed_list(event, "sourceList", "source", Vocabulary::kSourceDestType);
  text += sensors(event) + ilmd(event) + extensions_of(event);
  return text;
}

std::string event_hash_id(std::string_view prehash) {
  return fmt::format("ni:///sha-256;{}?ver=CBV2.0", hex(sha256(prehash)));
}

}  // namespace suyuan::trace
