// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "engine/stats/moving_average.h"
#include "engine/stats/rational.h"

// The rows by which risk is judged: matrices, index systems, grade tables, moving averages. They are policy
// (policy/*.csv), versioned and only ever added to; each assessment stores which versions it used.
namespace suyuan::assessment {

using stats::Rational;

enum class Level { kLow, kMedium, kHigh, kSerious };  // L, M, H, S
enum class Grade { kA, kB, kC, kD };
enum class Colour { kNone, kBlue, kYellow, kOrange, kRed };
enum class Domain { kIndustrial, kAgricultural };
enum class MarketUse { kPublic, kFewCustomers, kOwnUse };

char letter(Level level);
char letter(Grade grade);
std::string_view key(Colour colour);  // "red"
std::string_view key(Domain domain);
std::string_view key(MarketUse use);  // "few_customers"
std::optional<Colour> colour_of(std::string_view key);
std::optional<Domain> domain_of(std::string_view key);
std::optional<MarketUse> use_of(std::string_view key);

struct Words {
  std::string zh, en;
};

struct PolicyHead {
  std::string name;
  int version = 0;
  CivilDay valid_from;
  Words title;
  std::string id() const;  // "eu-rapex@1"
};

inline constexpr std::size_t kSeverities = 4;

struct MatrixProfile : PolicyHead {
  struct Band {
    Rational above;  // probabilities above it and no greater than the band before
    std::array<Level, kSeverities> levels;
  };
  struct LevelRow {
    Grade grade = Grade::kA;
    Words words;
  };
  std::vector<Band> bands;         // the greatest first; the last is above 0 and takes 0 in
  std::array<LevelRow, 4> levels;  // by Level
  std::array<Words, kSeverities> severities;
  std::string edition;  // the edition of GB/T 22760 that is named; conformity is not claimed
};

struct Indicator {
  std::string key;
  Words words, unit;
  bool is_required = true, higher_is_worse = true;
  Rational min, max, step;
};

enum class Weighting { kAhp, kEntropy, kCritic, kMean, kProduct };
std::string_view key(Weighting weighting);
std::optional<Weighting> weighting_of(std::string_view key);

struct IndexSystem : PolicyHead {
  Domain domain = Domain::kIndustrial;
  std::vector<Indicator> indicators;
  std::vector<std::vector<Rational>> judgements;  // square, reciprocal
  Weighting weighting = Weighting::kAhp;
  double consistency_max = 0.1;
  std::vector<double> random_index;                // first: of one indicator
  std::vector<std::pair<Colour, double>> colours;  // red first
  double hysteresis = 0;
  struct ResidueClass {
    double up_to = 0;
    Words words;
  };
  std::vector<ResidueClass> residue_classes;
  std::size_t index_of(std::string_view indicator) const;  // npos: none of that key
};

struct GradeTable : PolicyHead {
  struct Row {
    Colour colour = Colour::kNone;
    Words words;
    Rational ratio, checks_a_year;  // times the usual ratio; spot checks a year
    std::string on_site;            // exceptions, usual, focused, active
    Words mode;
  };
  struct Exception {
    std::string key;
    Words words;
  };
  struct Downgrade {
    Grade from = Grade::kA;
    MarketUse use = MarketUse::kPublic;
    Grade to = Grade::kA;
    std::string basis;
  };
  Domain domain = Domain::kIndustrial;
  std::array<Row, 4> rows;  // by Grade
  std::vector<Exception> exceptions;
  std::vector<Downgrade> downgrades;
  Grade floor_matrix_serious = Grade::kA, floor_severity_4 = Grade::kA, no_colour = Grade::kA, tolerable = Grade::kA;
  Grade of(Colour colour) const;
};

struct AverageRules : PolicyHead {
  enum class Weights { kHalving, kLinear, kUniform };
  struct Evidence {
    double from = 0;
    std::string key;
    Words words;
  };
  std::size_t months = 0;
  Weights weights = Weights::kHalving;
  double half_life = 0, ratio = 0, root_alpha = 0, root_beta = 0;
  stats::bayes::PriorRules prior;
  std::vector<Evidence> evidence;  // the strongest first
  double small_below = 0;
  std::string small_at_most;
  double signal_probability = 0, signal_failures = 0, forecast = 0, partly = 0;
  std::vector<double> period_weights() const;  // the newest month first
};

struct PolicyBook {
  std::vector<MatrixProfile> matrices;
  std::vector<IndexSystem> systems;
  std::vector<GradeTable> tables;
  std::vector<AverageRules> averages;
};

// Errors: kInvalid "policy.assessment_row", naming file, line and what is wrong.
Result<std::vector<MatrixProfile>> read_matrices(std::string_view csv);
Result<std::vector<IndexSystem>> read_index_systems(std::string_view csv);
Result<std::vector<GradeTable>> read_grade_tables(std::string_view csv);
Result<std::vector<AverageRules>> read_average_rules(std::string_view csv);

const PolicyBook& policy_book();  // the compiled-in one

// The rows of one assessment.
struct Policy {
  MatrixProfile matrix;
  IndexSystem system;
  GradeTable table;
  AverageRules average;
};

// Which rows are asked for, as "name@version"; "": the newest of the domain that is valid on the day.
struct PolicyChoice {
  std::string matrix, system, table, average;
};

// Errors: kNotFound "policy.no_such_version", naming what there is.
Result<Policy> choose_policy(const PolicyBook& book, const PolicyChoice& choice, Domain domain, CivilDay day);

}  // namespace suyuan::assessment
