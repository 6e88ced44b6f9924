// SPDX-License-Identifier: Apache-2.0
#include "domain/registry/mask.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"

namespace suyuan::registry {

namespace {

constexpr std::string_view kHidden = "***";
constexpr std::size_t kCitizenDigits = 18, kMobileDigits = 11;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t size_of_character(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0x80) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

std::string mask_name(std::string_view value) {
  const std::size_t first = size_of_character(value.front());
  if (value.size() <= first) return "*";
  return std::string(value.substr(0, first)) + "*";
}

// 0551-62345678 keeps the place.
std::string mask_phone(std::string_view value) {
  if (const auto mobile = mobile_number(value)) return mobile->substr(0, 3) + "****" + mobile->substr(7);
  std::string digits;
  std::copy_if(value.begin(), value.end(), std::back_inserter(digits), is_digit);
  const bool is_landline = digits.size() >= 10 && digits.size() <= 12 && digits.starts_with('0');
  return is_landline ? digits.substr(0, 3) + "****" + digits.substr(digits.size() - 2) : std::string(kHidden);
}

std::string mask_email(std::string_view value) {
  const std::size_t at = value.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == value.size()) return std::string(kHidden);
  const std::size_t first = size_of_character(value.front());
  const std::string_view shown = at > 2 && first < at ? value.substr(0, first) : std::string_view();
  return std::string(shown).append(kHidden).append(value.substr(at));
}

// Behind the county (区, 县, 旗) or else the city: an autonomous region (自治区) and a residential one (小区) are none.
std::string mask_address(std::string_view value) {
  std::size_t county = std::string_view::npos, city = std::string_view::npos;
  const auto ends_in = [&](std::size_t at, std::string_view word) { return value.substr(0, at).ends_with(word); };
  for (std::size_t i = 0; i < value.size() && county == std::string_view::npos; i += size_of_character(value[i])) {
    const std::string_view here = value.substr(i, size_of_character(value[i]));
    const bool is_county = here == "县" || here == "旗" || (here == "区" && !ends_in(i, "自治") && !ends_in(i, "小"));
    if (is_county && i > 0) county = i + here.size();
    if (here == "市" && city == std::string_view::npos && i > 0) city = i + here.size();
  }
  const std::size_t end = county != std::string_view::npos ? county : city;
  return end == std::string_view::npos ? std::string(kHidden) : std::string(value.substr(0, end)).append(kHidden);
}

bool is_a_day(std::string_view yyyymmdd) {
  const auto number = [&](std::size_t from, std::size_t size) {
    int value = 0;
    for (const char c : yyyymmdd.substr(from, size)) value = value * 10 + (c - '0');
    return value;
  };
  const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(6, 2)))};
  return day.ok() && number(0, 4) >= 1800 && number(0, 4) < 2200;
}

}  // namespace

std::optional<PersonalKind> personal_kind(std::string_view word) {
  struct Word {
    std::string_view word;
    PersonalKind kind;
  };
  static constexpr Word kWords[] = {{"name", PersonalKind::kName},       {"phone", PersonalKind::kPhone},
                                    {"email", PersonalKind::kEmail},     {"address", PersonalKind::kAddress},
                                    {"citizen", PersonalKind::kCitizen}, {"other", PersonalKind::kOther}};
  for (const auto& [known, kind] : kWords)
    if (known == word) return kind;
  return std::nullopt;
}

std::string mask(PersonalKind kind, std::string_view value) {
  value = trim(value);
  if (value.empty()) return "";
  switch (kind) {
    case PersonalKind::kName:
      return mask_name(value);
    case PersonalKind::kPhone:
      return mask_phone(value);
    case PersonalKind::kEmail:
      return mask_email(value);
    case PersonalKind::kAddress:
      return mask_address(value);
    case PersonalKind::kCitizen:
      return is_citizen_number(value) ? std::string(16, '*').append(value.substr(16)) : std::string(kHidden);
    case PersonalKind::kOther:
      break;
  }
  return std::string(kHidden);
}

bool is_citizen_number(std::string_view text) {
  static constexpr std::array<int, 17> kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  static constexpr std::string_view kProvinces =
      "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83";
  if (text.size() != kCitizenDigits || !is_all_digits(text.substr(0, 17))) return false;
  if (kProvinces.find(text.substr(0, 2)) == std::string_view::npos || !is_a_day(text.substr(6, 8))) return false;
  int sum = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) sum += kWeights[i] * (text[i] - '0');
  const char check = "10X98765432"[sum % 11];
  return text[17] == check || (check == 'X' && text[17] == 'x');
}

std::optional<std::string> mobile_number(std::string_view text) {
  std::string digits;
  text = trim(text);
  if (text.starts_with("+86")) text.remove_prefix(3);
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    if (!is_digit(c)) return std::nullopt;
    digits += c;
  }
  if (digits.size() != kMobileDigits || digits[0] != '1' || digits[1] < '3') return std::nullopt;
  return digits;
}

std::optional<PersonalKind> looks_personal(std::string_view value) {
  value = trim(value);
  if (is_citizen_number(value)) return PersonalKind::kCitizen;
  return mobile_number(value) ? std::optional(PersonalKind::kPhone) : std::nullopt;
}

std::string without_numbers_of_people(std::string_view text) {
  std::string shown;
  for (std::size_t i = 0; i < text.size();) {
    const bool is_inside = i > 0 && is_digit(text[i - 1]);
    const std::string_view citizen = text.substr(i, kCitizenDigits), quoted = text.substr(i, kMobileDigits);
    const bool is_quoted = i > 0 && text[i - 1] == '"' && text.substr(i + quoted.size()).starts_with('"');
    if (is_digit(text[i]) && !is_inside && is_citizen_number(citizen)) {
      shown += mask(PersonalKind::kCitizen, citizen);
      i += kCitizenDigits;
    } else if (is_quoted && mobile_number(quoted)) {
      shown += mask(PersonalKind::kPhone, quoted);
      i += kMobileDigits;
    } else {
      shown += text[i++];
    }
  }
  return shown;
}

}  // namespace suyuan::registry
