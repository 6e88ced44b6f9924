// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/identity/act.h"
#include "domain/identity/role.h"

// How far each role may go with each act: policy/permissions.csv, compiled in.
namespace suyuan::identity {

// From narrow to wide; docs/decisions/0007-access.md says what each means.
enum class Width : std::uint8_t { kNone, kPublic, kFigures, kSelf, kOwn, kNamed, kPlace, kChain, kAll };
std::string_view width_word(Width width);
std::optional<Width> width_of(std::string_view word);

struct Permissions {
  std::string version;
  std::array<std::array<Width, kRoles>, kActs> widths{};  // by act, then role
  std::array<std::string, kActs> basis;

  Width of(Role role, Act act) const { return widths[static_cast<std::size_t>(act)][static_cast<std::size_t>(role)]; }
};

// An act without a row, or a role without a column, may nothing.
// Errors: kInvalid "policy.permission_row", naming the line and what is wrong with it.
Result<Permissions> read_permissions(std::string_view csv);
const Permissions& permissions();  // the compiled-in ones

}  // namespace suyuan::identity
