// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include <span>
#include <string>
#include <vector>

#include "app/ports/seen.h"

// Conditions on the columns org and jurisdiction: one text for all senders, so that statements stay few.
namespace suyuan {

struct SentBy {
  explicit SentBy(const Seen& senders) {
    for (const OrgId org : senders.organisations) organisations.push_back(org.value());
    for (const auto& [begin, end] : senders.places.ranges) {
      from.push_back(begin);
      until.push_back(end);
    }
  }
  template <class PostgresStatement>
  void bind(PostgresStatement& s, int first) const {
    s.bind_list(first, std::span<const std::int64_t>(organisations));
    s.bind_list(first + 1, std::span<const std::int64_t>(from));
    s.bind_list(first + 2, std::span<const std::int64_t>(until));
  }
  // For SQLite, which takes no lists: as JSON.
  std::string organisations_json() const { return json(organisations); }
  std::string places_json() const {
    std::string text;
    for (std::size_t i = 0; i < from.size(); ++i)
      text += fmt::format("{}[{},{}]", text.empty() ? "" : ",", from[i], until[i]);
    return "[" + text + "]";
  }

  std::vector<std::int64_t> organisations, from, until;

 private:
  static std::string json(const std::vector<std::int64_t>& numbers) {
    std::string text;
    for (const std::int64_t number : numbers) text += fmt::format("{}{}", text.empty() ? "" : ",", number);
    return "[" + text + "]";
  }
};

// $first: organisations_json; $first + 1: places_json.
inline std::string sqlite_sent_by(int first) {
  return fmt::format(
      "(org IN (SELECT value FROM json_each(${})) OR EXISTS (SELECT 1 FROM json_each(${}) AS r WHERE jurisdiction >= "
      "json_extract(r.value, '$[0]') AND jurisdiction < json_extract(r.value, '$[1]')))",
      first, first + 1);
}

// $first: organisations; then from and until.
inline std::string postgres_sent_by(int first) {
  return fmt::format(
      "(org = ANY(${}) OR EXISTS (SELECT 1 FROM unnest(${}::bigint[], ${}::bigint[]) AS r (low, high) WHERE "
      "jurisdiction >= r.low AND jurisdiction < r.high))",
      first, first + 1, first + 2);
}

}  // namespace suyuan
