// SPDX-License-Identifier: Apache-2.0
#include "domain/assessment/index.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace suyuan::assessment {

namespace {

constexpr double kFull = 100;

// To six places: 80 is 80, and not a last bit below it, when it is compared with a threshold.
double rounded(double index) {
  constexpr double kMillion = 1e6;
  return std::round(index * kMillion) / kMillion;
}

Error refused(std::vector<Finding> findings) {
  return {ErrorKind::kInvalid,
          "assessment.refused",
          fmt::format("The index cannot be calculated ({} finding{}). Correct the document and start again.",
                      findings.size(), findings.size() == 1 ? "" : "s"),
          {},
          std::move(findings)};
}

std::string keys_of(const IndexSystem& system) {
  std::string keys;
  for (const Indicator& each : system.indicators) keys += (keys.empty() ? "" : ", ") + each.key;
  return keys;
}

// Collects the indicators, in the system's order, then their weights, then the sum.
class Making {
 public:
  Making(const Input& input, const IndexSystem& system, const std::map<std::string, double>& calculated)
      : input_(input), system_(system), calculated_(calculated) {}

  Result<Index> make() {
    collect();
    if (!findings_.empty()) return refused(std::move(findings_));
    const auto weights = weigh();
    if (!findings_.empty()) return refused(std::move(findings_));
    std::vector<double> places;
    for (std::size_t i = 0; i < index_.indicators.size(); ++i) {
      WeighedIndicator& each = index_.indicators[i];
      each.weight = weights[i];
      each.points = kFull * each.weight * each.place;
      places.push_back(each.place);
    }
    index_.value = rounded(kFull * stats::weighting::weighted_sum(weights, places));
    index_.by_value = colour_of_value(system_, index_.value);
    index_.colour = colour_with_hysteresis(system_, index_.value, input_.previous);
    index_.is_held = index_.colour != index_.by_value;
    index_.residues = residues_of(input_, system_);
    return std::move(index_);
  }

 private:
  void find(const std::string& path, std::string_view code, std::string text) {
    findings_.push_back({path, std::string(code), std::move(text)});
  }

  void collect() {
    for (const auto& [key, value] : input_.index.values) check_key(value.path, key);
    for (std::size_t i = 0; i < system_.indicators.size(); ++i) collect(i);
  }

  void collect(std::size_t i) {
    const Indicator& indicator = system_.indicators[i];
    const auto given = input_.index.values.find(indicator.key);
    if (given == input_.index.values.end()) {
      if (indicator.is_required)
        find("/index/values/" + indicator.key, "assessment.missing",
             fmt::format("{} ({}) has no value, and {} cannot do without. Unknown is not nothing: find it out, or give "
                         "the value "
                         "that is thought likeliest with its source.",
                         indicator.key, indicator.words.en, system_.id()));
      else
        index_.left_out.push_back(indicator.key);
      return;
    }
    WeighedIndicator each;
    each.at = i;
    each.source = given->second.source;
    each.path = given->second.path;
    if (given->second.from) {
      const auto found = calculated_.find(*given->second.from);
      if (found == calculated_.end()) {
        find(given->second.path + "/from", "assessment.no_series",
             fmt::format("{} is to be taken from {}, of which the document has nothing in the window. Give the series, "
                         "or a value.",
                         indicator.key, *given->second.from));
        return;
      }
      each.from = *given->second.from;
      each.exact = stats::exactly(found->second);
    } else {
      each.exact = given->second.value;
    }
    each.value = stats::to_double(each.exact);
    each.place = place_of(indicator, each.exact);
    index_.indicators.push_back(std::move(each));
  }

  static double place_of(const Indicator& indicator, const Rational& value) {
    return stats::weighting::normalised(stats::to_double(value), stats::to_double(indicator.min),
                                        stats::to_double(indicator.max), indicator.higher_is_worse);
  }

  std::vector<double> weigh() {
    index_.weighting = input_.index.weighting.value_or(system_.weighting);
    const bool judged = index_.weighting == Weighting::kAhp || index_.weighting == Weighting::kMean ||
                        index_.weighting == Weighting::kProduct;
    const bool by_data = index_.weighting != Weighting::kAhp;
    if (judged) judge();
    if (by_data) compare();
    if (!findings_.empty()) return {};
    if (index_.weighting == Weighting::kMean)
      return stats::weighting::mean_weights(index_.ahp->weights, index_.by_data);
    if (index_.weighting == Weighting::kProduct)
      return stats::weighting::product_weights(index_.ahp->weights, index_.by_data);
    return judged ? index_.ahp->weights : index_.by_data;
  }

  void check_key(const std::string& path, const std::string& key) {
    if (system_.index_of(key) == std::string::npos)
      find(path, "assessment.unknown_indicator",
           fmt::format("{} has no indicator \"{}\"; it has {}. Correct the key, or name another index system.",
                       system_.id(), excerpt(key, 40), keys_of(system_)));
  }

