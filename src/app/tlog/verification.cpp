// SPDX-License-Identifier: Apache-2.0
#include "app/tlog/verification.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/tlog/document_check.h"
#include "app/tlog/sequencer.h"
#include "app/tlog/signed_points.h"
#include "app/tlog/tiles_of.h"

namespace suyuan {

namespace {

using tlog::HashKind;

constexpr int kPatience = 20;  // times that a server is waited for
constexpr std::uint64_t kKeptTogether = 65'536, kTellEvery = 65'536;

// How large the checkpoints of a folder say that they are, whoever signed them: the smaller.
std::uint64_t size_of(const Checkpoints& checkpoints) {
  std::uint64_t size = UINT64_MAX;
  for (const HashKind tree : tlog::kTrees) {
    const auto note = tlog::note_of(checkpoints.of(tree));
    const auto said = note ? tlog::checkpoint_of(note->text) : Result<tlog::Checkpoint>(note.error());
    size = std::min(size, said ? said->size : 0);
  }
  return size;
}

// One state of the store, and what is published of it. A server that is just publishing is waited for.
struct Snapshot {
  Checkpoints published;
  std::optional<LogState> log;
  bool is_moving = false;  // somebody publishes
};

Result<Snapshot> snapshot_of(const VerificationServices& services, const VerificationOptions& options) {
  Snapshot all;
  std::optional<std::uint64_t> first;
  for (int i = 0;; ++i) {
    if (services.folder != nullptr) {
      auto published = services.folder->published();  // before the state, which is never behind it
      if (!published) return std::move(published.error());
      all.published = std::move(*published);
    }
    auto log = services.store.state();
    if (!log) return std::move(log.error());
    all.log = std::move(*log);
    const std::uint64_t size = size_of(all.published);
    if (!first) first = size;
    all.is_moving = size > *first;
    if (services.folder == nullptr || !all.log || size >= all.log->size || i == kPatience || !options.wait) return all;
    options.wait();
  }
}

class Verifier {
 public:
  // `has_ended`: another log was begun after it. `place`: of its files.
  Verifier(const VerificationServices& services, const VerificationOptions& options, Verification& result,
           bool has_ended = false, std::string place = {})
      : services_(services),
        options_(options),
        result_(result),
        log_(*result.log),
        has_ended_(has_ended),
        place_(std::move(place)) {}

  Status run(const Snapshot& snapshot, const std::vector<LogKey>& keys);
  LogFaults& faults() { return faults_; }

 private:
  Result<std::vector<std::uint64_t>> anchored_sizes();
  Status go_over_leaves(LeafWalk& leaves);
  void take_entry(std::uint64_t leaf, const std::string& text, const LeafWalk& leaves);
  void take_event(std::uint64_t leaf, const tlog::EventEntry& event);
  std::optional<RootPair> root_at(std::uint64_t size, const LeafWalk& leaves);
  Status compare_counts(const std::set<OrgId>& organisations);
  void say_behind(bool is_moving);
  void say_unverified();

