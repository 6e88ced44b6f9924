// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/codes/epc_schemes.h"
#include "domain/codes/identity.h"

// EPC pure identity patterns (GS1 EPC Tag Data Standard 2.0 §8): "urn:epc:idpat:sgtin:0614141.112345.*". A part is a
// literal, "*", or a range of numbers "[100-199]"; behind a "*" only "*" may stand.
namespace suyuan::codes {

class EpcPattern {
 public:
  // Is the text meant as a pattern? ("urn:epc:idpat:…", and "urn:epc:class:lgtin:…" with "*" or a range.)
  static bool is_pattern(std::string_view urn);

  // Errors: kInvalid "epc.scheme", "epc.shape", "epc.company_prefix", "epc.escape".
  static Result<EpcPattern> read(std::string_view urn);

  // Is the thing in the set, or, where the last part is "*", is it a class or lot that lies in it as a whole? Codes in
  // their canonical form do not say how long the company prefix is; the pattern does.
  bool contains(const Identity& id) const;

 private:
  struct Part {
    enum class Kind { kAny, kText, kRange } kind = Kind::kAny;
    std::string text;       // kText
    std::string low, high;  // kRange, without leading zeros
  };

  static Result<Part> read_part(std::string_view urn, std::string_view text);
  Status check(std::string_view urn);
  Status check_reference(std::string_view urn) const;
  static bool fits(const Part& part, std::string_view value);
  bool contains_plain(const Identity& id) const;
  bool contains_gs1(const Identity& id) const;
  std::vector<std::string> take_apart(std::string_view value) const;

  const EpcScheme* scheme_ = nullptr;  // none: a scheme without GS1 key (gid, usdod, adi …)
  std::string name_;
  std::vector<Part> parts_;
  std::size_t company_digits_ = 0;  // 0: any
};

}  // namespace suyuan::codes
