// SPDX-License-Identifier: Apache-2.0
#include "app/tlog/cosigning.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>

#include "app/tlog/tiles_of.h"
#include "base/text.h"
#include "domain/tlog/add_checkpoint.h"

namespace suyuan {

namespace {

using tlog::HashKind;

constexpr int kRequests = 3;  // of one talk about one tree: a wrong size costs one
constexpr std::size_t number_of(HashKind tree) { return tree == HashKind::kSm3 ? 1 : 0; }

struct Signing {
  HashKind tree;
  tlog::Note note;
  tlog::Checkpoint checkpoint;
};

Result<Signing> read(HashKind tree, const std::string& text) {
  auto note = tlog::note_of(text);
  if (!note) return std::move(note.error());
  auto checkpoint = tlog::checkpoint_of(note->text);
  if (!checkpoint) return std::move(checkpoint.error());
  return Signing{tree, std::move(*note), std::move(*checkpoint)};
}

// "": the signatures that hold were added. A witness of which one does not hold is not believed in the others.
std::string take(const Signing& own, const tlog::PolicyWitness& witness, const std::string& body,
                 std::vector<tlog::NoteSignature>& taken) {
  const auto lines = tlog::signatures_of(body);
  if (!lines) return "its answer is no list of signatures";
  std::vector<tlog::NoteSignature> good;
  for (const tlog::NoteKey& key : witness.keys) {
    const auto found = std::find_if(lines->begin(), lines->end(), [&](const tlog::NoteSignature& each) {
      return each.name == key.name && each.id == tlog::id_of(key);
    });
    if (found == lines->end()) continue;
    const auto by = tlog::who_signed({own.note.text, {*found}}, {&key, 1});
    if (!by || by->empty()) return fmt::format("its signature by the key of \"{}\" does not hold", excerpt(key.name));
    good.push_back(*found);
  }
  if (good.empty()) return "it signed with none of its keys in the policy";
  taken = std::move(good);
  return "";
}

Result<std::string> request(const Signing& own, const std::string& text, std::uint64_t old, LogFolder& folder) {
  tlog::AddCheckpoint request{old, {}, text};
  if (old > 0 && old < own.checkpoint.size) {
    TilesOf tiles(folder, own.tree);
    tlog::TileNodes nodes(own.tree, own.checkpoint.size, tiles);
    auto proof = tlog::consistency_proof(own.tree, nodes, old, own.checkpoint.size);
    if (!proof) return std::move(proof.error());
    request.proof = std::move(*proof);
  }
  return tlog::written(request);
}

}  // namespace

struct Cosigning::Own {
  Checkpoints texts;
  std::vector<Signing> trees;
};

struct Cosigning::Asked {
  std::mutex mutex;
  bool is_done = false;
  std::array<std::vector<tlog::NoteSignature>, 2> taken;  // by tree
  std::string why;                                        // of the first that it did not cosign
};

Cosigning::Cosigning(tlog::Policy policy, Witnesses& witnesses, LogFolder& folder, Log& log)
    : policy_(std::move(policy)),
      witnesses_(witnesses),
      folder_(folder),
      log_(log),
      is_silent_(policy_.witnesses().size()) {
  for (std::size_t i = 0; i < policy_.witnesses().size(); ++i) known_.push_back(std::make_shared<Known>());
}

Status Cosigning::check_logs(const Own& own) const {
  for (const tlog::PolicyLog& log : policy_.logs()) {
    const auto is_it = [&](const Signing& each) { return each.checkpoint.origin == log.key.name; };
    const auto found = std::find_if(own.trees.begin(), own.trees.end(), is_it);
    const auto by = found == own.trees.end() ? Result<std::vector<tlog::Signed>>(std::vector<tlog::Signed>())
                                             : tlog::who_signed(found->note, {&log.key, 1});
    if (by && !by->empty()) continue;
    return Error{ErrorKind::kInvalid, "log.policy",
                 fmt::format("The policy of this server (tlog.policy_file) has a log line with the key {}, and this "
                             "log, \"{}\", does not sign with it. Leave log lines out, or name the keys of this log.",
                             excerpt(tlog::vkey_of(log.key), 200), excerpt(own.trees[0].checkpoint.origin))};
  }
  return Done{};
}

void Cosigning::ask(const tlog::PolicyWitness& witness, const Own& own, LogFolder& folder, Known& known, Asked& asked,
                    const Witnesses::Post& post) {
  const auto cosigned = [&](const Signing& tree, std::vector<tlog::NoteSignature>& taken) -> std::string {
    const std::uint64_t size = tree.checkpoint.size;
    std::atomic<std::uint64_t>& remembered = known.sizes[number_of(tree.tree)];
    std::uint64_t old = remembered > size ? 0 : remembered.load();
    for (int i = 0; i < kRequests; ++i) {
      const auto body = request(tree, own.texts.of(tree.tree), old, folder);
      if (!body) return body.error().text;
      const auto reply = post(*body);
      if (!reply) return reply.error().text;
      if (reply->status == 200) {
        remembered = size;
        return take(tree, witness, reply->body, taken);
      }
      if (reply->status != 409) return fmt::format("it answered {}: {}", reply->status, excerpt(reply->body, 200));
      const auto other = tlog::size_of_conflict(reply->body);
      if (!other) return "it answered 409 without a size";
      if (*other > size)
        return fmt::format("it has cosigned {} entries of this log, which has {}: an older store was put back", *other,
                           size);
      if (*other == old) return fmt::format("it has cosigned another history of these {} entries", old);
      remembered = old = *other;
    }
    return "it names another size each time";
  };
  std::array<std::vector<tlog::NoteSignature>, 2> taken;
  std::string why;
  for (const Signing& tree : own.trees) {
    std::string reason = cosigned(tree, taken[number_of(tree.tree)]);
    if (why.empty() && !reason.empty()) why = fmt::format("{}: {}", tree.checkpoint.origin, reason);
  }
  const std::lock_guard lock(asked.mutex);
  asked.is_done = true;
  asked.taken = std::move(taken);
  asked.why = std::move(why);
}

void Cosigning::tell(std::size_t witness, const std::string& why) {
  if (is_silent_[witness] == !why.empty()) return;
  is_silent_[witness] = !why.empty();
  const std::string& name = policy_.witnesses()[witness].name;
  if (why.empty())
    log_.write(LogLevel::kInfo, "log.witness_cosigns", "", {{"witness", name}});
  else
    log_.write(LogLevel::kWarning, "log.witness_missing", "", {{"witness", name}, {"why", why}});
}

Result<Checkpoints> Cosigning::cosign(const Checkpoints& texts) {
  auto own = std::make_shared<Own>();
  own->texts = texts;
  for (const HashKind tree : tlog::kTrees) {
    auto signing = read(tree, texts.of(tree));
    if (!signing) return std::move(signing.error());
    own->trees.push_back(std::move(*signing));
  }
  if (auto ours = check_logs(*own); !ours) return std::move(ours.error());
  return with_cosignatures(*own, asked_all(own));
}

std::vector<std::shared_ptr<Cosigning::Asked>> Cosigning::asked_all(const std::shared_ptr<const Own>& own) {
  std::vector<std::shared_ptr<Asked>> asked;
  std::vector<Witnesses::Talk> talks;
  for (std::size_t i = 0; i < policy_.witnesses().size(); ++i) {
    const tlog::PolicyWitness& witness = policy_.witnesses()[i];
    asked.push_back(std::make_shared<Asked>());
    talks.emplace_back();
    if (witness.url.empty()) continue;
    talks.back() = [witness, own, &folder = folder_, known = known_[i], asked = asked.back()](
                       const Witnesses::Post& post) { ask(witness, *own, folder, *known, *asked, post); };
  }
  witnesses_.talk(std::move(talks));
  return asked;
}

Result<Checkpoints> Cosigning::with_cosignatures(const Own& own, const std::vector<std::shared_ptr<Asked>>& asked) {
  std::array<std::vector<bool>, 2> cosigned;
  std::string missing;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const bool has_url = !policy_.witnesses()[i].url.empty();
    const std::lock_guard lock(asked[i]->mutex);
    const std::string why = !has_url             ? "it has no URL in the policy"
                            : !asked[i]->is_done ? "it did not answer in time"
                                                 : asked[i]->why;
    if (has_url) tell(i, why);
    if (!why.empty())
      missing += fmt::format(" {}: {}{}", policy_.witnesses()[i].name, why, why.ends_with('.') ? "" : ".");
    for (const Signing& tree : own.trees) {
      const auto& taken = asked[i]->taken[number_of(tree.tree)];
      cosigned[number_of(tree.tree)].push_back(!taken.empty());
    }
  }
  Checkpoints notes;
  for (const HashKind tree : tlog::kTrees) {
    const std::size_t number = number_of(tree);
    if (!policy_.is_quorum(cosigned[number])) {
      return Error{
          ErrorKind::kBusy, "log.no_quorum",
          fmt::format("Too few witnesses cosigned the checkpoint of {} entries, so that the one before it stays "
                      "published; they are asked again. Not cosigned by:{}",
                      own.trees[number].checkpoint.size, missing)};
    }
    tlog::Note note = own.trees[number].note;
    for (const auto& each : asked) {
      const std::lock_guard lock(each->mutex);
      const auto& taken = each->taken[number];
      note.signatures.insert(note.signatures.end(), taken.begin(), taken.end());
    }
    (tree == HashKind::kSm3 ? notes.sm3 : notes.sha256) = tlog::written(note);
  }
  return notes;
}

bool Cosigning::suffices(const Checkpoints& published) const {
  return std::all_of(tlog::kTrees.begin(), tlog::kTrees.end(), [&](HashKind tree) {
    const auto note = tlog::note_of(published.of(tree));
    const auto cosigned = note ? tlog::who_cosigned(*note, policy_) : Result<std::vector<bool>>(note.error());
    return cosigned && policy_.is_quorum(*cosigned);
  });
}

}  // namespace suyuan
