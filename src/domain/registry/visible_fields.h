// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/registry/mask.h"

// Which facts everybody may see, and which are about a person. The table is policy/visible-fields.csv, compiled in.
namespace suyuan::registry {

inline constexpr std::string_view kNamespace = "https://suyuan.example/ns/";  // our own fields

enum class Visibility {
  kPublic,
  kCommercial,  // shown inside the scope of who asks
  kPersonal,    // about a person: kept encrypted, masked for everybody (mask.h)
};

struct FieldRule {
  std::string field;  // "cbvmda:descriptionShort", "suyuan:model"
  std::string group;  // "product", "producer", "conformity", "flow", "person", "document"
  Visibility visibility = Visibility::kCommercial;
  std::string standing;  // "law", "seed", "default"
  std::string basis;
  PersonalKind mask = PersonalKind::kOther;  // of personal fields
};

struct FieldPolicy {
  std::string version;
  std::vector<FieldRule> rules;  // in file order, which is the order of display

  // nullptr: not listed, so commercial.
  const FieldRule* find(std::string_view field) const;
  bool is_public(std::string_view field) const;
};

// Errors: kInvalid "policy.field_row", naming the line and what is wrong with it.
Result<FieldPolicy> read_field_policy(std::string_view csv);

const FieldPolicy& field_policy();       // the compiled-in one
std::string_view visible_fields_text();  // as in the repository

// One name for each spelling of a field: CBV's URN and URI forms become "cbvmda:x", our namespace "suyuan:x", the GS1
// Web Vocabulary "gs1:x", the header of UN/CEFACT "sbdh:x"; anything else stays as it is (and is commercial, since no
// rule names it).
std::string field_name(std::string_view attribute);

// What a field of any spelling says of a person; nothing when no rule calls it personal.
std::optional<PersonalKind> personal_field(std::string_view attribute);
// The same of an attribute of master data with its value: where no rule names the field, a value that looks like a
// citizen number or a mobile number is about a person too.
std::optional<PersonalKind> personal_attribute(std::string_view attribute, std::string_view value);

}  // namespace suyuan::registry
