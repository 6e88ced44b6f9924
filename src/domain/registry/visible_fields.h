// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// Which facts about a product everybody may see. The table is policy/visible-fields.csv, compiled in.
namespace suyuan::registry {

inline constexpr std::string_view kNamespace = "https://suyuan.example/ns/";  // our own fields

struct FieldRule {
  std::string field;  // "cbvmda:descriptionShort", "suyuan:model"
  std::string group;  // "product", "producer", "conformity", "flow"
  bool is_public = false;
  std::string standing;  // "law", "seed", "default"
  std::string basis;
};

struct FieldPolicy {
  std::string version;
  std::vector<FieldRule> rules;  // in file order, which is the order of display

  // nullptr: not listed, so restricted.
  const FieldRule* find(std::string_view field) const;
  bool is_public(std::string_view field) const;
};

// Errors: kInvalid "policy.field_row", naming the line and what is wrong with it.
Result<FieldPolicy> read_field_policy(std::string_view csv);

const FieldPolicy& field_policy();       // the compiled-in one
std::string_view visible_fields_text();  // as in the repository

// One name for each spelling of a field: CBV's URN and URI forms become "cbvmda:x", our namespace "suyuan:x", anything
// else stays as it is (and is restricted, since no rule names it).
std::string field_name(std::string_view attribute);

}  // namespace suyuan::registry
