// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/trace/node.h"

// The names of SimpleEventQuery's parameters (EPCIS 2.0 §8.2.7.1) as a grammar of our own: GS1's query schema has
// patterns that match nothing.
namespace suyuan::trace {

// Prefix -> namespace: {"ext1", "http://example.com/ext1/"}.
using Prefixes = std::map<std::string, std::string, std::less<>>;

// A member of an event by name: a field of EPCIS, or an extension by its namespace.
struct FieldName {
  std::string written;       // "deviceID", "ext1:colour"
  std::string space, local;  // of an extension whose namespace is known: without the separator at its end
  // A prefix that nobody explained stands for itself: then the members written like this are meant.
  bool names(const Node& member) const;
  friend auto operator<=>(const FieldName&, const FieldName&) = default;
};

// "ext1:colour", "http://example.com/ext1/colour" or "urn:example:ext#colour"; nothing for a name without namespace.
std::optional<FieldName> extension_name(std::string_view text, const Prefixes& prefixes);
// "ext1:a" -> "http://example.com/ext1/a"; nothing when there is no such prefix.
std::optional<std::string> expand_curie(std::string_view text, const Prefixes& prefixes);

// Where in an event a field stands.
enum class Place : std::uint8_t {
  kEvent,
  kIlmd,
  kReadPoint,
  kBizLocation,
  kErrorDeclaration,
  kPersistentDisposition,
  kQuantity,       // elements of all quantity lists
  kSensorElement,  // each of sensorElementList
  kSensorMetadata,
  kSensorReport,
  kSensor,  // metadata or report: the attributes that may stand in either
};

enum class Comparison : std::uint8_t { kEqual, kGreater, kGreaterEqual, kLess, kLessEqual };

// How the values of a field are read and compared.
enum class FieldType : std::uint8_t {
  kAny,  // an extension: text, number, time or day, as the value looks
  kText,
  kUri,  // GS1 keys in either notation are one
  kMeasurementType,
  kBoolean,
  kHex,
  kNumber,
  kTime,
  kDisposition,
  kErrorReason,
};

// Which identities of an event a parameter looks at.
enum class Named : std::uint8_t {
  kEpc,
  kParent,
  kInputEpc,
  kOutputEpc,
  kAnyEpc,
  kEpcClass,
  kInputEpcClass,
  kOutputEpcClass,
  kAnyEpcClass,
  kReadPoint,
  kBizLocation,
  kTransformation,
  kBizTransaction,
  kSource,
  kDestination,
};

enum class ParameterKind : std::uint8_t {
  kEventType,
  kEventTime,
  kRecordTime,
  kAction,
  kBizStep,
  kDisposition,
  kEventId,
  kNamed,        // `named`, with `detail` as the type of EQ_bizTransaction_T and its like
  kDescendants,  // WD_: `named`
  kField,        // `place`, `inner`, `field`, `type`, `unit`
  kExists,       // `place`, `inner`, `field`
  kHasAttribute,
  kEqualAttribute,  // `detail` is "field_attribute", not yet taken apart
  kOrderBy,
  kOrderDirection,
  kEventCountLimit,
  kMaxEventCount,
};

struct ParameterName {
  ParameterKind kind = ParameterKind::kField;
  Comparison comparison = Comparison::kEqual;
  Named named = Named::kEpc;
  std::string detail;
  Place place = Place::kEvent;
  bool inner = false;
  FieldName field;
  FieldType type = FieldType::kAny;
  std::string unit;        // of {op}_value_CEL and its like
  std::string_view alias;  // the same parameter under the name that counts, for finding it twice
};

// Nothing for a name that the standard does not know.
std::optional<ParameterName> read_parameter_name(std::string_view name, const Prefixes& prefixes);

// The fixed names and one example of each family, for messages that suggest the nearest.
std::span<const std::string_view> known_parameter_names();

// Does the parameter take a list? (In an address the list is written with "|".)
bool takes_list(const ParameterName& name);

}  // namespace suyuan::trace
