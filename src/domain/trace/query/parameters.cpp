// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/query/parameters.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace suyuan::trace {

namespace {

struct FixedParameter {
  std::string_view name;
  ParameterKind kind;
  Comparison comparison = Comparison::kEqual;
  Named named = Named::kEpc;
  Place place = Place::kEvent;
  std::string_view field = "";
  FieldType type = FieldType::kText;
  std::string_view alias = "";
};

using Kind = ParameterKind;
using enum Comparison;

constexpr FixedParameter about(std::string_view name, Kind kind, Comparison comparison = kEqual) {
  return {name, kind, comparison};
}
constexpr FixedParameter naming(std::string_view name, Named named, Kind kind = Kind::kNamed) {
  return {name, kind, kEqual, named};
}
constexpr FixedParameter field(std::string_view name, Comparison comparison, Place place, std::string_view member,
                               FieldType type, std::string_view alias = "") {
  return {name, Kind::kField, comparison, Named::kEpc, place, member, type, alias};
}
constexpr FixedParameter exists(std::string_view name, std::string_view member, std::string_view alias = "") {
  return {name, Kind::kExists, kEqual, Named::kEpc, Place::kEvent, member, FieldType::kText, alias};
}

// In the order of EPCIS 2.0 §8.2.7.1. Three names have a second spelling: GS1's OpenAPI, its query schema and its test
// cases do not agree. deviceMetadata, rawData and time are asked for by TCR-53, step 28.
constexpr FixedParameter kFixed[] = {
    about("eventType", Kind::kEventType),
    about("GE_eventTime", Kind::kEventTime, kGreaterEqual),
    about("LT_eventTime", Kind::kEventTime, kLess),
    about("GE_recordTime", Kind::kRecordTime, kGreaterEqual),
    about("LT_recordTime", Kind::kRecordTime, kLess),
    about("EQ_action", Kind::kAction),
    about("EQ_bizStep", Kind::kBizStep),
    about("EQ_disposition", Kind::kDisposition),
    field("EQ_persistentDisposition_set", kEqual, Place::kPersistentDisposition, "set", FieldType::kDisposition),
    field("EQ_persistentDisposition_unset", kEqual, Place::kPersistentDisposition, "unset", FieldType::kDisposition),
    naming("EQ_readPoint", Named::kReadPoint),
    naming("WD_readPoint", Named::kReadPoint, Kind::kDescendants),
    naming("EQ_bizLocation", Named::kBizLocation),
    naming("WD_bizLocation", Named::kBizLocation, Kind::kDescendants),
    naming("EQ_transformationID", Named::kTransformation),
    naming("MATCH_epc", Named::kEpc),
    naming("MATCH_parentID", Named::kParent),
    naming("MATCH_inputEPC", Named::kInputEpc),
    naming("MATCH_outputEPC", Named::kOutputEpc),
    naming("MATCH_anyEPC", Named::kAnyEpc),
    naming("MATCH_epcClass", Named::kEpcClass),
    naming("MATCH_inputEPCClass", Named::kInputEpcClass),
    naming("MATCH_outputEPCClass", Named::kOutputEpcClass),
    naming("MATCH_anyEPCClass", Named::kAnyEpcClass),
    field("EQ_quantity", kEqual, Place::kQuantity, "quantity", FieldType::kNumber),
    field("GT_quantity", kGreater, Place::kQuantity, "quantity", FieldType::kNumber),
    field("GE_quantity", kGreaterEqual, Place::kQuantity, "quantity", FieldType::kNumber),
    field("LT_quantity", kLess, Place::kQuantity, "quantity", FieldType::kNumber),
    field("LE_quantity", kLessEqual, Place::kQuantity, "quantity", FieldType::kNumber),
    about("EQ_eventID", Kind::kEventId),
    exists("EXISTS_errorDeclaration", "errorDeclaration"),
    field("GE_errorDeclarationTime", kGreaterEqual, Place::kErrorDeclaration, "declarationTime", FieldType::kTime),
    field("LT_errorDeclarationTime", kLess, Place::kErrorDeclaration, "declarationTime", FieldType::kTime),
    field("GE_errorDeclaration_Time", kGreaterEqual, Place::kErrorDeclaration, "declarationTime", FieldType::kTime,
          "GE_errorDeclarationTime"),
    field("LT_errorDeclaration_Time", kLess, Place::kErrorDeclaration, "declarationTime", FieldType::kTime,
          "LT_errorDeclarationTime"),
    field("EQ_errorReason", kEqual, Place::kErrorDeclaration, "reason", FieldType::kErrorReason),
    field("EQ_correctiveEventID", kEqual, Place::kErrorDeclaration, "correctiveEventIDs", FieldType::kText),
    about("orderBy", Kind::kOrderBy),
    about("orderDirection", Kind::kOrderDirection),
    about("eventCountLimit", Kind::kEventCountLimit),
    about("maxEventCount", Kind::kMaxEventCount),
    exists("EXISTS_sensorElementList", "sensorElementList"),
    exists("EXISTS_sensorElement", "sensorElementList", "EXISTS_sensorElementList"),
    field("EQ_time", kEqual, Place::kSensor, "time", FieldType::kTime),
    field("GE_time", kGreaterEqual, Place::kSensor, "time", FieldType::kTime),
    field("LT_time", kLess, Place::kSensor, "time", FieldType::kTime),
    field("GE_startTime", kGreaterEqual, Place::kSensor, "startTime", FieldType::kTime),
    field("LT_startTime", kLess, Place::kSensor, "startTime", FieldType::kTime),
    field("GE_endTime", kGreaterEqual, Place::kSensor, "endTime", FieldType::kTime),
    field("LT_endTime", kLess, Place::kSensor, "endTime", FieldType::kTime),
    field("EQ_type", kEqual, Place::kSensorReport, "type", FieldType::kMeasurementType),
    field("EQ_deviceID", kEqual, Place::kSensor, "deviceID", FieldType::kUri),
    field("EQ_deviceMetadata", kEqual, Place::kSensor, "deviceMetadata", FieldType::kUri),
    field("EQ_rawData", kEqual, Place::kSensor, "rawData", FieldType::kUri),
    field("EQ_dataProcessingMethod", kEqual, Place::kSensor, "dataProcessingMethod", FieldType::kUri),
    field("EQ_microorganism", kEqual, Place::kSensorReport, "microorganism", FieldType::kUri),
    field("EQ_chemicalSubstance", kEqual, Place::kSensorReport, "chemicalSubstance", FieldType::kUri),
    field("EQ_bizRules", kEqual, Place::kSensor, "bizRules", FieldType::kUri),
    field("EQ_stringValue", kEqual, Place::kSensorReport, "stringValue", FieldType::kText),
    field("EQ_booleanValue", kEqual, Place::kSensorReport, "booleanValue", FieldType::kBoolean),
    field("EQ_hexBinaryValue", kEqual, Place::kSensorReport, "hexBinaryValue", FieldType::kHex),
    field("EQ_uriValue", kEqual, Place::kSensorReport, "uriValue", FieldType::kUri),
    field("GE_percRank", kGreaterEqual, Place::kSensorReport, "percRank", FieldType::kNumber),
    field("LT_percRank", kLess, Place::kSensorReport, "percRank", FieldType::kNumber),
    field("GT_percRank", kGreater, Place::kSensorReport, "percRank", FieldType::kNumber),
    field("LE_percRank", kLessEqual, Place::kSensorReport, "percRank", FieldType::kNumber),
};

constexpr std::string_view kFamilies[] = {"EQ_bizTransaction_po",
                                          "EQ_source_owning_party",
                                          "EQ_destination_owning_party",
                                          "EQ_value_CEL",
                                          "GE_value_CEL",
                                          "GT_value_CEL",
                                          "LT_value_CEL",
                                          "LE_value_CEL",
                                          "GE_minValue_CEL",
                                          "LT_maxValue_CEL",
                                          "GE_meanValue_CEL",
                                          "GE_sDev_CEL",
                                          "GE_percValue_CEL",
                                          "EQ_quantity_KGM",
                                          "GE_quantity_KGM",
                                          "LT_quantity_KGM",
                                          "EQ_ILMD_cbvmda:lotNumber",
                                          "HASATTR_bizLocation",
                                          "EXISTS_ILMD_cbvmda:lotNumber"};

struct MeasureField {
  std::string_view name;
  Place place;
};
constexpr MeasureField kMeasures[] = {{"value_", Place::kSensorReport},     {"minValue_", Place::kSensorReport},
                                      {"maxValue_", Place::kSensorReport},  {"meanValue_", Place::kSensorReport},
                                      {"percValue_", Place::kSensorReport}, {"sDev_", Place::kSensorReport},
                                      {"quantity_", Place::kQuantity}};

struct Section {
  std::string_view name;
  Place place;
};
constexpr Section kSections[] = {{"ILMD_", Place::kIlmd},
                                 {"SENSORELEMENT_", Place::kSensorElement},
                                 {"SENSORMETADATA_", Place::kSensorMetadata},
                                 {"SENSORREPORT_", Place::kSensorReport},
                                 {"readPoint_", Place::kReadPoint},
                                 {"bizLocation_", Place::kBizLocation},
                                 {"ERROR_DECLARATION_", Place::kErrorDeclaration}};

bool take(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

std::optional<Comparison> take_comparison(std::string_view& text) {
  if (take(text, "EQ_")) return kEqual;
  if (take(text, "GT_")) return kGreater;
  if (take(text, "GE_")) return kGreaterEqual;
  if (take(text, "LT_")) return kLess;
  if (take(text, "LE_")) return kLessEqual;
  return std::nullopt;
}

bool is_unit_code(std::string_view text) {
  return text.size() >= 2 && text.size() <= 4 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

bool has_blanks(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
}

std::string_view without_separator(std::string_view space) {
  if (!space.empty() && std::string_view("#/:").find(space.back()) != std::string_view::npos) space.remove_suffix(1);
  return space;
}

bool is_local_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
  });
}