  const VerificationServices& services_;
  const VerificationOptions& options_;
  Verification& result_;
  const LogState& log_;
  const bool has_ended_;
  const std::string place_;
  LogFaults faults_;
  std::optional<SignedPoints> points_;
  std::map<tlog::Pseudonym, std::uint64_t> numbers_;
};

Status Verifier::run(const Snapshot& snapshot, const std::vector<LogKey>& keys) {
  points_.emplace(log_, options_.keys, keys, faults_);
  points_->add_state();
  if (services_.folder != nullptr) points_->add_published(snapshot.published);
  if (options_.against)
    if (auto added = points_->add_against(*options_.against); !added) return added;
  result_.only_own_keys = points_->only_own_keys();
  result_.published = points_->published();
  say_behind(snapshot.is_moving);
  auto sizes = anchored_sizes();
  if (!sizes) return std::move(sizes.error());
  for (const std::uint64_t size : points_->sizes()) sizes->push_back(size);
  LeafWalk leaves(services_.folder, points_->in_files(), std::move(*sizes), faults_);
  if (auto done = go_over_leaves(leaves); !done) return done;
  points_->compare(leaves);
  return Done{};
}

void Verifier::say_behind(bool is_moving) {
  if (log_.size == 0) return;
  if (has_ended_) return say_unverified();
  if (services_.folder == nullptr) {
    faults_.add("verify.no_folder", [&] {
      return fmt::format(
          "The store has a log of {} entries, and there is no folder of it. Name it with --log, or start "
          "the server, which makes it again from the store.",
          log_.size);
    });
  } else if (result_.published < log_.size && !is_moving) {
    faults_.add("verify.folder_behind", [&] {
      return fmt::format(
          "The folder of the log is signed for {} entries, and the store for {}: an older folder was put "
          "into its place, or the server ended before it published. Start the server, which brings the "
          "folder up to the store; where one runs on this store, it writes to another folder (--log).",
          result_.published, log_.size);
    });
  }
}

// No server brings the files of a log that ended up to the store.
void Verifier::say_unverified() {
  if (services_.folder == nullptr) {
    result_.unverified.push_back(
        {"verify.older_no_folder",
         fmt::format("The files of the log {} (entry bundles, hash tiles, published checkpoints) were not verified: "
                     "there is no folder \"{}\". Its {} leaves were made from the rows and held against the "
                     "checkpoints that the store has kept of it.",
                     log_.origin, place_, log_.size)});
  } else if (result_.published < log_.size) {
    result_.unverified.push_back(
        {"verify.older_folder_behind",
         fmt::format("The files of the log {} in \"{}\" are signed for {} entries, and it ended with {}: the others "
                     "were held against the checkpoints that the store has kept of it, and against no files.",
                     log_.origin, place_, result_.published, log_.size)});
  }
}

// Of the anchors, as the store has kept them.
Result<std::vector<std::uint64_t>> Verifier::anchored_sizes() {
  std::vector<std::uint64_t> sizes;
  for (std::uint64_t leaf = 0; leaf < log_.size; leaf += kKeptTogether) {
    auto kept = services_.store.kept(log_.number, leaf, std::min(log_.size, leaf + kKeptTogether));
    if (!kept) return std::move(kept.error());
    for (const auto& [at, text] : *kept) {
      const auto entry = text.starts_with("anchor/") ? tlog::entry_of(text) : Result<tlog::Entry>(tlog::ActEntry{});
      if (!entry || !std::holds_alternative<tlog::AnchorEntry>(*entry)) continue;
      const auto note = tlog::note_of(std::get<tlog::AnchorEntry>(*entry).sha256);
      const auto said = note ? tlog::checkpoint_of(note->text) : Result<tlog::Checkpoint>(note.error());
      if (said && said->size <= at) sizes.push_back(said->size);
    }
  }
  return sizes;
}

Status Verifier::go_over_leaves(LeafWalk& leaves) {
  RowWalk rows(services_.store, services_.events, log_, faults_);
  auto done = rows.walk([&](const LeafRow& row) -> Status {
    auto entry = leaves.take(row);
    if (!entry) return std::move(entry.error());
    if (row.stream == LogStream::kLost) ++result_.lost;
    if (row.is_other_sender && *entry == row.entry) {
      faults_.add("verify.run", [&] {
        return fmt::format(
            "tlog_run names another organisation for leaf {} than the row and the log have: it was changed. "
            "Restore the newest backup that agrees with the log (suyuan restore).",
            row.leaf);
      });
    }
    if (*entry) take_entry(row.leaf, **entry, leaves);
    if (options_.progress && ((row.leaf + 1) % kTellEvery == 0 || row.leaf + 1 == log_.size))
      options_.progress("leaves", row.leaf + 1, log_.size);
    return Done{};
  });
  if (!done) return done;
  result_.submitters = numbers_.size();
  return compare_counts(rows.organisations());
}

void Verifier::take_entry(std::uint64_t leaf, const std::string& text, const LeafWalk& leaves) {
  const auto entry = tlog::entry_of(text);
  if (!entry) {
    faults_.add("verify.entry", [&] {
      return fmt::format(
          "Leaf {} is no entry that this program knows: {} It was written by a newer program, or changed.", leaf,
          entry.error().text);
    });
    return;
  }
  if (const auto* event = std::get_if<tlog::EventEntry>(&*entry)) {
    ++result_.events;
    take_event(leaf, *event);
  } else if (const auto* anchor = std::get_if<tlog::AnchorEntry>(&*entry)) {
    ++result_.anchors;
    points_->check_anchor(leaf, *anchor, [&](std::uint64_t size) { return root_at(size, leaves); });
  } else {
    ++result_.acts;
  }
}

// A submitter's events are numbered 1, 2, 3 … in the order of the log.
void Verifier::take_event(std::uint64_t leaf, const tlog::EventEntry& event) {
  std::uint64_t& last = numbers_[event.submitter];
  if (event.number != last + 1) {
    faults_.add("verify.number", [&] {
      return fmt::format(
          "Leaf {} has the number {} of its submitter, and the one before had {}: a report was left out, or "
          "counted twice. Whoever sent it in has its receipt; compare with a backup.",
          leaf, event.number, last);
    });
  }
  last = event.number;
}

// Of a size that the store does not name for its anchor: from the tiles.
std::optional<RootPair> Verifier::root_at(std::uint64_t size, const LeafWalk& leaves) {
  if (const auto known = leaves.root_at(size)) return known;
  if (services_.folder == nullptr || size > points_->in_files()) return std::nullopt;
  RootPair roots;
  for (const HashKind tree : tlog::kTrees) {
    TilesOf tiles(*services_.folder, tree);
    tlog::TileNodes nodes(tree, size, tiles);
    const auto root = tlog::root_of(tree, nodes, size);
    if (!root) return std::nullopt;
    roots[tree == HashKind::kSm3 ? 1 : 0] = *root;
  }
  return roots;
}

// The counts go on while a server works.
Status Verifier::compare_counts(const std::set<OrgId>& organisations) {
  auto counts = services_.store.counts(log_.number, {organisations.begin(), organisations.end()});
  if (!counts) return std::move(counts.error());
  auto now = services_.store.state();
  if (!now) return std::move(now.error());
  const bool is_still = has_ended_ || (*now && (*now)->size == log_.size && (*now)->number == log_.number);
  for (const OrgId org : organisations) {
    const auto found = numbers_.find(tlog::pseudonym_of(log_.secret, org.value()));
    const std::uint64_t in_log = found == numbers_.end() ? 0 : found->second, said = (*counts)[org];
    if (is_still ? said == in_log : said >= in_log) continue;
    faults_.add("verify.count", [&] {
      return fmt::format(
          "The store says that organisation {} has {} events in the log, and the last one there has the "
          "number {}. Rows of tlog_submitter were changed: restore the newest backup that agrees with the "
          "log (suyuan restore).",
          org.value(), said, in_log);
    });
  }
  return Done{};
}

void say_no_log(const Snapshot& snapshot, LogFaults& faults) {
  const bool has_files = snapshot.published != Checkpoints{};
  faults.add("verify.no_log", [&] {
    return fmt::format(
        "The store has no log{}. {}",
        has_files ? ", and its folder has published checkpoints: the tables of the log were taken away" : "",
        has_files ? "Restore the newest backup (suyuan restore)." : "A server that is started on it begins one.");
  });
}

bool is_of(const LogState& log, const std::string& name) {
  return std::any_of(tlog::kTrees.begin(), tlog::kTrees.end(),
                     [&](HashKind tree) { return origin_of(log.origin, tree) == name; });
}

// What was given for this log: each key and the checkpoint belong to the log whose name they have, and to the newest
// one where no log has it.
VerificationOptions options_for(const LogState& log, const std::vector<LogState>& others, bool is_newest,
                                const VerificationOptions& all) {
  const auto is_for = [&](const std::string& name) {
    if (is_of(log, name)) return true;
    return is_newest &&
           std::none_of(others.begin(), others.end(), [&](const LogState& other) { return is_of(other, name); });
  };
  VerificationOptions own{{}, {}, all.progress, all.wait};
  for (const tlog::NoteKey& key : all.keys)
    if (is_for(key.name)) own.keys.push_back(key);
  if (all.against && is_for(all.against->substr(0, all.against->find('\n')))) own.against = all.against;
  return own;
}

bool is_about_files(std::string_view code) {
  return code == "verify.ahead" || code == "verify.checkpoint" || code == "verify.entry_changed" ||
         code == "verify.tile" || code == "verify.tile_missing";
}

// A log that ended when another one was begun: as far as rows, files and checkpoints of it are there.
Status verify_older(const LogState& log, const VerificationServices& services, const VerificationOptions& options,
                    Verification& newest) {
  OlderFolder folder;
  if (services.older) {
    auto found = services.older(log);
    if (!found) return std::move(found.error());
    folder = std::move(*found);
  }
  Snapshot snapshot{{}, log, false};
  if (folder.files != nullptr) {
    auto published = folder.files->published();
    if (!published) return std::move(published.error());
    snapshot.published = std::move(*published);
  }
  const auto keys = services.store.keys(log.number);
  if (!keys) return Error(keys.error());
  VerificationServices own = services;
  own.folder = folder.files.get();
  Verification result;
  result.log = log;
  Verifier verifier(own, options, result, true, folder.place);
  if (auto done = verifier.run(snapshot, *keys); !done) return done;
  result.faults = verifier.faults().take();
  for (LogFault& fault : result.faults)
    fault.text = fmt::format("Of the older log {}: {}{}", log.origin, fault.text,
                             is_about_files(fault.code) ? " This log has ended: no server makes its files again, so "
                                                          "look for a copy of them."
                                                        : "");
  newest.older.push_back(std::move(result));
  return Done{};
}

// Logs are numbered from 1 on.
void say_missing(const std::vector<LogState>& older, const LogState& newest, LogFaults& faults) {
  std::int64_t next = 1;
  for (std::size_t i = 0; i <= older.size(); ++i) {
    const std::int64_t number = i < older.size() ? older[i].number : newest.number;
    if (number != next) {
      faults.add("verify.log_missing", [&] {
        return fmt::format(
            "The store has the log {} as its number {}, and of number {} nothing: rows of the table tlog were taken "
            "away. Restore the newest backup that has it (suyuan restore); its receipts verify all the same.",
            i < older.size() ? older[i].origin : newest.origin, number, next);
      });
    }
    next = number + 1;
  }
}

Status verify_all(const Snapshot& snapshot, const VerificationServices& services, const VerificationOptions& options,
                  Verification& result, LogFaults& faults) {
  auto older = services.store.older();
  if (!older) return std::move(older.error());
  std::erase_if(*older, [&](const LogState& log) { return log.number >= result.log->number; });
  const auto keys = services.store.keys(result.log->number);
  if (!keys) return Error(keys.error());
  const VerificationOptions own = options_for(*result.log, *older, true, options);
  Verifier verifier(services, own, result);
  if (auto done = verifier.run(snapshot, *keys); !done) return done;
  faults = std::move(verifier.faults());
  say_missing(*older, *result.log, faults);
  for (const LogState& log : *older)
    if (auto done = verify_older(log, services, options_for(log, {}, false, options), result); !done) return done;
  return Done{};
}

Status verify_evidence(const EvidenceToCheck& evidence, const VerificationOptions& options, Verification& result,
                       LogFaults& faults) {
  EvidenceCheck check(evidence, faults);
  if (auto done = check.run(options.progress); !done) return done;
  result.evidence = check.all();
  result.closed_evidence = check.closed();
  result.evidence_without_row = check.without_row();
  if (evidence.files == nullptr && check.all() > 0)
    result.unverified.push_back(
        {"verify.no_evidence_folder",
         fmt::format("The {} files of evidence were not verified: no folder is named. Name it with --evidence.",
                     check.all())});
  return Done{};
}

}  // namespace

Result<Verification> verify_log(const VerificationServices& services, const VerificationOptions& options) {
  auto snapshot = snapshot_of(services, options);
  if (!snapshot) return std::move(snapshot.error());
  Verification result;
  result.log = snapshot->log;
  LogFaults faults;
  if (result.log) {
    if (auto done = verify_all(*snapshot, services, options, result, faults); !done) return std::move(done.error());
  } else {
    say_no_log(*snapshot, faults);
  }
  if (services.documents != nullptr) {
    DocumentCheck documents(*services.documents, services.read, faults);
    if (auto done = documents.run(options.progress); !done) return std::move(done.error());
    result.documents = documents.documents();
    result.checked_events = documents.events();
    result.closed_documents = documents.closed();
  }
  if (services.evidence != nullptr)
    if (auto done = verify_evidence(*services.evidence, options, result, faults); !done) return std::move(done.error());
  result.faults = faults.take();
  for (const Verification& log : result.older) {
    result.faults.insert(result.faults.end(), log.faults.begin(), log.faults.end());
    result.unverified.insert(result.unverified.end(), log.unverified.begin(), log.unverified.end());
  }
  return result;
}

}  // namespace suyuan
