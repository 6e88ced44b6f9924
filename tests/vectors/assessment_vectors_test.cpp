// SPDX-License-Identifier: Apache-2.0
// The vectors of the public data set (numpy and scipy; tolerance: half of the sixth place that they are printed to, or
// 1e-4 of the value).
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "domain/assessment/average.h"
#include "domain/assessment/matrix.h"
#include "domain/calendar/working_days.h"
#include "engine/stats/beta_gamma.h"
#include "engine/stats/weighting.h"
#include "public_data.h"

namespace suyuan {
namespace {

namespace json = boost::json;
namespace bayes = stats::bayes;
namespace weighting = stats::weighting;
using stats::Rational;

class AssessmentVectors : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = test::data_folder() / "risk/test_vectors.json";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no public data at " << path << " (SUYUAN_TEST_DATA)";
    vectors_ = json::parse(test::contents(path)).as_object();
  }
  const json::object& of(std::string_view name) const { return vectors_.at(name).as_object(); }

  json::object vectors_;
};

double number(const json::value& value) { return value.to_number<double>(); }
Rational exact(const json::value& value) { return *stats::parse_rational(std::string(value.as_string())); }

void expect_near(double found, const json::value& expected, std::string_view what) {
  EXPECT_NEAR(found, number(expected), std::max(6e-7, 1e-4 * std::fabs(number(expected)))) << what;
}

std::vector<double> numbers(const json::value& list) {
  std::vector<double> all;
  for (const auto& each : list.as_array()) all.push_back(number(each));
  return all;
}

weighting::Table table(const json::value& rows) {
  weighting::Table all;
  for (const auto& row : rows.as_array()) all.push_back(numbers(row));
  return all;
}

void expect_all_near(const std::vector<double>& found, const json::value& expected, std::string_view what) {
  ASSERT_EQ(found.size(), expected.as_array().size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i) expect_near(found[i], expected.as_array()[i], what);
}

std::vector<bayes::UnitCount> units(const json::value& pairs) {
  std::vector<bayes::UnitCount> all;
  for (const auto& pair : pairs.as_array()) all.push_back({number(pair.at(0)), number(pair.at(1)), false});
  return all;
}

const assessment::MatrixProfile& matrix() { return assessment::policy_book().matrices.front(); }

std::vector<Rational> steps(const json::object& each) {
  std::vector<Rational> all;
  for (const auto& step : each.at("steps").as_array()) all.push_back(exact(step));
  return all;
}

char level(const json::value& letter) { return letter.as_string()[0]; }

// shows: R9
TEST_F(AssessmentVectors, matrix) {
  const auto& rapex = of("rapex");
  const auto& rows = rapex.at("matrix_rows_band0_to_7_cols_sev1_to_4").as_array();
  ASSERT_EQ(rows.size(), matrix().bands.size());
  for (std::size_t band = 0; band < rows.size(); ++band)
    for (std::size_t s = 0; s < 4; ++s)
      EXPECT_EQ(letter(matrix().bands[band].levels[s]), rows[band].as_string()[s]) << band << " " << s;
  for (const auto& value : rapex.at("cases").as_array()) {
    const auto& each = value.as_object();
    const Rational p = assessment::product_of(steps(each));
    EXPECT_EQ(p, exact(each.at("p")));
    EXPECT_EQ(band_of(matrix(), p), number(each.at("band"))) << each;
    EXPECT_EQ(letter(level_of(matrix(), p, each.at("severity").to_number<std::size_t>())), level(each.at("level")))
        << each;
  }
}

void expect_edge(const std::optional<assessment::Edge>& edge, const json::value& expected, const char* bound) {
  ASSERT_EQ(edge.has_value(), !expected.is_null());
  if (!edge) return;
  EXPECT_EQ(edge->bound, exact(expected.at(bound)));
  EXPECT_DOUBLE_EQ(stats::to_double(edge->factor), number(expected.at("factor")));
  EXPECT_EQ(letter(edge->level), level(expected.at("level")));
}

