// SPDX-License-Identifier: Apache-2.0
#include "domain/assessment/average.h"

#include <algorithm>
#include <chrono>

#include "engine/stats/beta_gamma.h"

namespace suyuan::assessment {

namespace {

constexpr std::size_t kNever = static_cast<std::size_t>(-1);

int month_number(CivilDay day) {
  const std::chrono::year_month_day date(day);
  return static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1;
}

// 0: the month of the assessment, 1: the month before; kNever: after it.
std::size_t months_back(CivilDay as_of, CivilDay day) {
  const int back = month_number(as_of) - month_number(day);
  return back < 0 || day > as_of ? kNever : static_cast<std::size_t>(back);
}

struct Counts {
  double tested = 0, failed = 0;
};

// Both windows by month, the newest first, and what was left out.
class Window {
 public:
  Window(const Input& input, const AverageRules& rules, Sampling sampling)
      : input_(input), months_(rules.months), by_month_(2 * rules.months) {
    share_.sampling = sampling;
    for (const Sample& sample : input.inspections->samples)
      if (sample.sampling == sampling) take(sample);
  }

  const Share& share() const { return share_; }
  // `first`: 0 of the window that is asked for, its length of the one before.
  Counts weighted(const std::vector<double>& weights, std::size_t first) const {
    Counts sum;
    for (std::size_t j = 0; j < weights.size(); ++j) {
      sum.tested += weights[j] * by_month_[first + j].tested;
      sum.failed += weights[j] * by_month_[first + j].failed;
    }
    return sum;
  }

 private:
  void take(const Sample& sample) {
    if (input_.known_on && sample.recorded_on && *sample.recorded_on > *input_.known_on) {
      ++share_.unknown;
      return;
    }
    const std::size_t back = months_back(input_.as_of, sample.on);
    if (back == kNever) {
      ++share_.later;
      return;
    }
    if (back < by_month_.size()) {
      by_month_[back].tested += static_cast<double>(sample.passed + sample.failed);
      by_month_[back].failed += static_cast<double>(sample.failed);
    }
    if (back >= months_) {
      ++share_.older;
      return;
    }
    ++share_.samples;
    share_.passed += sample.passed;
    share_.failed += sample.failed;
    share_.not_judged += sample.not_judged;
    share_.severity_4 = share_.severity_4 || sample.severity_4 > 0;
  }

  const Input& input_;
  std::size_t months_;
  std::vector<Counts> by_month_;
  Share share_;
};

void choose_prior(Share& share, const std::vector<Group>& groups, const AverageRules& rules) {
  for (const Group& group : groups) {
    const auto prior = stats::bayes::beta_prior(group.units, rules.prior);
    if (!prior) continue;
    share.prior = *prior;
    share.prior_of = group.name;
    return;
  }
  share.prior = stats::bayes::given_beta_prior(rules.root_alpha, rules.root_beta);
}

struct Strength {
  std::string evidence;
  bool is_capped = false;
};

Strength strength_of(const AverageRules& rules, double above_threshold, double observed_weighted) {
  std::size_t at = 0;
  while (at + 1 < rules.evidence.size() && above_threshold < rules.evidence[at].from) ++at;
  std::size_t cap = 0;
  while (cap + 1 < rules.evidence.size() && rules.evidence[cap].key != rules.small_at_most) ++cap;
  const bool capped = observed_weighted < rules.small_below && at < cap;
  return {rules.evidence[capped ? cap : at].key, capped};
}

}  // namespace

std::optional<Share> share_of(const Input& input, const AverageRules& rules, Sampling sampling, bool with_trend) {
  if (!input.inspections) return std::nullopt;
  const Window window(input, rules, sampling);
  Share share = window.share();
  if (share.samples == 0) return std::nullopt;
  const auto weights = rules.period_weights();
  const Counts now = window.weighted(weights, 0), before = window.weighted(weights, rules.months);
  share.tested_weighted = now.tested;
  share.failed_weighted = now.failed;
  choose_prior(share, input.inspections->groups, rules);
  share.posterior = stats::bayes::beta_posterior(share.prior, now.tested, now.failed, rules.ratio);
  if (with_trend && before.tested > 0)
    share.trend =
        stats::bayes::beta_greater(share.posterior.alpha, share.posterior.beta, share.prior.alpha + before.failed,
                                   share.prior.beta + before.tested - before.failed);
  const auto strength = strength_of(rules, share.posterior.above_threshold, now.tested);
  share.evidence = strength.evidence;
  share.is_capped = strength.is_capped;
  share.is_signal = share.severity_4 || (share.posterior.above_threshold >= rules.signal_probability &&
                                         now.failed >= rules.signal_failures);
  return share;
}

std::vector<Share> shares_of(const Input& input, const AverageRules& rules) {
  std::vector<Share> shares;
  for (const Sampling sampling : {Sampling::kRandom, Sampling::kTargeted})
    if (auto share = share_of(input, rules, sampling, true)) shares.push_back(std::move(*share));
  return shares;
}

std::optional<Rate> rate_of(const Input& input, const AverageRules& rules) {
  if (!input.reports) return std::nullopt;
  Rate rate;
  const auto weights = rules.period_weights();
  std::size_t newest = kNever;
  for (std::size_t j = 0; j < weights.size(); ++j) {  // from the newest month, whatever their order in the document
    for (const ReportMonth& month : input.reports->months) {
      if (months_back(input.as_of, month.month) != j) continue;
      const double counted = static_cast<double>(month.confirmed) + rules.partly * static_cast<double>(month.partly);
      rate.exposure_weighted += weights[j] * stats::to_double(month.exposure);
      rate.count_weighted += weights[j] * counted;
      rate.confirmed += month.confirmed;
      rate.partly += month.partly;
      rate.unverified += month.unverified;
      rate.severity_4 = rate.severity_4 || month.severity_4 > 0;
      ++rate.months;
      if (newest != kNever) continue;
      newest = j;
      rate.next_exposure = stats::to_double(month.exposure);
    }
  }
  if (rate.months == 0) return std::nullopt;
  if (input.reports->next_exposure) rate.next_exposure = stats::to_double(*input.reports->next_exposure);
  rate.prior = stats::bayes::gamma_prior(input.reports->units);
  rate.posterior = stats::bayes::gamma_posterior(rate.prior, {rate.exposure_weighted, rate.count_weighted}, rules.ratio,
                                                 rate.next_exposure, rules.forecast);
  const auto strength = strength_of(rules, rate.posterior.above_threshold, rate.exposure_weighted);
  rate.evidence = strength.evidence;
  rate.is_capped = strength.is_capped;
  rate.is_signal = rate.severity_4 || (rate.posterior.above_threshold >= rules.signal_probability &&
                                       rate.count_weighted >= rules.signal_failures);
  return rate;
}

const Words& evidence_words(const AverageRules& rules, const std::string& key) {
  const auto found = std::find_if(rules.evidence.begin(), rules.evidence.end(),
                                  [&](const AverageRules::Evidence& each) { return each.key == key; });
  return found == rules.evidence.end() ? rules.evidence.back().words : found->words;
}

}  // namespace suyuan::assessment
