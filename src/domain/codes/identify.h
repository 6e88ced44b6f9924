// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "domain/codes/identity.h"

// What a scanner, a label or a person gave us: which code is it?
namespace suyuan::codes {

struct Part {
  std::string name;  // "GTIN", "batch/lot", "NSI", "检验位 check" … for GS1 with its application identifier in `ai`
  std::string ai;    // "01", "10" …; "" for other schemes
  std::string value;
  std::string note;  // "2027-10-17", "Anhui", "" …
};

struct Candidate {
  Identity id;
  std::string notation;  // "gs1.element_string", "gs1.digital_link", "epc.urn", "ecode", "ma" …
  std::vector<Part> parts;
  std::string reason;             // why this reading is possible
  std::vector<Finding> warnings;  // readable, yet something to look at (inner check of a credit code, swallowed FNC1)
};

struct Identification {
  std::string raw;        // as given, byte for byte
  std::string symbology;  // "]C1" …, or ""
  std::vector<Candidate>
      candidates;  // one: it is that. Several: possible readings, best first, never a guess. None: see findings
  std::vector<Finding> findings;  // why nothing fits, or what nearly did: "check digit is 1, expected 2"
};

// Tries the schemes in the order of knowledge/codes.md §10. Text that fits no scheme becomes an in-house code of `org`
// unless it looks like a broken code of a known scheme (then no candidate, and the findings say what is wrong).
// Requires nothing: any bytes may come. `year` is the current year (two-digit years are read around it).
Identification identify(std::string_view text, OrgId org, int year);

}  // namespace suyuan::codes
