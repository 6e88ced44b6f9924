// SPDX-License-Identifier: Apache-2.0
#include "domain/registry/visible_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

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
  if (cells.size() != 5) return wrong("five cells are expected: field,group,visibility,standing,basis");
  if (cells[2] != "public" && cells[2] != "restricted") return wrong("visibility is public or restricted");
  if (cells[3] != "law" && cells[3] != "seed" && cells[3] != "default")
    return wrong("standing is law, seed or default");
  return FieldRule{std::string(cells[0]), std::string(cells[1]), cells[2] == "public", std::string(cells[3]),
                   std::string(cells[4])};
}

}  // namespace

const FieldRule* FieldPolicy::find(std::string_view field) const {
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const FieldRule& rule) { return rule.field == field; });
  return found == rules.end() ? nullptr : &*found;
}

bool FieldPolicy::is_public(std::string_view field) const {
  const FieldRule* rule = find(field);
  return rule != nullptr && rule->is_public;
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
  constexpr std::array<Spelling, 4> kSpellings = {{{"urn:epcglobal:cbv:mda#", "cbvmda:"},
                                                   {"urn:epcglobal:cbv:mda:", "cbvmda:"},
                                                   {"https://ref.gs1.org/cbv/mda/", "cbvmda:"},
                                                   {kNamespace, "suyuan:"}}};
  for (const auto& [prefix, name] : kSpellings) {
    if (attribute.starts_with(prefix)) return std::string(name) + std::string(attribute.substr(prefix.size()));
  }
  return std::string(attribute);
}

}  // namespace suyuan::registry