ParameterName from_row(const FixedParameter& row) {
  ParameterName name;
  name.kind = row.kind;
  name.comparison = row.comparison;
  name.named = row.named;
  name.place = row.place;
  name.field.written = row.field;
  name.type = row.type;
  name.alias = row.alias.empty() ? row.name : row.alias;
  return name;
}

std::optional<ParameterName> typed_list(std::string_view name) {
  ParameterName read;
  read.kind = Kind::kNamed;
  if (take(name, "EQ_bizTransaction_"))
    read.named = Named::kBizTransaction;
  else if (take(name, "EQ_source_"))
    read.named = Named::kSource;
  else if (take(name, "EQ_destination_"))
    read.named = Named::kDestination;
  else
    return std::nullopt;
  read.detail = name;
  return name.empty() ? std::nullopt : std::optional(std::move(read));
}

std::optional<ParameterName> attribute(std::string_view name) {
  ParameterName read;
  if (take(name, "HASATTR_"))
    read.kind = Kind::kHasAttribute;
  else if (take(name, "EQATTR_") || take(name, "EQ_ATTR_"))
    read.kind = Kind::kEqualAttribute;
  else
    return std::nullopt;
  read.detail = name;
  return name.empty() ? std::nullopt : std::optional(std::move(read));
}

std::optional<ParameterName> measure(std::string_view rest, Comparison comparison) {
  for (const MeasureField& each : kMeasures) {
    std::string_view unit = rest;
    if (!take(unit, each.name) || !is_unit_code(unit)) continue;
    ParameterName read;
    read.kind = Kind::kField;
    read.comparison = comparison;
    read.place = each.place;
    read.field.written = each.name.substr(0, each.name.size() - 1);
    read.type = FieldType::kNumber;
    read.unit = unit;
    return read;
  }
  return std::nullopt;
}

