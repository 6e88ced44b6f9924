// SPDX-License-Identifier: Apache-2.0
#include "domain/registry/visible_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/check.h"
#include "base/text.h"

namespace suyuan::registry {

namespace {

Result<FieldRule> read_row(std::string_view line, std::size_t number) {
  const auto cells = split(line, ',');
  const auto wrong = [&](std::string_view what) {
    return Error{ErrorKind::kInvalid, "policy.field_row",
                 fmt::format("Line {} of the field policy: {}. Seen: \"{}\".", number, what, excerpt(line))};
  };
  const bool is_personal = cells.size() > 2 && cells[2] == "personal";
  if (cells.size() != (is_personal ? 6U : 5U))
    return wrong("five cells are expected, field,group,visibility,standing,basis, and the mask of a personal field");
  if (!is_personal && cells[2] != "public" && cells[2] != "commercial")
    return wrong("visibility is public, commercial or personal");
  if (cells[3] != "law" && cells[3] != "seed" && cells[3] != "default")
    return wrong("standing is law, seed or default");
  FieldRule rule{std::string(cells[0]), std::string(cells[1]), Visibility::kCommercial, std::string(cells[3]),
                 std::string(cells[4])};
  if (cells[2] == "public") rule.visibility = Visibility::kPublic;
  if (!is_personal) return rule;
  rule.visibility = Visibility::kPersonal;
  const auto kind = personal_kind(cells[5]);
  if (!kind) return wrong("the mask is name, phone, email, address, citizen or other");
  rule.mask = *kind;
  return rule;
}

}  // namespace

const FieldRule* FieldPolicy::find(std::string_view field) const {
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const FieldRule& rule) { return rule.field == field; });
  return found == rules.end() ? nullptr : &*found;
}

bool FieldPolicy::is_public(std::string_view field) const {
  const FieldRule* rule = find(field);
  return rule != nullptr && rule->visibility == Visibility::kPublic;
}

Result<FieldPolicy> read_field_policy(std::string_view csv) {
  constexpr std::string_view kVersionMark = "# version ";
  FieldPolicy policy;
  std::size_t number = 0;
  for (const std::string_view raw : split(csv, '\n')) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.starts_with(kVersionMark)) {
      policy.version = std::string(line.substr(kVersionMark.size(), line.find(". ") - kVersionMark.size()));
    }
    if (line.empty() || line.starts_with("#")) continue;
    auto rule = read_row(line, number);
    if (!rule) return std::move(rule.error());
    if (policy.find(rule->field) != nullptr) {
      return Error{ErrorKind::kInvalid, "policy.field_row",
                   fmt::format("Line {} of the field policy: {} has a rule already; keep one.", number, rule->field)};
    }
    policy.rules.push_back(std::move(*rule));
  }
  return policy;
}

const FieldPolicy& field_policy() {
  static const FieldPolicy policy = [] {
    auto read = read_field_policy(visible_fields_text());
    CHECK(read.ok());
    return std::move(*read);
  }();
  return policy;
}

std::string field_name(std::string_view attribute) {
  struct Spelling {
    std::string_view prefix, name;
  };
  constexpr std::array<Spelling, 8> kSpellings = {
      {{"urn:epcglobal:cbv:mda#", "cbvmda:"},
       {"urn:epcglobal:cbv:mda:", "cbvmda:"},
       {"https://ref.gs1.org/cbv/mda/", "cbvmda:"},
       {kNamespace, "suyuan:"},
       {"https://gs1.org/voc/", "gs1:"},
       {"https://www.gs1.org/voc/", "gs1:"},
       {"https://ref.gs1.org/voc/", "gs1:"},
       {"http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader", "sbdh:"}}};
  for (const auto& [prefix, name] : kSpellings) {
    if (attribute.starts_with(prefix)) return std::string(name) + std::string(attribute.substr(prefix.size()));
  }
  return std::string(attribute);
}

std::optional<PersonalKind> personal_field(std::string_view attribute) {
  static const auto fields = [] {
    std::unordered_map<std::string, PersonalKind> all;
    for (const FieldRule& rule : field_policy().rules)
      if (rule.visibility == Visibility::kPersonal) all.emplace(rule.field, rule.mask);
    return all;
  }();
  const auto found = fields.find(field_name(attribute));
  return found == fields.end() ? std::nullopt : std::optional(found->second);
}

std::optional<PersonalKind> personal_attribute(std::string_view attribute, std::string_view value) {
  if (field_policy().find(field_name(attribute)) != nullptr) return personal_field(attribute);
  return looks_personal(value);
}

}  // namespace suyuan::registry
