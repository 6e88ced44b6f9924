// SPDX-License-Identifier: Apache-2.0
#include "app/audit/refusals.h"

#include <fmt/format.h>

#include <algorithm>

namespace suyuan {

namespace {

std::int64_t minute_of(Instant at) { return std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count(); }

Instant end_of(std::int64_t minute) { return Instant(std::chrono::minutes(minute + 1)) - std::chrono::microseconds(1); }

}  // namespace

void RefusalTally::add(AuditEntry entry) {
  const std::int64_t minute = minute_of(entry.at);
  if (minute > minute_) {
    close_minute();
    minute_ = minute;
  }
  const bool is_person = entry.person.has_value();
  Kind& kind = is_person ? people_ : addresses_;
  const std::string name = is_person ? std::to_string(entry.person->value()) : entry.from;
  auto found = kind.origins.find(name);
  if (found == kind.origins.end()) {
    if (kind.origins.size() >= kCountedOrigins) {
      ++kind.others;
      return;
    }
    found = kind.origins.emplace(name, Origin()).first;
  }
  Origin& origin = found->second;
  const bool is_kept = origin.kept < (is_person ? kOfOnePerson : kOfOneAddress) &&
                       kind.kept < (is_person ? kOfAllPeople : kOfAllAddresses);
  if (is_kept) {
    ++origin.kept;
    ++kind.kept;
    keep(std::move(entry));
  } else {
    ++origin.more;
    origin.last = std::move(entry);
  }
}

void RefusalTally::keep(AuditEntry entry) {
  if (waiting_.size() < kWaitingMost)
    waiting_.push_back(std::move(entry));
  else
    ++lost_;
}

void RefusalTally::count_lines(Kind& kind, std::string_view what) {
  std::vector<Origin> counted;
  for (auto& [name, origin] : kind.origins)
    if (origin.more > 0) counted.push_back(std::move(origin));
  std::sort(counted.begin(), counted.end(), [](const Origin& a, const Origin& b) { return a.more > b.more; });
  std::int64_t others = kind.others;
  for (std::size_t i = 0; i < counted.size(); ++i) {
    if (i >= kCountLines) {
      others += counted[i].more;
      continue;
    }
    AuditEntry& line = counted[i].last;
    line.at = end_of(minute_);
    if (!line.person && line.org != OrgId(1)) {  // of one address, against the accounts of whomever
      line.org = OrgId(1);
      line.jurisdiction = {};
      line.target_kind = line.target = line.salt = "";
    }
    line.after = fmt::format(R"({{"more":{}}})", counted[i].more);
    line.reason = fmt::format("{} more were refused in this minute; the last: {}", counted[i].more, line.reason);
    keep(std::move(line));
  }
  if (others > 0) {
    AuditEntry line;
    line.at = end_of(minute_);
    line.act = "refusals";
    line.outcome = AuditOutcome::kRefused;
    line.after = fmt::format(R"({{"more":{}}})", others);
    line.reason = fmt::format("{} more were refused in this minute, of other {}", others, what);
    keep(std::move(line));
  }
  kind = Kind();
}

void RefusalTally::close_minute() {
  count_lines(people_, "people");
  count_lines(addresses_, "addresses");
}

std::vector<AuditEntry> RefusalTally::take(Instant now) {
  if (minute_of(now) > minute_) {
    close_minute();
    minute_ = minute_of(now);
  }
  return std::exchange(waiting_, {});
}

void RefusalTally::give_back(std::vector<AuditEntry> entries) {
  for (AuditEntry& entry : waiting_) entries.push_back(std::move(entry));
  if (entries.size() > kWaitingMost) {
    lost_ += static_cast<std::int64_t>(entries.size() - kWaitingMost);
    entries.resize(kWaitingMost);
  }
  waiting_ = std::move(entries);
}

}  // namespace suyuan
