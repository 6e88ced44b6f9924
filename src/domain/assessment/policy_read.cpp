// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/text.h"
#include "domain/assessment/policy_statements.h"
#include "engine/stats/weighting.h"

namespace suyuan::assessment {

namespace {

using Cells = std::vector<std::string_view>;

Words words(const Cells& cells, std::size_t from) { return {std::string(cells[from]), std::string(cells[from + 1])}; }

std::string take_band(MatrixProfile& profile, const Cells& cells) {
  MatrixProfile::Band band;
  if (cells.size() != 1 + kSeverities || !read_cell(cells[0], band.above))
    return "a band is bound,level,level,level,level";
  for (std::size_t i = 0; i < kSeverities; ++i)
    if (!read_cell(cells[1 + i], band.levels[i])) return "a level is S, H, M or L";
  if (band.above < 0 || band.above >= 1 || (!profile.bands.empty() && band.above >= profile.bands.back().above))
    return "bounds fall from band to band, between 1 and 0";
  profile.bands.push_back(std::move(band));
  return "";
}

std::string take_matrix(MatrixProfile& profile, const Statement& statement) {
  const Cells& cells = statement.cells;
  if (statement.statement == "band") return take_band(profile, cells);
  if (statement.statement == "edition" && cells.size() == 1) {
    profile.edition = std::string(cells[0]);
    return "";
  }
  if (statement.statement == "severity" && cells.size() == 3) {
    std::size_t severity = 0;
    if (!read_cell(cells[0], severity) || severity < 1 || severity > kSeverities) return "a severity is 1 to 4";
    profile.severities[severity - 1] = words(cells, 1);
    return "";
  }
  Level level{};
  MatrixProfile::LevelRow row;
  if (statement.statement != "level" || cells.size() != 4 || !read_cell(cells[0], level) ||
      !read_cell(cells[1], row.grade))
    return "valid_from, title, edition, severity, level or band with its cells is expected";
  row.words = words(cells, 2);
  profile.levels[static_cast<std::size_t>(level)] = row;
  return "";
}

// Whatever is likelier or graver must not be judged lower.
std::string whole_matrix(const MatrixProfile& profile) {
  if (profile.bands.empty() || profile.bands.back().above != 0) return "the last band is above 0";
  for (std::size_t band = 0; band < profile.bands.size(); ++band)
    for (std::size_t s = 0; s < kSeverities; ++s) {
      const Level here = profile.bands[band].levels[s];
      if ((band > 0 && here > profile.bands[band - 1].levels[s]) || (s > 0 && here < profile.bands[band].levels[s - 1]))
        return "a likelier or graver cell has a lower level than its neighbour";
    }
  for (const auto& row : profile.levels)
    if (row.words.zh.empty()) return "one of the levels S, H, M, L has no line";
  for (const Words& severity : profile.severities)
    if (severity.zh.empty()) return "one of the severities 1 to 4 has no line";
  return "";
}

std::string take_indicator(IndexSystem& system, const Cells& cells) {
  constexpr std::size_t kCells = 10;
  if (cells.size() != kCells) return "an indicator has ten cells";
  Indicator indicator;
  indicator.key = std::string(cells[0]);
  indicator.words = words(cells, 1);
  indicator.unit = words(cells, 8);
  indicator.is_required = cells[3] == "required";
  indicator.higher_is_worse = cells[4] == "higher";
  if ((!indicator.is_required && cells[3] != "optional") || (!indicator.higher_is_worse && cells[4] != "lower"))
    return "an indicator is required or optional, and higher or lower is worse";
  if (!read_cell(cells[5], indicator.min) || !read_cell(cells[6], indicator.max) ||
      !read_cell(cells[7], indicator.step) || indicator.min >= indicator.max || indicator.step <= 0)
    return "an indicator's range is min,max,step with min below max and a step above 0";
  if (system.index_of(indicator.key) != std::string::npos) return "the system has an indicator of that key already";
  system.indicators.push_back(std::move(indicator));
  const std::size_t n = system.indicators.size();
  system.judgements.assign(n, std::vector<Rational>(n, Rational(0)));
  return "";
}

std::string take_judgement(IndexSystem& system, const Cells& cells) {
  Rational value;
  if (cells.size() != 3 || !read_cell(cells[2], value)) return "a judgement is indicator,indicator,how much more";
  const std::size_t a = system.index_of(cells[0]), b = system.index_of(cells[1]);
  if (a == std::string::npos || b == std::string::npos || a == b)
    return "a judgement names two indicators listed above it";
  if (value < Rational(1, 9) || value > 9) return "a judgement lies between 1/9 and 9";
  system.judgements[a][b] = value;
  system.judgements[b][a] = 1 / value;
  return "";
}

std::string take_numbers(IndexSystem& system, const Statement& statement) {
  const Cells& cells = statement.cells;
  if (statement.statement == "random_index") {
    system.random_index.assign(cells.size(), 0);
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (!read_cell(cells[i], system.random_index[i])) return "the random index is a number for each size";
    return "";
  }
  if (statement.statement == "colour" && cells.size() == 2) {
    const auto colour = colour_of(cells[0]);
    double from = 0;
    if (!colour || !read_cell(cells[1], from) || (!system.colours.empty() && from >= system.colours.back().second))
      return "colours are red, orange, yellow, blue with falling thresholds";
    system.colours.emplace_back(*colour, from);
    return "";
  }
  if (statement.statement == "residue_class" && cells.size() == 3) {
    IndexSystem::ResidueClass each;
    if (!read_cell(cells[0], each.up_to)) return "a residue class ends at a number";
    each.words = words(cells, 1);
    system.residue_classes.push_back(std::move(each));
    return "";
  }
  double* target = statement.statement == "consistency_max" ? &system.consistency_max
                   : statement.statement == "hysteresis"    ? &system.hysteresis
                                                            : nullptr;
  if (target == nullptr || cells.size() != 1 || !read_cell(cells[0], *target))
    return fmt::format("\"{}\" with these cells is no statement of an index system", excerpt(statement.statement));
  return "";
}

std::string take_system(IndexSystem& system, const Statement& statement) {
  const Cells& cells = statement.cells;
  if (statement.statement == "indicator") return take_indicator(system, cells);
  if (statement.statement == "judgement") return take_judgement(system, cells);
  if (statement.statement == "domain") {
    const auto domain = domain_of(cells[0]);
    if (domain) system.domain = *domain;
    return domain ? "" : "a domain is industrial or agricultural";
  }
  if (statement.statement == "weighting") {
    const auto weighting = weighting_of(cells[0]);
    if (weighting) system.weighting = *weighting;
    return weighting ? "" : "a weighting is ahp, entropy, critic, mean or product";
  }
  return take_numbers(system, statement);
}

std::string whole_system(const IndexSystem& system) {
  const std::size_t n = system.indicators.size();
  if (n == 0 || n > system.random_index.size()) return "a system has indicators, and a random index for so many";
  if (system.colours.size() != 4 || system.residue_classes.empty())
    return "four colours and the residue classes are needed";
  stats::weighting::Table judged(n, std::vector<double>(n, 1));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      if (i != j && system.judgements[i][j] == 0)
        return fmt::format("no judgement compares {} with {}", system.indicators[i].key, system.indicators[j].key);
      if (i != j) judged[i][j] = stats::to_double(system.judgements[i][j]);
    }
  const double ratio = stats::weighting::ahp(judged, system.random_index).consistency_ratio;
  if (ratio >= system.consistency_max)
    return fmt::format("the judgements contradict each other: consistency ratio {:.4f}, less than {} is expected",
                       ratio, system.consistency_max);
  return "";
}

std::string take_mode(GradeTable& table, const Cells& cells) {
  Grade grade{};
  if (cells.size() != 6 || !read_cell(cells[0], grade))
    return "a mode is grade,ratio,checks a year,on site,中文,English";
  GradeTable::Row& row = table.rows[static_cast<std::size_t>(grade)];
  if (!read_cell(cells[1], row.ratio) || !read_cell(cells[2], row.checks_a_year) || row.ratio <= 0 ||
      row.checks_a_year <= 0)
    return "ratio and checks a year are numbers above 0";
  row.on_site = std::string(cells[3]);
  row.mode = words(cells, 4);
  return "";
}

std::string take_rule(GradeTable& table, const Statement& statement) {
  const Cells& cells = statement.cells;
  if (statement.statement == "downgrade" && cells.size() == 3) {
    GradeTable::Downgrade rule;
    const auto use = use_of(cells[1]);
    if (!read_cell(cells[0], rule.from) || !use || !read_cell(cells[2], rule.to) || rule.to >= rule.from)
      return "a downgrade is grade,use,lower grade";
    rule.use = *use;
    table.downgrades.push_back(rule);
    return "";
  }
  if (statement.statement == "exception" && cells.size() == 3) {
    table.exceptions.push_back({std::string(cells[0]), words(cells, 1)});
    return "";
  }
  Grade* target = nullptr;
  if (statement.statement == "floor" && cells.size() == 2)
    target = cells[0] == "matrix_serious" ? &table.floor_matrix_serious
             : cells[0] == "severity_4"   ? &table.floor_severity_4
                                          : nullptr;
  if (statement.statement == "no_colour") target = &table.no_colour;
  if (statement.statement == "tolerable") target = &table.tolerable;
  if (target == nullptr || !read_cell(cells.back(), *target))
    return fmt::format("\"{}\" with these cells is no statement of a grade table", excerpt(statement.statement));
  return "";
}

std::string take_table(GradeTable& table, const Statement& statement) {
  const Cells& cells = statement.cells;
  if (statement.statement == "mode") return take_mode(table, cells);
  if (statement.statement == "domain") {
    const auto domain = domain_of(cells[0]);
    if (domain) table.domain = *domain;
    return domain ? "" : "a domain is industrial or agricultural";
  }
  if (statement.statement != "grade") return take_rule(table, statement);
  Grade grade{};
  const auto colour = cells.size() == 4 ? colour_of(cells[1]) : std::nullopt;
  if (!colour || !read_cell(cells[0], grade)) return "a grade is A to D,colour,中文,English";
  GradeTable::Row& row = table.rows[static_cast<std::size_t>(grade)];
  row.colour = *colour;
  row.words = words(cells, 2);
  return "";
}

std::string whole_table(const GradeTable& table) {
  Colour last = Colour::kNone;
  for (const GradeTable::Row& row : table.rows) {
    if (row.words.zh.empty() || row.mode.zh.empty()) return "one of the grades A to D has no grade or no mode line";
    if (row.colour <= last) return "colours rise with the grades: blue, yellow, orange, red";
    last = row.colour;
  }
  return "";
}

std::string take_evidence(AverageRules& rules, const Cells& cells) {
  AverageRules::Evidence evidence;
  if (cells.size() != 4 || !read_cell(cells[0], evidence.from) ||
      (!rules.evidence.empty() && evidence.from >= rules.evidence.back().from))
    return "evidence is probability,key,中文,English with falling probabilities";
  evidence.key = std::string(cells[1]);
  evidence.words = words(cells, 2);
  rules.evidence.push_back(std::move(evidence));
  return "";
}

std::string take_average(AverageRules& rules, const Statement& statement) {
  const Cells& cells = statement.cells;
  if (statement.statement == "evidence") return take_evidence(rules, cells);
  if (statement.statement == "weights") {
    rules.weights = cells[0] == "halving"  ? AverageRules::Weights::kHalving
                    : cells[0] == "linear" ? AverageRules::Weights::kLinear
                                           : AverageRules::Weights::kUniform;
    const bool known = cells[0] == "halving" || cells[0] == "linear" || cells[0] == "uniform";
    return known && cells.size() == 2 && read_cell(cells[1], rules.half_life)
               ? ""
               : "weights are halving, linear or uniform,half life";
  }
  if (statement.statement == "small" && cells.size() == 2) {
    rules.small_at_most = std::string(cells[1]);
    return read_cell(cells[0], rules.small_below) ? "" : "small is number,evidence";
  }
  if (statement.statement == "months")
    return read_cell(cells[0], rules.months) && rules.months > 0 && rules.months <= 120 ? "" : "months are 1 to 120";
  if (statement.statement == "group" && cells.size() == 2)
    return read_cell(cells[0], rules.prior.least_units) && read_cell(cells[1], rules.prior.least_tested)
               ? ""
               : "group is units,tests";
  struct Target {
    std::string_view statement;
    double* first;
    double* second;
  };
  const Target targets[] = {{"ratio", &rules.ratio, nullptr},
                            {"root_prior", &rules.root_alpha, &rules.root_beta},
                            {"correlation", &rules.prior.correlation_min, &rules.prior.correlation_max},
                            {"strength", &rules.prior.strength_min, &rules.prior.strength_max},
                            {"asked_share_max", &rules.prior.asked_share_max, nullptr},
                            {"signal", &rules.signal_probability, &rules.signal_failures},
                            {"forecast", &rules.forecast, nullptr},
                            {"partly", &rules.partly, nullptr}};
  for (const Target& target : targets) {
    if (target.statement != statement.statement) continue;
    const bool read = cells.size() == (target.second == nullptr ? 1U : 2U) && read_cell(cells[0], *target.first) &&
                      (target.second == nullptr || read_cell(cells[1], *target.second));
    return read ? "" : "numbers are expected";
  }
  return fmt::format("\"{}\" is no statement of a moving average", excerpt(statement.statement));
}

std::string whole_average(const AverageRules& rules) {
  if (rules.months == 0 || rules.ratio <= 0 || rules.root_alpha <= 0 || rules.root_beta <= 0 ||
      (rules.weights == AverageRules::Weights::kHalving && rules.half_life <= 0))
    return "months, ratio, root_prior and a half life are needed, all above 0";
  if (rules.evidence.empty() || rules.evidence.back().from > 0) return "the weakest evidence begins at 0";
  return "";
}

}  // namespace

Result<std::vector<MatrixProfile>> read_matrices(std::string_view csv) {
  return read_rows<MatrixProfile>(csv, "risk-matrices.csv", take_matrix, whole_matrix);
}

Result<std::vector<IndexSystem>> read_index_systems(std::string_view csv) {
  return read_rows<IndexSystem>(csv, "index-systems.csv", take_system, whole_system);
}

Result<std::vector<GradeTable>> read_grade_tables(std::string_view csv) {
  return read_rows<GradeTable>(csv, "grade-tables.csv", take_table, whole_table);
}

Result<std::vector<AverageRules>> read_average_rules(std::string_view csv) {
  return read_rows<AverageRules>(csv, "moving-averages.csv", take_average, whole_average);
}

}  // namespace suyuan::assessment