// shows: X2
TEST_F(AssessmentVectors, sensitivity) {
  for (const auto& value : vectors_.at("rapex_sensitivity").as_array()) {
    const auto& each = value.as_object();
    const auto shift = sensitivity_of(matrix(), steps(each), each.at("severity").to_number<std::size_t>());
    expect_edge(shift.up, each.at("up"), "p_must_exceed");
    expect_edge(shift.down, each.at("down"), "p_at_or_below");
    EXPECT_EQ(letter(shift.times_10), level(each.at("x10")));
    EXPECT_EQ(letter(shift.by_10), level(each.at("div10")));
    if (shift.severity_more) {
      EXPECT_EQ(letter(*shift.severity_more), level(each.at("sev_plus1")));
    }
    if (shift.severity_less) {
      EXPECT_EQ(letter(*shift.severity_less), level(each.at("sev_minus1")));
    }
    EXPECT_EQ(shift.is_robust, each.at("robust").as_bool());
  }
}

// shows: W5
TEST_F(AssessmentVectors, moving_average) {
  const auto& vector = of("bmwa_beta");
  const auto weights = bayes::halving_weights(vector.at("K").to_number<std::size_t>(), number(vector.at("halflife")));
  expect_all_near(weights, vector.at("weights"), "weights");
  const auto n = numbers(vector.at("n_oldest_first")), x = numbers(vector.at("x_oldest_first"));
  const auto prior = bayes::beta_prior(units(vector.at("category_units_n_x")), {});
  ASSERT_TRUE(prior);
  for (const auto& [name, found] :
       {std::pair("p_hat", prior->mean), std::pair("MSA", prior->between), std::pair("MSW", prior->within),
        std::pair("n0", prior->size), std::pair("rho", prior->correlation), std::pair("M", prior->strength),
        std::pair("alpha0", prior->alpha), std::pair("beta0", prior->beta)})
    expect_near(found, vector.at(name), name);
  const auto& path = vectors_.at("bmwa_beta_trajectory").as_array();
  bayes::BetaPosterior last;
  for (std::size_t t = 0; t < path.size(); ++t) {
    double tested = 0, failed = 0;
    for (std::size_t j = 0; j <= t; ++j) tested += weights[j] * n[t - j], failed += weights[j] * x[t - j];
    last = bayes::beta_posterior(*prior, tested, failed, 2);
    expect_near(tested, path[t].at("N_w"), "N_w");
    expect_near(failed, path[t].at("X_w"), "X_w");
    expect_near(last.mean, path[t].at("mean"), "mean");
    expect_near(last.above_threshold, path[t].at("P_gt_2x"), "P_gt_2x");
  }
  const auto& post = vector.at("post");
  for (const auto& [name, found] :
       {std::pair("alpha", last.alpha), std::pair("beta", last.beta), std::pair("mean", last.mean),
        std::pair("sd", last.sd), std::pair("q05", last.q05), std::pair("q50", last.q50), std::pair("q95", last.q95),
        std::pair("shrink_B", last.pull), std::pair("P_gt_category", last.above_group),
        std::pair("P_gt_2x_category", last.above_threshold)})
    expect_near(found, post.at(name), name);
}

// The step into the matrix: severity 3, an injury in one of 50 failures.
TEST_F(AssessmentVectors, moving_average_in_the_matrix) {
  const auto& post = of("bmwa_beta").at("post");
  const auto level_at = [&](const char* name) {
    return letter(level_of(matrix(), stats::exactly(number(post.at(name))) / 50, 3));
  };
  EXPECT_EQ(level_at("mean"), 'H');
  EXPECT_EQ(level_at("q95"), 'S');
}

// shows: W5
TEST_F(AssessmentVectors, moving_average_of_units_that_differ) {
  const auto& vector = of("bmwa_beta_overdispersed");
  const auto prior = bayes::beta_prior(units(vector.at("units_n_x")), {});
  ASSERT_TRUE(prior);
  expect_near(prior->strength, vector.at("M"), "M");
  for (const auto& each : vector.at("units").as_array()) {
    const auto posterior = bayes::beta_posterior(*prior, number(each.at("n")), number(each.at("x")), 2);
    expect_near(posterior.mean, each.at("post_mean"), "post_mean");
    expect_near(posterior.q95, each.at("q95"), "q95");
    EXPECT_NEAR(posterior.above_threshold, number(each.at("P_gt_2x")), 1e-6 + 1e-4 * number(each.at("P_gt_2x")));
  }
  const auto& compared = of("beta_compare");
  expect_near(bayes::beta_greater(number(compared.at("a1")), number(compared.at("b1")), number(compared.at("a2")),
                                  number(compared.at("b2"))),
              compared.at("P_p1_gt_p2"), "P_p1_gt_p2");
}

