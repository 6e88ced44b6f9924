// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/tlog/checkpoint.h"
#include "domain/tlog/opening.h"

// What somebody who trusts nobody but a few keys can say of a receipt or a checkpoint.
namespace suyuan::tlog {

struct Trust {
  std::vector<NoteKey> keys = {};       // of one log; each of them must have signed
  std::vector<NoteKey> witnesses = {};  // what they signed must hold
  std::size_t quorum = 0;               // so many witnesses, by name, must have signed
  std::optional<HashKind> hash = {};    // nothing: SM3 for a log whose name ends in "/sm3", SHA-256 for any other
};
// Errors: kInvalid "log.trust".
Status judge(const Trust& trust);
HashKind hash_of(const Trust& trust);

struct Seal {
  NoteKey key;
  std::uint64_t time = 0;  // of a witness, in seconds since 1970
};
struct Proven {
  Checkpoint checkpoint;
  std::vector<Seal> by, witnessed;
};
// Requires: judge() has nothing against it. Errors: those of verify_checkpoint; kInvalid "log.unsigned" (one of the
// keys did not), "log.quorum".
Result<Proven> prove_checkpoint(std::string_view note, const Trust& trust);

struct ProvenEntry {
  Proven proven;
  std::uint64_t index = 0;
  std::string entry;
  std::optional<EventOpening> opening;  // of a receipt that opens its entry
  std::optional<EventEntry> event;      // likewise
};
// `entry`: nothing: as the extra line has it. Errors: besides, "log.receipt", "log.not_included", "log.extra",
// "log.opening".
Result<ProvenEntry> prove_receipt(std::string_view receipt, std::optional<std::string_view> entry, const Trust& trust);

}  // namespace suyuan::tlog
