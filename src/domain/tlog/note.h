// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/sign/sign.h"

// Signed notes: C2SP signed-note and tlog-cosignature, with Ed25519, and with SM2 as a type of our own, which the
// specification leaves room for (0xff and a name). docs/formats/log.md.
namespace suyuan::tlog {

enum class NoteKeyType : std::uint8_t {
  kEd25519,             // 0x01
  kEd25519Cosignature,  // 0x04: a witness, with the time at which it saw the checkpoint
  kSm2,                 // 0xff "SM2-with-SM3/1234567812345678"
  kSm2Cosignature,      // 0xff "SM2-cosignature/v1"
};
bool is_cosignature(NoteKeyType type);
SignatureAlgorithm algorithm_of(NoteKeyType type);

struct NoteKey {
  std::string name;
  NoteKeyType type = NoteKeyType::kEd25519;
  std::string public_key;
  friend bool operator==(const NoteKey&, const NoteKey&) = default;
};
std::uint32_t id_of(const NoteKey& key);
// "name+a1b2c3d4+base64", one line.
std::string vkey_of(const NoteKey& key);
// Errors: kInvalid "log.vkey".
Result<NoteKey> note_key_of(std::string_view vkey);
bool is_note_name(std::string_view name);  // not empty, UTF-8, without white space and "+"

struct NoteSignature {
  std::string name;
  std::uint32_t id = 0;
  std::string bytes;  // after the key's id
  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};
struct Note {
  std::string text;  // ends with a line feed
  std::vector<NoteSignature> signatures;
};
std::string written(const Note& note);
// Verifies nothing. Errors: kInvalid "log.note".
Result<Note> note_of(std::string_view bytes);

// Who of the keys signed it. Signatures of other keys are ignored. Errors: kInvalid "log.signature" when one is there
// under the name and id of a key and is not that key's.
struct Signed {
  std::size_t key = 0;     // of `keys`
  std::uint64_t time = 0;  // of a cosignature (of the first, where a key signed twice), in seconds since 1970
};
Result<std::vector<Signed>> who_signed(const Note& note, std::span<const NoteKey> keys);

// Adds a signature. Requires: the signer's algorithm is that of the type. Nothing: the signer gave none.
std::optional<NoteSignature> signature_of(std::string_view text, std::string_view name, NoteKeyType type,
                                          const Signer& signer, std::uint64_t time = 0);
NoteKey key_of(std::string_view name, NoteKeyType type, const Signer& signer);

}  // namespace suyuan::tlog
