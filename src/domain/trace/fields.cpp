// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace suyuan::trace {

namespace {

std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kNull:
      return "null";
    case Node::Kind::kBool:
      return "true or false";
    case Node::Kind::kNumber:
      return "a number";
    case Node::Kind::kText:
      return "text";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kObject:
      break;
  }
  return "an object";
}

void wrong_kind(const Node& node, std::string_view expected, Findings& findings) {
  findings.add(node, "epcis.wrong_type", fmt::format("{} is expected; seen {}.", expected, kind_name(node.kind)));
}

}  // namespace

bool is_extension(const Node& node) { return !node.ns.empty(); }

std::optional<std::string> read_text(const Node& node, Findings& findings) {
  if (node.kind != Node::Kind::kText) {
    wrong_kind(node, "Text", findings);
    return std::nullopt;
  }
  std::string text(trim(node.text));
  if (text.empty()) {
    findings.add(node, "epcis.empty", "The text is empty. Leave the field out, or fill it.");
    return std::nullopt;
  }
  return text;
}

std::optional<ZonedInstant> read_time(const Node& node, Findings& findings) {
  const auto text = read_text(node, findings);
  if (!text) return std::nullopt;
  auto at = parse_instant(*text);
  if (at) return *at;
  findings.add(node, at.error().code, at.error().text);
  return std::nullopt;
}

std::optional<Decimal> read_number(const Node& node, Findings& findings) {
  if (node.kind != Node::Kind::kNumber) {
    wrong_kind(node, "A number", findings);
    return std::nullopt;
  }
  auto number = Decimal::parse(node.text);
  if (number) return *number;
  findings.add(node, number.error().code, number.error().text);
  return std::nullopt;
}

std::optional<std::string> read_unit(const Node& node, Findings& findings) {
  auto text = read_text(node, findings);
  if (!text) return std::nullopt;
  const bool fits = text->size() >= 2 && text->size() <= 3 && std::all_of(text->begin(), text->end(), [](char c) {
                      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
                    });
  if (fits) return text;
  findings.add(node, "epcis.unit",
               fmt::format("\"{}\" is no unit code; two or three capitals or digits of UN/ECE Recommendation 20 are "
                           "expected, such as KGM.",
                           excerpt(*text)));
  return std::nullopt;
}

std::optional<codes::EpcisId> read_id(const Node& node, Findings& findings) {
  const auto text = read_text(node, findings);
  if (!text) return std::nullopt;
  auto id = codes::read_epcis_id(*text);
  if (id) return std::move(*id);
  findings.add(node, id.error().code, id.error().text);
  return std::nullopt;
}

std::optional<std::string> read_word(const Node& node, Vocabulary vocabulary, Findings& findings) {
  const auto text = read_text(node, findings);
  if (!text) return std::nullopt;
  auto value = canonical_value(vocabulary, *text);
  if (value && is_utf8(*value) && value->find_first_of(" \t\n<>\"") == std::string::npos) return value;
  const std::string_view near = nearest(*text, words_of(vocabulary));
  findings.add(node, "epcis.unknown_value",
               fmt::format("\"{}\" is no CBV 2.0 value{}. Use a CBV word, or an absolute URI for a value of your own.",
                           excerpt(*text), near.empty() ? "" : fmt::format("; \"{}\" is near", near)));
  return std::nullopt;
}

bool read_uri(const Node& node, Findings& findings) {
  const auto text = read_text(node, findings);
  if (!text) return false;
  const std::size_t colon = text->find(':');
  if (colon != std::string::npos && colon > 0 && colon + 1 < text->size() &&
      text->find_first_of(" \t\n<>\"") == std::string::npos)
    return true;
  findings.add(node, "epcis.not_a_uri",
               fmt::format("\"{}\" is no absolute URI, such as https://… or urn:….", excerpt(*text)));
  return false;
}

bool expect_object(const Node& node, Findings& findings) {
  if (node.kind == Node::Kind::kObject) return true;
  wrong_kind(node, "An object", findings);
  return false;
}

bool expect_list(const Node& node, Findings& findings) {
  if (node.kind == Node::Kind::kList) return true;
  wrong_kind(node, "A list", findings);
  return false;
}

void expect_only(const Node& node, std::initializer_list<std::string_view> names, Findings& findings) {
  for (const Node& child : node.children) {
    if (std::find(names.begin(), names.end(), child.name) != names.end()) continue;
    if (is_extension(child) || child.name.starts_with("@")) continue;
    const std::string_view near = nearest(child.name, std::span(names.begin(), names.size()));
    findings.add(
        child, "epcis.unknown_field",
        fmt::format(
            "EPCIS 2.0 has no field \"{}\" here{}. Fields of your own need a namespace prefix that @context defines.",
            excerpt(child.name), near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
  }
}

void missing(const Node& parent, std::string_view member, std::string_view what, Findings& findings) {
  findings.add_at(parent.path + "/" + std::string(member), "epcis.field_missing",
                  fmt::format("{} is missing: {}.", member, what));
}

}  // namespace suyuan::trace
