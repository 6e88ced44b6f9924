// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/epcis.h"
#include "domain/trace/read_event.h"
#include "fuzz.h"

using namespace suyuan;

// Documents as senders post them, JSON or XML: read, judged and hashed without a crash; ranges stay inside the bytes.
FUZZ(input) {
  const auto document = read_epcis(input);
  if (!document) return;
  const Instant now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21);
  for (const trace::RawEvent& event : document->events) {
    CHECK(event.begin <= event.end);
    CHECK(event.end <= input.size());
    (void)trace::event_prehash(event.node);
    const auto read = trace::read_event(event.node, now);
    if (!read) CHECK(!read.error().findings.empty());
  }
  (void)trace::read_master_data(document->header);
}
