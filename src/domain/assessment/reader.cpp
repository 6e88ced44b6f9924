// SPDX-License-Identifier: Apache-2.0
#include "domain/assessment/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace suyuan::assessment {

namespace {

constexpr std::size_t kTextMax = 2000;

std::string list_of(std::initializer_list<std::string_view> words) {
  return fmt::format("{}", fmt::join(words.begin(), words.end(), ", "));
}

}  // namespace

void Place::find(std::string_view code, std::string text) const {
  findings_->push_back({path_, std::string(code), std::move(text)});
}

std::string Place::name() const {
  const std::size_t slash = path_.rfind('/');
  return slash == std::string::npos ? "the document" : path_.substr(slash + 1);
}

std::string Place::seen() const {
  if (value_ == nullptr) return "nothing";
  switch (value_->kind) {
    case Json::Kind::kNull:
      return "null";
    case Json::Kind::kList:
      return fmt::format("a list of {}", value_->items.size());
    case Json::Kind::kObject:
      return "an object";
    case Json::Kind::kText:
      return fmt::format("\"{}\"", excerpt(value_->text, 60));
    default:
      return excerpt(value_->text, 60);
  }
}

bool Place::is_missing(bool is_required) const {
  if (is_there()) return false;
  if (is_required)
    find("assessment.missing",
         fmt::format("{} is missing. Add it: docs/formats/assessment.md says what it holds.", name()));
  return true;
}

bool Place::is_object(std::initializer_list<std::string_view> members) const {
  if (is_missing(true)) return false;
  if (value_->kind != Json::Kind::kObject) {
    find("assessment.kind", fmt::format("{} is {}; an object with {} is expected.", name(), seen(), list_of(members)));
    return false;
  }
  const std::vector<std::string_view> known(members);
  for (const auto& [each, value] : value_->members) {
    if (std::find(known.begin(), known.end(), each) != known.end()) continue;
    const std::string_view near = nearest(each, known);
    const Place there(&value, path_ + "/" + json_pointer_token(each), *findings_);
    if (each == "probability" || each == "severity")
      there.find(
          "assessment.without_scenario",
          fmt::format(
              "{} {} stands outside of a scenario. A probability is that of one step of an injury scenario: put it "
              "into /hazards/0/scenarios/0.",
              each, there.seen()));
    else
      there.find("assessment.unknown_field",
                 fmt::format("\"{}\" is no field of this place{}. Expected are: {}. Correct its name or leave it out.",
                             excerpt(each, 60), near.empty() ? "" : fmt::format("; did you mean \"{}\"", near),
                             list_of(members)));
  }
  return true;
}

Place Place::member(std::string_view name) const {
  return {value_ == nullptr ? nullptr : value_->find(name), path_ + "/" + json_pointer_token(name), *findings_};
}

std::vector<Place> Place::items(std::size_t least, std::size_t most) const {
  std::vector<Place> places;
  if (is_missing(least > 0)) return places;
  if (value_->kind != Json::Kind::kList) {
    find("assessment.kind", fmt::format("{} is {}; a list is expected. Put it into [ ].", name(), seen()));
    return places;
  }
  if (value_->items.size() < least || value_->items.size() > most) {
    find("assessment.length",
         fmt::format("{} has {} entries; {} to {} are expected.", name(), value_->items.size(), least, most));
    return places;
  }
  for (std::size_t i = 0; i < value_->items.size(); ++i)
    places.emplace_back(&value_->items[i], fmt::format("{}/{}", path_, i), *findings_);
  return places;
}

std::vector<Place> Place::members() const {
  std::vector<Place> places;
  if (is_missing(true)) return places;
  if (value_->kind != Json::Kind::kObject) {
    find("assessment.kind", fmt::format("{} is {}; an object is expected.", name(), seen()));
    return places;
  }
  for (const auto& [each, value] : value_->members)
    places.emplace_back(&value, path_ + "/" + json_pointer_token(each), *findings_);
  return places;
}

