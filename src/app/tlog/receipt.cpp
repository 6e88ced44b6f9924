// SPDX-License-Identifier: Apache-2.0
#include "app/tlog/receipt.h"

#include <fmt/format.h>

#include <span>

#include "app/identity/scoped_warehouse.h"
#include "app/query/query.h"
#include "app/tlog/leaves.h"
#include "app/tlog/tiles_of.h"
#include "base/text.h"
#include "domain/tlog/opening.h"

namespace suyuan {

namespace {

using tlog::HashKind;

// What is published, and the state of the log that it is of.
struct Standing {
  LogState log;
  std::string note;
  tlog::Checkpoint checkpoint;
};

Result<std::string> published_note(const LogReads& reads, HashKind tree) {
  auto published = reads.folder.published();
  if (!published) return std::move(published.error());
  std::string note = published->of(tree);
  return note.empty() ? Result<std::string>(nothing_published()) : Result(std::move(note));
}

Result<tlog::Checkpoint> checkpoint_in(const std::string& note) {
  auto read = tlog::note_of(note);
  return read ? tlog::checkpoint_of(read->text) : Result<tlog::Checkpoint>(std::move(read.error()));
}

Result<Standing> standing(const LogReads& reads, HashKind tree) {
  auto note = published_note(reads, tree);
  if (!note) return std::move(note.error());
  auto checkpoint = checkpoint_in(*note);
  if (!checkpoint) return std::move(checkpoint.error());
  auto log = reads.store.state();
  if (!log) return std::move(log.error());
  if (!*log) return nothing_published();
  return Standing{std::move(**log), std::move(*note), std::move(*checkpoint)};
}

Result<tlog::Receipt> proven(const LogReads& reads, HashKind tree, const Standing& at, std::uint64_t leaf) {
  TilesOf tiles(reads.folder, tree);
  tlog::TileNodes nodes(tree, at.checkpoint.size, tiles);
  auto proof = tlog::inclusion_proof(tree, nodes, leaf, at.checkpoint.size);
  if (!proof) return std::move(proof.error());
  return tlog::Receipt{"", leaf, std::move(*proof), at.note};
}

struct Leaf {
  std::uint64_t index, number;
};
Result<std::optional<Leaf>> leaf_of(const LogReads& reads, const LogState& log, trace::EventSeq seq) {
  auto run = reads.store.run_of(log.number, LogStream::kEvent, seq.value());
  if (!run) return std::move(run.error());
  if (!*run) return std::optional<Leaf>();
  const auto offset = static_cast<std::uint64_t>(seq.value() - (*run)->ref);
  return std::optional(Leaf{(*run)->first + offset, (*run)->number + offset});
}

Error no_row(trace::EventSeq seq) {
  return {ErrorKind::kCorrupt, "log.row_missing", fmt::format("Event {} is not in the store.", seq.value())};
}

Result<EventDigest> digest_of(const LogReads& reads, trace::EventSeq seq) {
  auto digests = reads.events.digests(seq.value() - 1, 1);
  if (!digests) return std::move(digests.error());
  if (digests->empty() || digests->front().seq != seq) return no_row(seq);
  return std::move(digests->front());
}

// Asks once for events that follow each other: those of a document do.
class Stretch {
 public:
  Stretch(const LogReads& reads, const LogState* log, std::span<const trace::EventSeq> seqs)
      : reads_(reads), log_(log), seqs_(seqs) {}

  Result<LoggedEvent> event(std::size_t at) {
    if (next_ == digests_.size() || digests_[next_].seq != seqs_[at])
      if (auto read = load(at); !read) return std::move(read.error());
    const EventDigest& digest = digests_[next_++];
    LoggedEvent event{digest.id, digest.is_declaration, {}, 0};
    const std::int64_t seq = digest.seq.value();
    if (log_ != nullptr && !is_in_run(seq)) {
      const auto run = reads_.store.run_of(log_->number, LogStream::kEvent, seq);
      if (!run) return Error(run.error());
      run_ = run->value_or(LogRun{.count = 0});
    }
    if (!is_in_run(seq)) return event;
    event.leaf = run_.first + static_cast<std::uint64_t>(seq - run_.ref);
    event.number = run_.number + static_cast<std::uint64_t>(seq - run_.ref);
    return event;
  }

 private:
  bool is_in_run(std::int64_t seq) const {
    return seq >= run_.ref && seq < run_.ref + static_cast<std::int64_t>(run_.count);
  }

  Status load(std::size_t at) {
    constexpr std::size_t kTogether = 1000;
    std::size_t count = 1;
    while (at + count < seqs_.size() && count < kTogether &&
           seqs_[at + count].value() == seqs_[at].value() + static_cast<std::int64_t>(count))
      ++count;
    auto digests = reads_.events.digests(seqs_[at].value() - 1, count);
    if (!digests) return std::move(digests.error());
    if (digests->empty() || digests->front().seq != seqs_[at]) return no_row(seqs_[at]);
    digests_ = std::move(*digests);
    next_ = 0;
    return Done{};
  }

