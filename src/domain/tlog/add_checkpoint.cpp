// SPDX-License-Identifier: Apache-2.0
#include "domain/tlog/add_checkpoint.h"

#include <fmt/format.h>

#include "domain/tlog/lines.h"

namespace suyuan::tlog {

namespace {

Error bad_request(std::string_view why) {
  return {
      ErrorKind::kInvalid, "log.add_checkpoint",
      fmt::format("This is no request to a witness: {}. Expected are a line \"old N\", at most {} hashes in base64, "
                  "an empty line and a checkpoint.",
                  why, kWitnessProofHashes)};
}

// Any text: what stands before signatures in a note, here.
constexpr std::string_view kText = "-\n\n";

}  // namespace

std::string written(const AddCheckpoint& request) {
  std::string body = fmt::format("old {}\n", request.old);
  for (const Hash& each : request.proof) body += base64_of(each) + "\n";
  return body + "\n" + request.checkpoint;
}

Result<AddCheckpoint> add_checkpoint_of(std::string_view body) {
  AddCheckpoint request;
  auto line = take_line(body);
  if (!line || !line->starts_with("old ") || !read_count(line->substr(4), request.old))
    return bad_request("its first line is not \"old\" and a size");
  for (;;) {
    line = take_line(body);
    if (!line) return bad_request("there is no empty line after the hashes");
    if (line->empty()) break;
    if (request.proof.size() == kWitnessProofHashes) return bad_request("it has more hashes");
    if (!read_base64(*line, request.proof.emplace_back()))
      return bad_request(fmt::format("\"{}\" is no hash", excerpt(*line)));
  }
  request.checkpoint = body;
  return request;
}

std::string written(const std::vector<NoteSignature>& signatures) {
  return written(Note{std::string(kText.substr(0, 2)), signatures}).substr(kText.size());
}

Result<std::vector<NoteSignature>> signatures_of(std::string_view lines) {
  auto note = note_of(std::string(kText) + std::string(lines));
  if (!note) return std::move(note.error());
  if (note->text.size() != kText.size() - 1) return bad_request("it has an empty line between signatures");
  return std::move(note->signatures);
}

std::optional<std::uint64_t> size_of_conflict(std::string_view body) {
  std::uint64_t size = 0;
  const auto line = take_line(body);
  return line && body.empty() && read_count(*line, size) ? std::optional(size) : std::nullopt;
}

}  // namespace suyuan::tlog
