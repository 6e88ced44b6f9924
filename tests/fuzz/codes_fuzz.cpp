// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/digital_link.h"
#include "domain/codes/element_string.h"
#include "domain/codes/epc_urn.h"
#include "domain/codes/identify.h"
#include "fuzz.h"

using namespace suyuan;
using namespace suyuan::codes;

// Whatever is scanned: no reading crashes, and a GS1 identity reads back from its own canonical address.
FUZZ(input) {
  (void)read_digital_link(input);
  (void)read_digital_link_path(input);
  (void)read_element_string(input, '\x1D');
  (void)read_bracketed(input);
  (void)read_epc_urn(input);
  for (const Candidate& candidate : identify(input, OrgId(1), 2026).candidates) {
    (void)display_text(candidate.id);
    (void)page_path(candidate.id);
    (void)level_of(candidate.id);
    (void)class_of(candidate.id);
    if (candidate.id.scheme != Scheme::kGs1) continue;
    const auto again = read_epcis_id(canonical_uri(candidate.id));
    CHECK(again.ok());
    CHECK(again->id == candidate.id);
  }
  if (const auto read = read_epcis_id(input)) {
    for (int digits = 6; digits <= 12; ++digits) {
      const auto urn = to_epc_urn(read->id, digits);
      if (!urn) continue;
      const auto again = read_epcis_id(*urn);
      CHECK(again.ok());
      CHECK(again->id == read->id);
    }
  }
}
