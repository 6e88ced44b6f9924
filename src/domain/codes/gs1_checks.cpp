// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/gs1_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "domain/codes/check_digit.h"
#include "domain/codes/iso_lists.h"
#include "domain/codes/percent.h"

namespace suyuan::codes {

namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kCset82 =
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kCset39 = "#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kCset64 = "-0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

std::string_view letters_of(char charset) {
  return charset == 'N' ? kDigits : charset == 'Y' ? kCset39 : charset == 'Z' ? kCset64 : kCset82;
}

using Problem = std::optional<PartProblem>;

Problem value_problem(std::string text) { return PartProblem{"gs1.value", std::move(text)}; }

int number_at(std::string_view digits, std::size_t from, std::size_t count) {
  int number = 0;
  for (const char c : digits.substr(from, count)) number = number * 10 + (c - '0');
  return number;
}

Problem check_sum(std::string_view part) {
  if (part.size() < 2 || gs1_check_digit_fits(part)) return std::nullopt;
  return PartProblem{"gs1.check_digit",
                     fmt::format("the check digit is {}, expected {}.", part.back(), gs1_check_digit(part))};
}

// A key starts with a GS1 company prefix, which is at least 4 digits long.
Problem company_prefix(std::string_view part, std::size_t from) {
  if (part.size() >= from + 4 && is_all_digits(part.substr(from, 4))) return std::nullopt;
  return value_problem("it must start with the digits of a GS1 company prefix.");
}

// Which century a two-digit year is in matters here for 29 February of a year 00 alone.
constexpr int kNearThisYear = 2026;

Problem date(std::string_view part, bool day_may_be_zero) {
  const std::size_t year_width = part.size() - 4;
  const int year = year_width == 2 ? full_year(number_at(part, 0, 2), kNearThisYear) : number_at(part, 0, year_width);
  const int month = number_at(part, year_width, 2);
  const int day = number_at(part, year_width + 2, 2);
  if (month < 1 || month > 12) return PartProblem{"gs1.date", fmt::format("month {:02} does not exist.", month)};
  if (day == 0 && day_may_be_zero) return std::nullopt;
  const std::chrono::year_month_day ymd(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                        std::chrono::day(static_cast<unsigned>(day)));
  if (ymd.ok()) return std::nullopt;
  return PartProblem{"gs1.date", fmt::format("day {:02} does not exist in {}-{:02}.", day, year, month)};
}

Problem clock(std::string_view part, int first_max) {
  if (number_at(part, 0, 2) > first_max)
    return PartProblem{"gs1.date", fmt::format("{} is above {}.", part.substr(0, 2), first_max)};
  if (part.size() == 4 && number_at(part, 2, 2) > 59)
    return PartProblem{"gs1.date", fmt::format("minute {} is above 59.", part.substr(2))};
  return std::nullopt;
}

Problem piece_of_total(std::string_view part) {
  const std::size_t half = part.size() / 2;
  const int piece = number_at(part, 0, half), total = number_at(part, half, half);
  if (part.size() % 2 == 0 && piece >= 1 && total >= 1 && piece <= total) return std::nullopt;
  return value_problem(fmt::format("piece {} of {} cannot be.", part.substr(0, half), part.substr(half)));
}

// GS1 General Specifications §7.9.5: two check characters over CSET 82, weights are primes from the right.
Problem check_pair(std::string_view part) {
  constexpr std::string_view kPairs = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  if (part.size() < 2) return value_problem("it must end in two check characters.");
  const std::string_view data = part.substr(0, part.size() - 2);
  constexpr int kPrimes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83};
  if (data.size() > std::size(kPrimes)) return value_problem("it is longer than 25 characters.");
  long sum = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    sum += static_cast<long>(kCset82.find(data[i])) * kPrimes[data.size() - 1 - i];
  }
  const auto remainder = static_cast<std::size_t>(sum % 1021);
  const std::string expected = {kPairs[remainder >> 5U], kPairs[remainder & 31U]};
  if (part.substr(data.size()) == expected) return std::nullopt;
  return PartProblem{"gs1.check_digit",
                     fmt::format("the check characters are {}, expected {}.", part.substr(data.size()), expected)};
}

// A percent sign must be followed by two hexadecimal digits.
Problem percent_escapes(std::string_view part) {
  if (percent_decode(part)) return std::nullopt;
  return value_problem("a % must be followed by two hexadecimal digits.");
}

// "2/3": the position among several, without leading zeros.
Problem position_in_sequence(std::string_view part) {
  const auto sides = split(part, '/');
  const bool shaped = sides.size() == 2 && is_all_digits(sides[0]) && is_all_digits(sides[1]) && sides[0][0] != '0' &&
                      sides[1][0] != '0' && sides[0].size() <= 3 && sides[1].size() <= 3;
  if (shaped && number_at(sides[0], 0, 3) <= number_at(sides[1], 0, 3)) return std::nullopt;
  return value_problem("a position such as 2/3 is expected.");
}

