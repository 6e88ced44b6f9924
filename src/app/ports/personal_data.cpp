// SPDX-License-Identifier: Apache-2.0
#include "app/ports/personal_data.h"

#include <fmt/format.h>

#include <charconv>

namespace suyuan {

namespace {

constexpr std::string_view kPrefix = "person/";

}  // namespace

std::string person_subject(PersonId id) { return fmt::format("{}{}", kPrefix, id.value()); }

std::optional<PersonId> person_of_subject(std::string_view subject) {
  if (!subject.starts_with(kPrefix)) return std::nullopt;
  subject.remove_prefix(kPrefix.size());
  std::int64_t id = 0;
  const auto [end, failed] = std::from_chars(subject.data(), subject.data() + subject.size(), id);
  if (failed != std::errc() || end != subject.data() + subject.size()) return std::nullopt;
  return PersonId(id);
}

}  // namespace suyuan