std::optional<ParameterName> extension(std::string_view rest, Kind kind, Comparison comparison,
                                       const Prefixes& prefixes) {
  ParameterName read;
  read.kind = kind;
  read.comparison = comparison;
  read.inner = take(rest, "INNER_");
  for (const Section& section : kSections) {
    if (!take(rest, section.name)) continue;
    read.place = section.place;
    break;
  }
  auto field = extension_name(rest, prefixes);
  if (!field) return std::nullopt;
  read.field = std::move(*field);
  return read;
}

}  // namespace

bool FieldName::names(const Node& member) const {
  if (space.empty()) return member.name == written;
  if (member.ns.empty()) return false;
  const std::size_t colon = member.name.find(':');
  if (colon == std::string::npos) {  // XML's default namespace, or a term whose whole URI the context gives
    if (member.name == local && without_separator(member.ns) == space) return true;
    const std::string_view whole = member.ns;
    return whole.size() > space.size() + 1 && whole.starts_with(space) && whole.substr(space.size() + 1) == local;
  }
  const std::size_t end = member.name.find_last_of(":/#");
  return std::string_view(member.name).substr(end + 1) == local && without_separator(member.ns) == space;
}

std::optional<std::string> expand_curie(std::string_view text, const Prefixes& prefixes) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.substr(colon + 1).starts_with("//")) return std::nullopt;
  const auto found = prefixes.find(text.substr(0, colon));
  if (found == prefixes.end()) return std::nullopt;
  return found->second + std::string(text.substr(colon + 1));
}

