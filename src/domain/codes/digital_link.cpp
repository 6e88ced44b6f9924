// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/digital_link.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/codes/check_digit.h"
#include "domain/codes/percent.h"

namespace suyuan::codes {

namespace {

struct Uri {
  std::string_view path, query;
};

Error no_link(std::string_view uri, std::string_view why) {
  return Error{ErrorKind::kInvalid, "gs1.no_digital_link",
               fmt::format("\"{}\" is no GS1 Digital Link: {}.", excerpt(uri, 120), why)};
}

Uri parts_of(std::string_view text) {
  text = text.substr(0, text.find('#'));
  const std::size_t question = text.find('?');
  if (question == std::string_view::npos) return {text, {}};
  return {text.substr(0, question), text.substr(question + 1)};
}

// What follows "http(s)://host", or nothing for another scheme or an empty host.
std::optional<std::string_view> behind_host(std::string_view uri) {
  const std::string head = ascii_lower(uri.substr(0, 8));
  const std::size_t scheme = head == "https://" ? 8 : head.starts_with("http://") ? 7 : 0;
  if (scheme == 0) return std::nullopt;
  const std::size_t slash = uri.find('/', scheme);
  if (slash == scheme || slash == std::string_view::npos) return std::nullopt;
  return uri.substr(slash);
}

// Are these identifiers, in this order, qualifiers that the key allows? Any of them may be left out.
bool in_order(std::string_view allowed, const std::vector<std::string_view>& given) {
  const auto order = split(allowed, ',');
  auto next = order.begin();
  for (const std::string_view ai : given) {
    next = std::find(next, order.end(), ai);
    if (next == order.end()) return false;
    ++next;
  }
  return true;
}

bool qualifiers_allowed(const AiRow& key, const std::vector<std::string_view>& given) {
  if (given.empty()) return true;
  const auto alternatives = split(key.qualifiers, '|');
  return std::any_of(alternatives.begin(), alternatives.end(),
                     [&](std::string_view each) { return in_order(each, given); });
}

Result<Element> element_of(std::string_view uri, std::string_view ai, std::string_view encoded) {
  auto value = percent_decode(encoded);
  if (!value) return no_link(uri, fmt::format("\"{}\" holds a broken %-escape", excerpt(encoded)));
  const AiRow* row = find_ai(ai);
  CHECK(row != nullptr);
  if (auto checked = check_ai_value(ai, *row, *value); !checked) return std::move(checked.error());
  return Element{std::string(ai), std::move(*value)};
}

// Where the right-most key stands, so that a stem that looks like one is passed over.
std::optional<std::size_t> key_position(const std::vector<std::string_view>& segments) {
  for (std::size_t i = segments.size() >= 2 ? segments.size() - 1 : 0; i-- > 0;) {
    const AiRow* row = find_ai(segments[i]);
    if (row != nullptr && row->is_key() && (segments.size() - i) % 2 == 0) return i;
  }
  return std::nullopt;
}

// Does the key take that identifier as a qualifier, in any of its alternatives?
bool names_qualifier(std::string_view qualifiers, std::string_view ai) {
  for (const std::string_view alternative : split(qualifiers, '|')) {
    const auto order = split(alternative, ',');
    if (std::find(order.begin(), order.end(), ai) != order.end()) return true;
  }
  return false;
}

Status add_attributes(std::string_view uri, std::string_view query, std::vector<Element>& elements) {
  if (query.empty()) return Done{};
  const std::string_view qualifiers = find_ai(elements[0].ai)->qualifiers;
  for (const std::string_view parameter : split(query, '&')) {
    const std::size_t equals = parameter.find('=');
    const AiRow* row = find_ai(parameter.substr(0, equals));
    if (row == nullptr || equals == std::string_view::npos) {
      if (row == nullptr && is_all_digits(parameter.substr(0, equals))) {
        return no_link(uri, fmt::format("there is no application identifier {}", parameter.substr(0, equals)));
      }
      continue;  // linkType, utm_source …
    }
    if (!row->is_attribute() || names_qualifier(qualifiers, parameter.substr(0, equals))) {
      return no_link(uri, fmt::format("AI ({}) {} belongs into the path, not behind the question mark",
                                      parameter.substr(0, equals), row->title));
    }
    auto element = element_of(uri, parameter.substr(0, equals), parameter.substr(equals + 1));
    if (!element) return std::move(element.error());
    elements.push_back(std::move(*element));
  }
  return Done{};
}

Result<std::vector<Element>> read_path(std::string_view uri, std::string_view path_and_query) {
  const Uri parts = parts_of(path_and_query);
  if (parts.path.size() < 2 || parts.path.front() != '/') return no_link(uri, "its path is empty");
  if (parts.path.back() == '/') return no_link(uri, "it ends in a slash, so that its last value is empty");
  const std::vector<std::string_view> segments = split(parts.path.substr(1), '/');
  const auto at = key_position(segments);
  if (!at) return no_link(uri, "its path holds no key such as /01/ with 14 digits");
  const AiRow& key = *find_ai(segments[*at]);
  std::vector<std::string_view> qualifiers;
  for (std::size_t i = *at + 2; i < segments.size(); i += 2) qualifiers.push_back(segments[i]);
  if (!qualifiers_allowed(key, qualifiers)) {
    return Error{ErrorKind::kInvalid, "gs1.qualifier_order",
                 fmt::format("\"{}\": behind /{}/ come, in this order, {}; seen {}.", excerpt(uri, 120), segments[*at],
                             key.qualifiers == "-" ? "no qualifiers" : key.qualifiers, fmt::join(qualifiers, ","))};
  }
  std::vector<Element> elements;
  for (std::size_t i = *at; i < segments.size(); i += 2) {
    auto element = element_of(uri, segments[i], segments[i + 1]);
    if (!element) return std::move(element.error());
    elements.push_back(std::move(*element));
  }
  if (auto added = add_attributes(uri, parts.query, elements); !added) return std::move(added.error());
  if (auto findings = check_companions(elements); !findings.empty()) {
    return Error{ErrorKind::kInvalid, findings[0].code, findings[0].text, {}, std::move(findings)};
  }
  return elements;
}

// The qualifiers that make an identity finer, finest first.
constexpr std::string_view kFineness[] = {"21", "235", "8011", "254", "8019", "8020", "10", "22"};

}  // namespace

Result<std::vector<Element>> read_digital_link(std::string_view uri) {
  const auto path = behind_host(uri);
  if (!path) return no_link(uri, "it must start with http:// or https:// and a host");
  return read_path(uri, *path);
}

Result<std::vector<Element>> read_digital_link_path(std::string_view path_and_query) {
  return read_path(path_and_query, path_and_query);
}

bool looks_like_digital_link(std::string_view uri) {
  const auto path = behind_host(uri);
  if (!path) return false;
  const std::string_view bare = parts_of(*path).path;
  const auto segments = split(bare.substr(1), '/');
  const auto at = key_position(segments);
  if (!at) return false;
  const std::string_view value = segments[*at + 1];
  const AiRow& key = *find_ai(segments[*at]);
  return key.format[0] != 'N' || (value.size() >= 13 && is_all_digits(value.substr(0, 13)));
}

namespace {

// Characters that are allowed in lots and serials and stand in a link as they are.
bool is_plain_value(std::string_view value) {
  return !value.empty() && value.size() <= 20 && std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' ||
           c == '_';
  });
}

}  // namespace

