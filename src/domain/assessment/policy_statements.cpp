// SPDX-License-Identifier: Apache-2.0
#include "domain/assessment/policy_statements.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace suyuan::assessment {

namespace {

constexpr std::size_t kFixedCells = 5;  // name, version, statement; standing, basis
constexpr std::array<std::string_view, 4> kStandings = {"seed", "published", "recalled", "default"};

}  // namespace

Error row_error(std::string_view file, std::size_t line, std::string_view what) {
  return {ErrorKind::kInvalid, "policy.assessment_row",
          fmt::format("Line {} of policy/{}: {}. Correct the line, or add a new version behind it.", line, file, what)};
}

Result<std::vector<Statement>> read_statements(std::string_view csv, std::string_view file) {
  std::vector<Statement> statements;
  std::size_t number = 0;
  for (const std::string_view raw : split(csv, '\n')) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.empty() || line.starts_with('#')) continue;
    const auto cells = split(line, ',');
    if (cells.size() < kFixedCells + 1)
      return row_error(file, number, "name,version,statement,cells…,standing,basis are expected");
    const std::string_view standing = cells[cells.size() - 2];
    if (std::find(kStandings.begin(), kStandings.end(), standing) == kStandings.end())
      return row_error(
          file, number,
          fmt::format("the standing is seed, published, recalled or default, not \"{}\"", excerpt(standing)));
    statements.push_back({cells[0], cells[1], cells[2], {cells.begin() + 3, cells.end() - 2}, number});
  }
  return statements;
}

std::optional<std::string> take_head(PolicyHead& head, const Statement& statement) {
  if (statement.statement == "title") {
    if (statement.cells.size() != 2) return "a title is 中文,English";
    head.title = {std::string(statement.cells[0]), std::string(statement.cells[1])};
    return "";
  }
  if (statement.statement != "valid_from") return std::nullopt;
  auto day = parse_day(statement.cells[0]);
  if (!day) return "valid_from is a day like 2026-01-01";
  head.valid_from = *day;
  return "";
}

bool read_cell(std::string_view cell, Rational& value) {
  auto read = stats::parse_rational(cell);
  if (read) value = *read;
  return read.ok();
}

bool read_cell(std::string_view cell, double& value) {
  Rational exact;
  if (!read_cell(cell, exact)) return false;
  value = stats::to_double(exact);
  return true;
}

bool read_cell(std::string_view cell, std::size_t& value) {
  const auto [end, failed] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return failed == std::errc() && end == cell.data() + cell.size();
}

bool read_cell(std::string_view cell, Grade& value) {
  if (cell.size() != 1 || cell[0] < 'A' || cell[0] > 'D') return false;
  value = static_cast<Grade>(cell[0] - 'A');
  return true;
}

bool read_cell(std::string_view cell, Level& value) {
  const std::size_t at = std::string_view("LMHS").find(cell);
  if (cell.size() != 1 || at == std::string_view::npos) return false;
  value = static_cast<Level>(at);
  return true;
}

}  // namespace suyuan::assessment
