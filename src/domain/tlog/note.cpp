// SPDX-License-Identifier: Apache-2.0
#include "domain/tlog/note.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/base64.h"
#include "base/text.h"
#include "engine/digest/sha256.h"

namespace suyuan::tlog {

namespace {

constexpr std::size_t kIdBytes = 4, kTimeBytes = 8;
constexpr std::size_t kNoteBytes = 1'000'000, kSignatures = 100;
constexpr std::uint64_t kTimeMax = (std::uint64_t{1} << 63) - 1;
constexpr std::string_view kDash = "\u2014 ";

struct TypeRow {
  NoteKeyType type;
  std::string_view bytes;  // in front of the key, in ids and vkeys
  SignatureAlgorithm algorithm;
  std::string_view cosigned;  // first line of what is signed, when that is not the note's text alone
};
constexpr TypeRow kTypes[] = {
    {NoteKeyType::kEd25519, "\x01", SignatureAlgorithm::kEd25519, ""},
    {NoteKeyType::kEd25519Cosignature, "\x04", SignatureAlgorithm::kEd25519, "cosignature/v1"},
    {NoteKeyType::kSm2, "\xffSM2-with-SM3/1234567812345678", SignatureAlgorithm::kSm2, ""},
    {NoteKeyType::kSm2Cosignature, "\xffSM2-cosignature/v1", SignatureAlgorithm::kSm2, "sm2-cosignature/v1"},
};
const TypeRow& row_of(NoteKeyType type) { return kTypes[static_cast<std::size_t>(type)]; }

std::size_t key_bytes(SignatureAlgorithm algorithm) { return algorithm == SignatureAlgorithm::kSm2 ? 65 : 32; }

std::string big_endian(std::uint64_t value, std::size_t bytes) {
  std::string text;
  for (std::size_t i = bytes; i-- > 0;) text += static_cast<char>(value >> (8 * i) & 0xFFU);
  return text;
}
std::uint64_t of_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
  return value;
}

std::string signed_text(const TypeRow& row, std::string_view text, std::uint64_t time) {
  if (row.cosigned.empty()) return std::string(text);
  return fmt::format("{}\ntime {}\n{}", row.cosigned, time, text);
}

Error bad_note(std::string_view why) {
  return {
      ErrorKind::kInvalid, "log.note",
      fmt::format("This is not a signed note: {}. A note is lines of text, an empty line, and lines that begin with "
                  "a dash and the name of who signed.",
                  why)};
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
}

Result<NoteSignature> signature_of_line(std::string_view line) {
  if (!line.starts_with(kDash)) return bad_note(fmt::format("\"{}\" is not a line of a signature", excerpt(line)));
  line.remove_prefix(kDash.size());
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos || !is_note_name(line.substr(0, blank)))
    return bad_note(fmt::format("\"{}\" does not name who signed", excerpt(line)));
  const auto bytes = from_base64(line.substr(blank + 1));
  if (!bytes || bytes->size() <= kIdBytes)
    return bad_note(fmt::format("the signature of \"{}\" is not base64 of a key id and a signature",
                                excerpt(line.substr(0, blank))));
  NoteSignature signature;
  signature.name = line.substr(0, blank);
  signature.id = static_cast<std::uint32_t>(of_big_endian(std::string_view(*bytes).substr(0, kIdBytes)));
  signature.bytes = bytes->substr(kIdBytes);
  return signature;
}

bool holds(const NoteKey& key, std::string_view text, std::string_view bytes, std::uint64_t& time) {
  const TypeRow& row = row_of(key.type);
  if (!row.cosigned.empty()) {
    if (bytes.size() < kTimeBytes) return false;
    time = of_big_endian(bytes.substr(0, kTimeBytes));
    bytes.remove_prefix(kTimeBytes);
    if (time > kTimeMax) return false;
  }
  return verify(row.algorithm, key.public_key, signed_text(row, text, time), bytes);
}

}  // namespace

bool is_cosignature(NoteKeyType type) { return !row_of(type).cosigned.empty(); }
SignatureAlgorithm algorithm_of(NoteKeyType type) { return row_of(type).algorithm; }

bool is_note_name(std::string_view name) {
  // Whatever has the property White_Space and is no control character below U+0020.
  constexpr std::string_view kSpaces[] = {" ",      "\xc2\x85", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002",
                                          "\u2003", "\u2004",   "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
                                          "\u200a", "\u2028",   "\u2029", "\u202f", "\u205f", "\u3000"};
  return !name.empty() && is_utf8(name) && name.find_first_of("+\n") == std::string_view::npos && !has_control(name) &&
         std::none_of(std::begin(kSpaces), std::end(kSpaces),
                      [&](std::string_view space) { return name.find(space) != std::string_view::npos; });
}

