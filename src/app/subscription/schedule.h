// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace suyuan {

// When a subscription runs (EPCIS 2.0 §8.2.5.3): second, minute, hour, dayOfMonth, month, dayOfWeek, each a list of
// numbers and ranges: "0,15,[30-45]". Monday is 1. The time matches when every field does. A field that is left out
// matches always, but for those finer than the finest one given, which match their first value: {"hour": "1"} is once a
// day, at one o'clock.
class Schedule {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  // Errors: kInvalid "subscription.schedule" with a finding for each field that is wrong; also when no day matches.
  static Result<Schedule> parse(const Fields& fields);
  // The same from a JSON object: {"hour": "1", "minute": "5"}.
  static Result<Schedule> parse_json(std::string_view text);

  // The first match after `now`, on wall clocks at `offset`.
  Instant next(Instant now, std::chrono::minutes offset) const;

 private:
  static constexpr std::size_t kFields = 6;
  bool is_day(std::chrono::year_month_day day) const;
  std::optional<CivilDay> next_day(CivilDay from) const;

  std::array<std::uint64_t, kFields> allowed_{};  // bit n: the value n
};

}  // namespace suyuan
