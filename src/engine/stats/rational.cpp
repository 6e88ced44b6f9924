// SPDX-License-Identifier: Apache-2.0
#include "engine/stats/rational.h"

#include <fmt/format.h>

#include "base/decimal.h"
#include "base/text.h"

namespace suyuan::stats {

namespace {

using boost::multiprecision::cpp_int;

Rational of_decimal(Decimal value) {
  cpp_int denominator = 1;
  for (int i = 0; i < value.scale(); ++i) denominator *= 10;
  return {cpp_int(value.digits()), denominator};
}

Result<Rational> parse_part(std::string_view text, std::string_view whole) {
  auto read = Decimal::parse(text);
  if (read) return of_decimal(*read);
  if (read.error().kind == ErrorKind::kTooLarge)
    return Error{
        ErrorKind::kTooLarge, "rational.out_of_range",
        fmt::format("\"{}\" has more digits than are calculated with: at most 18 are. Round it.", excerpt(whole))};
  return Error{
      ErrorKind::kInvalid, "rational.not_a_number",
      fmt::format("\"{}\" is no number. Write it as a fraction (1/50) or with a point (0.02).", excerpt(whole))};
}

}  // namespace

Result<Rational> parse_rational(std::string_view text) {
  const std::size_t slash = text.find('/');
  auto numerator = parse_part(text.substr(0, slash), text);
  if (!numerator || slash == std::string_view::npos) return numerator;
  auto denominator = parse_part(text.substr(slash + 1), text);
  if (!denominator) return denominator;
  if (*denominator == 0)
    return Error{ErrorKind::kInvalid, "rational.zero_denominator",
                 fmt::format("\"{}\" divides by nothing. Give a number above 0 behind the stroke.", excerpt(text))};
  return Rational(*numerator / *denominator);
}

std::string to_text(const Rational& value) { return value.str(); }

std::string decimal_text(const Rational& value) {
  constexpr int kPlacesMax = 18;
  Rational scaled = value < 0 ? Rational(-value) : value;
  int places = 0;
  for (; boost::multiprecision::denominator(scaled) != 1; ++places) {
    if (places == kPlacesMax) return to_text(value);
    scaled *= 10;
  }
  std::string digits = boost::multiprecision::numerator(scaled).str();
  const auto point = static_cast<std::size_t>(places);
  if (digits.size() <= point) digits.insert(0, point + 1 - digits.size(), '0');
  if (places > 0) digits.insert(digits.size() - point, ".");
  return value < 0 ? "-" + digits : digits;
}

double to_double(const Rational& value) { return value.convert_to<double>(); }

Rational exactly(double value) { return Rational(value); }

}  // namespace suyuan::stats
