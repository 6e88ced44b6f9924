// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <iterator>
#include <string_view>

namespace suyuan::codes {

// How an EPC scheme spells a GS1 key: urn:epc:id:<name>:<company prefix>.<reference>[.<more>]
struct EpcScheme {
  std::string_view name;
  std::string_view key;     // application identifier of the key
  int digits;               // company prefix + reference; 0: free text up to 30
  bool indicator;           // the reference's first digit goes in front of the company prefix
  bool check;               // the key ends in a check digit
  std::string_view prefix;  // put before the key's digits ("0" of GRAI)
  enum class Tail { kNone, kQualifier, kInKey, kItip } tail;  // what the part after the reference is
  std::string_view qualifier;                                 // its application identifier for kQualifier
};

inline constexpr EpcScheme kEpcSchemes[] = {
    {"sgtin", "01", 13, true, true, "", EpcScheme::Tail::kQualifier, "21"},
    {"lgtin", "01", 13, true, true, "", EpcScheme::Tail::kQualifier, "10"},
    {"upui", "01", 13, true, true, "", EpcScheme::Tail::kQualifier, "235"},
    {"itip", "8006", 13, true, true, "", EpcScheme::Tail::kItip, "21"},
    {"sscc", "00", 17, true, true, "", EpcScheme::Tail::kNone, ""},
    {"sgln", "414", 12, false, true, "", EpcScheme::Tail::kQualifier, "254"},
    {"pgln", "417", 12, false, true, "", EpcScheme::Tail::kNone, ""},
    {"grai", "8003", 12, false, true, "0", EpcScheme::Tail::kInKey, ""},
    {"giai", "8004", 0, false, false, "", EpcScheme::Tail::kNone, ""},
    {"gsrn", "8018", 17, false, true, "", EpcScheme::Tail::kNone, ""},
    {"gsrnp", "8017", 17, false, true, "", EpcScheme::Tail::kNone, ""},
    {"gdti", "253", 12, false, true, "", EpcScheme::Tail::kInKey, ""},
    {"cpi", "8010", 0, false, false, "", EpcScheme::Tail::kQualifier, "8011"},
    {"sgcn", "255", 12, false, true, "", EpcScheme::Tail::kInKey, ""},
    {"ginc", "401", 0, false, false, "", EpcScheme::Tail::kNone, ""},
    {"gsin", "402", 16, false, true, "", EpcScheme::Tail::kNone, ""},
};

inline const EpcScheme* epc_scheme_named(std::string_view name) {
  const auto* found = std::find_if(std::begin(kEpcSchemes), std::end(kEpcSchemes),
                                   [&](const EpcScheme& each) { return each.name == name; });
  return found == std::end(kEpcSchemes) ? nullptr : found;
}

}  // namespace suyuan::codes
