// SPDX-License-Identifier: Apache-2.0
#include "app/tlog/sequencer.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/tlog/tiles_of.h"
#include "base/fault_points.h"
#include "base/text.h"
#include "engine/secret/random.h"

namespace suyuan {

namespace {

using tlog::HashKind;

constexpr std::size_t kRowsTogether = 32'768;
constexpr std::uint64_t kLeavesTogether = 65'536;
constexpr std::chrono::seconds kLease{15};
constexpr std::chrono::minutes kAnchorEvery{10};

Error ahead(const LogState& state, std::uint64_t published) {
  return {
      ErrorKind::kCorrupt, "log.ahead",
      fmt::format("The folder of the log has a signed checkpoint of {} entries, and the store knows {}: an older store "
                  "was put back. Nothing is signed, so that the log gets no second history. `suyuan log --adopt` lets "
                  "the log go on after what was published.",
                  published, state.size)};
}

Error forked(std::uint64_t size) {
  return {
      ErrorKind::kCorrupt, "log.forked",
      fmt::format("The folder of the log has a signed checkpoint of {} entries whose root is not that of the store. "
                  "Nothing is signed. Run `suyuan verify` on the store and on a backup, and restore the one that "
                  "agrees with what was published.",
                  size)};
}

Error rows_changed(const LogState& state) {
  return {
      ErrorKind::kCorrupt, "log.rows_changed",
      fmt::format("The rows of the store do not give the root that was signed for {} entries: somebody changed them. "
                  "Nothing is signed. `suyuan verify` names the first one.",
                  state.size)};
}

Error restored(const LogState& state, std::string_view why) {
  return {
      ErrorKind::kCorrupt, "log.restored",
      fmt::format("The store was restored from a backup whose log has {} entries, and {}. Nothing is signed, so that "
                  "the log gets no second history. Put the folder of the log as it was last published, or a copy of "
                  "it, to its place and start again; if there is none, begin another log: `suyuan log --new-origin`.",
                  state.size, why)};
}

Error other_folder(const LogState& state, const std::string& seen) {
  return {
      ErrorKind::kCorrupt, "log.other_folder",
      fmt::format("The folder of the log holds that of \"{}\", and the log of this store is {}. Move those files away, "
                  "or name another folder (tlog.folder).",
                  excerpt(seen), state.origin)};
}

// The name that a checkpoint gives itself; "" for none.
std::string name_in(const std::string& note) { return note.substr(0, std::min(note.size(), note.find('\n'))); }

Result<tlog::Checkpoint> signed_checkpoint(const std::string& note) {
  auto read = tlog::note_of(note);
  return read ? tlog::checkpoint_of(read->text) : Result<tlog::Checkpoint>(std::move(read.error()));
}

// Whether the trees lead to what was signed for this size.
bool leads_to(const tlog::Growth& growth, const Checkpoints& checkpoints) {
  if (growth.size() == 0) return checkpoints == Checkpoints{};
  return std::all_of(tlog::kTrees.begin(), tlog::kTrees.end(), [&](HashKind tree) {
    const auto checkpoint = signed_checkpoint(checkpoints.of(tree));
    return checkpoint && checkpoint->size == growth.size() && checkpoint->root == growth.root(tree);
  });
}

}  // namespace

std::string origin_of(const std::string& origin, HashKind tree) {
  return tree == HashKind::kSm3 ? origin + "/sm3" : origin;
}

std::vector<std::string> vkeys_of(const std::string& origin, const LogSigners& signers) {
  std::vector<std::string> all;
  for (const HashKind tree : tlog::kTrees) {
    const std::string name = origin_of(origin, tree);
    all.push_back(tlog::vkey_of(tlog::key_of(name, tlog::NoteKeyType::kEd25519, signers.ed25519)));
    all.push_back(tlog::vkey_of(tlog::key_of(name, tlog::NoteKeyType::kSm2, signers.sm2)));
  }
  return all;
}

Result<bool> Sequencer::round() {
  const Instant now = services_.clock.now();
  bool is_ours = false;
  if (services_.signers) {
    auto held = services_.store.hold(now, now + kLease);
    if (!held) return held;
    is_ours = *held;
  }
  auto state = services_.store.state();
  if (!state) return std::move(state.error());
  if (!*state) {
    if (!is_ours) return false;
    if (auto opened = open(now); !opened) return std::move(opened.error());
    return true;
  }
  const LogState& log = **state;
  if (!services_.origin.empty() && services_.origin != log.origin) {
    return Error{ErrorKind::kCorrupt, "log.other_origin",
                 fmt::format("The log of this store is called {}, and tlog.origin is {}. Set it back: a log keeps its "
                             "name, since receipts name it.",
                             log.origin, services_.origin)};
  }
  if (is_ours)
    if (auto used = use_own_keys(log, now); !used) return std::move(used.error());
  if (log.standing == LogStanding::kRestored) {
    if (!is_ours) return false;
    growth_.reset();
    auto adopted = adopt(log);
    growth_.reset();
    return adopted ? Result<bool>(true) : Result<bool>(std::move(adopted.error()));
  }
  if (auto done = catch_up(log); !done) {
    begin_anew_after(done.error());
    return std::move(done.error());
  }
  if (!is_ours) return false;
  auto extended = extend(log, now);
  if (!extended) begin_anew_after(extended.error());
  return extended;
}

// Without a quorum, nothing but the checkpoint is missing in the folder.
void Sequencer::begin_anew_after(const Error& error) {
  if (error.code != "log.no_quorum") growth_.reset();
}

LogState fresh_log(std::int64_t number, const std::string& origin, Instant now) {
  LogState fresh;
  fresh.number = number;
  fresh.origin = origin;
  if (fresh.origin.empty()) {
    const std::string name = random_bytes(8);
    fresh.origin = "suyuan/" + hex({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
  }
  const std::string secret = random_bytes(fresh.secret.size());
  std::copy(secret.begin(), secret.end(), reinterpret_cast<char*>(fresh.secret.data()));
  fresh.opened = fresh.anchored = now;
  return fresh;
}

Status Sequencer::open(Instant now) {
  const LogState fresh = fresh_log(1, services_.origin, now);
  std::vector<LogKey> keys;
  for (std::string& vkey : vkeys_of(fresh.origin, *services_.signers)) keys.push_back({std::move(vkey), now, {}});
  return services_.store.open(fresh, keys);
}

// Keys that were changed: the new ones sign from now on, the old ones are kept for old receipts.
Status Sequencer::use_own_keys(const LogState& state, Instant now) {
  if (keys_of_ == state.number) return Done{};
  auto known = services_.store.keys(state.number);
  if (!known) return std::move(known.error());
  const auto own = vkeys_of(state.origin, *services_.signers);
  std::vector<LogKey> changed;
  for (const std::string& vkey : own) {
    const auto is_it = [&](const LogKey& key) { return key.vkey == vkey && !key.until; };
    if (std::none_of(known->begin(), known->end(), is_it)) changed.push_back({vkey, now, {}});
  }
  for (const LogKey& key : *known)
    if (!key.until && std::find(own.begin(), own.end(), key.vkey) == own.end())
      changed.push_back({key.vkey, key.since, now});
  if (!changed.empty())
    if (auto done = services_.store.set_keys(state.number, changed); !done) return done;
  keys_of_ = state.number;
  return Done{};
}

Status Sequencer::catch_up(const LogState& state) {
  if (growth_ && growth_->size() == state.size && published_ == state.size) return Done{};
  if (!growth_ || growth_->size() > state.size)
    if (auto loaded = load(state); !loaded) return loaded;
  return follow(state);
}

// What no key of the log signed is as good as nothing.
Result<Sequencer::InFolder> Sequencer::in_folder(const LogState& state) {
  auto notes = services_.folder.published();
  if (!notes) return std::move(notes.error());
  const auto sound = services_.folder.sound();
  if (!sound) return Error(sound.error());
  if (const std::string name = name_in(notes->sha256); !name.empty() && name != state.origin)
    return other_folder(state, name);
  const auto keys = services_.store.keys(state.number);
  if (!keys) return Error(keys.error());
  std::vector<tlog::NoteKey> known;
  for (const LogKey& key : *keys)
    if (auto read = tlog::note_key_of(key.vkey)) known.push_back(std::move(*read));
  const auto signed_in = [&](const Checkpoints& both) {
    std::array<tlog::Checkpoint, 2> trees;
    for (std::size_t i = 0; i < tlog::kTrees.size(); ++i) {
      const auto verified = tlog::verify_checkpoint(both.of(tlog::kTrees[i]), known);
      if (verified && verified->checkpoint.origin == origin_of(state.origin, tlog::kTrees[i]))
        trees[i] = verified->checkpoint;
    }
    return trees;
  };
  const auto published = signed_in(*notes);
  return InFolder{std::move(*notes), published, signed_in(*sound)};
}

bool Sequencer::agrees_with_published() const {
  for (std::size_t i = 0; i < seen_.size(); ++i)
    if (seen_[i].size > 0 && seen_[i].size == growth_->size() &&
        seen_[i].root != growth_->root(tlog::kTrees[i % tlog::kTrees.size()]))
      return false;
  return true;
}

// From the folder as far as it is sound; else from the beginning. What was published beyond that is made again.
Status Sequencer::load(const LogState& state) {
  auto folder = in_folder(state);
  if (!folder) return std::move(folder.error());
  if (const auto largest = std::max(folder->largest(), folder->largest_sound()); largest > state.size)
    return ahead(state, largest);
  seen_ = folder->all();
  notes_ = folder->notes;
  TilesOf sha256(services_.folder, HashKind::kSha256), sm3(services_.folder, HashKind::kSm3);
  auto grown = tlog::Growth::from(folder->size(), sha256, sm3);
  if (!grown && grown.error().code == "log.disk") return std::move(grown.error());
  growth_ = grown ? std::move(*grown) : tlog::Growth();
  if (!agrees_with_published()) growth_ = tlog::Growth();
  published_ = 0;
  is_doubted_ = growth_->size() < folder->largest_sound();
  return Done{};
}

// The trees are not what was signed: by the store for its size, or by whoever published what the folder had.
Error Sequencer::other_history(const LogState& state) const {
  const bool is_of_folder = seen_[0].size == state.size && agrees_with_published();
  const bool is_of_store = growth_->size() < state.size || leads_to(*growth_, state.checkpoints);
  return is_of_folder || is_of_store ? forked(growth_->size()) : rows_changed(state);
}

Status Sequencer::follow(const LogState& state) {
  Leaves leaves(services_.store, services_.events);
  while (growth_->size() < state.size) {
    const std::uint64_t end = std::min(state.size, growth_->size() + kLeavesTogether);
    auto entries = leaves.entries(state, growth_->size(), end);
    if (!entries) return std::move(entries.error());
    for (const std::string& entry : *entries) {
      if (auto added = growth_->add(entry); !added) return added;
      if (!agrees_with_published()) return other_history(state);
    }
    if (growth_->size() < state.size)
      if (auto written = write_tiles(); !written) return written;
  }
  if (!leads_to(*growth_, state.checkpoints)) return other_history(state);
  if (state.size == published_) return Done{};
  if (!is_published(notes_, state)) return publish(state.checkpoints);
  // By an earlier process, with its cosignatures; and a torn file may have been read as what was durable of it.
  if (auto written = write_tiles(); !written) return written;
  return show(notes_);
}

Status Sequencer::adopt(const LogState& state) {
  auto folder = in_folder(state);
  if (!folder) return std::move(folder.error());
  if (folder->largest() < state.size || folder->largest() == 0)
    return restored(state, fmt::format("the folder of the log has a signed checkpoint of {}", folder->largest()));
  seen_ = folder->all();
  TilesOf sha256(services_.folder, HashKind::kSha256), sm3(services_.folder, HashKind::kSm3);
  auto grown = tlog::Growth::from(state.size, sha256, sm3);
  if (!grown) return std::move(grown.error());
  growth_ = std::move(*grown);
  if (!leads_to(*growth_, state.checkpoints)) return forked(growth_->size());
  is_doubted_ = growth_->size() < folder->largest_sound();
  LogStep step{state, state, {}, {}, {}};
  std::map<tlog::Pseudonym, std::uint64_t> numbers;
  if (auto read = read_lost(folder->largest(), step, numbers); !read) return read;
  constexpr std::int64_t kOrganisations = 100'000;  // numbers that an organisation made after the backup may have had
  for (std::int64_t org = 1; org <= kOrganisations && !numbers.empty(); ++org) {
    const auto found = numbers.find(tlog::pseudonym_of(state.secret, org));
    if (found == numbers.end()) continue;
    step.counts[OrgId(org)] = found->second;
    numbers.erase(found);
  }
  step.to.size = growth_->size();
  step.to.standing = LogStanding::kGrows;
  auto notes = sign(state.origin);
  if (!notes) return std::move(notes.error());
  step.to.checkpoints = std::move(*notes);
  if (auto advanced = services_.store.advance(step); !advanced) return advanced;
  return publish(step.to.checkpoints);
}

// Entries that the store has no rows for, from their bundles; and how far each submitter's numbers went.
Status Sequencer::read_lost(std::uint64_t size, LogStep& step, std::map<tlog::Pseudonym, std::uint64_t>& numbers) {
  TilesOf tiles(services_.folder, HashKind::kSha256);
  const std::uint64_t first = growth_->size();
  while (growth_->size() < size) {
    const std::uint64_t index = growth_->size() / tlog::kTileWidth, before = index * tlog::kTileWidth;
    const tlog::Tile bundle{-1, index, std::min(tlog::kTileWidth, size - before)};
    auto bytes = tiles.tile(bundle);
    if (!bytes) return std::move(bytes.error());
    const auto entries = tlog::entries_of(*bytes, bundle.width);
    if (!entries) return forked(growth_->size());
    for (std::uint64_t i = growth_->size() - before; i < bundle.width; ++i) {
      const std::string entry((*entries)[i]);
      step.kept.emplace(growth_->size(), entry);
      if (auto added = growth_->add(entry); !added) return added;
      if (!agrees_with_published()) return forked(growth_->size());
      const auto read = tlog::entry_of(entry);
      if (!read) continue;
      if (const auto* event = std::get_if<tlog::EventEntry>(&*read); event != nullptr)
        numbers[event->submitter] = std::max(numbers[event->submitter], event->number);
    }
  }
  if (growth_->size() > first) step.runs.push_back({first, LogStream::kLost, 0, growth_->size() - first});
  return Done{};
}

Result<bool> Sequencer::extend(const LogState& state, Instant now) {
  LogStep step{state, state, {}, {}, {}};
  Status added = add_events(step);
  if (added) added = add_audits(step);
  if (added) added = add_anchor(step, now);
  if (!added) return std::move(added.error());
  if (step.runs.empty()) return false;
  step.to.size = growth_->size();
  auto checkpoints = sign(state.origin);
  if (!checkpoints) return std::move(checkpoints.error());
  step.to.checkpoints = std::move(*checkpoints);
  fault_point("log.signed");
  if (auto advanced = services_.store.advance(step); !advanced) return std::move(advanced.error());
  fault_point("log.advanced");
  if (auto done = publish(step.to.checkpoints); !done) return std::move(done.error());
  return true;
}

Status Sequencer::add_events(LogStep& step) {
  auto events = services_.events.digests(step.from.event_upto, kRowsTogether);
  if (!events) return std::move(events.error());
  std::map<OrgId, tlog::Pseudonym> submitters;
  for (const EventDigest& event : *events)
    if (const auto [it, is_new] = submitters.try_emplace(event.org); is_new)
      it->second = tlog::pseudonym_of(step.from.secret, event.org.value());
  std::vector<OrgId> orgs;
  for (const auto& [org, pseudonym] : submitters) orgs.push_back(org);
  auto counts = services_.store.counts(step.from.number, orgs);
  if (!counts) return std::move(counts.error());
  step.counts = std::move(*counts);
  for (const EventDigest& event : *events) {
    const std::uint64_t number = ++step.counts[event.org];
    const LogRun row{growth_->size(), LogStream::kEvent, event.seq.value(), 1, event.org, number};
    const auto entry = event_entry(step.from.secret, event, submitters.at(event.org), number);
    if (auto added = add(step, row, tlog::written(entry)); !added) return added;
    step.to.event_upto = event.seq.value();
  }
  return Done{};
}

Status Sequencer::add_audits(LogStep& step) {
  auto audits = services_.store.audits(step.from.audit_upto, kRowsTogether);
  if (!audits) return std::move(audits.error());
  for (const AuditEntry& entry : *audits) {
    const LogRun row{growth_->size(), LogStream::kAudit, entry.id};
    if (auto added = add(step, row, tlog::written(act_entry(step.from.secret, entry))); !added) return added;
    step.to.audit_upto = entry.id;
  }
  return Done{};
}

Status Sequencer::add_anchor(LogStep& step, Instant now) {
  if (step.runs.empty() || step.from.size == 0 || now - step.from.anchored < kAnchorEvery) return Done{};
  const std::string entry = tlog::written(tlog::AnchorEntry{step.from.checkpoints.sha256, step.from.checkpoints.sm3});
  step.kept.emplace(growth_->size(), entry);
  step.to.anchored = now;
  return add(step, {growth_->size(), LogStream::kAnchor}, entry);
}

// Rows that follow each other are one run.
Status Sequencer::add(LogStep& step, LogRun row, const std::string& entry) {
  if (auto added = growth_->add(entry); !added) return added;
  if (!step.runs.empty() && row.ref != 0) {
    LogRun& last = step.runs.back();
    const auto count = static_cast<std::int64_t>(last.count);
    if (last.stream == row.stream && last.org == row.org && last.ref + count == row.ref) {
      ++last.count;
      return Done{};
    }
  }
  step.runs.push_back(std::move(row));
  return Done{};
}

Result<Checkpoints> Sequencer::sign(const std::string& origin) const {
  Checkpoints checkpoints;
  for (const HashKind tree : tlog::kTrees) {
    const std::string name = origin_of(origin, tree);
    tlog::Note note{tlog::text_of({name, growth_->size(), growth_->root(tree)}), {}};
    std::vector<tlog::NoteKey> keys;
    const auto sign = [&](tlog::NoteKeyType type, const Signer& signer) {
      auto signature = tlog::signature_of(note.text, name, type, signer);
      if (signature) note.signatures.push_back(std::move(*signature));
      keys.push_back(tlog::key_of(name, type, signer));
    };
    sign(tlog::NoteKeyType::kEd25519, services_.signers->ed25519);
    sign(tlog::NoteKeyType::kSm2, services_.signers->sm2);
    const auto by = tlog::who_signed(note, keys);
    if (!by || by->size() != keys.size()) {
      return Error{
          ErrorKind::kInternal, "log.signer",
          fmt::format("The checkpoint of {} entries could not be signed: a key or its module gave no signature "
                      "that holds. Nothing was published; look at the keys (suyuan keys) and start again.",
                      growth_->size())};
    }
    (tree == HashKind::kSm3 ? checkpoints.sm3 : checkpoints.sha256) = tlog::written(note);
  }
  return checkpoints;
}

// The store keeps what the log signed; cosignatures stand after that in what is published.
bool Sequencer::is_published(const Checkpoints& published, const LogState& state) const {
  const bool is_it = std::all_of(tlog::kTrees.begin(), tlog::kTrees.end(), [&](HashKind tree) {
    const std::string& own = state.checkpoints.of(tree);
    return own.empty() ? published.of(tree).empty() : published.of(tree).starts_with(own);
  });
  return is_it && (services_.cosigning == nullptr || state.size == 0 || services_.cosigning->suffices(published));
}

Status Sequencer::write_tiles() {
  if (is_doubted_)
    if (auto told = services_.folder.distrust(); !told) return told;
  is_doubted_ = false;
  return services_.folder.write(growth_->take_tiles());
}

Status Sequencer::publish(const Checkpoints& checkpoints) {
  if (auto written = write_tiles(); !written) return written;
  Result<Checkpoints> notes = checkpoints;
  if (services_.cosigning != nullptr && growth_->size() > 0) notes = services_.cosigning->cosign(checkpoints);
  if (!notes) return std::move(notes.error());
  fault_point("log.cosigned");
  return show(*notes);
}

Status Sequencer::show(const Checkpoints& notes) {
  if (auto done = services_.folder.publish(notes); !done) return done;
  published_ = growth_->size();
  return Done{};
}

}  // namespace suyuan