// ISO 13616: country letters, check digits so that the rearranged number leaves 1 when divided by 97.
Problem bank_account(std::string_view part) {
  const bool shaped = part.size() >= 5 && is_country_letters(part.substr(0, 2)) && is_all_digits(part.substr(2, 2));
  if (!shaped) return value_problem("an IBAN starts with a country and two check digits.");
  int remainder = 0;
  for (const char c : std::string(part.substr(4)) + std::string(part.substr(0, 4))) {
    const bool digit = c >= '0' && c <= '9', letter = c >= 'A' && c <= 'Z';
    if (!digit && !letter) return value_problem("an IBAN has capitals and digits only.");
    remainder = digit ? (remainder * 10 + (c - '0')) % 97 : (remainder * 100 + (c - 'A' + 10)) % 97;
  }
  if (remainder == 1) return std::nullopt;
  return PartProblem{"gs1.check_digit", "the check digits of the IBAN do not fit."};
}

bool is_media_type(std::string_view part) {
  const int number = number_at(part, 0, 2);
  return part.size() == 2 && ((number >= 1 && number <= 10) || number >= 80);
}

bool all_zero(std::string_view part) { return part.find_first_not_of('0') == std::string_view::npos; }

}  // namespace

std::size_t first_outside(char charset, std::string_view text) { return text.find_first_not_of(letters_of(charset)); }

std::string_view charset_name(char charset) {
  return charset == 'N'   ? "digits only"
         : charset == 'Y' ? "GS1 character set 39"
         : charset == 'Z' ? "base64url"
                          : "GS1 character set 82";
}

int full_year(int two_digits, int year) {
  const int century = year / 100 * 100;
  const int ahead = two_digits - year % 100;
  if (ahead >= 51) return century - 100 + two_digits;
  if (ahead <= -50) return century + 100 + two_digits;
  return century + two_digits;
}

std::optional<PartProblem> problem_with_part(std::string_view name, std::string_view part) {
  if (name == "csum") return check_sum(part);
  if (name == "csumalpha") return check_pair(part);
  if (name == "gcp0") return company_prefix(part, 0);
  if (name == "gcp1") return company_prefix(part, 1);
  if (name == "yymmd0") return date(part, true);
  if (name == "yymmdd" || name == "yyyymmdd") return date(part, false);
  if (name == "yyyymmd0") return date(part, true);
  if (name == "hhmi" || name == "hh") return clock(part, 23);
  if (name == "mi" || name == "ss") return clock(part, 59);
  if (name == "pieceoftotal") return piece_of_total(part);
  if (name == "zero" && !all_zero(part)) return value_problem("its first digit must be 0.");
  if (name == "nonzero" && all_zero(part)) return value_problem("it must not be zero.");
  if (name == "nozeroprefix" && part.size() > 1 && part[0] == '0') return value_problem("it must not start with 0.");
  if (name == "hasnondigit" && is_all_digits(part)) return value_problem("it must hold a character that is no digit.");
  if (name == "yesno" && part != "0" && part != "1") return value_problem("it must be 0 or 1.");
  if (name == "winding" && part != "0" && part != "1" && part != "9") return value_problem("it must be 0, 1 or 9.");
  if (name == "hyphen" && part != "-") return value_problem("only a hyphen may follow.");
  if (name == "iso3166" && !is_country_number(part)) return value_problem("ISO 3166 knows no country of that number.");
  if (name == "iso3166999" && part != "999" && !is_country_number(part)) {
    return value_problem("ISO 3166 knows no country of that number, and it is not 999 (several).");
  }
  if (name == "iso3166alpha2" && !is_country_letters(part)) return value_problem("ISO 3166 knows no such country.");
  if (name == "iso4217" && !is_currency_number(part))
    return value_problem("ISO 4217 knows no currency of that number.");
  if (name == "iso5218" && part != "0" && part != "1" && part != "2" && part != "9")
    return value_problem("it must be 0, 1, 2 or 9.");
  if (name == "mediatype" && !is_media_type(part)) return value_problem("media types are 01 to 10 and 80 to 99.");
  if (name == "importeridx" &&
      (part.size() != 1 || first_outside('Z', part) != std::string_view::npos || part == "=")) {
    return value_problem("one letter, digit, - or _ is expected.");
  }
  if (name == "pcenc") return percent_escapes(part);
  if (name == "posinseqslash") return position_in_sequence(part);
  if (name == "iban") return bank_account(part);
  if (name == "latitude" && (part.size() != 10 || part > "1800000000"))
    return value_problem("latitude runs to 1800000000.");
  if (name == "longitude" && (part.size() != 10 || part > "3600000000"))
    return value_problem("longitude runs to 3600000000.");
  return std::nullopt;
}

}  // namespace suyuan::codes
