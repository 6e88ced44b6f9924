// SPDX-License-Identifier: Apache-2.0
#include "domain/monitoring/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include "base/check.h"
#include "base/text.h"
#include "engine/stats/distributions.h"

namespace suyuan::monitoring {

namespace {

Error wrong(std::string text) { return {ErrorKind::kInvalid, "policy.detection", std::move(text)}; }

// A parameter, the range that makes sense (both ends allowed), and where it goes.
struct Slot {
  std::string_view method, parameter;
  double least, most;
  std::function<void(DetectionPolicy&, double)> put;
};

template <class T>
auto into(T DetectionPolicy::*member) {
  return [member](DetectionPolicy& policy, double value) { policy.*member = static_cast<T>(value); };
}
template <class Options, class T>
auto into(Options DetectionPolicy::*options, T Options::*member) {
  return [=](DetectionPolicy& policy, double value) { (policy.*options).*member = static_cast<T>(value); };
}
// Both of EARS, C1 and the others.
template <class T>
auto into_ears(T stats::EarsOptions::*member) {
  return [=](DetectionPolicy& policy, double value) {
    policy.ears.*member = static_cast<T>(value);
    policy.ears_c1.*member = static_cast<T>(value);
  };
}

void add_charts(std::vector<Slot>& slots) {
  using P = DetectionPolicy;
  using stats::EarsOptions, stats::EwmaOptions;
  slots.insert(slots.end(),
               {{"ears", "baseline", 2, 1000, into_ears(&EarsOptions::baseline)},
                {"ears", "guard", 0, 100, into(&P::ears, &EarsOptions::guard)},
                {"ears", "alpha", 1e-9, 0.5,
                 [](P& policy, double alpha) { policy.ears.z = policy.ears_c1.z = stats::normal_quantile(1 - alpha); }},
                {"ears", "sd_min", 0, 1e6, into_ears(&EarsOptions::sd_min)},
                {"ears", "c3_limit", 0, 1e6, into(&P::ears_c3_limit)},
                {"reference", "periods", 1, 10000, into(&P::reference_periods)},
                {"reference", "guard", 0, 1000, into(&P::reference_guard)},
                {"reference", "periods_min", 1, 10000, into(&P::reference_periods_min)},
                {"cusum", "ratio", 1.0001, 1000, into(&P::cusum_ratio)},
                {"cusum", "rise_min", 0, 1e6, into(&P::cusum_rise_min)},
                {"cusum", "limit", 0, 1e6, into(&P::cusum_limit)},
                {"ewma", "lambda", 0.001, 1, into(&P::ewma, &EwmaOptions::lambda)},
                {"ewma", "limit", 0, 100, into(&P::ewma, &EwmaOptions::limit)},
                {"bayes", "alpha", 1e-9, 0.5, into(&P::bayes_alpha)},
                {"gamma-poisson", "alpha", 1e-9, 0.5, into(&P::gamma_alpha)},
                {"auto", "short", 9, 1000, into(&P::auto_short)},
                {"auto", "long_years", 2, 50, into(&P::auto_long_years)},
                {"run", "false_discovery", 0, 1, into(&P::false_discovery)},
                {"run", "repeat_periods", 0, 1000, into(&P::repeat_periods)}});
}

void add_farrington(std::vector<Slot>& slots, std::string_view method, stats::FarringtonOptions DetectionPolicy::*to,
                    std::size_t DetectionPolicy::*years_min) {
  using F = stats::FarringtonOptions;
  slots.insert(slots.end(), {{method, "years", 2, 50, into(to, &F::years)},
                             {method, "years_min", 2, 50, into(years_min)},
                             {method, "half_window", 1, 12, into(to, &F::half_window)},
                             {method, "alpha", 1e-9, 0.5, into(to, &F::alpha)},
                             {method, "weights_threshold", 0, 100, into(to, &F::weights_threshold)},
                             {method, "trend_p", 0, 1, into(to, &F::trend_p)},
                             {method, "recent_sum", 0, 1e6, into(to, &F::recent_sum)},
                             {method, "recent_periods", 1, 52, into(to, &F::recent_periods)}});
}

void add_pairs_and_scan(std::vector<Slot>& slots) {
  using P = DetectionPolicy;
  slots.insert(slots.end(), {{"pairs", "window", 1, 10000, into(&P::pairs_window)},
                             {"pairs", "step", 1, 1000, into(&P::pairs_step)},
                             {"pairs", "count_min", 1, 1e6, into(&P::pairs_count_min)},
                             {"pairs", "prr_min", 0, 1e6, into(&P::prr_min)},
                             {"pairs", "chi_squared_min", 0, 1e6, into(&P::chi_squared_min)},
                             {"pairs", "ror_low_min", 0, 1e6, into(&P::ror_low_min)},
                             {"pairs", "ic_low_min", -100, 100, into(&P::ic_low_min)},
                             {"pairs", "eb05_min", 0, 1e6, into(&P::eb05_min)},
                             {"scan", "durations", 1, 1000, into(&P::scan_durations)},
                             {"scan", "share_max", 0.001, 1, into(&P::scan_share_max)},
                             {"scan", "replicates", 99, 99999, into(&P::scan_replicates)},
                             {"scan", "alpha", 0.0001, 0.5, into(&P::scan_alpha)},
                             {"scan", "count_min", 1, 1e6, into(&P::scan_count_min)}});
}

std::vector<Slot> slots() {
  std::vector<Slot> all;
  add_charts(all);
  add_farrington(all, "farrington", &DetectionPolicy::farrington, &DetectionPolicy::farrington_years_min);
  add_farrington(all, "farrington-flexible", &DetectionPolicy::flexible, &DetectionPolicy::flexible_years_min);
  using F = stats::FarringtonOptions;
  all.push_back({"farrington-flexible", "seasons", 2, 20, into(&DetectionPolicy::flexible, &F::seasons)});
  all.push_back({"farrington-flexible", "excluded", 0, 51, into(&DetectionPolicy::flexible, &F::excluded)});
  add_pairs_and_scan(all);
  return all;
}

Result<PolicyRow> read_row(std::string_view line, std::size_t number) {
  const auto cells = split(line, ',');
  if (cells.size() != 6)
    return wrong(
        fmt::format("Line {} of the detection policy: six cells are expected, "
                    "method,parameter,value,unit,standing,basis. Seen: \"{}\".",
                    number, excerpt(line)));
  if (cells[4] != "law" && cells[4] != "seed" && cells[4] != "default")
    return wrong(fmt::format("Line {} of the detection policy: standing is law, seed or default. Seen: \"{}\".", number,
                             excerpt(cells[4])));
  return PolicyRow{std::string(cells[0]), std::string(cells[1]), std::string(cells[2]),
                   std::string(cells[3]), std::string(cells[4]), std::string(cells[5])};
}

Status fill(DetectionPolicy& policy) {
  std::vector<Slot> open = slots();
  for (const PolicyRow& row : policy.rows) {
    const std::string name = row.method + "." + row.parameter;
    const auto slot = std::find_if(open.begin(), open.end(), [&](const Slot& each) {
      return each.method == row.method && each.parameter == row.parameter;
    });
    if (slot == open.end())
      return wrong("The detection policy has \"" + excerpt(name) + "\", which no method knows, or has it twice.");
    double value = 0;
    const char* end = row.value.data() + row.value.size();
    const auto read = std::from_chars(row.value.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end || !(value >= slot->least && value <= slot->most))
      return wrong(fmt::format("{} = {} in the detection policy: a number from {} to {} is expected.", name,
                               excerpt(row.value), slot->least, slot->most));
    slot->put(policy, value);
    open.erase(slot);
  }
  if (!open.empty())
    return wrong(fmt::format("The detection policy lacks {}.{}.", open.front().method, open.front().parameter));
  return Done{};
}

}  // namespace

Result<DetectionPolicy> read_detection_policy(std::string_view csv) {
  constexpr std::string_view kVersionMark = "# version ", kHeader = "method,parameter,value,unit,standing,basis";
  DetectionPolicy policy;
  policy.ears_c1.guard = 0;
  policy.flexible.two_sided = false;
  policy.flexible.bound = stats::FarringtonBound::kPlugin;
  std::size_t number = 0;
  for (const std::string_view raw : split(csv, '\n')) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.starts_with(kVersionMark)) {
      const auto rest = line.substr(kVersionMark.size());
      policy.version = rest.substr(0, rest.find(". "));
    }
    if (line.empty() || line.starts_with('#') || line == kHeader) continue;
    auto row = read_row(line, number);
    if (!row) return std::move(row.error());
    policy.rows.push_back(std::move(*row));
  }
  if (policy.version.empty()) return wrong("The detection policy does not begin with \"# version …\".");
  if (auto filled = fill(policy); !filled) return std::move(filled.error());
  return policy;
}

const DetectionPolicy& detection_policy() {
  static const DetectionPolicy policy = [] {
    auto read = read_detection_policy(detection_text());
    CHECK(read.ok());
    return std::move(*read);
  }();
  return policy;
}

}  // namespace suyuan::monitoring
