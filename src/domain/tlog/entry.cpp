// SPDX-License-Identifier: Apache-2.0
#include "domain/tlog/entry.h"

#include <fmt/format.h>

#include "domain/tlog/lines.h"
#include "domain/tlog/tiles.h"
#include "engine/digest/hmac.h"
#include "engine/digest/sha256.h"

namespace suyuan::tlog {

namespace {

constexpr std::string_view kEvent = "event/1", kAct = "audit/1", kAnchor = "anchor/1";

Error bad_entry(std::string_view why) {
  return {ErrorKind::kInvalid, "log.entry",
          fmt::format("This is not an entry of a log: {}. Expected is a line that begins with {}, {} or {}; copy the "
                      "entry as it was served, without adding a line feed.",
                      why, kEvent, kAct, kAnchor)};
}

std::int64_t micros(Instant at) { return at.time_since_epoch().count(); }

bool read_time(std::string_view text, Instant& at) {
  std::uint64_t count = 0;
  if (!read_count(text, count) || count > static_cast<std::uint64_t>(INT64_MAX)) return false;
  at = Instant(std::chrono::microseconds(static_cast<std::int64_t>(count)));
  return true;
}

std::string text_of(const EventEntry& entry) {
  std::string text(kEvent);
  text.reserve(128);
  for (const std::string& word : {base64_of(entry.commitment), base64_of(entry.submitter), std::to_string(entry.number),
                                  std::to_string(micros(entry.recorded))})
    text.append(" ").append(word);
  return text;
}
std::string text_of(const ActEntry& entry) {
  return fmt::format("{} {} {}", kAct, base64_of(entry.commitment), micros(entry.at));
}
std::string text_of(const AnchorEntry& entry) {
  return fmt::format("{} {}\n{}{}", kAnchor, entry.sha256.size(), entry.sha256, entry.sm3);
}

Result<Entry> event_of(const std::vector<std::string_view>& words) {
  EventEntry entry;
  if (words.size() != 5) return bad_entry("an event's has five words");
  if (!read_base64(words[1], entry.commitment)) return bad_entry("its second word is no commitment of 32 bytes");
  if (!read_base64(words[2], entry.submitter)) return bad_entry("its third word is no pseudonym of 16 bytes");
  if (!read_count(words[3], entry.number) || entry.number == 0) return bad_entry("its fourth word is no number");
  if (!read_time(words[4], entry.recorded)) return bad_entry("its fifth word is no time");
  return Entry(entry);
}

Result<Entry> act_of(const std::vector<std::string_view>& words) {
  ActEntry entry;
  if (words.size() != 3) return bad_entry("an audit entry's has three words");
  if (!read_base64(words[1], entry.commitment)) return bad_entry("its second word is no commitment of 32 bytes");
  if (!read_time(words[2], entry.at)) return bad_entry("its third word is no time");
  return Entry(entry);
}

Result<Entry> anchor_of(std::string_view text) {
  const auto head = take_line(text);
  std::uint64_t size = 0;
  if (!head || !read_count(head->substr(kAnchor.size() + 1), size) || size > text.size())
    return bad_entry("of two checkpoints the first line says how long the first is");
  return Entry(AnchorEntry{std::string(text.substr(0, size)), std::string(text.substr(size))});
}

// The first half of an HMAC.
std::array<std::uint8_t, 16> derived(const LogSecret& secret, std::string_view what, std::int64_t number) {
  const Sha256 whole =
      hmac_sha256({reinterpret_cast<const char*>(secret.data()), secret.size()}, fmt::format("{}/{}", what, number));
  std::array<std::uint8_t, 16> half{};
  std::copy_n(whole.begin(), half.size(), half.begin());
  return half;
}

std::string salt(const LogSecret& secret, std::string_view what, std::int64_t number) {
  const auto bytes = derived(secret, what, number);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string written(const Entry& entry) {
  return std::visit([](const auto& one) { return text_of(one); }, entry);
}

Result<Entry> entry_of(std::string_view text) {
  if (text.size() > kEntryBytes) return bad_entry(fmt::format("it has {} bytes", text.size()));
  if (text.substr(0, kAnchor.size() + 1) == fmt::format("{} ", kAnchor)) return anchor_of(text);
  const auto words = split(text, ' ');
  if (words[0] == kEvent) return event_of(words);
  if (words[0] == kAct) return act_of(words);
  return bad_entry(fmt::format("it begins with \"{}\"", excerpt(words[0], 30)));
}

std::string event_salt(const LogSecret& secret, std::int64_t seq) { return salt(secret, "event", seq); }

std::string act_salt(const LogSecret& secret, std::int64_t id) { return salt(secret, "audit", id); }

Pseudonym pseudonym_of(const LogSecret& secret, std::int64_t organisation) {
  return derived(secret, "organisation", organisation);
}

std::string event_opening(std::string_view salt, std::string_view id, const Hash& content, bool is_declaration) {
  std::string opening(salt);
  opening.reserve(salt.size() + 2 * content.size() + id.size() + 16);
  return opening.append(is_declaration ? "declaration\n" : "event\n").append(hex(content)).append("\n").append(id);
}

Commitment event_commitment(std::string_view salt, std::string_view id, const Hash& content, bool is_declaration) {
  return sha256(event_opening(salt, id, content, is_declaration));
}

Commitment act_commitment(std::string_view salt, std::string_view fields) {
  return sha256(std::string(salt).append(fields));
}

}  // namespace suyuan::tlog