std::optional<FieldName> extension_name(std::string_view text, const Prefixes& prefixes) {
  const std::size_t end = text.find_last_of(":/#");
  if (end == std::string_view::npos || end == 0 || !is_local_name(text.substr(end + 1))) return std::nullopt;
  FieldName name;
  name.written = text;
  name.local = text.substr(end + 1);
  const std::string_view space = text.substr(0, end);
  const bool is_prefix = text[end] == ':' && is_local_name(space);
  if (!is_prefix && (has_blanks(space) || space.find(':') == std::string_view::npos || !is_utf8(space)))
    return std::nullopt;
  if (!is_prefix) {
    name.space = space;
  } else if (const auto known = prefixes.find(space); known != prefixes.end()) {
    name.space = without_separator(known->second);
  }
  return name;
}

std::optional<ParameterName> read_parameter_name(std::string_view name, const Prefixes& prefixes) {
  const auto* row =
      std::find_if(std::begin(kFixed), std::end(kFixed), [&](const FixedParameter& each) { return each.name == name; });
  if (row != std::end(kFixed)) return from_row(*row);
  if (auto read = typed_list(name)) return read;
  if (auto read = attribute(name)) return read;
  std::string_view rest = name;
  if (take(rest, "EXISTS_")) return extension(rest, Kind::kExists, kEqual, prefixes);
  const auto comparison = take_comparison(rest);
  if (!comparison) return std::nullopt;
  if (auto read = measure(rest, *comparison)) return read;
  return extension(rest, Kind::kField, *comparison, prefixes);
}

std::span<const std::string_view> known_parameter_names() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const FixedParameter& each : kFixed) names.push_back(each.name);
    names.insert(names.end(), std::begin(kFamilies), std::end(kFamilies));
    return names;
  }();
  return kNames;
}

bool takes_list(const ParameterName& name) {
  switch (name.kind) {
    case Kind::kEventTime:
    case Kind::kRecordTime:
    case Kind::kExists:
    case Kind::kOrderBy:
    case Kind::kOrderDirection:
    case Kind::kEventCountLimit:
    case Kind::kMaxEventCount:
      return false;
    case Kind::kField:
      return name.comparison == kEqual;
    default:
      return true;
  }
}

}  // namespace suyuan::trace
