// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "app/codes/identify.h"
#include "base/text.h"

namespace suyuan::http {

Error wrong_parameter(std::string_view name, std::string_view seen, std::string_view expected) {
  return Error{ErrorKind::kInvalid, "http.parameter",
               fmt::format("{} is \"{}\"; it is {}.", name, excerpt(seen), expected)};
}

Status only_known(const Request& request, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : request.query) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::vector<std::string_view> names(known);
    const std::string_view near = nearest(name, names);
    return Error{ErrorKind::kInvalid, "http.parameter",
                 fmt::format("There is no parameter \"{}\"{}. Known: {}.", excerpt(name),
                             near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near), fmt::join(names, ", "))};
  }
  return Done{};
}

Result<codes::Identity> the_code(RouteContext& context, OrgId org, std::string_view text) {
  auto found = read_code(org, text, context.services.clock);
  if (!found) return std::move(found.error());
  if (found->candidates.size() == 1) return std::move(found->candidates.front().id);
  Error error{ErrorKind::kInvalid, "code.unreadable",
              fmt::format("\"{}\" is no code that we know how to read.", excerpt(text))};
  error.findings = found->findings;
  if (!found->candidates.empty()) {
    error.code = "code.ambiguous";
    error.text = fmt::format("\"{}\" can be read in {} ways. Write it as a link, or with its prefix.", excerpt(text),
                             found->candidates.size());
    for (const auto& candidate : found->candidates) {
      error.findings.push_back({codes::canonical_uri(candidate.id), "code.candidate", candidate.reason});
    }
  }
  return error;
}

Result<std::int64_t> number_of(const Request& request, std::string_view name, std::int64_t otherwise,
                               std::int64_t least, std::int64_t most) {
  const auto text = request.query_value(name);
  if (!text) return otherwise;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || number < least || number > most)
    return wrong_parameter(name, *text, fmt::format("a whole number from {} to {}", least, most));
  return number;
}

}  // namespace suyuan::http
