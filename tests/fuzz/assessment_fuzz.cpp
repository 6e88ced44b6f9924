// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/json_tree.h"
#include "app/assessment/assess.h"
#include "fuzz.h"

using namespace suyuan;

// Assessments: what is read prints and reads the same, what is assessed replays to the same digits.
FUZZ(input) {
  const auto document = read_json(input, {.bytes = 65536, .values = 5000, .depth = 32});
  if (!document) return;
  const auto again = read_json(json_text(*document));
  CHECK(again.ok());
  CHECK(*again == *document);
  (void)replay_assessment(*document);
  const auto assessed = assess_document(*document);
  if (!assessed) return;
  const auto replayed = replay_assessment(assessment_result(*assessed));
  CHECK(replayed.ok());
  CHECK(replayed->differences.empty());
  for (const bool english : {false, true}) (void)assessment_text(*assessed, true, english);
}
