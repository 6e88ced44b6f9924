// SPDX-License-Identifier: Apache-2.0
#include "r_comparison.h"

#include <fmt/format.h>

#include <cmath>

#include "engine/stats/charts.h"
#include "engine/stats/distributions.h"
#include "risk_data.h"

namespace suyuan::test {

namespace {

using stats::FarringtonBound;
using stats::FarringtonOptions;
using stats::FarringtonReading;
using stats::Reading;
using stats::Verdict;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();  // R's NA: not judged

// One series after the other, its weeks in order.
class Comparer {
 public:
  Comparer(const std::vector<AskedSeries>& asked, const CsvTable& answers) : asked_(asked), answers_(answers) {}

  Comparison run() {
    for (row_ = 0; row_ < answers_.rows.size(); ++row_) {
      const auto series = static_cast<std::size_t>(r("series"));
      one_ = &asked_.at(series);
      week_ = static_cast<std::size_t>(r("week"));
      t_ = week_ - 1;
      charts();
      cusums();
      if (week_ >= one_->first() && (week_ - one_->first()) % one_->step == 0) regressions();
    }
    return std::move(found_);
  }

 private:
  double r(const std::string& name) const {
    const auto index = answers_.column(name);
    return index ? number(answers_.rows[row_][*index]) : kNone;
  }
  double y() const { return one_->counts[t_]; }

  void same(const std::string& name, double ours, double tolerance) {
    const double theirs = r(name);
    if (std::isnan(ours) && std::isnan(theirs)) return;
    const double difference = ours == theirs ? 0 : std::abs(ours - theirs) / std::max(std::abs(theirs), 1e-6);
    if (difference <= tolerance) {
      ++found_.equal;
      found_.worst = std::max(found_.worst, difference);
      return;
    }
    found_.differences.push_back(fmt::format("series {} ({}), week {}: {} is {:.9g}, R says {:.9g}",
                                             one_ - asked_.data(), one_->shape, week_, name, ours, theirs));
  }
  void documented(const char* name, std::size_t numbers) { found_.documented[name] += numbers; }

  void same_reading(const std::string& method, const Reading& reading) {
    const bool judged = reading.verdict != Verdict::kTooLittle;
    same(method + "_upper", judged ? reading.upper : kNone, kTolerance);
    same(method + "_alarm", judged ? reading.verdict == Verdict::kAlarm : kNone, 0);
  }

  void charts() {
    const std::span<const double> counts(one_->counts);
    const stats::EarsOptions c2{.sd_min = one_->sd_min};
    same_reading("c1", stats::ears(counts, t_, {.guard = 0, .sd_min = one_->sd_min}));
    same_reading("c2", stats::ears(counts, t_, c2));
    same_reading("bayes1", stats::bayes(counts, t_, {.years = 0, .half_width = 6}, 0.05));
    same_reading("bayes2", stats::bayes(counts, t_, {.years = 1, .half_width = 6}, 0.05));
    same_reading("bayes3", stats::bayes(counts, t_, {.years = 2, .half_width = 4, .this_year = false}, 0.05));
    const auto c3 = stats::ears_c3(counts, t_, c2, stats::normal_quantile(0.975));
    if (c3.reading.verdict == Verdict::kTooLittle) {
      same("c3_upper", kNone, 0);
    } else {
      c3_of_the_package(c3, stats::ears(counts, t_, c2), c2.z);
    }
  }

  // The deviation of one of the three weeks is 0, and nothing is put in its place: 0 divided by 0 in R, 0 here.
  bool flat() const {
    for (std::size_t back = 0; back <= 2; ++back) {
      const Reading reading = stats::ears(one_->counts, t_ - back, {.sd_min = one_->sd_min});
      if (reading.upper == reading.expected) return true;
    }
    return false;
  }

  // Its bound has today's count where the mean belongs, so that today's C2 is not in it. What else is in it is ours.
  void c3_of_the_package(const stats::EarsC3& ours, const Reading& today, double z) {
    if (std::isnan(r("c3_upper")) && flat()) return documented("c3-flat", 2);
    const double sd = (today.upper - today.expected) / z, limit = stats::normal_quantile(0.975);
    same("c3_upper", std::max(0.0, y() + sd * (limit - ours.carried)), kTolerance);
    same("c3_alarm", ours.carried > limit && sd > 0 && y() > 0, 0);
    if ((ours.reading.verdict == Verdict::kAlarm) != (r("c3_alarm") == 1)) documented("c3-today", 1);
  }