std::optional<Identity> read_plain_gtin_link(std::string_view uri) {
  constexpr std::size_t kKey = 18;  // "/01/" and 14 digits
  const std::size_t host = uri.starts_with("https://") ? 8 : uri.starts_with("http://") ? 7 : 0;
  if (host == 0 || uri.find_first_of("?#%", host) != std::string_view::npos) return std::nullopt;
  std::size_t end = uri.size();
  const std::size_t slash = uri.rfind('/');
  if (slash >= host + 3 && (uri.substr(slash - 3, 3) == "/21" || uri.substr(slash - 3, 3) == "/10")) {
    if (!is_plain_value(uri.substr(slash + 1))) return std::nullopt;
    end = slash - 3;
  }
  if (end < host + 1 + kKey) return std::nullopt;
  const std::string_view key = uri.substr(end - kKey, kKey);
  if (!key.starts_with("/01/") || uri.find('/', host) == host || !is_all_digits(key.substr(4)) ||
      !gs1_check_digit_fits(key.substr(4)))
    return std::nullopt;
  return Identity{Scheme::kGs1, std::string(uri.substr(end - kKey))};
}

Result<EpcisId> identity_of(const std::vector<Element>& elements) {
  const auto key = std::find_if(elements.begin(), elements.end(),
                                [](const Element& element) { return find_ai(element.ai)->is_key(); });
  if (key == elements.end()) {
    return Error{ErrorKind::kInvalid, "gs1.no_key",
                 "The code holds no key such as a GTIN (01) or an SSCC (00); only attributes were read."};
  }
  const auto value_of = [&](std::string_view ai) -> const std::string* {
    for (const Element& element : elements) {
      if (element.ai == ai) return &element.value;
    }
    return nullptr;
  };
  const std::string base = "/" + key->ai + "/" + percent_encode(key->value);
  const AiRow& row = *find_ai(key->ai);
  EpcisId read{Identity{Scheme::kGs1, base}, std::nullopt};
  for (const std::string_view ai : kFineness) {
    const std::string* value = value_of(ai);
    if (value == nullptr || row.qualifiers.find(ai) == std::string_view::npos) continue;
    read.id.key = base + "/" + std::string(ai) + "/" + percent_encode(*value);
    break;
  }
  const std::string* lot = value_of("10");
  if (lot != nullptr && level_of(read.id) == Level::kItem)
    read.lot = Identity{Scheme::kGs1, base + "/10/" + percent_encode(*lot)};
  return read;
}

std::string build_digital_link(const std::vector<Element>& elements, std::string_view base) {
  CHECK(!elements.empty());
  const AiRow* key = find_ai(elements[0].ai);
  CHECK(key != nullptr && key->is_key());
  std::string path = std::string(base) + "/" + elements[0].ai + "/" + percent_encode(elements[0].value);
  std::string query;
  std::vector<std::pair<std::size_t, const Element*>> qualifiers;
  for (std::size_t i = 1; i < elements.size(); ++i) {
    const std::size_t place = key->qualifiers.find(elements[i].ai);
    const bool qualifies = place != std::string_view::npos && !find_ai(elements[i].ai)->is_attribute();
    if (qualifies)
      qualifiers.emplace_back(place, &elements[i]);
    else
      query += (query.empty() ? "?" : "&") + elements[i].ai + "=" + percent_encode(elements[i].value);
  }
  std::sort(qualifiers.begin(), qualifiers.end());
  for (const auto& [place, element] : qualifiers) path += "/" + element->ai + "/" + percent_encode(element->value);
  return path + query;
}

}  // namespace suyuan::codes
