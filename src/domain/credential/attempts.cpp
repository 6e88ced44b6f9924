// SPDX-License-Identifier: Apache-2.0
#include "domain/credential/attempts.h"

#include <algorithm>

namespace suyuan::credential {

namespace {

constexpr int kDoublingsMax = 20;

}  // namespace

Attempts after_failure(Attempts before, const AttemptRule& rule, Instant now) {
  if (before.failures > 0 && now - before.last > rule.quiet) before = {};
  const int failures = std::min(before.failures, 1'000'000) + 1;
  Attempts after{failures, now, before.open_at};
  const int over = failures - rule.free;
  if (over < 0) return after;
  const auto wait = rule.first_wait * (std::int64_t{1} << std::min(over, kDoublingsMax));
  after.open_at = now + std::min<std::chrono::seconds>(wait, rule.longest_wait);
  return after;
}

Attempts without_one(Attempts before) {
  if (before.failures > 0) --before.failures;
  before.open_at = Instant();
  return before;
}

}  // namespace suyuan::credential
