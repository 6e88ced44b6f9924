// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/ports/witness_store.h"
#include "app/tlog/sequencer.h"
#include "base/time.h"
#include "domain/tlog/note.h"

// A witness of other people's logs (C2SP tlog-witness): cosigns a checkpoint of a log only when it goes on from the one
// that it cosigned before, and remembers it before it answers.
namespace suyuan {

struct WitnessServices {
  WitnessStore& store;
  Clock& clock;
  LogSigners signers;
  std::string name;
};

// The keys that the witness cosigns with: Ed25519, and SM2 for trees of SM3.
std::vector<tlog::NoteKey> witness_keys(const std::string& name, const LogSigners& signers);

// Which tree a log of that name is of: names of trees of SM3 end in "/sm3".
tlog::HashKind tree_of(std::string_view origin);

class Witness {
 public:
  // `logs`: keys of the logs that it watches, those of one name together. Reads what it remembers of them. Errors:
  // kInvalid "witness.log" for a key that is none of a log; kCorrupt "witness.damaged"; those of the store.
  static Result<std::unique_ptr<Witness>> open(const WitnessServices& services, const std::vector<tlog::NoteKey>& logs);

  // The size that it knows, when the request begins from another; or the lines with its cosignatures.
  struct Answer {
    std::optional<std::uint64_t> conflict;
    std::string lines;
  };
  // Errors: kInvalid "log.add_checkpoint", "log.note", "log.checkpoint", "witness.old_size"; kNotFound
  // "witness.unknown_log"; kForbidden "witness.unsigned"; kUnsupported "witness.inconsistent" (the new tree is no
  // continuation of the old one); kInternal "witness.signer"; those of the store. Threads: any.
  Result<Answer> add_checkpoint(std::string_view body);

  // The newest checkpoint that it cosigned, by the SHA-256 of the log's name in hex. Errors: kNotFound
  // "witness.unknown_log".
  Result<std::string> latest(std::string_view origin_hash);

 private:
  struct Log {
    std::vector<tlog::NoteKey> keys;
    std::mutex mutex;  // from looking what it knows until it is kept
    tlog::Checkpoint known;
    std::string note;  // "": none was cosigned yet
  };
  explicit Witness(const WitnessServices& services) : services_(services) {}
  Status load(const std::string& origin, Log& log);
  Result<Answer> cosign(Log& log, const tlog::Note& note, const tlog::Checkpoint& checkpoint, std::uint64_t old,
                        const std::vector<tlog::Hash>& proof);
  Result<std::vector<tlog::NoteSignature>> cosignatures(const std::string& text, tlog::HashKind tree) const;

  WitnessServices services_;
  std::map<std::string, Log, std::less<>> logs_;  // by name
};

}  // namespace suyuan
