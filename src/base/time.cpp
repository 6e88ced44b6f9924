// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <fmt/format.h>

#include "base/text.h"

namespace suyuan {

namespace {

using namespace std::chrono;

// Reads fixed-width numbers and marks off one text, left to right.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool number(std::size_t width, int& value) {
    if (rest().size() < width || !is_all_digits(rest().substr(0, width))) return false;
    value = 0;
    for (const char c : rest().substr(0, width)) value = value * 10 + (c - '0');
    at_ += width;
    return true;
  }
  bool mark(char wanted) {
    if (rest().empty() || ascii_lower(rest().substr(0, 1)) != ascii_lower({&wanted, 1})) return false;
    ++at_;
    return true;
  }
  std::string_view digits() {
    const std::size_t from = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return text_.substr(from, at_ - from);
  }
  std::string_view rest() const { return text_.substr(at_); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

Error not_an_instant(std::string_view text, std::string_view why) {
  return Error{
      ErrorKind::kInvalid, "time.not_an_instant",
      fmt::format("\"{}\" is not a point in time: {}. Write it like 2026-03-01T08:00:00+08:00.", excerpt(text), why)};
}

// Microseconds of a fraction of a second; digits beyond the sixth round half up.
microseconds fraction(std::string_view digits) {
  std::int64_t value = 0;
  for (std::size_t i = 0; i < 6; ++i) value = value * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  if (digits.size() > 6 && digits[6] >= '5') ++value;
  return microseconds(value);
}

struct WallClock {
  local_time<microseconds> at;
  std::string_view zone;  // what follows
};

Result<WallClock> read_wall_clock(std::string_view text) {
  Scanner in(text);
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
  if (!(in.number(4, y) && in.mark('-') && in.number(2, mo) && in.mark('-') && in.number(2, d))) {
    return not_an_instant(text, "it must begin with a date of 4-2-2 digits");
  }
  if (!(in.mark('T') && in.number(2, h) && in.mark(':') && in.number(2, mi) && in.mark(':') && in.number(2, s))) {
    return not_an_instant(text, "after the date, T and a time of 2:2:2 digits are expected");
  }
  const year_month_day day(year(y), month(static_cast<unsigned>(mo)), std::chrono::day(static_cast<unsigned>(d)));
  if (y < 1 || !day.ok()) return not_an_instant(text, "the calendar has no such day");
  if (h > 23 || mi > 59 || s > 59) return not_an_instant(text, "the time of day runs from 00:00:00 to 23:59:59");
  microseconds part(0);
  if (in.mark('.')) {
    const std::string_view digits = in.digits();
    if (digits.empty()) return not_an_instant(text, "digits must follow the point");
    part = fraction(digits);
  }
  return WallClock{local_days(day) + hours(h) + minutes(mi) + seconds(s) + part, in.rest()};
}

Result<ZonedInstant> place(std::string_view text, const WallClock& clock, minutes offset) {
  const Instant at = Instant(clock.at.time_since_epoch()) - offset;
  if (at < kInstantMin || at > kInstantMax) return not_an_instant(text, "years 0001 to 9999 are kept");
  return ZonedInstant{at, offset};
}

std::string wall(Instant at, int digits) {
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss time(at - day);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 time.hours().count(), time.minutes().count(), time.seconds().count());
  const auto micros = time.subseconds().count();
  if (digits == 3) return text + fmt::format(".{:03}", micros / 1000);
  if (micros == 0) return text;
  return text + (micros % 1000 == 0 ? fmt::format(".{:03}", micros / 1000) : fmt::format(".{:06}", micros));
}

}  // namespace

Result<ZonedInstant> parse_instant(std::string_view text) {
  auto clock = read_wall_clock(text);
  if (!clock) return std::move(clock.error());
  if (clock->zone.empty()) return not_an_instant(text, "the offset is missing (Z, or like +08:00)");
  auto offset = parse_offset(clock->zone);
  if (!offset)
    return not_an_instant(text, fmt::format("\"{}\" is no offset between -14:00 and +14:00", excerpt(clock->zone)));
  return place(text, *clock, *offset);
}

Result<ZonedInstant> parse_instant(std::string_view text, minutes fallback) {
  auto clock = read_wall_clock(text);
  if (!clock) return std::move(clock.error());
  if (!clock->zone.empty()) return parse_instant(text);
  return place(text, *clock, fallback);
}

Result<minutes> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") return minutes(0);
  Scanner in(text);
  int h = 0, m = 0;
  const bool west = !text.empty() && text[0] == '-';
  if ((in.mark('+') || in.mark('-')) && in.number(2, h) && in.mark(':') && in.number(2, m) && in.rest().empty() &&
      m < 60) {
    const minutes offset = hours(h) + minutes(m);
    if (offset <= hours(14)) return west ? -offset : offset;
  }
  return Error{
      ErrorKind::kInvalid, "time.not_an_offset",
      fmt::format("\"{}\" is not an offset from UTC; write Z or +08:00, between -14:00 and +14:00.", excerpt(text))};
}

std::string format_instant(Instant at) { return wall(at, 0) + "Z"; }

std::string format_instant(Instant at, minutes offset) { return wall(at + offset, 0) + format_offset(offset); }

std::string format_instant_ms(Instant at) { return wall(floor<milliseconds>(at + microseconds(500)), 3) + "Z"; }

std::string format_offset(minutes offset) {
  const auto size = std::abs(offset.count());
  return fmt::format("{}{:02}:{:02}", offset.count() < 0 ? '-' : '+', size / 60, size % 60);
}

Result<CivilDay> parse_day(std::string_view text) {
  Scanner in(text);
  int y = 0, m = 0, d = 0;
  if (in.number(4, y) && in.mark('-') && in.number(2, m) && in.mark('-') && in.number(2, d) && in.rest().empty()) {
    const year_month_day date(year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d)));
    if (y >= 1 && date.ok()) return CivilDay(local_days(date));
  }
  return Error{ErrorKind::kInvalid, "time.not_a_day",
               fmt::format("\"{}\" is not a day; write it like 2026-03-01.", excerpt(text))};
}

std::string format_day(CivilDay day) {
  const year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

CivilDay day_in_china(Instant at) { return CivilDay(floor<days>(at + hours(8)).time_since_epoch()); }

}  // namespace suyuan
