// SPDX-License-Identifier: Apache-2.0
#include "domain/assessment/policy.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/assessment/policy_texts.h"

namespace suyuan::assessment {

namespace {

constexpr std::array<std::string_view, 5> kColours = {"none", "blue", "yellow", "orange", "red"};
constexpr std::array<std::string_view, 2> kDomains = {"industrial", "agricultural"};
constexpr std::array<std::string_view, 3> kUses = {"public", "few_customers", "own_use"};
constexpr std::array<std::string_view, 5> kWeightings = {"ahp", "entropy", "critic", "mean", "product"};

template <class Value, std::size_t n>
std::optional<Value> value_of(const std::array<std::string_view, n>& keys, std::string_view key) {
  const auto found = std::find(keys.begin(), keys.end(), key);
  return found == keys.end() ? std::nullopt : std::optional(static_cast<Value>(found - keys.begin()));
}

template <class Row>
std::vector<Row> sound(Result<std::vector<Row>> rows) {
  CHECK(rows.ok());
  return std::move(*rows);
}

bool is_for(const MatrixProfile&, Domain) { return true; }
bool is_for(const AverageRules&, Domain) { return true; }
bool is_for(const IndexSystem& system, Domain domain) { return system.domain == domain; }
bool is_for(const GradeTable& table, Domain domain) { return table.domain == domain; }

template <class Row>
Error none_of(const std::vector<Row>& rows, std::string_view asked) {
  std::string known;
  for (const Row& row : rows) known += (known.empty() ? "" : ", ") + row.id();
  return {ErrorKind::kNotFound, "policy.no_such_version",
          fmt::format("There is no policy \"{}\" for this assessment. Known are: {}. Name one of them, or none to take "
                      "the newest that is valid on the day of the assessment.",
                      excerpt(asked), known)};
}

// The newest version of the first name in the book, unless one is named.
template <class Row>
Result<Row> choose(const std::vector<Row>& rows, std::string_view asked, Domain domain, CivilDay day) {
  const Row* best = nullptr;
  for (const Row& row : rows) {
    if (!is_for(row, domain)) continue;
    if (!asked.empty()
            ? row.id() == asked
            : row.valid_from <= day && (best == nullptr || (row.name == best->name && row.version > best->version)))
      best = &row;
  }
  if (best == nullptr) return none_of(rows, asked.empty() ? "valid on " + format_day(day) : std::string(asked));
  return *best;
}

}  // namespace

char letter(Level level) { return "LMHS"[static_cast<std::size_t>(level)]; }
char letter(Grade grade) { return "ABCD"[static_cast<std::size_t>(grade)]; }
std::string_view key(Colour colour) { return kColours[static_cast<std::size_t>(colour)]; }
std::string_view key(Domain domain) { return kDomains[static_cast<std::size_t>(domain)]; }
std::string_view key(MarketUse use) { return kUses[static_cast<std::size_t>(use)]; }
std::string_view key(Weighting weighting) { return kWeightings[static_cast<std::size_t>(weighting)]; }
std::optional<Colour> colour_of(std::string_view key) { return value_of<Colour>(kColours, key); }
std::optional<Domain> domain_of(std::string_view key) { return value_of<Domain>(kDomains, key); }
std::optional<MarketUse> use_of(std::string_view key) { return value_of<MarketUse>(kUses, key); }
std::optional<Weighting> weighting_of(std::string_view key) { return value_of<Weighting>(kWeightings, key); }

std::string PolicyHead::id() const { return fmt::format("{}@{}", name, version); }

std::size_t IndexSystem::index_of(std::string_view indicator) const {
  const auto found =
      std::find_if(indicators.begin(), indicators.end(), [&](const Indicator& each) { return each.key == indicator; });
  return found == indicators.end() ? std::string::npos : static_cast<std::size_t>(found - indicators.begin());
}

Grade GradeTable::of(Colour colour) const {
  for (std::size_t i = rows.size(); i-- > 0;)
    if (rows[i].colour <= colour) return static_cast<Grade>(i);
  return no_colour;
}

std::vector<double> AverageRules::period_weights() const {
  switch (weights) {
    case Weights::kHalving:
      return stats::bayes::halving_weights(months, half_life);
    case Weights::kLinear:
      return stats::bayes::linear_weights(months);
    case Weights::kUniform:
      break;
  }
  return stats::bayes::uniform_weights(months);
}

const PolicyBook& policy_book() {
  static const PolicyBook book = {
      sound(read_matrices(risk_matrices_text())), sound(read_index_systems(index_systems_text())),
      sound(read_grade_tables(grade_tables_text())), sound(read_average_rules(moving_averages_text()))};
  return book;
}

Result<Policy> choose_policy(const PolicyBook& book, const PolicyChoice& choice, Domain domain, CivilDay day) {
  auto matrix = choose(book.matrices, choice.matrix, domain, day);
  if (!matrix) return std::move(matrix.error());
  auto system = choose(book.systems, choice.system, domain, day);
  if (!system) return std::move(system.error());
  auto table = choose(book.tables, choice.table, domain, day);
  if (!table) return std::move(table.error());
  auto average = choose(book.averages, choice.average, domain, day);
  if (!average) return std::move(average.error());
  return Policy{std::move(*matrix), std::move(*system), std::move(*table), std::move(*average)};
}

}  // namespace suyuan::assessment
