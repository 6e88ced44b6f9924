// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/query/conditions.h"

#include <algorithm>

#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"
#include "domain/trace/vocabulary.h"

namespace suyuan::trace {

namespace {

constexpr std::string_view kVoc = "https://gs1.org/voc/";

// A number as people write it: no leading zeros, no exponent. A lot 007 is not a lot 7, nor 1E3 a lot 1000.
bool is_plain_number(std::string_view text) {
  if (text.starts_with("-")) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (!is_all_digits(whole) || (whole.size() > 1 && whole[0] == '0')) return false;
  return point == std::string_view::npos || is_all_digits(text.substr(point + 1));
}

std::string canonical_id(std::string_view text) {
  const auto id = codes::read_epcis_id(text);
  return id && id->id.scheme == codes::Scheme::kGs1 ? codes::canonical_uri(id->id) : std::string(text);
}

std::string canonical_any(std::string_view text) {
  if (is_plain_number(text)) {
    if (const auto number = Decimal::parse(text)) return number->to_string();
  }
  if (text.size() >= 20 && text.size() <= 40) {
    if (const auto at = parse_instant(text)) return format_instant(at->at);
  }
  return text.starts_with("urn:epc:") || text.starts_with("http") ? canonical_id(text) : std::string(text);
}

std::string canonical_measurement_type(std::string_view text) {
  if (text.starts_with("gs1:")) return std::string(kVoc) + std::string(text.substr(4));
  for (const std::string_view other : {"https://www.gs1.org/voc/", "http://gs1.org/voc/", "http://www.gs1.org/voc/"})
    if (text.starts_with(other)) return std::string(kVoc) + std::string(text.substr(other.size()));
  return text.find(':') == std::string_view::npos ? std::string(kVoc) + std::string(text) : std::string(text);
}

bool holds(const std::vector<codes::Identity>& sorted, const codes::Identity& id) {
  return std::binary_search(sorted.begin(), sorted.end(), id);
}

}  // namespace

const Prefixes& standard_prefixes() {
  static const Prefixes kStandard = {{"epcis", "https://ref.gs1.org/epcis/"},
                                     {"cbv", "https://ref.gs1.org/cbv/"},
                                     {"gs1", "https://gs1.org/voc/"},
                                     {"cbvmda", "urn:epcglobal:cbv:mda:"}};
  return kStandard;
}

std::string canonical_text(FieldType type, std::string_view text, const Prefixes& prefixes) {
  text = trim(text);
  switch (type) {
    case FieldType::kAny:
      return canonical_any(text);
    case FieldType::kUri:
      return canonical_id(expand_curie(text, prefixes).value_or(std::string(text)));
    case FieldType::kMeasurementType:
      return canonical_measurement_type(text);
    case FieldType::kHex:
      return ascii_lower(text);
    case FieldType::kDisposition:
      return canonical_value(Vocabulary::kDisposition, text).value_or(std::string(text));
    case FieldType::kErrorReason:
      return canonical_value(Vocabulary::kErrorReason, text).value_or(std::string(text));
    default:
      return std::string(text);
  }
}

std::string comparable_attribute(std::string_view name, const Prefixes& prefixes) {
  std::string whole = expand_curie(name, prefixes).value_or(std::string(name));
  if (const std::size_t end = whole.find_last_of(":/#"); end != std::string::npos) whole[end] = '#';
  return whole;
}

bool IdentitySet::contains(const codes::Identity& id) const {
  if (holds(exact, id) || holds(classes, id)) return true;
  if (!classes.empty()) {
    const auto above = codes::class_of(id);
    if (above && holds(classes, *above)) return true;
  }
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const codes::EpcPattern& pattern) { return pattern.contains(id); });
}

}  // namespace suyuan::trace