  void cusums() {
    if (week_ == 1 || one_ != sums_of_) sums_of_ = one_, summed_ = 0, plain_ = standard_ = rossi_ = 0;
    for (; summed_ < week_; ++summed_) {
      const double count = one_->counts[summed_], mean = one_->mean;
      plain_ = stats::cusum_step(plain_, count, one_->reference);
      standard_ = stats::cusum_step(standard_, (count - mean) / std::sqrt(mean), 1.04);
      rossi_ = stats::cusum_step(rossi_, stats::rossi(count, mean), 1.04);
    }
    same("cusum_upper", plain_, kTolerance);
    same("cusum_alarm", plain_ > one_->limit, 0);
    same("standard_upper", standard_, kTolerance);
    same("standard_alarm", standard_ > 2.26, 0);
    same("rossi_upper", rossi_, kTolerance);
    same("rossi_alarm", rossi_ > 2.26, 0);
  }

  template <class Use>
  void each_reference(const FarringtonOptions& options, bool own_season, Use&& use) const {
    const std::size_t last = t_ - std::max(options.excluded, options.half_window) - 1;
    const std::size_t window = 2 * options.half_window + 1;
    for (std::size_t year = 1; year <= options.years; ++year) {
      const std::size_t from = t_ - year * options.period - options.half_window;
      const std::size_t length = options.seasons == 1 || own_season ? window : options.period;
      for (std::size_t i = from; i < from + length && i <= last; ++i) use(one_->counts[i]);
    }
  }
  // Whether no reference of this week, or of the weeks of its own season, has any count.
  bool without_counts(const FarringtonOptions& options, bool own_season) const {
    double sum = 0;
    each_reference(options, own_season, [&](double count) { sum += count; });
    return sum == 0;
  }
  double weeks_of_season(const FarringtonOptions& options) const {
    double weeks = 0;
    each_reference(options, true, [&](double) { ++weeks; });
    return weeks;
  }

  void regressions() {
    FarringtonOptions classic = one_->options;
    classic.seasons = 1;
    classic.excluded = 0;
    classic.weights_threshold = 1;
    classic.trend_p = 0.05;
    classic.two_sided = true;
    classic.working_variance = false;
    classic_form(classic);
    for (const auto& [name, bound] : {std::pair("delta", one_->options.bound),
                                      {"plugin", FarringtonBound::kPlugin},
                                      {"muan", FarringtonBound::kMuan}}) {
      FarringtonOptions options = one_->options;
      options.bound = bound;
      flexible_form(name, options);
    }
  }

  void classic_form(const FarringtonOptions& options) {
    const FarringtonReading ours = farrington_.judge(one_->counts, t_, options);
    if (!ours.fitted) return same_quiet("farrington", ours, 0);
    if (without_counts(options, false)) return documented("no-reference", 3);
    same("farrington_upper", ours.reading.upper, kToleranceOfFits);
    same("farrington_alarm", ours.reading.verdict == Verdict::kAlarm, 0);
    same("farrington_trend", ours.trend, 0);
  }

  void flexible_form(const std::string& name, const FarringtonOptions& options) {
    const FarringtonReading ours = farrington_.judge(one_->counts, t_, options);
    if (without_counts(options, false)) return documented("no-reference", 5);
    if (!ours.fitted) return same_quiet(name, ours, kNone);
    if (std::isinf(ours.reading.upper)) {
      if (!without_counts(options, true)) same(name + "_upper", ours.reading.upper, 0);
      return documented("empty-season", 5);
    }
    same(name + "_upper", ours.reading.upper, kToleranceOfFits);
    same(name + "_alarm", ours.reading.verdict == Verdict::kAlarm, 0);
    same(name + "_trend", ours.trend, 0);
    same(name + "_expected", ours.reading.expected, kToleranceOfFits);
    same(name + "_dispersion", ours.dispersion, kToleranceOfFits);
    if (options.bound != FarringtonBound::kPlugin) return documented("tail-of-the-bound", 1);
    // Its tail is by the fitted mean, however small; ours by half a count in the season at least.
    same(name + "_tail",
         stats::overdispersed_upper(static_cast<std::int64_t>(y()), ours.reading.expected, ours.dispersion),
         kToleranceOfFits);
    if (ours.reading.expected < 0.5 / weeks_of_season(options)) return documented("half-a-count", 1);
    same(name + "_tail", ours.tail, kToleranceOfFits);
  }

  // Too few recent counts: no alarm, and no bound; for which the classic form writes 0, the flexible one NA.
  void same_quiet(const std::string& name, const FarringtonReading& ours, double upper) {
    same(name + "_upper", upper, 0);
    if (ours.reading.verdict == Verdict::kQuiet) same(name + "_alarm", 0, 0);
  }

  const std::vector<AskedSeries>& asked_;
  const CsvTable& answers_;
  Comparison found_;
  stats::Farrington farrington_;
  std::size_t row_ = 0, week_ = 0, t_ = 0, summed_ = 0;
  const AskedSeries* one_ = nullptr;
  const AskedSeries* sums_of_ = nullptr;
  double plain_ = 0, standard_ = 0, rossi_ = 0;
};

}  // namespace

Comparison compare_with_r(const std::vector<AskedSeries>& asked, const CsvTable& answers) {
  return Comparer(asked, answers).run();
}

}  // namespace suyuan::test
