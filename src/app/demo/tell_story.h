// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "app/capture/capture.h"
#include "app/page/story.h"
#include "base/result.h"

// The demonstration: an invented chain of firms, told in EPCIS 2.0 documents that go in as anybody's would. See
// demo/README.md. Everything in it carries the word 演示 and codes under 952, the GS1 prefix for demonstrations.
namespace suyuan {

struct DemoSummary {
  std::int64_t parties = 0, lots = 0, serials = 0, documents = 0, events = 0;
};

// What the story is about, without telling it.
DemoStory demo_story();

// Hands one document in as anybody would, and waits until it is captured or refused. `sender`: whose it is, an index of
// DemoStory::parties.
using Submit = std::function<Result<CaptureOutcome>(std::size_t sender, std::string document)>;

// Tells the whole story; a second time changes nothing (every event counts as duplicate). The same on every machine.
// Errors: those of `submit`; kInternal "demo.refused" when a document of the story is refused (with findings).
Result<DemoSummary> tell_story(const Submit& submit);

}  // namespace suyuan
