// SPDX-License-Identifier: Apache-2.0
#include "base/decimal.h"

#include "base/text.h"

namespace suyuan {

namespace {

__extension__ typedef __int128 Wide;  // sums and comparisons of 18-digit numbers at different scales need 37 digits

constexpr int kScaleMax = 18;
constexpr std::int64_t kDigitsMax = 999'999'999'999'999'999;

Wide power_of_ten(int exponent) {
  Wide power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

struct WideDecimal {
  Wide digits;
  int scale;
};

std::optional<Decimal> narrow(WideDecimal value) {
  while (value.scale > 0 && value.digits % 10 == 0) {
    value.digits /= 10;
    --value.scale;
  }
  if (value.digits > kDigitsMax || value.digits < -kDigitsMax || value.scale > kScaleMax) return std::nullopt;
  return Decimal::scaled(static_cast<std::int64_t>(value.digits), value.scale);
}

// Both at the greater of the two scales.
std::pair<Wide, Wide> aligned(Decimal a, Decimal b) {
  const int scale = std::max(a.scale(), b.scale());
  return {Wide(a.digits()) * power_of_ten(scale - a.scale()), Wide(b.digits()) * power_of_ten(scale - b.scale())};
}

Error not_a_number(std::string_view text) {
  return Error{ErrorKind::kInvalid, "decimal.not_a_number",
               "\"" + excerpt(text) + "\" is not a decimal number; write it like 12.5, -3 or 1e3."};
}

Error out_of_range(std::string_view text) {
  return Error{ErrorKind::kTooLarge, "decimal.out_of_range",
               "\"" + excerpt(text) + "\" needs more than 18 digits; numbers are kept exactly, with at most 18."};
}

struct Spelling {
  bool negative = false;
  std::string digits;  // before and behind the point
  long scale = 0;      // after the exponent is taken in; may be negative
};

// The parts of a number's spelling, or nothing if it is none.
std::optional<Spelling> spelling_of(std::string_view text) {
  Spelling parts;
  std::size_t i = 0;
  const auto digit_here = [&] { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) parts.negative = text[i++] == '-';
  if (!digit_here()) return std::nullopt;
  while (digit_here()) parts.digits += text[i++];
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (!digit_here()) return std::nullopt;
    for (; digit_here(); ++parts.scale) parts.digits += text[i++];
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    bool down = false;
    if (++i < text.size() && (text[i] == '-' || text[i] == '+')) down = text[i++] == '-';
    if (!digit_here()) return std::nullopt;
    long exponent = 0;
    for (; digit_here(); ++i) exponent = std::min(exponent * 10 + (text[i] - '0'), 100'000L);
    parts.scale += down ? exponent : -exponent;
  }
  if (i != text.size()) return std::nullopt;
  return parts;
}

}  // namespace

Decimal Decimal::scaled(std::int64_t digits, int scale) {
  CHECK(scale >= 0 && scale <= kScaleMax);
  Decimal value;
  value.digits_ = digits;
  value.scale_ = digits == 0 ? 0 : scale;
  while (value.scale_ > 0 && value.digits_ % 10 == 0) {
    value.digits_ /= 10;
    --value.scale_;
  }
  return value;
}

Result<Decimal> Decimal::parse(std::string_view text) {
  auto parts = spelling_of(text);
  if (!parts) return not_a_number(text);
  std::string& digits = parts->digits;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return Decimal();
  while (digits.size() > 1 && digits.back() == '0') {
    digits.pop_back();
    --parts->scale;
  }
  if (parts->scale > kScaleMax || digits.size() > 18) return out_of_range(text);
  if (parts->scale < 0) {
    if (digits.size() + static_cast<std::size_t>(-parts->scale) > 18) return out_of_range(text);
    digits.append(static_cast<std::size_t>(-parts->scale), '0');
    parts->scale = 0;
  }
  std::int64_t whole = 0;
  for (const char c : digits) whole = whole * 10 + (c - '0');
  return scaled(parts->negative ? -whole : whole, static_cast<int>(parts->scale));
}

std::string Decimal::to_string() const {
  std::string text = std::to_string(digits_ < 0 ? -digits_ : digits_);
  if (scale_ > 0) {
    const auto behind = static_cast<std::size_t>(scale_);
    if (text.size() <= behind) text.insert(0, behind + 1 - text.size(), '0');
    text.insert(text.size() - behind, 1, '.');
  }
  return digits_ < 0 ? "-" + text : text;
}

std::optional<Decimal> add(Decimal a, Decimal b) {
  const auto [left, right] = aligned(a, b);
  return narrow({left + right, std::max(a.scale(), b.scale())});
}

std::optional<Decimal> subtract(Decimal a, Decimal b) {
  const auto [left, right] = aligned(a, b);
  return narrow({left - right, std::max(a.scale(), b.scale())});
}

std::strong_ordering operator<=>(Decimal a, Decimal b) {
  const auto [left, right] = aligned(a, b);
  return left < right   ? std::strong_ordering::less
         : left > right ? std::strong_ordering::greater
                        : std::strong_ordering::equal;
}

}  // namespace suyuan
