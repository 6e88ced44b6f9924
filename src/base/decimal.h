// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace suyuan {

// An exact decimal number: digits() * 10^-scale(). Always in lowest terms: no trailing zero digit behind the point,
// 12.50 and 12.5 are the same value and print as "12.5". Holds 18 significant digits, scale 0..18.
class Decimal {
 public:
  constexpr Decimal() = default;
  constexpr explicit Decimal(std::int64_t whole) : digits_(whole) {}
  // Requires: 0 <= scale <= 18.
  static Decimal scaled(std::int64_t digits, int scale);

  // Reads a JSON or xsd:decimal number: "-12.50", "1e3", "+.5" is refused, "+5" is read (xsd allows it).
  // Errors: kInvalid "decimal.not_a_number"; kTooLarge "decimal.out_of_range" when 18 digits do not hold it exactly.
  static Result<Decimal> parse(std::string_view text);

  std::int64_t digits() const { return digits_; }
  int scale() const { return scale_; }
  bool is_negative() const { return digits_ < 0; }
  bool is_zero() const { return digits_ == 0; }
  std::string to_string() const;  // "-12.5", "0", "1000"

  // Exact; std::nullopt when 18 digits do not hold the answer.
  friend std::optional<Decimal> add(Decimal a, Decimal b);
  friend std::optional<Decimal> subtract(Decimal a, Decimal b);
  friend std::strong_ordering operator<=>(Decimal a, Decimal b);
  friend bool operator==(Decimal a, Decimal b) = default;

 private:
  std::int64_t digits_ = 0;
  int scale_ = 0;
};

std::optional<Decimal> add(Decimal a, Decimal b);
std::optional<Decimal> subtract(Decimal a, Decimal b);
std::strong_ordering operator<=>(Decimal a, Decimal b);

}  // namespace suyuan
