// SPDX-License-Identifier: Apache-2.0
#include "domain/tlog/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/tlog/lines.h"
#include "domain/tlog/tiles.h"

namespace suyuan::tlog {

namespace {

constexpr std::string_view kReceiptHead = "c2sp.org/tlog-proof@v1";
constexpr std::size_t kProofHashes = 64;

Error bad_checkpoint(std::string_view why) {
  return {ErrorKind::kInvalid, "log.checkpoint",
          fmt::format("This is not a checkpoint: {}. Expected are lines with the log's name, the number of its entries "
                      "and its root in base64.",
                      why)};
}
Error bad_receipt(std::string_view why) {
  return {ErrorKind::kInvalid, "log.receipt",
          fmt::format("This is not a receipt: {}. Expected is a file that begins with {}.", why, kReceiptHead)};
}

}  // namespace

std::string text_of(const Checkpoint& checkpoint) {
  return fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.size, base64_of(checkpoint.root));
}

Result<Checkpoint> checkpoint_of(std::string_view text) {
  Checkpoint checkpoint;
  const auto origin = take_line(text), size = take_line(text), root = take_line(text);
  if (!root) return bad_checkpoint("it has fewer than three lines");
  if (origin->empty()) return bad_checkpoint("the name of the log is empty");
  checkpoint.origin = *origin;
  if (!read_count(*size, checkpoint.size)) return bad_checkpoint(fmt::format("\"{}\" is no size", excerpt(*size)));
  if (!read_base64(*root, checkpoint.root)) return bad_checkpoint(fmt::format("\"{}\" is no root", excerpt(*root)));
  while (!text.empty()) {
    const auto extension = take_line(text);
    if (!extension || extension->empty()) return bad_checkpoint("a line after the root is empty or does not end");
  }
  return checkpoint;
}

std::string written(const Receipt& receipt) {
  std::string bytes = fmt::format("{}\n", kReceiptHead);
  if (!receipt.extra.empty()) bytes += fmt::format("extra {}\n", base64(receipt.extra));
  bytes += fmt::format("index {}\n", receipt.index);
  for (const Hash& each : receipt.proof) bytes += base64_of(each) + "\n";
  return bytes + "\n" + receipt.checkpoint;
}

Result<Receipt> receipt_of(std::string_view bytes) {
  Receipt receipt;
  auto line = take_line(bytes);
  if (line != kReceiptHead) return bad_receipt("its first line is another");
  line = take_line(bytes);
  if (line && line->starts_with("extra ")) {
    auto extra = from_base64(line->substr(6));
    if (!extra || extra->empty()) return bad_receipt("its extra line is not base64");
    receipt.extra = std::move(*extra);
    line = take_line(bytes);
  }
  if (!line || !line->starts_with("index ") || !read_count(line->substr(6), receipt.index))
    return bad_receipt("it has no line \"index N\"");
  for (;;) {
    line = take_line(bytes);
    if (!line) return bad_receipt("there is no empty line after the hashes");
    if (line->empty()) break;
    if (receipt.proof.size() == kProofHashes) return bad_receipt("it has more hashes than any log needs");
    if (!read_base64(*line, receipt.proof.emplace_back()))
      return bad_receipt(fmt::format("\"{}\" is no hash", excerpt(*line)));
  }
  receipt.checkpoint = bytes;
  return receipt;
}

Result<Verified> verify_checkpoint(std::string_view bytes, std::span<const NoteKey> keys) {
  auto note = note_of(bytes);
  if (!note) return std::move(note.error());
  auto checkpoint = checkpoint_of(note->text);
  if (!checkpoint) return std::move(checkpoint.error());
  auto by = who_signed(*note, keys);
  if (!by) return std::move(by.error());
  const bool is_theirs = std::any_of(by->begin(), by->end(), [&](const Signed& each) {
    return keys[each.key].name == checkpoint->origin && !is_cosignature(keys[each.key].type);
  });
  if (!is_theirs) {
    return Error{ErrorKind::kInvalid, "log.unsigned",
                 fmt::format("The checkpoint of \"{}\" has no signature of a key of that name that was given.",
                             excerpt(checkpoint->origin))};
  }
  return Verified{std::move(*checkpoint), std::move(*by)};
}

Status check_inclusion(HashKind kind, const Receipt& receipt, std::string_view entry, const Checkpoint& checkpoint) {
  if (entry.size() <= kEntryBytes &&
      verify_inclusion(kind, receipt.index, checkpoint.size, leaf_hash(kind, entry), receipt.proof, checkpoint.root))
    return Done{};
  return Error{
      ErrorKind::kInvalid, "log.not_included",
      fmt::format("This is not entry {} of {} in \"{}\": the entry, the receipt or the checkpoint was changed.",
                  receipt.index, checkpoint.size, excerpt(checkpoint.origin))};
}

Result<Verified> verify_receipt(HashKind kind, const Receipt& receipt, std::string_view entry,
                                std::span<const NoteKey> keys) {
  auto verified = verify_checkpoint(receipt.checkpoint, keys);
  if (!verified) return verified;
  if (auto in = check_inclusion(kind, receipt, entry, verified->checkpoint); !in) return std::move(in.error());
  return verified;
}

}  // namespace suyuan::tlog
