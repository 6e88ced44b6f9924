// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/assessment/input.h"

// 基于贝叶斯定理的移动加权平均（本平台实现）: the moving weighted average by Bayes' theorem. Our implementation of the
// model that SN/T 4839-2017 names; its formulas are not public, conformity is not claimed. Months are calendar months
// of China.
namespace suyuan::assessment {

// One way of sampling of one unit.
struct Share {
  Sampling sampling = Sampling::kRandom;
  std::size_t samples = 0;             // in the window
  std::size_t passed = 0, failed = 0;  // in the window, unweighted
  std::size_t not_judged = 0;          // in the window; counted in neither
  std::size_t later = 0, unknown = 0,
              older = 0;  // samples left out: after the day, recorded too late, before the window
  double tested_weighted = 0, failed_weighted = 0;
  stats::bayes::BetaPrior prior;
  std::string prior_of;  // the group whose units gave the prior; "": the root prior
  stats::bayes::BetaPosterior posterior;
  std::optional<double> trend;  // P(share now > share in the window before); none: nothing was tested before
  std::string evidence;         // key of the rules
  bool is_capped = false;       // too few tests for more
  bool is_signal = false;       // a candidate for a person to look at, never a decision
  bool severity_4 = false;      // a failure of severity 4 in the window
};

// Of each way of sampling that has a sample, random first.
std::vector<Share> shares_of(const Input& input, const AverageRules& rules);
// The same for one of them; `with_trend` false leaves the trend out. std::nullopt: no sample of that way in the window.
std::optional<Share> share_of(const Input& input, const AverageRules& rules, Sampling sampling, bool with_trend);

struct Rate {
  std::size_t months = 0;  // with exposure, in the window
  std::size_t confirmed = 0, partly = 0, unverified = 0;
  double exposure_weighted = 0, count_weighted = 0;
  stats::bayes::GammaPrior prior;
  stats::bayes::GammaPosterior posterior;
  double next_exposure = 0;
  std::string evidence;
  bool is_capped = false, is_signal = false, severity_4 = false;
};

// std::nullopt: no reports, or none in the window.
std::optional<Rate> rate_of(const Input& input, const AverageRules& rules);

// Words of an evidence key.
const Words& evidence_words(const AverageRules& rules, const std::string& key);

}  // namespace suyuan::assessment
