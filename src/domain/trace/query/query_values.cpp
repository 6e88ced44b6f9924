// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/query/query_values.h"

#include <fmt/format.h>

#include <charconv>

#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"
#include "domain/codes/identity.h"

namespace suyuan::trace {

namespace {

bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && colon > 0 && colon + 1 < text.size() &&
         text.find_first_of(" \t\r\n<>\"") == std::string_view::npos;
}

std::string hint_for_plus(std::string_view value) {
  return value.find(' ') == std::string_view::npos ? "" : " In an address a + is written %2B.";
}

// The class patterns that classes alone can answer; others need the pattern itself.
std::optional<codes::Identity> class_named(std::string_view value) {
  if (value.starts_with("urn:epc:idpat:upui:") || value.starts_with("urn:epc:class:")) return std::nullopt;
  auto read = codes::read_epcis_id(value);
  if (!read || read->id.scheme != codes::Scheme::kGs1 || codes::level_of(read->id) != codes::Level::kClass)
    return std::nullopt;
  return std::move(read->id);
}

Complaint read_identity(std::string_view value, bool is_match, const Prefixes& prefixes, IdentitySet& ids) {
  if (is_match) {
    if (auto of_class = class_named(value)) {
      ids.classes.push_back(std::move(*of_class));
      return std::nullopt;
    }
  }
  if (is_match && codes::EpcPattern::is_pattern(value)) {
    auto pattern = codes::EpcPattern::read(value);
    if (!pattern) return pattern.error().text;
    ids.patterns.push_back(std::move(*pattern));
    return std::nullopt;
  }
  auto read = codes::read_epcis_id(value);
  if (!read) return read.error().text;
  ids.exact.push_back(std::move(read->id));
  if (const auto expanded = expand_curie(value, prefixes)) {
    if (auto other = codes::read_epcis_id(*expanded)) ids.exact.push_back(std::move(other->id));
  }
  return std::nullopt;
}

Complaint read_number(const ParameterName& name, std::string_view value, FieldTest& test) {
  const auto number = Decimal::parse(value);
  if (!number) return number.error().text;
  test.numbers.push_back(name.unit.empty() ? Measure(*number)
                                           : measure_of(*number, name.unit, name.field.written == "sDev"));
  return std::nullopt;
}

Complaint read_time(std::string_view value, FieldTest& test) {
  std::optional<Instant> at;
  if (auto complaint = read_instant(value, at)) return complaint;
  test.instants.push_back(*at);
  return std::nullopt;
}

// The bound of an extension field: a number, a time or a day, as it looks.
Complaint read_bound(std::string_view value, FieldTest& test) {
  if (const auto number = Decimal::parse(value)) {
    test.numbers.push_back(Measure(*number));
  } else if (const auto at = parse_instant(value)) {
    test.instants.push_back(at->at);
  } else if (const auto day = parse_day(value)) {
    test.days.push_back(*day);
  } else {
    return fmt::format(
        "\"{}\" cannot be greater or less than anything; a number, a time with offset such as 2026-03-01T08:00:00Z, or "
        "a day such as 2026-03-01 is expected.{}",
        excerpt(value), hint_for_plus(value));
  }
  return std::nullopt;
}

Complaint read_text(const ParameterName& name, const std::string& value, const Prefixes& prefixes, FieldTest& test) {
  const bool boolean = name.type == FieldType::kBoolean, hex = name.type == FieldType::kHex;
  if (boolean && value != "true" && value != "false")
    return fmt::format("\"{}\" is neither true nor false.", excerpt(value));
  if (hex && value.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
    return fmt::format("\"{}\" is not made of hexadecimal digits.", excerpt(value));
  if (name.type == FieldType::kUri && !is_uri(value))
    return fmt::format("\"{}\" is no absolute URI, such as https://… or urn:….", excerpt(value));
  test.texts.push_back(canonical_text(name.type, value, standard_prefixes()));
  if (const auto expanded = boolean || hex ? std::nullopt : expand_curie(value, prefixes))
    test.texts.push_back(canonical_text(name.type, *expanded, standard_prefixes()));
  return std::nullopt;
}

Complaint read_value(const ParameterName& name, const std::string& value, const Prefixes& prefixes, FieldTest& test) {
  switch (name.type) {
    case FieldType::kNumber:
      return read_number(name, value, test);
    case FieldType::kTime:
      return read_time(value, test);
    case FieldType::kAny:
      return test.comparison == Comparison::kEqual ? read_text(name, value, prefixes, test) : read_bound(value, test);
    default:
      return read_text(name, value, prefixes, test);
  }
}

}  // namespace

Complaint read_words(Vocabulary vocabulary, std::span<const std::string> values, const Prefixes& prefixes,
                     std::vector<std::string>& words) {
  for (const std::string& value : values) {
    auto word = canonical_value(vocabulary, value);
    if (!word || (value.find(':') != std::string::npos && !is_uri(value))) {
      const std::string_view near = nearest(value, words_of(vocabulary));
      return fmt::format("\"{}\" is no CBV 2.0 value{}. Use a CBV word, or an absolute URI for a value of your own.",
                         excerpt(value), near.empty() ? "" : fmt::format("; \"{}\" is near", near));
    }
    words.push_back(std::move(*word));
    if (auto expanded = expand_curie(value, prefixes)) words.push_back(std::move(*expanded));
  }
  sort_unique(words);
  return std::nullopt;
}

Complaint read_identities(std::span<const std::string> values, bool is_match, const Prefixes& prefixes,
                          IdentitySet& ids) {
  for (const std::string& value : values) {
    if (auto complaint = read_identity(value, is_match, prefixes, ids)) return complaint;
  }
  sort_unique(ids.exact);
  sort_unique(ids.classes);
  return std::nullopt;
}

Complaint read_instant(std::string_view value, std::optional<Instant>& at) {
  const auto read = parse_instant(value);
  if (!read) return read.error().text + hint_for_plus(value);
  at = read->at;
  return std::nullopt;
}

Complaint read_count(std::string_view value, std::int64_t least, std::optional<std::int64_t>& count) {
  std::int64_t number = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
  if (read.ec != std::errc() || read.ptr != value.data() + value.size() || number < least)
    return fmt::format("\"{}\" is no count; a whole number from {} on is expected.", excerpt(value), least);
  count = number;
  return std::nullopt;
}

Complaint read_field_test(const ParameterName& name, std::span<const std::string> values, const Prefixes& prefixes,
                          FieldTest& test) {
  test.comparison = name.comparison;
  if (name.type == FieldType::kDisposition) return read_words(Vocabulary::kDisposition, values, prefixes, test.texts);
  if (name.type == FieldType::kErrorReason) return read_words(Vocabulary::kErrorReason, values, prefixes, test.texts);
  for (const std::string& value : values) {
    if (auto complaint = read_value(name, value, prefixes, test)) return complaint;
  }
  sort_unique(test.texts);
  sort_unique(test.numbers);
  sort_unique(test.instants);
  return std::nullopt;
}

}  // namespace suyuan::trace
