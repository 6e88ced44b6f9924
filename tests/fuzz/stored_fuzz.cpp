// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/fact_block.h"
#include "adapters/warehouse/keys.h"
#include "adapters/warehouse/links.h"
#include "adapters/warehouse/zstd_text.h"
#include "engine/runs/block.h"
#include "fuzz.h"

using namespace suyuan;

// Stored bytes that a disk bent: refused, or exactly what encode_links would have written.
FUZZ(input) {
  if (const auto links = decode_links(input)) {
    const auto again = decode_links(encode_links(*links));
    CHECK(again.has_value());
    CHECK(*again == *links);
  }
  if (input.size() < 4096) {
    const auto back = decompress(compress(input));
    CHECK(back.has_value());
    CHECK(*back == input);
  }
  if (input.size() < 512) (void)decompress(input);
  const std::string block = runs::sealed(input);  // as if the checksum agreed
  FactBlock facts(1, block);
  for (FactRow fact; facts.next(fact);) CHECK(fact.seq < facts.end());
  (void)identity_of_key(input);
}
