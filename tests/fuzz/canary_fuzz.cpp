// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/identify.h"
#include "fuzz.h"

using namespace suyuan;

// A planted defect: a lot of three characters "crashes". tests/fuzz/run fails when the fuzzer does not find this one,
// since then its silence about the other targets means nothing.
FUZZ(input) {
  for (const codes::Candidate& candidate : codes::identify(input, OrgId(1), 2026).candidates) {
    for (const codes::Part& part : candidate.parts) CHECK(part.ai != "10" || part.value.size() != 3);
  }
}
