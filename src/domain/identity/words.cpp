// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>

#include "domain/identity/act.h"
#include "domain/identity/permissions.h"
#include "domain/identity/role.h"

namespace suyuan::identity {

namespace {

constexpr std::array<std::string_view, 9> kWidthWords = {".",     "public", "figures", "self", "own",
                                                         "named", "place",  "chain",   "all"};

template <class Enum, std::size_t N>
std::optional<Enum> word_in(const std::array<std::string_view, N>& words, std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end() || word.empty()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

}  // namespace

std::optional<Act> act_of(std::string_view word) { return word_in<Act>(kActWords, word); }
std::optional<OrgKind> org_kind_of(std::string_view word) { return word_in<OrgKind>(kOrgKindWords, word); }
std::optional<Role> role_of(std::string_view word) { return word_in<Role>(kRoleWords, word); }
std::optional<Width> width_of(std::string_view word) { return word_in<Width>(kWidthWords, word); }
std::string_view width_word(Width width) { return kWidthWords[static_cast<std::size_t>(width)]; }

}  // namespace suyuan::identity
