// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/identity/directory.h"
#include "domain/identity/principal.h"

// Who may do what, in the plainest way: docs/decisions/0007-access.md and the tables of policy/, read anew, walked step
// by step, nothing kept. Nothing of src/domain is called, only its shapes are used.
namespace suyuan::slow {

using identity::Member;
using identity::Organisation;
using identity::Principal;

struct World {
  std::vector<Organisation> organisations;
  std::vector<Member> members;
};

// Division codes and what they became: policy/divisions.csv.
class Places {
 public:
  explicit Places(const std::filesystem::path& csv);
  // Does this jurisdiction cover what lies at that place?
  bool covers(std::int32_t jurisdiction, std::int32_t place) const;
  // The current divisions that a jurisdiction is read as. None: it is no more than its own code.
  std::set<std::int32_t> read_as(std::int32_t jurisdiction) const;

  std::vector<std::int32_t> current() const;
  std::vector<std::int32_t> withdrawn() const;

 private:
  struct Row {
    bool current = true;
    std::set<std::int32_t> successors;
  };
  std::set<std::int32_t> heirs(std::int32_t code) const;
  std::set<std::int32_t> counties_after(std::int32_t prefecture) const;
  bool gathers(std::int32_t jurisdiction, std::int32_t place) const;
  bool is_dissolved(std::int32_t code) const;
  bool reaches(std::int32_t jurisdiction, const std::set<std::int32_t>& divisions, std::int32_t place) const;
  std::int32_t one_up(std::int32_t code) const;

  std::map<std::int32_t, Row> rows_;
};

enum class Answer : std::uint8_t { kSignIn, kDenied, kKeyLimits, kPublic, kFigures, kRows };

class Authorizer {
 public:
  explicit Authorizer(const std::filesystem::path& source);

  // All answers that the decision allows: a key that neither its role nor its list of acts lets through may be told
  // either.
  std::set<Answer> may(const World& world, const Principal& who, std::string_view act) const;
  // The rest is of those whose answer is kRows.
  std::string width(const World& world, const Principal& who, std::string_view act) const;
  bool covers(const World& world, const Principal& who, std::string_view act, const Actor& owner, Instant now) const;
  bool covers_place(const World& world, const Principal& who, std::string_view act, std::int32_t place,
                    Instant now) const;
  std::set<std::int64_t> organisations(const World& world, const Principal& who, std::string_view act) const;
  std::set<std::string> codes(const World& world, const Principal& who, std::string_view act) const;

  // Who the organisation's standing work acts as, given the role for it.
  Principal job(const World& world, const Actor& owner, identity::Role service) const;

  const Places& places() const { return places_; }

 private:
  std::string granted(const std::string& role, std::string_view act) const;

  Places places_;
  std::map<std::string, std::map<std::string, std::string>> widths_;  // by act, then role
  std::map<std::string, std::set<std::string>> kinds_;                // of a role
};

}  // namespace suyuan::slow
