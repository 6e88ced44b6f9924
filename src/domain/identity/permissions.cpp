// SPDX-License-Identifier: Apache-2.0
#include "domain/identity/permissions.h"

#include <fmt/format.h>

#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "domain/identity/policy_texts.h"

namespace suyuan::identity {

namespace {

Error wrong_row(std::size_t number, std::string_view line, std::string_view what) {
  return {ErrorKind::kInvalid, "policy.permission_row",
          fmt::format("Line {} of the permissions: {}. Seen: \"{}\".", number, what, excerpt(line))};
}

// The head names the columns; roles that it does not name may nothing.
Result<std::vector<Role>> read_head(std::string_view line, std::size_t number) {
  const auto cells = split(line, ',');
  if (cells.size() < 2 || cells.front() != "act" || cells.back() != "basis")
    return wrong_row(number, line, "the head is act, the roles, basis");
  std::vector<Role> roles;
  for (std::size_t i = 1; i + 1 < cells.size(); ++i) {
    const auto role = role_of(cells[i]);
    if (!role) return wrong_row(number, line, fmt::format("\"{}\" is no role", excerpt(cells[i])));
    for (const Role before : roles)
      if (before == *role) return wrong_row(number, line, fmt::format("{} has two columns", cells[i]));
    roles.push_back(*role);
  }
  return roles;
}

}  // namespace

Result<Permissions> read_permissions(std::string_view csv) {
  constexpr std::string_view kVersionMark = "# version ";
  Permissions read;
  std::vector<Role> roles;
  std::size_t number = 0;
  for (const std::string_view raw : split(csv, '\n')) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.starts_with(kVersionMark))
      read.version = std::string(line.substr(kVersionMark.size(), line.find(". ") - kVersionMark.size()));
    if (line.empty() || line.starts_with("#")) continue;
    if (roles.empty()) {
      auto head = read_head(line, number);
      if (!head) return std::move(head.error());
      roles = std::move(*head);
      continue;
    }
    const auto cells = split(line, ',');
    const auto act = act_of(cells.front());
    if (!act) return wrong_row(number, line, "there is no such act");
    if (cells.size() != roles.size() + 2)
      return wrong_row(number, line, fmt::format("{} cells are expected", roles.size() + 2));
    const auto at = static_cast<std::size_t>(*act);
    if (!read.basis[at].empty()) return wrong_row(number, line, "this act has a row already; keep one");
    read.basis[at] = std::string(cells.back());
    if (read.basis[at].empty()) return wrong_row(number, line, "the basis is missing");
    for (std::size_t i = 0; i < roles.size(); ++i) {
      const auto width = width_of(cells[i + 1]);
      if (!width) return wrong_row(number, line, fmt::format("\"{}\" is no width", excerpt(cells[i + 1])));
      read.widths[at][static_cast<std::size_t>(roles[i])] = *width;
    }
  }
  return read;
}

const Permissions& permissions() {
  static const Permissions read = [] {
    auto result = read_permissions(permissions_text());
    CHECK(result.ok());
    return std::move(*result);
  }();
  return read;
}

}  // namespace suyuan::identity