  void check_keys(const Judgements& judgements) {
    for (std::size_t i = 0; i < judgements.indicators.size(); ++i) {
      const std::string path = fmt::format("/index/judgements/indicators/{}", i), &key = judgements.indicators[i];
      check_key(path, key);
      if (std::find(judgements.indicators.begin(), judgements.indicators.end(), key) - judgements.indicators.begin() <
          static_cast<std::ptrdiff_t>(i))
        find(path, "assessment.twice", fmt::format("{} is judged twice. Leave one row and column.", excerpt(key, 40)));
    }
  }

  // The judgements on the indicators that have a value; a part of consistent judgements is judged again by itself.
  void judge() {
    const auto& experts = input_.index.judgements;
    const std::string path = experts ? "/index/judgements" : "/index/values";
    if (experts) check_keys(*experts);
    std::vector<std::size_t> rows;
    for (const WeighedIndicator& each : index_.indicators) {
      const std::string& key = system_.indicators[each.at].key;
      const auto found = experts ? std::find(experts->indicators.begin(), experts->indicators.end(), key)
                                 : std::vector<std::string>::const_iterator();
      if (experts && found == experts->indicators.end())
        find(path, "assessment.missing",
             fmt::format("The judgements leave out {}, which has a value. Judge it, too.", key));
      else
        rows.push_back(experts ? static_cast<std::size_t>(found - experts->indicators.begin()) : each.at);
    }
    if (!findings_.empty()) return;
    const auto& table = experts ? experts->table : system_.judgements;
    stats::weighting::Table judged(rows.size(), std::vector<double>(rows.size(), 1));
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t j = 0; j < rows.size(); ++j)
        if (i != j) judged[i][j] = stats::to_double(table[rows[i]][rows[j]]);
    index_.ahp = stats::weighting::ahp(judged, system_.random_index);
    if (index_.ahp->consistency_ratio < system_.consistency_max) return;
    find(path, "assessment.inconsistent",
         fmt::format("The judgements contradict each other: consistency ratio {:.4f}, less than {} is expected. Ask "
                     "the experts again "
                     "which of {} indicators matters more; nothing is calculated from these.",
                     index_.ahp->consistency_ratio, system_.consistency_max, rows.size()));
  }

  void compare() {
    stats::weighting::Table rows;
    for (std::size_t r = 0; r < input_.index.compared.size(); ++r) {
      rows.emplace_back();
      for (const auto& [key, value] : input_.index.compared[r])
        check_key(fmt::format("/index/compared/{}/{}", r, key), key);
      for (const WeighedIndicator& each : index_.indicators) {
        const Indicator& indicator = system_.indicators[each.at];
        const auto found = input_.index.compared[r].find(indicator.key);
        if (found == input_.index.compared[r].end())
          find(fmt::format("/index/compared/{}/{}", r, indicator.key), "assessment.missing",
               fmt::format("This product has no {}, which the assessed one has. Give it.", indicator.key));
        rows.back().push_back(found == input_.index.compared[r].end() ? 0 : place_of(indicator, found->second));
      }
    }
    if (!findings_.empty()) return;
    index_.by_data = index_.weighting == Weighting::kCritic ? stats::weighting::critic_weights(rows)
                                                            : stats::weighting::entropy_weights(rows);
    double sum = 0;
    for (std::size_t j = 0; j < index_.by_data.size(); ++j) {
      sum += index_.by_data[j];
      if (index_.by_data[j] == 0) index_.constant.push_back(system_.indicators[index_.indicators[j].at].key);
    }
    if (sum == 0)
      find("/index/compared", "assessment.too_little_data",
           fmt::format("{} products are compared, and no indicator differs between them: they say nothing about "
                       "weights. Compare at "
                       "least two that differ, or take \"weighting\": \"ahp\".",
                       rows.size()));
  }

  const Input& input_;
  const IndexSystem& system_;
  const std::map<std::string, double>& calculated_;
  Index index_;
  std::vector<Finding> findings_;
};

}  // namespace

std::optional<Residues> residues_of(const Input& input, const IndexSystem& system) {
  if (input.residues.empty()) return std::nullopt;
  Residues residues;
  for (const Residue& each : input.residues) residues.ratios.push_back(stats::to_double(each.measured / each.limit));
  residues.index = stats::weighting::nemerow(residues.ratios);
  const auto found = std::find_if(system.residue_classes.begin(), system.residue_classes.end(),
                                  [&](const auto& each) { return residues.index <= each.up_to; });
  residues.rating = found == system.residue_classes.end() ? system.residue_classes.back().words : found->words;
  return residues;
}

Result<Index> index_of(const Input& input, const IndexSystem& system, const std::map<std::string, double>& calculated) {
  return Making(input, system, calculated).make();
}

Colour colour_of_value(const IndexSystem& system, double value) {
  for (const auto& [colour, from] : system.colours)
    if (value >= from) return colour;
  return Colour::kNone;
}

Colour colour_with_hysteresis(const IndexSystem& system, double value, std::optional<Colour> previous) {
  const Colour now = colour_of_value(system, value);
  if (!previous || *previous <= now) return now;
  for (const auto& [colour, from] : system.colours)
    if (colour <= *previous && value > from - system.hysteresis) return std::max(colour, now);
  return now;
}

}  // namespace suyuan::assessment
