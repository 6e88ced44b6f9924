// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <optional>
#include <string_view>

#include "base/decimal.h"

// Amounts in units of UN/ECE Recommendation 20, compared exactly.
namespace suyuan::trace {

__extension__ typedef __int128 WideInt;

// An exact fraction in the base unit of its dimension. Comparing two measures of different dimensions means nothing.
class Measure {
 public:
  explicit Measure(Decimal number);
  Measure(WideInt numerator, WideInt denominator);  // requires: denominator > 0

  friend std::strong_ordering operator<=>(const Measure& a, const Measure& b);
  friend bool operator==(const Measure& a, const Measure& b) { return (a <=> b) == 0; }

 private:
  WideInt numerator_, denominator_;
};

// "mass" for KGM; the code itself for a unit that the table does not know. "" counts pieces, as C62 does.
std::string_view dimension_of(std::string_view unit);

// The amount in the base unit of its dimension; as it is for a unit that the table does not know. A difference (a
// standard deviation) of temperatures has no zero point: 1 CEL of it is 1 KEL.
Measure measure_of(Decimal amount, std::string_view unit, bool is_difference);

// The same amount in another unit, exactly: 5000 GRM in KGM is 5. Nothing for units of different dimensions, for
// temperatures, and when no Decimal holds it.
std::optional<Decimal> converted(Decimal amount, std::string_view from, std::string_view to);

}  // namespace suyuan::trace
