// SPDX-License-Identifier: Apache-2.0
#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"
#include "fuzz.h"

using namespace suyuan;

// Numbers and times: what is read prints, and what is printed reads as the same value.
FUZZ(input) {
  if (const auto number = Decimal::parse(input)) {
    const auto again = Decimal::parse(number->to_string());
    CHECK(again.ok());
    CHECK(*again == *number);
    (void)add(*number, *number);
    (void)subtract(Decimal(0), *number);
    (void)(*number < Decimal(1));
  }
  if (const auto time = parse_instant(input)) {
    const auto again = parse_instant(format_instant(time->at));
    CHECK(again.ok());
    CHECK(again->at == time->at);
    (void)format_instant(time->at, time->offset);
    (void)format_instant_ms(time->at);
    (void)day_in_china(time->at);
  }
  (void)parse_instant(input, std::chrono::minutes(480));
  if (const auto day = parse_day(input)) CHECK(format_day(*day) == input);
  if (const auto offset = parse_offset(input)) (void)format_offset(*offset);
  (void)excerpt(input);
}
