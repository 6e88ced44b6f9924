// SPDX-License-Identifier: Apache-2.0
#include "app/tlog/witness.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/fault_points.h"
#include "base/text.h"
#include "domain/tlog/add_checkpoint.h"
#include "engine/digest/sha256.h"

namespace suyuan {

namespace {

using tlog::HashKind;
using tlog::NoteKeyType;

Error unknown_log(std::string_view what) {
  return {ErrorKind::kNotFound, "witness.unknown_log",
          fmt::format("This witness does not watch \"{}\". Its operator adds logs with --log VKEY.", excerpt(what))};
}

Error damaged(const std::string& origin, std::string_view why) {
  return {ErrorKind::kCorrupt, "witness.damaged",
          fmt::format("What this witness remembers of \"{}\" cannot be used: {}. Nothing is cosigned. Put the whole "
                      "folder back as it was last; if that is lost, take a new folder and a new name, so that nobody "
                      "takes the new witness for the old one.",
                      excerpt(origin), why)};
}

Error inconsistent(const tlog::Checkpoint& checkpoint, std::uint64_t old) {
  return {ErrorKind::kUnsupported, "witness.inconsistent",
          fmt::format("The checkpoint of \"{}\" with {} entries is not shown to go on from the one with {}: the proof "
                      "does not hold. It is not cosigned.",
                      excerpt(checkpoint.origin), checkpoint.size, old)};
}

// Whether the new checkpoint goes on from the known one. Requires: old is its size, and at most the new one's.
bool goes_on(const tlog::Checkpoint& known, const tlog::Checkpoint& checkpoint, const std::vector<tlog::Hash>& proof) {
  const HashKind tree = tree_of(checkpoint.origin);
  if (known.size == 0) {
    return proof.empty() && (checkpoint.size > 0 || checkpoint.root == tlog::empty_root(tree));
  }
  return tlog::verify_consistency(tree, known.size, checkpoint.size, known.root, checkpoint.root, proof);
}

}  // namespace

HashKind tree_of(std::string_view origin) { return origin.ends_with("/sm3") ? HashKind::kSm3 : HashKind::kSha256; }

std::vector<tlog::NoteKey> witness_keys(const std::string& name, const LogSigners& signers) {
  return {tlog::key_of(name, NoteKeyType::kEd25519Cosignature, signers.ed25519),
          tlog::key_of(name, NoteKeyType::kSm2Cosignature, signers.sm2)};
}

Result<std::unique_ptr<Witness>> Witness::open(const WitnessServices& services,
                                               const std::vector<tlog::NoteKey>& logs) {
  std::unique_ptr<Witness> witness(new Witness(services));
  for (const tlog::NoteKey& key : logs) {
    if (tlog::is_cosignature(key.type)) {
      return Error{ErrorKind::kInvalid, "witness.log",
                   fmt::format("The key of \"{}\" is that of a witness; --log takes the verifier keys of logs.",
                               excerpt(key.name))};
    }
    witness->logs_[key.name].keys.push_back(key);
  }
  for (auto& [origin, log] : witness->logs_)
    if (auto loaded = witness->load(origin, log); !loaded) return std::move(loaded.error());
  return witness;
}

// A record that is not ours is not taken for none: the witness would begin anew, and cosign another history.
Status Witness::load(const std::string& origin, Log& log) {
  log.known = {origin, 0, tlog::empty_root(tree_of(origin))};
  auto note = services_.store.latest(origin);
  if (!note) return std::move(note.error());
  if (note->empty()) return Done{};
  const auto read = tlog::note_of(*note);
  if (!read) return damaged(origin, read.error().text);
  auto checkpoint = tlog::checkpoint_of(read->text);
  if (!checkpoint) return damaged(origin, checkpoint.error().text);
  if (checkpoint->origin != origin) return damaged(origin, "it is of another log");
  const auto by = tlog::who_signed(*read, witness_keys(services_.name, services_.signers));
  if (!by || by->empty()) return damaged(origin, "it has no cosignature of this witness");
  log.known = std::move(*checkpoint);
  log.note = std::move(*note);
  return Done{};
}

Result<Witness::Answer> Witness::add_checkpoint(std::string_view body) {
  auto request = tlog::add_checkpoint_of(body);
  if (!request) return std::move(request.error());
  auto note = tlog::note_of(request->checkpoint);
  if (!note) return std::move(note.error());
  auto checkpoint = tlog::checkpoint_of(note->text);
  if (!checkpoint) return std::move(checkpoint.error());
  const auto found = logs_.find(checkpoint->origin);
  if (found == logs_.end()) return unknown_log(checkpoint->origin);
  const auto by = tlog::who_signed(*note, found->second.keys);
  if (!by || by->empty()) {
    return Error{ErrorKind::kForbidden, "witness.unsigned",
                 fmt::format("The checkpoint of \"{}\" has no signature that holds of a key that this witness trusts "
                             "for it.",
                             excerpt(checkpoint->origin))};
  }
  if (request->old > checkpoint->size) {
    return Error{ErrorKind::kInvalid, "witness.old_size",
                 fmt::format("The request goes on from {} entries, and the checkpoint has only {}.", request->old,
                             checkpoint->size)};
  }
  // Signatures of keys that nobody asked us to trust are not kept.
  std::erase_if(note->signatures, [&](const tlog::NoteSignature& each) {
    return std::none_of(by->begin(), by->end(), [&](const tlog::Signed& one) {
      const tlog::NoteKey& key = found->second.keys[one.key];
      return each.name == key.name && each.id == tlog::id_of(key);
    });
  });
  return cosign(found->second, *note, *checkpoint, request->old, request->proof);
}

Result<Witness::Answer> Witness::cosign(Log& log, const tlog::Note& note, const tlog::Checkpoint& checkpoint,
                                        std::uint64_t old, const std::vector<tlog::Hash>& proof) {
  const std::lock_guard lock(log.mutex);
  const bool is_known = !log.note.empty() && log.known.size == checkpoint.size;
  if (log.known.size != old || (is_known && log.known.root != checkpoint.root)) return Answer{log.known.size, ""};
  if (is_known ? !proof.empty() : !goes_on(log.known, checkpoint, proof)) return inconsistent(checkpoint, old);
  auto signatures = cosignatures(note.text, tree_of(checkpoint.origin));
  if (!signatures) return std::move(signatures.error());
  if (!is_known) {
    tlog::Note kept = note;
    kept.signatures.insert(kept.signatures.end(), signatures->begin(), signatures->end());
    std::string text = tlog::written(kept);
    if (auto done = services_.store.keep(checkpoint.origin, text); !done) return std::move(done.error());
    fault_point("witness.kept");
    log.known = checkpoint;
    log.note = std::move(text);
  }
  return Answer{{}, tlog::written(*signatures)};
}

Result<std::vector<tlog::NoteSignature>> Witness::cosignatures(const std::string& text, HashKind tree) const {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(services_.clock.now().time_since_epoch()).count();
  std::vector<tlog::NoteSignature> all;
  const auto sign = [&](NoteKeyType type, const Signer& signer) {
    auto one = tlog::signature_of(text, services_.name, type, signer, static_cast<std::uint64_t>(now));
    if (one) all.push_back(std::move(*one));
  };
  sign(NoteKeyType::kEd25519Cosignature, services_.signers.ed25519);
  if (tree == HashKind::kSm3) sign(NoteKeyType::kSm2Cosignature, services_.signers.sm2);
  const auto keys = witness_keys(services_.name, services_.signers);
  const auto by = tlog::who_signed({text, all}, keys);
  if (!by || by->size() != (tree == HashKind::kSm3 ? 2 : 1)) {
    return Error{
        ErrorKind::kInternal, "witness.signer",
        "The witness could not cosign: a key gave no signature that holds. Nothing was remembered. Look at the "
        "key file and start again."};
  }
  return all;
}

Result<std::string> Witness::latest(std::string_view origin_hash) {
  for (auto& [origin, log] : logs_) {
    if (hex(sha256(origin)) != origin_hash) continue;
    const std::lock_guard lock(log.mutex);
    if (!log.note.empty()) return log.note;
    break;
  }
  return unknown_log(origin_hash);
}

}  // namespace suyuan
