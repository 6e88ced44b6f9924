// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/writer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "adapters/clock/system_clock.h"
#include "adapters/warehouse/sqlite_file.h"
#include "tests/support/folder.h"

namespace suyuan::storage {
namespace {

NewSubmission of_one_event(int number) {
  NewSubmission submission;
  submission.public_id = fmt::format("job-{}", number);
  submission.original = "{}";
  NewEvent event;
  event.event.id = fmt::format("urn:event:{}", number);
  event.event.objects.emplace_back();
  event.event.objects.back().id = {codes::Scheme::kGs1, fmt::format("/01/06901234567892/21/{}", number)};
  event.event.objects.back().role = trace::Role::kSubject;
  event.end = submission.original.size();
  submission.events.push_back(std::move(event));
  return submission;
}

// Each commit adds a part to every lookup, and a reader looks into all of them.
TEST(Writer, keeps_the_parts_of_lookups_in_memory_few) {
  const test::Folder folder;
  SystemClock clock;
  auto connection = open_sqlite_file(folder.path());
  ASSERT_TRUE(connection.ok()) << connection.error().text;
  const auto reader = [&] { return *sql::open_sqlite(folder.path() / "suyuan.db", sql::Mode::kRead); };
  Writer writer(std::move(*connection), clock, 100, 1U << 20U, {});
  ASSERT_TRUE(writer.open(reader(), reader()).ok());
  constexpr int kCommits = 300;
  for (int i = 0; i < kCommits; ++i) {
    const auto stored = writer.append(of_one_event(i));
    ASSERT_TRUE(stored.ok()) << stored.error().text;
  }
  // The last ones may not be merged yet: that is done after the answer.
  for (const Lookup which : {Lookup::kPosting, Lookup::kObjectKey, Lookup::kEventId, Lookup::kTime}) {
    const auto state = writer.lookups().state();
    EXPECT_LE((*state)[which].parts.size(), 12U) << static_cast<int>(which);
  }
}

}  // namespace
}  // namespace suyuan::storage
