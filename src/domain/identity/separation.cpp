// SPDX-License-Identifier: Apache-2.0
#include "domain/identity/separation.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "domain/identity/policy_texts.h"

namespace suyuan::identity {

namespace {

Error wrong_row(std::size_t number, std::string_view line, std::string_view what) {
  return {ErrorKind::kInvalid, "policy.separation_row",
          fmt::format("Line {} of the separations: {}. Seen: \"{}\".", number, what, excerpt(line))};
}

bool separates(const Separation& rule, Act one, Act other) {
  return (rule.first == one && rule.second == other) || (rule.first == other && rule.second == one);
}

Result<Separation> read_row(std::string_view line, std::size_t number) {
  const auto cells = split(line, ',');
  if (cells.size() != 5) return wrong_row(number, line, "5 cells are expected");
  const auto first = act_of(cells[0]), second = act_of(cells[1]);
  if (!first || !second) return wrong_row(number, line, "there is no such act");
  if (*first == *second) return wrong_row(number, line, "an act is not separated from itself");
  for (const std::string_view cell : cells)
    if (cell.empty()) return wrong_row(number, line, "a cell is empty");
  return Separation{*first, *second, std::string(cells[2]), std::string(cells[3]), std::string(cells[4])};
}

}  // namespace

Result<std::vector<Separation>> read_separations(std::string_view csv) {
  constexpr std::string_view kHead = "first,second,subject,clause,reason";
  std::vector<Separation> rules;
  std::size_t number = 0;
  bool has_head = false;
  for (const std::string_view raw : split(csv, '\n')) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.empty() || line.starts_with("#")) continue;
    if (!has_head) {
      if (line != kHead) return wrong_row(number, line, fmt::format("the head is {}", kHead));
      has_head = true;
      continue;
    }
    auto rule = read_row(line, number);
    if (!rule) return std::move(rule.error());
    for (const Separation& before : rules)
      if (separates(before, rule->first, rule->second))
        return wrong_row(number, line, "these acts have a row already; keep one");
    rules.push_back(std::move(*rule));
  }
  return rules;
}

const std::vector<Separation>& separations() {
  static const std::vector<Separation> read = [] {
    auto result = read_separations(separation_text());
    CHECK(result.ok());
    return std::move(*result);
  }();
  return read;
}

Status may_also(PersonId person, Act act, std::span<const DoneBy> on_this_subject, std::span<const PersonId> same_as) {
  for (const DoneBy& done : on_this_subject) {
    const bool is_same =
        done.person == person || std::find(same_as.begin(), same_as.end(), done.person) != same_as.end();
    if (!is_same) continue;
    for (const Separation& rule : separations()) {
      if (!separates(rule, done.act, act)) continue;
      return Error{ErrorKind::kForbidden, "duty.separate",
                   fmt::format("职责分离：{}（{}）。 Who did {} on this {} may not do {} as well; somebody else must.",
                               rule.reason, rule.clause, act_word(done.act), rule.subject, act_word(act))};
    }
  }
  return Done{};
}

}  // namespace suyuan::identity
