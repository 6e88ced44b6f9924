// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "domain/tlog/merkle.h"
#include "domain/tlog/note.h"

// What a log says of itself (C2SP tlog-checkpoint), and the receipt of one entry (C2SP tlog-proof).
namespace suyuan::tlog {

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root{};
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};
std::string text_of(const Checkpoint& checkpoint);  // of the note
// Lines after the third are passed over; none is empty. Errors: kInvalid "log.checkpoint".
Result<Checkpoint> checkpoint_of(std::string_view text);

// That an entry is number `index` of a log: can be checked without the log.
struct Receipt {
  std::string extra;  // for whoever checks; nobody signed it
  std::uint64_t index = 0;
  std::vector<Hash> proof;
  std::string checkpoint;  // a note
};
std::string written(const Receipt& receipt);
// Errors: kInvalid "log.receipt".
Result<Receipt> receipt_of(std::string_view bytes);

// Of a receipt that holds: the log's checkpoint, and which of the keys signed it. Errors: kInvalid "log.receipt",
// "log.note", "log.checkpoint", "log.signature", "log.unsigned" (none of the keys signed), "log.not_included".
struct Verified {
  Checkpoint checkpoint;
  std::vector<Signed> by;
};
Result<Verified> verify_receipt(HashKind kind, const Receipt& receipt, std::string_view entry,
                                std::span<const NoteKey> keys);
// Whether the entry is where the receipt says, in the tree of a checkpoint that holds. Errors: "log.not_included".
Status check_inclusion(HashKind kind, const Receipt& receipt, std::string_view entry, const Checkpoint& checkpoint);
// The note of a checkpoint, signed by at least one of the keys under the name of its origin.
Result<Verified> verify_checkpoint(std::string_view note, std::span<const NoteKey> keys);

}  // namespace suyuan::tlog
