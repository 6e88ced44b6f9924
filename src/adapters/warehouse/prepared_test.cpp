// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/prepared.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "adapters/warehouse/keys.h"

namespace suyuan {
namespace {

const LookupKeys kKeys({1, 2, 3});
const OriginalCodec kCodec;

NewSubmission of(int events) {
  NewSubmission submission;
  for (int i = 0; i < events; ++i) {
    NewEvent event;
    event.event.id = fmt::format("urn:event:{}", i);
    for (int object = 0; object <= i % 3; ++object) {
      event.event.objects.emplace_back();
      event.event.objects.back().id = {codes::Scheme::kGs1, fmt::format("/01/06901234567892/21/{}.{}", i, object)};
    }
    event.begin = submission.original.size();
    submission.original += fmt::format("event {}", i);
    event.end = submission.original.size();
    submission.events.push_back(std::move(event));
  }
  return submission;
}

void expect_is_worked_out(PreparedSubmission& prepared) {
  for (std::size_t i = 0; i < prepared.submission().events.size(); ++i) {
    const PreparedEvent& made = prepared.event(i);
    EXPECT_EQ(kCodec.decompress(made.original), fmt::format("event {}", i));
    const auto& objects = prepared.submission().events[i].event.objects;
    ASSERT_EQ(made.keys.size(), objects.size());
    for (std::size_t k = 0; k < objects.size(); ++k) {
      EXPECT_EQ(made.keys[k].bytes, key_of(objects[k].id));
      EXPECT_EQ(made.keys[k].hash, kKeys.hash(made.keys[k].bytes));
    }
  }
  EXPECT_EQ(prepared.digest(), sha256(prepared.submission().original));
}

TEST(Prepared, holds_every_event_of_a_submission_of_any_length) {
  for (const int events : {0, 1, 31, 32, 33, 64, 1000}) {
    PreparedSubmission prepared(of(events), kKeys, kCodec);
    while (prepared.prepare_some()) continue;
    expect_is_worked_out(prepared);
    EXPECT_FALSE(prepared.prepare_some());
  }
}

TEST(Prepared, a_short_submission_is_whole_at_once) {
  PreparedSubmission prepared(of(32), kKeys, kCodec);
  EXPECT_TRUE(prepared.prepare_some());
  EXPECT_FALSE(prepared.prepare_some());
}

TEST(Prepared, the_writer_works_out_what_the_sender_has_not) {
  PreparedSubmission prepared(of(200), kKeys, kCodec);
  EXPECT_TRUE(prepared.prepare_some());
  expect_is_worked_out(prepared);
  EXPECT_FALSE(prepared.prepare_some()) << "what the writer did was done again";
}

TEST(Prepared, both_work_at_it_at_once) {
  for (int i = 0; i < 20; ++i) {
    PreparedSubmission prepared(of(1000), kKeys, kCodec);
    std::thread sender([&] {
      while (prepared.prepare_some()) continue;
    });
    expect_is_worked_out(prepared);
    sender.join();
  }
}

}  // namespace
}  // namespace suyuan