std::string Place::text(bool is_required) const {
  if (is_missing(is_required)) return "";
  const bool empty = is_required && trim(value_->text).empty();
  if (value_->kind == Json::Kind::kText && !empty && value_->text.size() <= kTextMax) return value_->text;
  find("assessment.text",
       fmt::format("{} is {}; a text of {} to {} bytes is expected.", name(), seen(), is_required ? 1 : 0, kTextMax));
  return "";
}

std::string Place::one_of(std::initializer_list<std::string_view> words, std::string_view otherwise) const {
  if (is_missing(otherwise.empty())) return std::string(otherwise);
  if (value_->kind == Json::Kind::kText && std::find(words.begin(), words.end(), value_->text) != words.end())
    return value_->text;
  find("assessment.word", fmt::format("{} is {}; one of {} is expected.", name(), seen(), list_of(words)));
  return std::string(otherwise);
}

std::optional<stats::Rational> Place::number() const {
  if (is_missing(true)) return std::nullopt;
  if (value_->kind != Json::Kind::kNumber && value_->kind != Json::Kind::kText) {
    find("assessment.kind",
         fmt::format("{} is {}; a number like 0.02, or a fraction like \"1/50\", is expected.", name(), seen()));
    return std::nullopt;
  }
  auto read = stats::parse_rational(value_->text);
  if (read) return *read;
  find(read.error().code, fmt::format("{}: {}", name(), read.error().text));
  return std::nullopt;
}

std::optional<stats::Rational> Place::number(const stats::Rational& min, const stats::Rational& max) const {
  const auto value = number();
  if (!value || (*value >= min && *value <= max)) return value;
  find("assessment.out_of_range",
       fmt::format("{} is {}; {} to {} is expected. Look for a slip of the point or of the unit.", name(), seen(),
                   stats::decimal_text(min), stats::decimal_text(max)));
  return std::nullopt;
}

std::optional<stats::Rational> Place::probability() const {
  const auto value = number();
  if (!value || (*value >= 0 && *value <= 1)) return value;
  find("assessment.probability", fmt::format("{} is {}; a probability lies between 0 and 1. For a percentage, divide "
                                             "by 100; for a count, use inspections.",
                                             name(), seen()));
  return std::nullopt;
}

std::size_t Place::count(std::size_t otherwise) const {
  constexpr std::size_t kCountMax = 1'000'000'000;
  if (!is_there()) return otherwise;
  const auto value =
      value_->kind == Json::Kind::kNumber ? stats::parse_rational(value_->text) : Result<stats::Rational>(Error{});
  if (value && *value >= 0 && *value <= kCountMax && boost::multiprecision::denominator(*value) == 1)
    return boost::multiprecision::numerator(*value).convert_to<std::size_t>();
  find("assessment.count",
       fmt::format("{} is {}; a whole number from 0 to 1,000,000,000 is expected. What was not judged is no "
                   "failure: count it in notJudged.",
                   name(), seen()));
  return otherwise;
}

bool Place::truth() const {
  if (!is_there()) return false;
  if (value_->kind != Json::Kind::kBool)
    find("assessment.kind", fmt::format("{} is {}; true or false is expected.", name(), seen()));
  return value_->kind == Json::Kind::kBool && value_->text == "true";
}

std::optional<CivilDay> Place::day(bool is_required) const {
  if (is_missing(is_required)) return std::nullopt;
  auto day = value_->kind == Json::Kind::kText ? parse_day(value_->text) : Result<CivilDay>(Error{});
  if (day) return *day;
  find("assessment.day", fmt::format("{} is {}; a day like \"2026-06-30\" is expected.", name(), seen()));
  return std::nullopt;
}

std::optional<CivilDay> Place::month() const {
  if (is_missing(true)) return std::nullopt;
  auto day = value_->kind == Json::Kind::kText ? parse_day(value_->text + "-01") : Result<CivilDay>(Error{});
  if (day) return *day;
  find("assessment.day", fmt::format("{} is {}; a month like \"2026-06\" is expected.", name(), seen()));
  return std::nullopt;
}

}  // namespace suyuan::assessment
