// SPDX-License-Identifier: Apache-2.0
#include "app/tlog/receipt.h"

#include <fmt/format.h>

#include "app/identity/scoped_warehouse.h"
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

Result<EventDigest> digest_of(const LogReads& reads, trace::EventSeq seq) {
  auto digests = reads.events.digests(seq.value() - 1, 1);
  if (!digests) return std::move(digests.error());
  if (digests->empty() || digests->front().seq != seq) return no_event_row(seq);
  return std::move(digests->front());
}

}  // namespace

Error no_event_row(trace::EventSeq seq) {
  return {ErrorKind::kCorrupt, "log.row_missing", fmt::format("Event {} is not in the store.", seq.value())};
}

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

}  // namespace suyuan
