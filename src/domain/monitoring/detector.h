// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "domain/monitoring/method.h"
#include "domain/monitoring/panel.h"
#include "domain/monitoring/policy.h"
#include "engine/stats/farrington.h"
#include "engine/stats/gamma_poisson.h"
#include "engine/stats/reading.h"

namespace suyuan::monitoring {

// What one method says about one period of one series.
struct Judgement {
  Method method = Method::kAuto;  // the one that judged; never kAuto
  stats::Verdict verdict = stats::Verdict::kTooLittle;
  double expected = 0;  // counts in that period
  double upper = 0;     // bound of the count, or of the score where `bounds_score`
  double score = 0;
  bool bounds_score = false;
  // Of an alarm (else 1 where it would cost something to know): the probability of such a count, or of a greater one,
  // without a rise, which is what the false discovery control compares. By the
  // method's own distribution where it has one; of EARS, CUSUM and EWMA the negative binomial predictive of the counts
  // that they cumulate, after up to a year of reference (policy: reference).
  double tail = 1;
};

// Judges one series period by period, oldest first. Nothing is allocated for a series or a period but by Farrington's
// workspace, which is shared.
class SeriesDetector {
 public:
  SeriesDetector(const Series& series, Period period, const DetectionPolicy& policy, stats::Farrington& workspace)
      : series_(&series), policy_(&policy), workspace_(&workspace), weekly_(period == Period::kWeek) {}

  // Judges `period` (of the panel) by a method of the family kSeries. To be called for each period of known_from ..
  // known_to - 1 in turn, with the same method. `siblings`: the prior that all series known by then tell.
  Judgement judge(std::size_t period, Method method, const stats::GammaPrior& siblings);

  double history_sum() const { return sum_before_; }  // of all periods before the last judged one

 private:
  struct Reference {
    double sum = 0, squares = 0;
    std::size_t periods = 0;
  };

  Judgement automatic(std::size_t t, const stats::GammaPrior& siblings);
  Judgement by_ears(std::size_t t, Method method);
  Judgement by_farrington(std::size_t t, Method method);
  Judgement by_bayes(std::size_t t, Method method);
  Judgement by_gamma(std::size_t t, const stats::GammaPrior& siblings);
  Judgement by_cusum(std::size_t t);
  Judgement by_ewma(std::size_t t);
  void roll(std::size_t t);
  double tail_of(std::size_t t, std::size_t periods) const;
  double reference_mean() const;

  const Series* series_;
  const DetectionPolicy* policy_;
  stats::Farrington* workspace_;
  bool weekly_;
  Reference reference_;  // of the period that is being judged
  double sum_before_ = 0;
  double cusum_ = 0, ewma_ = 0;
  std::size_t cusum_run_ = 0, ewma_steps_ = 0;
};

}  // namespace suyuan::monitoring
