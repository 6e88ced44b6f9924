// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/units.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/check.h"

namespace suyuan::trace {

namespace {

// base = amount * numerator / denominator + offset. Exact by definition of the units; units whose factor is measured,
// rounded or irrational (radian, month, conventional millimetre of mercury) are left out. 18 digits of a Decimal times
// any number here stay below 2^127.
struct Unit {
  std::string_view code, dimension;
  std::int64_t numerator, denominator, offset_numerator, offset_denominator;
};

// clang-format off
// Source: UN/ECE Recommendation 20, annexes I to III. In order of the codes.
constexpr Unit kUnits[] = {
    {"23", "density", 1000, 1, 0, 1},
    {"2M", "speed", 1, 100, 0, 1},
    {"2P", "data", 8000, 1, 0, 1},
    {"2Q", "radioactivity", 1000, 1, 0, 1},
    {"2X", "speed", 1, 60, 0, 1},
    {"2Z", "voltage", 1, 1000, 0, 1},
    {"3B", "energy", 1000000, 1, 0, 1},
    {"4G", "volume", 1, 1000000000, 0, 1},
    {"4H", "length", 1, 1000000, 0, 1},
    {"4K", "current", 1, 1000, 0, 1},
    {"4L", "data", 8000000, 1, 0, 1},
    {"4N", "radioactivity", 1000000, 1, 0, 1},
    {"59", "ratio", 1, 1000000, 0, 1},
    {"61", "ratio", 1, 1000000000, 0, 1},
    {"74", "pressure", 1, 1000, 0, 1},
    {"A44", "volume", 1, 100, 0, 1},
    {"A45", "length", 10, 1, 0, 1},
    {"A48", "temperature", 5, 9, 0, 1},
    {"A76", "acceleration", 1, 100, 0, 1},
    {"A86", "frequency", 1000000000, 1, 0, 1},
    {"A89", "pressure", 1000000000, 1, 0, 1},
    {"A90", "power", 1000000000, 1, 0, 1},
    {"A93", "density", 1, 1000, 0, 1},
    {"A97", "pressure", 100, 1, 0, 1},
    {"A99", "data", 1, 1, 0, 1},
    {"AD", "data", 8, 1, 0, 1},
    {"AMH", "charge", 3600, 1, 0, 1},
    {"AMP", "current", 1, 1, 0, 1},
    {"APZ", "mass", 19439673, 625000000, 0, 1},
    {"ARE", "area", 100, 1, 0, 1},
    {"ATM", "pressure", 101325, 1, 0, 1},
    {"ATT", "pressure", 196133, 2, 0, 1},
    {"B35", "density", 1000, 1, 0, 1},
    {"B45", "substance", 1000, 1, 0, 1},
    {"B47", "force", 1000, 1, 0, 1},
    {"B73", "force", 1000000, 1, 0, 1},
    {"B84", "current", 1, 1000000, 0, 1},
    {"B96", "pressure", 1, 1000000, 0, 1},
    {"B98", "time", 1, 1000000, 0, 1},
    {"BAR", "pressure", 100000, 1, 0, 1},
    {"BLL", "volume", 9936705933, 62500000000, 0, 1},
    {"BQL", "radioactivity", 1, 1, 0, 1},
    {"C11", "acceleration", 1, 100000, 0, 1},
    {"C16", "speed", 1, 1000, 0, 1},
    {"C18", "substance", 1, 1000, 0, 1},
    {"C26", "time", 1, 1000, 0, 1},
    {"C28", "dose equivalent", 1, 1000, 0, 1},
    {"C31", "power", 1, 1000, 0, 1},
    {"C34", "substance", 1, 1, 0, 1},
    {"C35", "concentration", 1000, 1, 0, 1},
    {"C36", "concentration", 1, 1, 0, 1},
    {"C38", "concentration", 1000, 1, 0, 1},
    {"C45", "length", 1, 1000000000, 0, 1},
    {"C47", "time", 1, 1000000000, 0, 1},
    {"C62", "pieces", 1, 1, 0, 1},
    {"CEL", "temperature", 1, 1, 5463, 20},
    {"CEN", "pieces", 100, 1, 0, 1},
    {"CGM", "mass", 1, 100000, 0, 1},
    {"CLT", "volume", 1, 100000, 0, 1},
    {"CMK", "area", 1, 10000, 0, 1},
    {"CMQ", "volume", 1, 1000000, 0, 1},
    {"CMT", "length", 1, 100, 0, 1},
    {"COU", "charge", 1, 1, 0, 1},
    {"CUR", "radioactivity", 37000000000, 1, 0, 1},
    {"CWA", "mass", 45359237, 1000000, 0, 1},
    {"CWI", "mass", 317514659, 6250000, 0, 1},
    {"D13", "dose equivalent", 1, 1, 0, 1},
    {"D61", "angle", 1, 60, 0, 1},
    {"D62", "angle", 1, 3600, 0, 1},
    {"D80", "power", 1, 1000000, 0, 1},
    {"D82", "voltage", 1, 1000000, 0, 1},
    {"DAY", "time", 86400, 1, 0, 1},
    {"DD", "angle", 1, 1, 0, 1},
    {"DG", "mass", 1, 10000, 0, 1},
    {"DLT", "volume", 1, 10000, 0, 1},
    {"DMK", "area", 1, 100, 0, 1},
    {"DMQ", "volume", 1, 1000, 0, 1},
    {"DMT", "length", 1, 10, 0, 1},
    {"DTN", "mass", 100, 1, 0, 1},
    {"DZN", "pieces", 12, 1, 0, 1},
    {"E09", "charge", 18, 5, 0, 1},
    {"E14", "energy", 20934, 5, 0, 1},
    {"E34", "data", 8000000000, 1, 0, 1},
    {"E35", "data", 8000000000000, 1, 0, 1},
    {"E93", "mass flow", 1, 3600, 0, 1},
    {"EA", "pieces", 1, 1, 0, 1},
    {"F31", "mass flow", 1, 60, 0, 1},
    {"FAH", "temperature", 5, 9, 45967, 180},
    {"FH", "substance", 1, 1000000, 0, 1},
    {"FOT", "length", 381, 1250, 0, 1},
    {"FS", "speed", 381, 1250, 0, 1},
    {"FTK", "area", 145161, 1562500, 0, 1},
    {"FTQ", "volume", 55306341, 1953125000, 0, 1},
    {"G51", "volume flow", 1, 1000, 0, 1},
    {"GBQ", "radioactivity", 1000000000, 1, 0, 1},
    {"GJ", "density", 1000, 1, 0, 1},
    {"GL", "density", 1, 1, 0, 1},
    {"GLI", "volume", 454609, 100000000, 0, 1},
    {"GLL", "volume", 473176473, 125000000000, 0, 1},
    {"GP", "density", 1, 1000000, 0, 1},
    {"GQ", "density", 1, 1000000000, 0, 1},
    {"GRM", "mass", 1, 1000, 0, 1},
    {"GRN", "mass", 6479891, 100000000000, 0, 1},
    {"GRO", "pieces", 144, 1, 0, 1},
    {"GV", "energy", 1000000000, 1, 0, 1},
    {"GWH", "energy", 3600000000000, 1, 0, 1},
    {"H16", "area", 100, 1, 0, 1},
    {"H18", "area", 10000, 1, 0, 1},
    {"H29", "density", 1, 1000000, 0, 1},
    {"H87", "pieces", 1, 1, 0, 1},
    {"HAR", "area", 10000, 1, 0, 1},
    {"HGM", "mass", 1, 10, 0, 1},
    {"HLT", "volume", 1, 10, 0, 1},
    {"HM", "speed", 1397, 3125, 0, 1},
    {"HMT", "length", 100, 1, 0, 1},
    {"HTZ", "frequency", 1, 1, 0, 1},
    {"HUR", "time", 3600, 1, 0, 1},
    {"INH", "length", 127, 5000, 0, 1},
    {"INK", "area", 16129, 25000000, 0, 1},
    {"INQ", "volume", 2048383, 125000000000, 0, 1},
    {"JOU", "energy", 1, 1, 0, 1},
    {"K40", "acceleration", 196133, 20000, 0, 1},
    {"K6", "volume", 1, 1, 0, 1},
    {"KEL", "temperature", 1, 1, 0, 1},
    {"KGM", "mass", 1, 1, 0, 1},
    {"KGS", "mass flow", 1, 1, 0, 1},
    {"KHZ", "frequency", 1000, 1, 0, 1},
    {"KJO", "energy", 1000, 1, 0, 1},
    {"KLX", "illuminance", 1000, 1, 0, 1},
    {"KMH", "speed", 5, 18, 0, 1},
    {"KMK", "area", 1000000, 1, 0, 1},
    {"KMQ", "density", 1, 1, 0, 1},
    {"KMT", "length", 1000, 1, 0, 1},
    {"KNT", "speed", 463, 900, 0, 1},
    {"KPA", "pressure", 1000, 1, 0, 1},
    {"KTM", "length", 1000, 1, 0, 1},
    {"KTN", "mass", 1000000, 1, 0, 1},
    {"KVT", "voltage", 1000, 1, 0, 1},
    {"KWH", "energy", 3600000, 1, 0, 1},
    {"KWT", "power", 1000, 1, 0, 1},
    {"L2", "volume flow", 1, 60000, 0, 1},
    {"LBR", "mass", 45359237, 100000000, 0, 1},
    {"LTN", "mass", 317514659, 312500, 0, 1},
    {"LTR", "volume", 1, 1000, 0, 1},
    {"LUX", "illuminance", 1, 1, 0, 1},
    {"M1", "density", 1, 1000, 0, 1},
    {"M33", "concentration", 1, 1, 0, 1},
    {"M44", "angle", 360, 1, 0, 1},
    {"M62", "speed", 1000, 1, 0, 1},
    {"MAL", "volume", 1000, 1, 0, 1},
    {"MAW", "power", 1000000, 1, 0, 1},
    {"MBR", "pressure", 100, 1, 0, 1},
    {"MC", "mass", 1, 1000000000, 0, 1},
    {"MCU", "radioactivity", 37000000, 1, 0, 1},
    {"MGM", "mass", 1, 1000000, 0, 1},
    {"MHZ", "frequency", 1000000, 1, 0, 1},
    {"MIK", "area", 40468564224, 15625, 0, 1},
    {"MIL", "pieces", 1000, 1, 0, 1},
    {"MIN", "time", 60, 1, 0, 1},
    {"MIO", "pieces", 1000000, 1, 0, 1},
    {"MLT", "volume", 1, 1000000, 0, 1},
    {"MMK", "area", 1, 1000000, 0, 1},
    {"MMQ", "volume", 1, 1000000000, 0, 1},
    {"MMT", "length", 1, 1000, 0, 1},
    {"MPA", "pressure", 1000000, 1, 0, 1},
    {"MQH", "volume flow", 1, 3600, 0, 1},
    {"MQS", "volume flow", 1, 1, 0, 1},
    {"MSK", "acceleration", 1, 1, 0, 1},
    {"MTK", "area", 1, 1, 0, 1},
    {"MTQ", "volume", 1, 1, 0, 1},
    {"MTR", "length", 1, 1, 0, 1},
    {"MTS", "speed", 1, 1, 0, 1},
    {"MWH", "energy", 3600000000, 1, 0, 1},
    {"NEW", "force", 1, 1, 0, 1},
    {"NMI", "length", 1852, 1, 0, 1},
    {"NX", "ratio", 1, 1000, 0, 1},
    {"ONZ", "mass", 45359237, 1600000000, 0, 1},
    {"OZA", "volume", 473176473, 16000000000000, 0, 1},
    {"OZI", "volume", 454609, 16000000000, 0, 1},
    {"P1", "ratio", 1, 100, 0, 1},
    {"P72", "dose equivalent", 1, 1000000, 0, 1},
    {"PAL", "pressure", 1, 1, 0, 1},
    {"PR", "pieces", 2, 1, 0, 1},
    {"PS", "pressure", 8896443230521, 1290320000, 0, 1},
    {"PTI", "volume", 454609, 800000000, 0, 1},
    {"PTL", "volume", 473176473, 1000000000000, 0, 1},
    {"QTI", "volume", 454609, 400000000, 0, 1},
    {"QTL", "volume", 473176473, 500000000000, 0, 1},
    {"SEC", "time", 1, 1, 0, 1},
    {"SMI", "length", 201168, 125, 0, 1},
    {"STN", "mass", 45359237, 50000, 0, 1},
    {"TNE", "mass", 1000, 1, 0, 1},
    {"UA", "pressure", 20265, 152, 0, 1},
    {"VLT", "voltage", 1, 1, 0, 1},
    {"WEE", "time", 604800, 1, 0, 1},
    {"WHR", "energy", 3600, 1, 0, 1},
    {"WTT", "power", 1, 1, 0, 1},
    {"YDK", "area", 1306449, 1562500, 0, 1},
    {"YDQ", "volume", 1493271207, 1953125000, 0, 1},
    {"YRD", "length", 1143, 1250, 0, 1},
};
// clang-format on

const Unit* unit_of(std::string_view code) {
  if (code.empty()) code = "C62";
  const auto* found = std::lower_bound(std::begin(kUnits), std::end(kUnits), code,
                                       [](const Unit& unit, std::string_view wanted) { return unit.code < wanted; });
  return found != std::end(kUnits) && found->code == code ? found : nullptr;
}

WideInt power_of_ten(int exponent) {
  WideInt power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

WideInt common_divisor(WideInt a, WideInt b) {
  while (b != 0) a = std::exchange(b, a % b);
  return a < 0 ? -a : a;
}

// The fraction as a number with a point, where it has an end.
std::optional<Decimal> decimal_of(WideInt numerator, WideInt denominator, int scale) {
  constexpr WideInt kDigitsMax = 999'999'999'999'999'999;
  constexpr int kScaleMax = 18;
  while (denominator != 1) {
    const WideInt part = common_divisor(denominator, 10);
    if (part == 1 || __builtin_mul_overflow(numerator, 10 / part, &numerator)) return std::nullopt;
    denominator /= part;
    ++scale;
  }
  for (; scale > 0 && numerator % 10 == 0; --scale) numerator /= 10;
  if (numerator > kDigitsMax || numerator < -kDigitsMax || scale > kScaleMax) return std::nullopt;
  return Decimal::scaled(static_cast<std::int64_t>(numerator), scale);
}

WideInt floor_quotient(WideInt a, WideInt b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

Measure::Measure(Decimal number) : numerator_(number.digits()), denominator_(power_of_ten(number.scale())) {}

Measure::Measure(WideInt numerator, WideInt denominator) : numerator_(numerator), denominator_(denominator) {
  CHECK(denominator > 0);
}

// Whole parts first, then the reciprocals of what is left, as Euclid does: cross products would not fit.
std::strong_ordering operator<=>(const Measure& left, const Measure& right) {
  WideInt a = left.numerator_, b = left.denominator_, c = right.numerator_, d = right.denominator_;
  for (bool turned = false;; turned = !turned) {
    const WideInt p = floor_quotient(a, b), q = floor_quotient(c, d);
    const auto order = [&](bool less) {
      return less != turned ? std::strong_ordering::less : std::strong_ordering::greater;
    };
    if (p != q) return order(p < q);
    const WideInt r = a - p * b, s = c - q * d;
    if (r == 0 && s == 0) return std::strong_ordering::equal;
    if (r == 0 || s == 0) return order(r == 0);
    a = b, b = r, c = d, d = s;
  }
}

std::string_view dimension_of(std::string_view unit) {
  const Unit* known = unit_of(unit);
  return known == nullptr ? unit : known->dimension;
}

Measure measure_of(Decimal amount, std::string_view unit, bool is_difference) {
  const Unit* known = unit_of(unit);
  if (known == nullptr) return Measure(amount);
  const WideInt numerator = WideInt(amount.digits()) * known->numerator;
  const WideInt denominator = power_of_ten(amount.scale()) * known->denominator;
  if (is_difference || known->offset_numerator == 0) return {numerator, denominator};
  const WideInt shift = power_of_ten(amount.scale()) * known->offset_numerator;
  return {numerator * known->offset_denominator + shift * known->denominator, denominator * known->offset_denominator};
}

std::optional<Decimal> converted(Decimal amount, std::string_view from, std::string_view to) {
  if (from == to) return amount;
  const Unit *source = unit_of(from), *target = unit_of(to);
  if (source == nullptr || target == nullptr || source->dimension != target->dimension) return std::nullopt;
  if (source->dimension == "temperature") return std::nullopt;  // 1 CEL is no part of 300 KEL
  WideInt numerator = WideInt(source->numerator) * target->denominator;
  WideInt denominator = WideInt(source->denominator) * target->numerator;
  const WideInt both = common_divisor(numerator, denominator);
  numerator /= both;
  denominator /= both;
  const WideInt of_amount = common_divisor(denominator, amount.digits());
  denominator /= of_amount;
  if (__builtin_mul_overflow(numerator, amount.digits() / of_amount, &numerator)) return std::nullopt;
  return decimal_of(numerator, denominator, amount.scale());
}

}  // namespace suyuan::trace
