// SPDX-License-Identifier: Apache-2.0
// Methods on tables of pairs, on units and on areas against openEBGM, PhViD, scanstatistics and an independent program.
// Tolerance 1e-6 of what they printed.
#include <map>
#include <set>

#include "engine/stats/discovery.h"
#include "engine/stats/disproportion.h"
#include "engine/stats/ebgm.h"
#include "engine/stats/gamma_poisson.h"
#include "engine/stats/scan.h"
#include "risk_data.h"

namespace suyuan::stats {
namespace {

// What openEBGM's own test uses for the CAERS reports.
GpsPrior caers_prior() {
  const auto theta = test::numbers(test::risk_vectors().at("ebgm_theta_caers"));
  return {theta[0], theta[1], theta[2], theta[3], theta[4]};
}

TEST(PairVectors, disproportionality_of_one_table) {
  NEEDS_RISK_DATA("test_vectors.json");
  const auto vectors = test::risk_vectors();
  const auto& given = vectors.at("dispro");
  const auto at = [&](const char* name) { return test::number(given.at(name)); };
  const auto expect = [&](const Estimate& seen, double value, const char* limits) {
    const auto both = test::numbers(given.at(limits));
    EXPECT_NEAR(seen.value, value, 1e-6);
    EXPECT_NEAR(seen.low, both[0], 1e-6) << limits;
    EXPECT_NEAR(seen.high, both[1], 1e-6) << limits;
  };
  const Table2x2 table{at("a"), at("b"), at("c"), at("d")};
  EXPECT_NEAR(table.expected(), at("E"), 1e-9);
  expect(prr(table), at("PRR"), "PRR_ci");
  expect(ror(table), at("ROR"), "ROR_ci");
  EXPECT_NEAR(chi_squared(table, true), at("chi2_yates"), 1e-6);
  EXPECT_NEAR(chi_squared(table, false), at("chi2"), 1e-6);
  const Estimate closed = information_component(table.a, table.expected());
  EXPECT_NEAR(closed.value, at("IC"), 1e-6);
  EXPECT_NEAR(closed.low, at("IC025_approx"), 1e-6);
  EXPECT_NEAR(closed.high, at("IC975_approx"), 1e-6);
  expect(information_component_exact(table.a, table.expected()), at("IC"), "IC_exact");
  const Bcpnn neural = bcpnn(table);
  EXPECT_NEAR(neural.mean, at("BCPNN_E"), 1e-6);
  EXPECT_NEAR(neural.variance, at("BCPNN_V"), 1e-6);
  EXPECT_NEAR(neural.low, at("BCPNN_LB"), 1e-6);
  const std::vector<std::pair<const char*, GpsPrior>> priors = {{"ebgm_theta_DuMouchelInit", {}},
                                                                {"ebgm_theta_caers", caers_prior()}};
  for (const auto& [name, prior] : priors) {
    const Ebgm seen = ebgm({15, table.expected()}, prior);
    EXPECT_NEAR(seen.share1, test::number(given.at(name).at("Q")), 1e-6) << name;
    EXPECT_NEAR(seen.value, test::number(given.at(name).at("EBGM")), 1e-6) << name;
    EXPECT_NEAR(seen.low, test::number(given.at(name).at("EB05")), 1e-6) << name;
    EXPECT_NEAR(seen.high, test::number(given.at(name).at("EB95")), 1e-6) << name;
  }
}

// shows: X7
TEST(PairVectors, ebgm_of_all_17189_pairs_of_the_caers_reports_from_the_reports_themselves) {
  NEEDS_RISK_DATA("expected_ebgm_caers.csv");
  const CsvTable reports = test::risk_table("fda_caers_2012_supplements.csv");
  std::map<std::string, std::map<std::string, std::map<std::string, int>>> pairs;  // product, event, report
  std::map<std::string, std::set<std::string>> of_product, of_event;
  std::set<std::string> all;
  for (const auto& row : reports.rows) {
    pairs[row[1]][row[2]][row[0]] = 1;
    of_product[row[1]].insert(row[0]);
    of_event[row[2]].insert(row[0]);
    all.insert(row[0]);
  }
  EXPECT_EQ(all.size(), 3356U);
  const CsvTable expected = test::risk_table("expected_ebgm_caers.csv");
  ASSERT_EQ(expected.rows.size(), 17189U);
  const GpsPrior prior = caers_prior();
  int signals = 0;
  for (const auto& row : expected.rows) {
    const auto& seen = pairs[row[0]][row[1]];
    const double product = static_cast<double>(of_product[row[0]].size());
    const double event = static_cast<double>(of_event[row[1]].size());
    const double a = static_cast<double>(seen.size()), total = static_cast<double>(all.size());
    const Table2x2 table{a, product - a, event - a, total - product - event + a};
    EXPECT_EQ(a, test::number(row[2])) << row[0] << " " << row[1];
    EXPECT_NEAR(table.expected(), test::number(row[3]), 1e-9);
    EXPECT_NEAR(a / table.expected(), test::number(row[4]), 0.005001);
    const double ratio = prr(table).value, said = test::number(row[5]);
    if (std::isinf(said)) {
      EXPECT_EQ(ratio, said);
    } else {
      EXPECT_NEAR(ratio, said, 0.005001);
    }
    const Ebgm found = ebgm({static_cast<std::int64_t>(a), table.expected()}, prior);
    EXPECT_NEAR(found.value, test::number(row[6]), 1e-6 * std::max(1.0, found.value));
    EXPECT_NEAR(found.low, test::number(row[7]), 2e-6 * std::max(1.0, found.low));
    EXPECT_NEAR(found.high, test::number(row[8]), 2e-6 * std::max(1.0, found.high));
    signals += found.low >= 2;
    if (HasFailure()) break;
  }
  EXPECT_EQ(signals, 131);
}

TEST(PairVectors, ebgm_of_pairs_that_were_computed_elsewhere) {
  NEEDS_RISK_DATA("test_vectors.json");
  const auto vectors = test::risk_vectors();
  for (const auto& each : vectors.at("ebgm_caers").as_array()) {
    const auto& text = each.at("E").as_string();
    const Ebgm seen =
        ebgm({each.at("N").to_number<std::int64_t>(), test::number(std::string_view(text.data(), text.size()))},
             caers_prior());
    EXPECT_NEAR(seen.share1, test::number(each.at("Q")), 1e-6);
    EXPECT_NEAR(seen.value, test::number(each.at("EBGM")), 1e-6);
    EXPECT_NEAR(seen.low, test::number(each.at("EB05")), 1e-6);
    EXPECT_NEAR(seen.high, test::number(each.at("EB95")), 1e-6);
  }
}

TEST(PairVectors, the_prior_is_learnt_from_the_pairs) {
  NEEDS_RISK_DATA("expected_ebgm_caers.csv");
  const CsvTable expected = test::risk_table("expected_ebgm_caers.csv");
  std::vector<PairCount> pairs;
  for (const auto& row : expected.rows)
    pairs.push_back({static_cast<std::int64_t>(test::number(row[2])), test::number(row[3])});
  EXPECT_NEAR(gps_minus_log_likelihood(pairs, caers_prior()), 4162.455714, 1e-6);
  pairs = squash(squash(std::move(pairs), 1, 100, 100), 2, 10, 20);
  EXPECT_EQ(pairs.size(), 788U);
  const GpsPrior learnt = fit_gps_prior(pairs);
  EXPECT_NEAR(gps_minus_log_likelihood(pairs, learnt), 4161.997796, 1e-5);
  EXPECT_NEAR(learnt.shape1, 3.242616, 1e-3);
  EXPECT_NEAR(learnt.rate1, 0.399280, 1e-4);
  EXPECT_NEAR(learnt.shape2, 2.030714, 1e-3);
  EXPECT_NEAR(learnt.rate2, 1.912348, 1e-3);
  EXPECT_NEAR(learnt.share1, 0.065529, 1e-5);
}

TEST(PairVectors, gamma_poisson_of_six_units) {
  NEEDS_RISK_DATA("test_vectors.json");
  const auto vectors = test::risk_vectors();
  const auto& given = vectors.at("bmwa_gamma");
  const auto x = test::numbers(given.at("x")), e = test::numbers(given.at("e"));
  const GammaPrior prior = marshall_prior(x, e);
  EXPECT_NEAR(prior.mean, test::number(given.at("m")), 1e-6);
  EXPECT_NEAR(prior.weighted_variance, test::number(given.at("s2")), 1e-6);
  EXPECT_NEAR(prior.between, test::number(given.at("A")), 1e-6);
  EXPECT_NEAR(prior.shape, test::number(given.at("a")), 1e-6);
  EXPECT_NEAR(prior.rate, test::number(given.at("b")), 1e-6);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto& unit = given.at("units").as_array()[i];
    const GammaPosterior seen = posterior(prior, x[i], e[i]);
    EXPECT_NEAR(seen.mean, test::number(unit.at("eb")), 1e-6);
    EXPECT_EQ(next_quantile(seen, e[i], 0.99), unit.at("pred_q99").to_number<std::int64_t>()) << i;
  }
}

TEST(PairVectors, scan_scores_of_single_zones) {
  NEEDS_RISK_DATA("test_vectors.json");
  const auto vectors = test::risk_vectors();
  for (const auto& each : vectors.at("scan").at("EB").as_array())
    EXPECT_NEAR(eb_poisson_score(test::number(each.at("C")), test::number(each.at("B"))), test::number(each.at("s")),
                1e-6);
  for (const auto& each : vectors.at("scan").at("PB").as_array())
    EXPECT_NEAR(pb_poisson_score(test::number(each.at("C")), test::number(each.at("B")), test::number(each.at("N"))),
                test::number(each.at("s")), 1e-6);
}

}  // namespace
}  // namespace suyuan::stats
