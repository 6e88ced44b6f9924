// SPDX-License-Identifier: Apache-2.0
#include "domain/tlog/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"

namespace suyuan::tlog {

namespace {

std::string shown(const NoteKey& key) { return fmt::format("{}+{:08x}", excerpt(key.name), id_of(key)); }

Status refuse(std::string_view why) {
  return Error{ErrorKind::kInvalid, "log.trust", fmt::format("These keys say nothing of a log: {}.", why)};
}

}  // namespace

Status judge(const Trust& trust) {
  if (trust.keys.empty()) return refuse("at least one key of the log is needed");
  for (const NoteKey& key : trust.keys) {
    if (is_cosignature(key.type)) return refuse(shown(key) + " is a witness's; give it as a witness");
    if (key.name != trust.keys.front().name)
      return refuse(fmt::format("{} and {} are of two logs", shown(trust.keys.front()), shown(key)));
  }
  for (const NoteKey& key : trust.witnesses)
    if (!is_cosignature(key.type)) return refuse(shown(key) + " is a log's and no witness's");
  return Done{};
}

HashKind hash_of(const Trust& trust) {
  if (trust.hash) return *trust.hash;
  return trust.keys.front().name.ends_with("/sm3") ? HashKind::kSm3 : HashKind::kSha256;
}

Result<Proven> prove_checkpoint(std::string_view note, const Trust& trust) {
  std::vector<NoteKey> all = trust.keys;
  all.insert(all.end(), trust.witnesses.begin(), trust.witnesses.end());
  auto verified = verify_checkpoint(note, all);
  if (!verified) return std::move(verified.error());
  Proven proven{std::move(verified->checkpoint), {}, {}};
  std::set<std::size_t> signed_by;
  std::set<std::string_view> witnesses;
  for (const Signed& each : verified->by) {
    signed_by.insert(each.key);
    if (each.key >= trust.keys.size()) witnesses.insert(all[each.key].name);
    (each.key < trust.keys.size() ? proven.by : proven.witnessed).push_back({all[each.key], each.time});
  }
  for (std::size_t i = 0; i < trust.keys.size(); ++i) {
    if (signed_by.contains(i)) continue;
    return Error{ErrorKind::kInvalid, "log.unsigned",
                 fmt::format("The checkpoint has no signature of the key {}. Give the keys that sign this log.",
                             shown(trust.keys[i]))};
  }
  if (witnesses.size() < trust.quorum) {
    return Error{ErrorKind::kInvalid, "log.quorum",
                 fmt::format("{} of the witnesses that you trust have signed, and {} are required. Ask for a receipt "
                             "with their signatures.",
                             witnesses.size(), trust.quorum)};
  }
  return proven;
}

Result<ProvenEntry> prove_receipt(std::string_view bytes, std::optional<std::string_view> entry, const Trust& trust) {
  const auto receipt = receipt_of(bytes);
  if (!receipt) return Error(receipt.error());
  ProvenEntry proven;
  proven.index = receipt->index;
  if (!entry) {
    auto explanation = explanation_of(receipt->extra);
    if (!explanation) return std::move(explanation.error());
    proven.opening = std::move(explanation->opening);
    proven.entry = std::move(explanation->entry);
  } else {
    proven.entry = *entry;
  }
  auto checkpoint = prove_checkpoint(receipt->checkpoint, trust);
  if (!checkpoint) return std::move(checkpoint.error());
  proven.proven = std::move(*checkpoint);
  if (auto in = check_inclusion(hash_of(trust), *receipt, proven.entry, proven.proven.checkpoint); !in)
    return std::move(in.error());
  if (!proven.opening) return proven;
  auto event = opened_entry(*proven.opening);
  if (!event) return std::move(event.error());
  proven.event = *event;
  return proven;
}

}  // namespace suyuan::tlog
