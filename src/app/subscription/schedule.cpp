// SPDX-License-Identifier: Apache-2.0
#include "app/subscription/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "base/check.h"
#include "base/text.h"

namespace suyuan {

namespace {

struct Field {
  std::string_view name;
  int first, last;
  int coarseness;  // of what it counts: a day of the month and a day of the week are both days
};
constexpr Field kTable[] = {{"second", 0, 59, 0},     {"minute", 0, 59, 1}, {"hour", 0, 23, 2},
                            {"dayOfMonth", 1, 31, 3}, {"month", 1, 12, 4},  {"dayOfWeek", 1, 7, 3}};
enum : std::size_t { kSecond, kMinute, kHour, kDayOfMonth, kMonth, kDayOfWeek };

constexpr std::chrono::days kLookAhead{366 * 41};  // 29 February on one day of the week comes within 40 years

std::optional<int> number(std::string_view text) {
  int value = 0;
  const std::string_view digits = trim(text);
  if (!is_all_digits(digits) || digits.size() > 2) return std::nullopt;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// "5", "[5-9]" or "5-9" as bits; nothing when it is none, or out of bounds.
std::optional<std::uint64_t> bits_of(std::string_view element, const Field& field) {
  std::string_view text = trim(element);
  if (text.starts_with('[') != text.ends_with(']')) return std::nullopt;
  if (text.starts_with('[')) text = text.substr(1, text.size() - 2);
  const std::size_t dash = text.find('-');
  const auto from = number(text.substr(0, dash));
  const auto to = dash == std::string_view::npos ? from : number(text.substr(dash + 1));
  if (!from || !to || *from > *to || *from < field.first || *to > field.last) return std::nullopt;
  std::uint64_t bits = 0;
  for (int value = *from; value <= *to; ++value) bits |= std::uint64_t{1} << static_cast<unsigned>(value);
  return bits;
}

std::uint64_t all_of(const Field& field) { return *bits_of(fmt::format("[{}-{}]", field.first, field.last), field); }

bool has(std::uint64_t bits, unsigned value) { return (bits >> value & 1U) != 0; }

// The first allowed value >= from, or 64.
unsigned first_from(std::uint64_t bits, unsigned from) {
  while (from < 64 && !has(bits, from)) ++from;
  return from;
}

void read_field(const Field& field, std::string_view text, std::uint64_t& bits, std::vector<Finding>& findings) {
  for (const std::string_view element : split(text, ',')) {
    const auto some = bits_of(element, field);
    if (some) {
      bits |= *some;
      continue;
    }
    findings.push_back({fmt::format("/schedule/{}", field.name), "subscription.schedule",
                        fmt::format("\"{}\" is no number from {} to {} and no range of them. Write {}, or [{}-{}], or "
                                    "several with commas.",
                                    excerpt(element), field.first, field.last, field.first, field.first, field.last)});
  }
}

}  // namespace

Result<Schedule> Schedule::parse(const Fields& fields) {
  Schedule schedule;
  std::vector<Finding> findings;
  int finest = 5;
  for (const auto& [name, text] : fields) {
    const auto field =
        std::find_if(std::begin(kTable), std::end(kTable), [&](const Field& f) { return f.name == name; });
    if (field == std::end(kTable)) {
      findings.push_back({"/schedule/" + json_pointer_token(name), "subscription.schedule",
                          fmt::format("\"{}\" is no field of a schedule; second, minute, hour, dayOfMonth, month and "
                                      "dayOfWeek are.",
                                      excerpt(name))});
      continue;
    }
    read_field(*field, text, schedule.allowed_[static_cast<std::size_t>(field - kTable)], findings);
    finest = std::min(finest, field->coarseness);
  }
  if (fields.empty())
    findings.push_back({"/schedule", "subscription.schedule", "The schedule says nothing. Name at least one field."});
  for (std::size_t i = 0; i < kFields; ++i) {
    auto& bits = schedule.allowed_[i];
    const bool once = kTable[i].coarseness < finest && i != kDayOfWeek;
    if (bits == 0) bits = once ? std::uint64_t{1} << static_cast<unsigned>(kTable[i].first) : all_of(kTable[i]);
  }
  const CivilDay any_day{std::chrono::days(0)};
  if (findings.empty() && !schedule.next_day(any_day))
    findings.push_back({"/schedule", "subscription.schedule", "No day matches dayOfMonth, month and dayOfWeek."});
  if (findings.empty()) return schedule;
  return Error{ErrorKind::kInvalid, "subscription.schedule", findings.front().text, {}, std::move(findings)};
}

Result<Schedule> Schedule::parse_json(std::string_view text) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  Fields fields;
  if (!error && value.is_object()) {
    for (const auto& [name, content] : value.as_object()) {
      fields.emplace_back(std::string(name),
                          content.is_string() ? std::string(content.as_string()) : boost::json::serialize(content));
    }
  }
  return parse(fields);
}

bool Schedule::is_day(std::chrono::year_month_day day) const {
  const std::chrono::weekday weekday{std::chrono::local_days(day)};
  return has(allowed_[kMonth], static_cast<unsigned>(day.month())) &&
         has(allowed_[kDayOfMonth], static_cast<unsigned>(day.day())) &&
         has(allowed_[kDayOfWeek], weekday.iso_encoding());
}

std::optional<CivilDay> Schedule::next_day(CivilDay from) const {
  for (CivilDay day = from; day < from + kLookAhead; day += std::chrono::days(1)) {
    if (is_day(std::chrono::year_month_day(day))) return day;
  }
  return std::nullopt;
}

Instant Schedule::next(Instant now, std::chrono::minutes offset) const {
  const auto start = std::chrono::floor<std::chrono::seconds>(now) + std::chrono::seconds(1) + offset;
  const std::chrono::local_seconds wall{start.time_since_epoch()};
  CivilDay day = std::chrono::floor<std::chrono::days>(wall);
  auto of_day = std::chrono::duration_cast<std::chrono::seconds>(wall - day).count();
  for (;; day += std::chrono::days(1), of_day = 0) {
    const auto matching = next_day(day);
    CHECK(matching.has_value());  // parse has looked
    if (*matching != day) of_day = 0;
    day = *matching;
    for (auto second_of_day = of_day; second_of_day < 86'400; ++second_of_day) {
      const auto hour = static_cast<unsigned>(second_of_day / 3600);
      const auto minute = static_cast<unsigned>(second_of_day / 60 % 60);
      if (!has(allowed_[kHour], hour)) {
        second_of_day = (std::int64_t{hour} + 1) * 3600 - 1;
      } else if (!has(allowed_[kMinute], minute)) {
        second_of_day = (second_of_day / 60 + 1) * 60 - 1;
      } else {
        const unsigned second = first_from(allowed_[kSecond], static_cast<unsigned>(second_of_day % 60));
        if (second < 60) {
          const auto at = day + std::chrono::seconds(second_of_day / 60 * 60 + second);
          return Instant(at.time_since_epoch()) - offset;
        }
        second_of_day = (second_of_day / 60 + 1) * 60 - 1;
      }
    }
  }
}

}  // namespace suyuan
