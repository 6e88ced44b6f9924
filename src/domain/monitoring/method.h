// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace suyuan::monitoring {

// How a rise is looked for. The names are stable, and part of answers.
enum class Method : std::uint8_t {
  kAuto = 1,  // by length of history, series by series and period by period
  kEarsC1,
  kEarsC2,
  kEarsC3,
  kCusum,
  kEwma,
  kFarrington,
  kFarringtonFlexible,
  kBayes1,
  kBayes2,
  kBayes3,
  kGammaPoisson,
  kPrr,
  kRor,
  kIc,
  kEbgm,
  kPairs,  // EBGM and IC together
  kScanEb,
  kScanPb,
};

std::string_view method_name(Method method);   // "ears-c2"
std::string_view method_title(Method method);  // "EARS C2", as people write it
std::optional<Method> method_of(std::string_view name);
std::span<const Method> all_methods();

// Of one series; of pairs of the first two dimensions; of areas.
enum class Family : std::uint8_t { kSeries, kPairs, kScan };
Family family_of(Method method);

}  // namespace suyuan::monitoring
