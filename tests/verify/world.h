// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <random>
#include <span>
#include <string>
#include <vector>

#include "domain/tlog/proof.h"

// A log with a few entries, its keys and witnesses, and a receipt of one entry: first as it should be, then with a
// fault.
namespace suyuan::test {

using Random = std::mt19937_64;
inline std::size_t below(Random& random, std::size_t bound) {
  return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
}

struct SigningKey {
  tlog::NoteKey key;
  PrivateKey secret;
};

struct World {
  tlog::HashKind kind = tlog::HashKind::kSha256;
  std::vector<SigningKey> log, witnesses;  // what the reader trusts
  std::vector<std::string> entries;
  tlog::Checkpoint checkpoint;
  tlog::Receipt receipt;  // its checkpoint is in `note`
  tlog::Note note;
  std::string entry;
  std::optional<tlog::EventOpening> opening;  // of `entry`, where that is an event's; the extra line holds it
  std::size_t quorum = 0;
  std::string bytes;  // of the receipt; set by finish()
};

SigningKey random_key(Random& random, std::string name, tlog::NoteKeyType type);
tlog::NoteSignature signed_by(const SigningKey& key, std::string_view text, std::uint64_t time = 0);
World random_world(Random& random);
// Signs `text` with every key of the world, in the place of what was signed.
void sign_anew(World& world, Random& random, std::string text);
std::string random_bytes(Random& random, std::size_t count);

// Before a fault in the structure the receipt is not yet written, before one in the bytes it is.
struct Fault {
  std::string_view name;
  void (*plant)(World&, Random&);
  bool in_bytes = false;
};
std::span<const Fault> faults();

}  // namespace suyuan::test
