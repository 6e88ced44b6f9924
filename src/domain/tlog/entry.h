// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/time.h"
#include "domain/tlog/merkle.h"

// What a leaf of the log says: one line of text, one spelling each, that commits to a row of the store and tells an
// outsider nothing else. docs/formats/log-entries.md.
namespace suyuan::tlog {

using Commitment = Hash;                         // SHA-256
using Pseudonym = std::array<std::uint8_t, 16>;  // of an organisation
using LogSecret = std::array<std::uint8_t, 32>;  // of a store: what pseudonyms and salts of the audit come from

// An event that was captured.
struct EventEntry {
  Commitment commitment{};
  Pseudonym submitter{};
  std::uint64_t number = 0;  // of the submitter's events: 1, 2, 3 …
  Instant recorded;
  friend bool operator==(const EventEntry&, const EventEntry&) = default;
};
// An entry of the audit.
struct ActEntry {
  Commitment commitment{};
  Instant at;
  friend bool operator==(const ActEntry&, const ActEntry&) = default;
};
// The checkpoints of both trees at some earlier size: each tree records what the other said.
struct AnchorEntry {
  std::string sha256, sm3;  // notes
  friend bool operator==(const AnchorEntry&, const AnchorEntry&) = default;
};
using Entry = std::variant<EventEntry, ActEntry, AnchorEntry>;

// Requires: notes that together fit into kEntryBytes.
std::string written(const Entry& entry);
// Errors: kInvalid "log.entry".
Result<Entry> entry_of(std::string_view text);

// Commitments are hashes behind a salt of 16 bytes: nobody can try contents against them, and whoever is given the salt
// and the content of one can check that one. Salts and pseudonyms come from the secret, so that nothing of them is
// kept.
std::string event_salt(const LogSecret& secret, std::int64_t seq);
std::string act_salt(const LogSecret& secret, std::int64_t id);
Pseudonym pseudonym_of(const LogSecret& secret, std::int64_t organisation);
// `content`: the SHA-256 of the event's CBV prehash. The opening is what the commitment is the hash of.
std::string event_opening(std::string_view salt, std::string_view id, const Hash& content, bool is_declaration);
Commitment event_commitment(std::string_view salt, std::string_view id, const Hash& content, bool is_declaration);
// `fields`: of the audit entry, written out.
Commitment act_commitment(std::string_view salt, std::string_view fields);

}  // namespace suyuan::tlog
