// SPDX-License-Identifier: Apache-2.0
#include "domain/tlog/add_checkpoint.h"
#include "domain/tlog/checkpoint.h"
#include "domain/tlog/policy.h"
#include "domain/tlog/tiles.h"
#include "fuzz.h"

using namespace suyuan;

// Notes, checkpoints, receipts, verifier keys, tiles, requests to witnesses: what is read is written as it was read.
// Policies: who cosigned never makes a quorum of less.
FUZZ(input) {
  if (const auto note = tlog::note_of(input)) {
    CHECK(tlog::written(*note) == input);
    (void)tlog::verify_checkpoint(input, {});
  }
  if (const auto receipt = tlog::receipt_of(input)) {
    CHECK(tlog::written(*receipt) == input);
    (void)tlog::verify_receipt(tlog::HashKind::kSm3, *receipt, "entry", {});
  }
  if (const auto checkpoint = tlog::checkpoint_of(input)) CHECK(input.starts_with(tlog::text_of(*checkpoint)));
  if (const auto key = tlog::note_key_of(input)) CHECK(tlog::vkey_of(*key) == input);
  if (const auto tile = tlog::tile_of_path(input)) CHECK(tlog::path_of(*tile) == input);
  if (const auto request = tlog::add_checkpoint_of(input)) CHECK(tlog::written(*request) == input);
  if (const auto signatures = tlog::signatures_of(input)) CHECK(tlog::written(*signatures) == input);
  if (const auto policy = tlog::Policy::of(input)) {
    std::vector<bool> cosigned(policy->witnesses().size());
    bool was_quorum = policy->is_quorum(cosigned);
    CHECK(was_quorum != policy->needs_witnesses());
    for (std::size_t i = 0; i < cosigned.size(); ++i) {
      cosigned[i] = true;
      const bool is_quorum = policy->is_quorum(cosigned);
      CHECK(is_quorum || !was_quorum);
      was_quorum = is_quorum;
    }
    CHECK(was_quorum);
  }
  for (const std::uint64_t width : {1U, 2U, 256U}) {
    const auto entries = tlog::entries_of(input, width);
    if (!entries) continue;
    std::string again;
    for (const std::string_view each : *entries) tlog::add_entry(again, each);
    CHECK(again == input);
  }
}
