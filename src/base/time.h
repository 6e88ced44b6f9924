// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace suyuan {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;  // a point on the UTC line
using CivilDay = std::chrono::local_days;                          // a date on a wall calendar

// The greatest and smallest instants that the product stores: years 0001 to 9999.
inline constexpr Instant kInstantMin =
    std::chrono::sys_days(std::chrono::year_month_day(std::chrono::year(1), std::chrono::January, std::chrono::day(1)));
inline constexpr Instant kInstantMax = std::chrono::sys_days(
    std::chrono::year_month_day(std::chrono::year(9999), std::chrono::December, std::chrono::day(31)));

struct ZonedInstant {
  Instant at;
  std::chrono::minutes offset;  // as written: "+08:00" is 480; "Z" is 0
};

// Reads an RFC 3339 / xsd:dateTimeStamp instant: "2026-03-01T08:00:00.123456+08:00". An offset or Z is required; digits
// of the second beyond the sixth round half up. Case of T and Z is free. Offsets run from -14:00 to +14:00.
// Errors: kInvalid, code "time.not_an_instant", naming the part that is wrong. 24:00:00, second 60 and 30 February are.
Result<ZonedInstant> parse_instant(std::string_view text);

// As parse_instant, but a missing offset is taken to be `fallback` (EPCIS 1.x documents leave it out).
Result<ZonedInstant> parse_instant(std::string_view text, std::chrono::minutes fallback);

// "+08:00", "-14:00", "Z" (and nothing wider than 14:00). Errors: kInvalid, "time.not_an_offset".
Result<std::chrono::minutes> parse_offset(std::string_view text);

// "2026-03-01T00:00:00Z", with milliseconds or microseconds only when they are not zero.
std::string format_instant(Instant at);
// "2026-03-01T08:00:00+08:00": the wall clock at `offset`.
std::string format_instant(Instant at, std::chrono::minutes offset);
// Always three digits of milliseconds, rounded half up: "2026-03-01T00:00:00.000Z" (CBV 2.0 §8.9 event hash).
std::string format_instant_ms(Instant at);
std::string format_offset(std::chrono::minutes offset);  // "+08:00"; zero is "+00:00"

// "2026-03-01". Errors: kInvalid, "time.not_a_day".
Result<CivilDay> parse_day(std::string_view text);
std::string format_day(CivilDay day);
// The date that a wall clock in China shows (+08:00, no daylight saving): business days count on it.
CivilDay day_in_china(Instant at);

// Where the time comes from. The domain never asks; app verbs are given one.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() = 0;
};

}  // namespace suyuan
