// SPDX-License-Identifier: Apache-2.0
#include "domain/monitoring/method.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace suyuan::monitoring {

namespace {

struct Row {
  Method method;
  std::string_view name, title;
  Family family;
};

constexpr std::array kRows = {
    Row{Method::kAuto, "auto", "auto", Family::kSeries},
    Row{Method::kEarsC1, "ears-c1", "EARS C1", Family::kSeries},
    Row{Method::kEarsC2, "ears-c2", "EARS C2", Family::kSeries},
    Row{Method::kEarsC3, "ears-c3", "EARS C3", Family::kSeries},
    Row{Method::kCusum, "cusum", "Poisson CUSUM", Family::kSeries},
    Row{Method::kEwma, "ewma", "EWMA", Family::kSeries},
    Row{Method::kFarrington, "farrington", "Farrington", Family::kSeries},
    Row{Method::kFarringtonFlexible, "farrington-flexible", "Farrington Flexible", Family::kSeries},
    Row{Method::kBayes1, "bayes1", "Bayes 1", Family::kSeries},
    Row{Method::kBayes2, "bayes2", "Bayes 2", Family::kSeries},
    Row{Method::kBayes3, "bayes3", "Bayes 3", Family::kSeries},
    Row{Method::kGammaPoisson, "gamma-poisson", "Gamma-Poisson", Family::kSeries},
    Row{Method::kPrr, "prr", "PRR", Family::kPairs},
    Row{Method::kRor, "ror", "ROR", Family::kPairs},
    Row{Method::kIc, "ic", "IC", Family::kPairs},
    Row{Method::kEbgm, "ebgm", "EBGM", Family::kPairs},
    Row{Method::kPairs, "pairs", "EBGM + IC", Family::kPairs},
    Row{Method::kScanEb, "scan-eb", "EB Poisson scan", Family::kScan},
    Row{Method::kScanPb, "scan-pb", "PB Poisson scan", Family::kScan},
};

const Row& row_of(Method method) {
  const auto found = std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return row.method == method; });
  CHECK(found != kRows.end());
  return *found;
}

constexpr auto kMethods = [] {
  std::array<Method, kRows.size()> methods{};
  for (std::size_t i = 0; i < kRows.size(); ++i) methods[i] = kRows[i].method;
  return methods;
}();

}  // namespace

std::string_view method_name(Method method) { return row_of(method).name; }
std::string_view method_title(Method method) { return row_of(method).title; }
Family family_of(Method method) { return row_of(method).family; }
std::span<const Method> all_methods() { return kMethods; }

std::optional<Method> method_of(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.method;
  }
  return std::nullopt;
}

}  // namespace suyuan::monitoring
