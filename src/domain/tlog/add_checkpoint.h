// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/tlog/merkle.h"
#include "domain/tlog/note.h"

// What a log asks a witness, and is answered (C2SP tlog-witness).
namespace suyuan::tlog {

inline constexpr std::size_t kWitnessProofHashes = 63;

// The body of POST …/add-checkpoint.
struct AddCheckpoint {
  std::uint64_t old = 0;    // size that the witness cosigned last; 0: none
  std::vector<Hash> proof;  // of consistency; none when `old` is 0 or the size of the checkpoint
  std::string checkpoint;   // a note
};
std::string written(const AddCheckpoint& request);
// The checkpoint is not looked into. Errors: kInvalid "log.add_checkpoint".
Result<AddCheckpoint> add_checkpoint_of(std::string_view body);

// The answer of a witness: signature lines alone. Errors: kInvalid "log.note", "log.add_checkpoint".
std::string written(const std::vector<NoteSignature>& signatures);
Result<std::vector<NoteSignature>> signatures_of(std::string_view lines);

// The body of a 409: the size that the witness knows. Nothing: it is none.
std::optional<std::uint64_t> size_of_conflict(std::string_view body);

}  // namespace suyuan::tlog
