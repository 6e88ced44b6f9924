// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/codes/epc_pattern.h"
#include "domain/codes/identity.h"
#include "domain/trace/query/parameters.h"
#include "domain/trace/units.h"

// What a query asks of an event, parameter by parameter, ready to be judged (matches.cpp).
namespace suyuan::trace {

// The identities that a parameter's values name. Notations do not count: a URN and a Digital Link are one identity.
struct IdentitySet {
  std::vector<codes::Identity> exact;       // sorted
  std::vector<codes::Identity> classes;     // sorted; of MATCH_*: the class, its lots and its items
  std::vector<codes::EpcPattern> patterns;  // of MATCH_*
  bool contains(const codes::Identity& id) const;
};

struct NamedCondition {
  Named named = Named::kEpc;
  std::string type;  // of transactions, sources and destinations
  IdentitySet ids;
  bool descendants = false;  // WD_: or something below them by master data
};

// One comparison of a field. The field's value fits one of the values (kEqual) or lies beyond the only one.
struct FieldTest {
  Comparison comparison = Comparison::kEqual;
  std::vector<std::string> texts;  // sorted, in canonical form
  std::vector<Measure> numbers;    // sorted
  std::vector<Instant> instants;   // sorted
  std::vector<CivilDay> days;      // sorted
};

// Some value of the field fits all tests. Without tests: the field is there.
struct FieldCondition {
  Place place = Place::kEvent;
  bool inner = false;  // nested at any depth in an extension that stands at `place`
  FieldName field;
  FieldType type = FieldType::kAny;
  std::string unit;  // "": units do not count
  std::vector<FieldTest> tests;
};

// A field's value has master data with one of the attributes, or with the attribute and one of the values.
struct AttributeCondition {
  struct Reading {
    FieldName field;
    std::string attribute;  // in comparable form; "" for HASATTR_
  };
  std::vector<Reading> readings;    // where EQATTR_a_b_c may end its field; usually one
  std::vector<std::string> values;  // sorted: attribute names (comparable) of HASATTR_, values of EQATTR_
};

using Condition = std::variant<NamedCondition, FieldCondition, AttributeCondition>;

// The canonical form in which values of a type are compared as text.
std::string canonical_text(FieldType type, std::string_view text, const Prefixes& prefixes);

// "urn:epcglobal:cbv:mda#site", "urn:epcglobal:cbv:mda:site" and "cbvmda:site" are one attribute.
std::string comparable_attribute(std::string_view name, const Prefixes& prefixes);

// The prefixes that the EPCIS 2.0 context defines.
const Prefixes& standard_prefixes();

}  // namespace suyuan::trace