// shows: W5
TEST_F(AssessmentVectors, rates_of_reports) {
  const auto& vector = of("bmwa_gamma");
  const auto exposures = numbers(vector.at("e")), counts = numbers(vector.at("x"));
  std::vector<bayes::UnitRate> all;
  for (std::size_t i = 0; i < exposures.size(); ++i) all.push_back({exposures[i], counts[i]});
  const auto prior = bayes::gamma_prior(all);
  for (const auto& [name, found] :
       {std::pair("m", prior.mean), std::pair("s2", prior.variance), std::pair("A", prior.spread),
        std::pair("a", prior.shape), std::pair("b", prior.rate)})
    expect_near(found, vector.at(name), name);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& each = vector.at("units").as_array()[i];
    const auto posterior = bayes::gamma_posterior(prior, all[i], 2, number(each.at("next_e")), 0.99);
    for (const auto& [name, found] :
         {std::pair("eb", posterior.mean), std::pair("q05", posterior.q05), std::pair("q95", posterior.q95),
          std::pair("P_gt_2m", posterior.above_threshold), std::pair("pred_q99", posterior.next_bound)})
      expect_near(found, each.at(name), name);
  }
}

// shows: W6
TEST_F(AssessmentVectors, weights) {
  const std::vector<double> random = {0, 0, .58, .90};
  for (const char* name : {"ahp_4", "ahp_4_inconsistent"}) {
    const auto& vector = of(name);
    weighting::Table judgements;
    for (const auto& row : vector.at("A").as_array()) {
      judgements.emplace_back();
      for (const auto& cell : row.as_array()) judgements.back().push_back(stats::to_double(exact(cell)));
    }
    const auto found = weighting::ahp(judgements, random);
    expect_near(found.lambda_max, vector.at("lambda_max"), name);
    expect_near(found.consistency_index, vector.at("CI"), name);
    expect_near(found.consistency_ratio, vector.at("CR"), name);
    expect_all_near(found.weights, vector.at("w_eigen"), name);
  }
  auto rows = table(of("entropy").at("X"));
  for (std::size_t j = 0; j < rows[0].size(); ++j) {
    double min = rows[0][j], max = min;
    for (const auto& row : rows) min = std::min(min, row[j]), max = std::max(max, row[j]);
    for (auto& row : rows) row[j] = weighting::normalised(row[j], min, max, true);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) expect_all_near(rows[i], of("entropy").at("Y").at(i), "Y");
  expect_all_near(weighting::entropies(rows), of("entropy").at("e"), "e");
  expect_all_near(weighting::entropy_weights(rows), of("entropy").at("w"), "w");
  expect_all_near(weighting::critic_weights(rows), of("critic").at("w"), "critic");
  const auto& composite = of("composite");
  const auto judged = numbers(composite.at("w_ahp")), entropy = weighting::entropy_weights(rows);
  const auto half = weighting::mean_weights(judged, entropy), product = weighting::product_weights(judged, entropy);
  expect_all_near(half, composite.at("w_linear_half"), "linear");
  expect_all_near(product, composite.at("w_multiplicative"), "multiplicative");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    expect_near(100 * weighting::weighted_sum(half, rows[i]), composite.at("index_linear").at(i), "index");
    expect_near(100 * weighting::weighted_sum(product, rows[i]), composite.at("index_multiplicative").at(i), "index");
    expect_near(weighting::nemerow(rows[i]), composite.at("nemerow_on_Y").at(i), "nemerow");
  }
  expect_near(weighting::nemerow(numbers(of("nemerow").at("P_i"))), of("nemerow").at("PN"), "PN");
}

TEST_F(AssessmentVectors, working_days) {
  const json::array& all = vectors_.at("workdays").as_array();
  EXPECT_FALSE(all.empty());
  for (const json::value& each : all) {
    const auto due = calendar::WorkingDays::announced().after_working_days(
        *parse_day(std::string(each.at("start").as_string())), static_cast<int>(each.at("plus").as_int64()));
    EXPECT_EQ(format_day(due.day), std::string(each.at("deadline").as_string()));
    EXPECT_FALSE(due.is_provisional);
  }
}

}  // namespace
}  // namespace suyuan
