// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/gs1_ai.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/text.h"
#include "domain/codes/gs1_ai_table.h"
#include "domain/codes/gs1_checks.h"

namespace suyuan::codes {

namespace {

// A component of a format: "N13:csum:gcp0", "[X..17]".
struct Component {
  char charset = 'X';
  std::size_t least = 0, most = 0;
  bool optional = false;
  std::vector<std::string_view> checks;
};

Component component_of(std::string_view text) {
  Component component;
  const std::size_t open = text.find('[');
  component.optional = open == 0;
  std::string_view rest = component.optional ? text.substr(1) : text;
  std::vector<std::string_view> parts = split(rest, ':');
  std::string_view shape = parts[0];
  if (!shape.empty() && shape.back() == ']') shape.remove_suffix(1);
  component.charset = shape[0];
  const bool variable = shape.substr(1, 2) == "..";
  for (const char c : shape.substr(variable ? 3 : 1))
    component.most = component.most * 10 + static_cast<std::size_t>(c - '0');
  component.least = variable ? 1 : component.most;
  component.checks.assign(parts.begin() + 1, parts.end());
  return component;
}

// Formats are read once; a row is known by its address.
const std::vector<Component>& components_of(const AiRow& row) {
  static const std::vector<std::vector<Component>> kAll = [] {
    std::vector<std::vector<Component>> all;
    for (const AiRow& each : ai_rows()) {
      std::vector<Component> components;
      for (const std::string_view text : split(each.format, ' ')) components.push_back(component_of(text));
      all.push_back(std::move(components));
    }
    return all;
  }();
  return kAll[static_cast<std::size_t>(&row - ai_rows().data())];
}

// Identifier -> row, by its digits (2 to 4 of them) as an index.
struct Index {
  std::array<std::int16_t, 100> two;
  std::array<std::int16_t, 1000> three;
  std::array<std::int16_t, 10000> four;
};

std::size_t number_of(std::string_view digits) {
  std::size_t number = 0;
  for (const char c : digits) number = number * 10 + static_cast<std::size_t>(c - '0');
  return number;
}

const Index& index() {
  static const std::unique_ptr<const Index> kIndex = [] {
    auto made = std::make_unique<Index>();
    made->two.fill(-1);
    made->three.fill(-1);
    made->four.fill(-1);
    for (std::size_t i = 0; i < ai_rows().size(); ++i) {
      const AiRow& row = ai_rows()[i];
      for (std::size_t n = number_of(row.first); n <= number_of(row.last); ++n) {
        const auto at = static_cast<std::int16_t>(i);
        if (row.first.size() == 2) made->two[n] = at;
        if (row.first.size() == 3) made->three[n] = at;
        if (row.first.size() == 4) made->four[n] = at;
      }
    }
    return made;
  }();
  return *kIndex;
}

Status check_component(std::string_view ai, const AiRow& row, const Component& component, std::string_view part,
                       std::string_view value) {
  if (const std::size_t bad = first_outside(component.charset, part); bad != std::string_view::npos) {
    return Error{ErrorKind::kInvalid, "gs1.charset",
                 fmt::format("AI ({}) {}: \"{}\" has \"{}\", which is not allowed there ({}).", ai, row.title,
                             excerpt(value), excerpt(part.substr(bad, 1)), charset_name(component.charset))};
  }
  for (const std::string_view check : component.checks) {
    if (auto problem = problem_with_part(check, part)) {
      return Error{ErrorKind::kInvalid, problem->code,
                   fmt::format("AI ({}) {} \"{}\": {}", ai, row.title, excerpt(value), problem->text)};
    }
  }
  return Done{};
}

Error wrong_length(std::string_view ai, const AiRow& row, std::string_view value) {
  return Error{ErrorKind::kInvalid, "gs1.length",
               fmt::format("AI ({}) {}: \"{}\" has {} characters; its format is {}.", ai, row.title, excerpt(value),
                           value.size(), row.format)};
}

// "310n" stands for 3100..3109, "31nn" for 3100..3199.
bool matches(std::string_view pattern, std::string_view ai) {
  if (pattern.size() != ai.size()) return false;
  for (std::size_t i = 0; i < ai.size(); ++i) {
    if (pattern[i] != 'n' && pattern[i] != ai[i]) return false;
  }
  return true;
}

bool present(const std::vector<Element>& elements, std::string_view pattern) {
  return std::any_of(elements.begin(), elements.end(),
                     [&](const Element& element) { return matches(pattern, element.ai); });
}

bool any_group_present(const std::vector<Element>& elements, std::string_view groups) {
  for (const std::string_view group : split(groups, ',')) {
    const auto all = split(group, '+');
    if (std::all_of(all.begin(), all.end(), [&](std::string_view each) { return present(elements, each); }))
      return true;
  }
  return false;
}

}  // namespace

const AiRow* find_ai(std::string_view ai) {
  if (ai.size() < 2 || ai.size() > 4 || !is_all_digits(ai)) return nullptr;
  const std::size_t n = number_of(ai);
  const std::int16_t at = ai.size() == 2 ? index().two[n] : ai.size() == 3 ? index().three[n] : index().four[n];
  return at < 0 ? nullptr : &ai_rows()[static_cast<std::size_t>(at)];
}

std::string_view ai_at(std::string_view text) {
  for (std::size_t length = 2; length <= 4 && length <= text.size(); ++length) {
    if (find_ai(text.substr(0, length)) != nullptr) return text.substr(0, length);
  }
  return {};
}

Status check_ai_value(std::string_view ai, const AiRow& row, std::string_view value) {
  std::string_view rest = value;
  const auto& components = components_of(row);
  for (const Component& component : components) {
    if (rest.empty() && component.optional) break;
    const std::string_view part = rest.substr(0, component.most);
    if (part.size() < component.least) return wrong_length(ai, row, value);
    if (auto checked = check_component(ai, row, component, part, value); !checked) return checked;
    rest.remove_prefix(part.size());
  }
  if (!rest.empty()) return wrong_length(ai, row, value);
  return Done{};
}

std::size_t longest_value(const AiRow& row) {
  std::size_t longest = 0;
  for (const Component& component : components_of(row)) longest += component.most;
  return longest;
}

std::vector<Finding> check_companions(const std::vector<Element>& elements) {
  std::vector<Finding> findings;
  for (const Element& element : elements) {
    const AiRow* row = find_ai(element.ai);
    CHECK(row != nullptr);
    for (const std::string_view needed :
         row->needs.empty() ? std::vector<std::string_view>{} : split(row->needs, ' ')) {
      if (any_group_present(elements, needed)) continue;
      findings.push_back({"", "gs1.companion_missing",
                          fmt::format("AI ({}) {} needs one of {} beside it.", element.ai, row->title, needed)});
    }
    for (const std::string_view excluded :
         row->excludes.empty() ? std::vector<std::string_view>{} : split(row->excludes, ',')) {
      for (const Element& other : elements) {
        if (other.ai == element.ai || !matches(excluded, other.ai)) continue;
        findings.push_back(
            {"", "gs1.companion_excluded",
             fmt::format("AI ({}) {} must not stand beside AI ({}).", element.ai, row->title, other.ai)});
      }
    }
    for (const Element& other : elements) {
      if (&other == &element) break;
      if (other.ai == element.ai && other.value != element.value) {
        findings.push_back({"", "gs1.twice",
                            fmt::format("AI ({}) comes twice, as \"{}\" and \"{}\".", element.ai, excerpt(other.value),
                                        excerpt(element.value))});
      }
    }
  }
  return findings;
}

}  // namespace suyuan::codes