  const LogReads& reads_;
  const LogState* log_;  // nullptr: there is none
  std::span<const trace::EventSeq> seqs_;
  std::vector<EventDigest> digests_;
  std::size_t next_ = 0;
  LogRun run_{.count = 0};  // of the last event; of nothing, when it has no leaf yet
};

}  // namespace

Error nothing_published() {
  return {ErrorKind::kNotFound, "log.empty",
          "Nothing was published in the log of this server yet. Ask again in a second."};
}

Result<tlog::Checkpoint> published_checkpoint(const LogReads& reads, HashKind tree) {
  auto note = published_note(reads, tree);
  return note ? checkpoint_in(*note) : Result<tlog::Checkpoint>(std::move(note.error()));
}

Result<std::optional<tlog::Receipt>> receipt_at(const LogReads& reads, HashKind tree, std::uint64_t leaf) {
  auto at = standing(reads, tree);
  if (!at) return std::move(at.error());
  if (leaf >= at->checkpoint.size) return std::optional<tlog::Receipt>();
  auto receipt = proven(reads, tree, *at, leaf);
  if (!receipt) return std::move(receipt.error());
  TilesOf tiles(reads.folder, tree);
  const tlog::Tile bundle{-1, leaf / tlog::kTileWidth,
                          std::min(tlog::kTileWidth, at->checkpoint.size - leaf / tlog::kTileWidth * tlog::kTileWidth)};
  auto bytes = tiles.tile(bundle);
  if (!bytes) return std::move(bytes.error());
  const auto entries = tlog::entries_of(*bytes, bundle.width);
  if (!entries) {
    return Error{
        ErrorKind::kCorrupt, "log.tile",
        fmt::format("The file {} of the log is damaged. Run `suyuan verify`; it can be made again from the store.",
                    tlog::path_of(bundle))};
  }
  const std::string_view entry = (*entries)[leaf % tlog::kTileWidth];
  if (entry.find('\n') == std::string_view::npos) receipt->extra = std::string(entry) + '\n';
  return std::optional(std::move(*receipt));
}

Result<std::optional<tlog::Receipt>> receipt_of_event(const Permit<identity::Act::kEventRead>& permit,
                                                      const std::string& id, bool is_declaration, HashKind tree,
                                                      Warehouse& warehouse, const LogReads& reads) {
  ScopedEvents seen(permit.scope(), warehouse);
  auto event = seen.warehouse().find_event(id, is_declaration);
  if (!event) return std::move(event.error());
  if (!*event) {
    return Error{
        ErrorKind::kNotFound, "log.no_such_event",
        fmt::format("There is no {} with the id \"{}\".", is_declaration ? "error declaration" : "event", excerpt(id))};
  }
  const trace::EventSeq seq = (*event)->seq;
  auto at = standing(reads, tree);
  if (!at && at.error().code == "log.empty") return std::optional<tlog::Receipt>();
  if (!at) return std::move(at.error());
  auto leaf = leaf_of(reads, at->log, seq);
  if (!leaf) return std::move(leaf.error());
  if (!*leaf || (*leaf)->index >= at->checkpoint.size) return std::optional<tlog::Receipt>();
  auto digest = digest_of(reads, seq);
  if (!digest) return std::move(digest.error());
  auto receipt = proven(reads, tree, *at, (*leaf)->index);
  if (!receipt) return std::move(receipt.error());
  receipt->extra = tlog::written(tlog::EventOpening{
      tlog::written(event_entry(at->log.secret, *digest, (*leaf)->number)),
      tlog::event_salt(at->log.secret, seq.value()), digest->is_declaration, digest->content, digest->id});
  return std::optional(std::move(*receipt));
}

Result<std::vector<LoggedEvent>> logged_events(const Permit<identity::Act::kJobRead>& permit, const std::string& job,
                                               Warehouse& warehouse, const LogReads& reads) {
  auto found = read_job(permit, job, warehouse);
  if (!found) return std::move(found.error());
  if (!*found) return no_such_job(job);
  const auto seqs = reads.events.events_of(job);
  if (!seqs) return Error(seqs.error());
  const auto log = reads.store.state();
  if (!log) return Error(log.error());
  Stretch stretch(reads, *log ? &**log : nullptr, *seqs);
  std::vector<LoggedEvent> events;
  for (std::size_t i = 0; i < seqs->size(); ++i) {
    auto event = stretch.event(i);
    if (!event) return std::move(event.error());
    events.push_back(std::move(*event));
  }
  return events;
}

}  // namespace suyuan
