// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/assessment/policy.h"

// One line of a policy file of statements: name,version,statement,cells…,standing,basis.
namespace suyuan::assessment {

struct Statement {
  std::string_view name, version, statement;
  std::vector<std::string_view> cells;
  std::size_t line = 0;
};

// What a statement means for the thing that it belongs to; "": taken, else what is wrong with it.
template <class Row>
using TakeStatement = std::function<std::string(Row&, const Statement&)>;

Result<std::vector<Statement>> read_statements(std::string_view csv, std::string_view file);
Error row_error(std::string_view file, std::size_t line, std::string_view what);
// valid_from and title, which all have; std::nullopt: another statement.
std::optional<std::string> take_head(PolicyHead& head, const Statement& statement);

// Readers of cells; false: not of that kind.
bool read_cell(std::string_view cell, Rational& value);
bool read_cell(std::string_view cell, double& value);
bool read_cell(std::string_view cell, std::size_t& value);
bool read_cell(std::string_view cell, Grade& value);
bool read_cell(std::string_view cell, Level& value);

// All rows of a file, each from the statements of its name and version, in file order; each judged by `complete` at its
// end.
template <class Row>
Result<std::vector<Row>> read_rows(std::string_view csv, std::string_view file, const TakeStatement<Row>& take,
                                   const std::function<std::string(const Row&)>& complete) {
  auto statements = read_statements(csv, file);
  if (!statements) return std::move(statements.error());
  std::vector<Row> rows;
  std::size_t last_line = 0;
  for (const Statement& statement : *statements) {
    if (rows.empty() || rows.back().name != statement.name ||
        std::to_string(rows.back().version) != statement.version) {
      if (!rows.empty())
        if (const std::string lacking = complete(rows.back()); !lacking.empty())
          return row_error(file, last_line, lacking);
      for (const Row& row : rows)
        if (row.name == statement.name && std::to_string(row.version) == statement.version)
          return row_error(file, statement.line, "the lines of one version stand together");
      std::size_t version = 0;
      if (!read_cell(statement.version, version) || version == 0 || version > 1'000'000)
        return row_error(file, statement.line, "the version is a whole number from 1 on");
      rows.emplace_back();
      rows.back().name = std::string(statement.name);
      rows.back().version = static_cast<int>(version);
    }
    last_line = statement.line;
    const auto of_head = take_head(rows.back(), statement);
    const std::string wrong = of_head ? *of_head : take(rows.back(), statement);
    if (!wrong.empty()) return row_error(file, statement.line, wrong);
  }
  if (!rows.empty())
    if (const std::string lacking = complete(rows.back()); !lacking.empty()) return row_error(file, last_line, lacking);
  return rows;
}

}  // namespace suyuan::assessment
