// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/multiprecision/cpp_int.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

// Fractions without rounding: 1/10 * 1/10 is 1/100, and no more than it.
namespace suyuan::stats {

using Rational =
    boost::multiprecision::number<boost::multiprecision::cpp_rational_backend, boost::multiprecision::et_off>;

// "1/50", "0.02", "2e-2", "-3"; exact. At most 18 digits in each number and an exponent of at most 18.
// Errors: kInvalid "rational.not_a_number", "rational.zero_denominator"; kTooLarge "rational.out_of_range".
Result<Rational> parse_rational(std::string_view text);

std::string to_text(const Rational& value);       // "1/50", "3"
std::string decimal_text(const Rational& value);  // "0.02" when it ends after at most 18 places, else as to_text
double to_double(const Rational& value);          // the nearest
Rational exactly(double value);                   // the value that the bits stand for. Requires: finite

}  // namespace suyuan::stats
