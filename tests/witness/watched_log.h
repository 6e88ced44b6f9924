// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include <stdexcept>

#include "adapters/log_folder/log_folder.h"
#include "app/tlog/sequencer.h"
#include "app/tlog/tiles_of.h"
#include "domain/tlog/add_checkpoint.h"
#include "tests/support/folder.h"

// A log that a witness watches, without a store.
namespace suyuan::test {

struct KeyPair {
  PrivateKey ed25519 = PrivateKey::fresh(SignatureAlgorithm::kEd25519);
  PrivateKey sm2 = PrivateKey::fresh(SignatureAlgorithm::kSm2);
  LogSigners signers() const { return {ed25519, sm2}; }
};

class WatchedLog {
 public:
  static constexpr const char* kOrigin = "trace.example.cn/log";

  // `history`: what its entries say, so that two logs with the same keys can differ.
  WatchedLog(const KeyPair& keys, std::string history, std::string origin = kOrigin)
      : keys_(keys), history_(std::move(history)), origin_(std::move(origin)) {
    auto made = make_log_folder(place_.path() / "log");
    if (!made) throw std::runtime_error(made.error().text);
    folder_ = std::move(*made);
  }
  void grow_to(std::uint64_t size) {
    while (growth_.size() < size)
      if (!growth_.add(fmt::format("{} {}", growth_.size() < kShared ? "" : history_, growth_.size())))
        throw std::runtime_error("no entry");
    if (auto written = folder_->write(growth_.take_tiles()); !written) throw std::runtime_error(written.error().text);
  }
  // Of the size that it has.
  Checkpoints checkpoints() const {
    Checkpoints both;
    for (const tlog::HashKind tree : tlog::kTrees) {
      const std::string name = origin_of(origin_, tree);
      tlog::Note note{tlog::text_of({name, growth_.size(), growth_.root(tree)}), {}};
      note.signatures.push_back(*tlog::signature_of(note.text, name, tlog::NoteKeyType::kEd25519, keys_.ed25519));
      note.signatures.push_back(*tlog::signature_of(note.text, name, tlog::NoteKeyType::kSm2, keys_.sm2));
      (tree == tlog::HashKind::kSm3 ? both.sm3 : both.sha256) = tlog::written(note);
    }
    return both;
  }
  // To a witness that knows `old`.
  tlog::AddCheckpoint request(tlog::HashKind tree, std::uint64_t old) const {
    tlog::AddCheckpoint request{old, {}, checkpoints().of(tree)};
    if (old == 0 || old >= growth_.size()) return request;
    TilesOf tiles(*folder_, tree);
    tlog::TileNodes nodes(tree, growth_.size(), tiles);
    request.proof = *tlog::consistency_proof(tree, nodes, old, growth_.size());
    return request;
  }
  std::vector<tlog::NoteKey> keys() const {
    std::vector<tlog::NoteKey> all;
    for (const std::string& vkey : vkeys_of(origin_, keys_.signers())) all.push_back(*tlog::note_key_of(vkey));
    return all;
  }
  LogFolder& folder() { return *folder_; }

 private:
  static constexpr std::uint64_t kShared = 3;  // entries that all histories begin with

  const KeyPair& keys_;
  const std::string history_, origin_;
  Folder place_;
  std::unique_ptr<LogFolder> folder_;
  tlog::Growth growth_;
};

}  // namespace suyuan::test