std::uint32_t id_of(const NoteKey& key) {
  const Sha256 digest = sha256(key.name + "\n" + std::string(row_of(key.type).bytes) + key.public_key);
  return static_cast<std::uint32_t>(of_big_endian({reinterpret_cast<const char*>(digest.data()), kIdBytes}));
}

std::string vkey_of(const NoteKey& key) {
  return fmt::format("{}+{:08x}+{}", key.name, id_of(key),
                     base64(std::string(row_of(key.type).bytes) + key.public_key));
}

Result<NoteKey> note_key_of(std::string_view vkey) {
  const auto refuse = [&](std::string_view why) {
    return Error{ErrorKind::kInvalid, "log.vkey",
                 fmt::format("\"{}\" is not a verifier key: {}. Expected is name+id+key in one line, as `suyuan keys` "
                             "shows it.",
                             excerpt(vkey, 120), why)};
  };
  const std::size_t first = vkey.find('+');
  const std::size_t second = first == std::string_view::npos ? first : vkey.find('+', first + 1);
  if (second == std::string_view::npos) return refuse("it has not three parts");
  const std::string_view id = vkey.substr(first + 1, second - first - 1);
  const auto bytes = from_base64(vkey.substr(second + 1));
  if (!bytes) return refuse("the key is not base64");
  NoteKey key;
  key.name = vkey.substr(0, first);
  if (!is_note_name(key.name)) return refuse("the name is empty or has a blank in it");
  const auto row = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeRow& each) {
    return bytes->starts_with(each.bytes) && bytes->size() == each.bytes.size() + key_bytes(each.algorithm);
  });
  if (row == std::end(kTypes)) return refuse("the key is of no type that is known here (Ed25519, SM2)");
  key.type = row->type;
  key.public_key = bytes->substr(row->bytes.size());
  if (id != fmt::format("{:08x}", id_of(key))) return refuse("its id is not that of this name and key");
  return key;
}

std::string written(const Note& note) {
  std::string bytes = note.text + "\n";
  for (const NoteSignature& each : note.signatures)
    bytes += fmt::format("{}{} {}\n", kDash, each.name, base64(big_endian(each.id, kIdBytes) + each.bytes));
  return bytes;
}

Result<Note> note_of(std::string_view bytes) {
  if (bytes.size() > kNoteBytes) return bad_note("it is larger than a megabyte");
  if (!is_utf8(bytes) || has_control(bytes)) return bad_note("it is not text in UTF-8");
  const std::size_t end = bytes.rfind("\n\n");
  if (end == std::string_view::npos) return bad_note("there is no empty line before signatures");
  if (!bytes.ends_with('\n')) return bad_note("its last line does not end");
  Note note{std::string(bytes.substr(0, end + 1)), {}};
  std::string_view rest = bytes.substr(end + 2);
  if (rest.empty()) return bad_note("nobody signed it");
  while (!rest.empty()) {
    const std::size_t line = rest.find('\n');
    if (note.signatures.size() == kSignatures) return bad_note(fmt::format("more than {} signed it", kSignatures));
    auto signature = signature_of_line(rest.substr(0, line));
    if (!signature) return std::move(signature.error());
    note.signatures.push_back(std::move(*signature));
    rest.remove_prefix(line + 1);
  }
  return note;
}

Result<std::vector<Signed>> who_signed(const Note& note, std::span<const NoteKey> keys) {
  std::vector<Signed> found;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::uint32_t id = id_of(keys[i]);
    for (const NoteSignature& each : note.signatures) {
      if (each.name != keys[i].name || each.id != id) continue;
      Signed by{i, 0};
      if (!holds(keys[i], note.text, each.bytes, by.time)) {
        return Error{ErrorKind::kInvalid, "log.signature",
                     fmt::format("The signature of {} ({:08x}) is not that of this text and key: one of them was "
                                 "changed.",
                                 excerpt(each.name), id)};
      }
      if (found.empty() || found.back().key != i) found.push_back(by);
    }
  }
  return found;
}

std::optional<NoteSignature> signature_of(std::string_view text, std::string_view name, NoteKeyType type,
                                          const Signer& signer, std::uint64_t time) {
  const TypeRow& row = row_of(type);
  CHECK(signer.algorithm() == row.algorithm);
  const auto bytes = signer.sign(signed_text(row, text, time));
  if (!bytes) return std::nullopt;
  const std::string stamp = row.cosigned.empty() ? "" : big_endian(time, kTimeBytes);
  return NoteSignature{std::string(name), id_of(key_of(name, type, signer)), stamp + *bytes};
}

NoteKey key_of(std::string_view name, NoteKeyType type, const Signer& signer) {
  CHECK(signer.algorithm() == row_of(type).algorithm && is_note_name(name));
  return {std::string(name), type, signer.public_key()};
}

}  // namespace suyuan::tlog
