// SPDX-License-Identifier: Apache-2.0
#include "domain/tlog/opening.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/tlog/lines.h"

namespace suyuan::tlog {

namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::string_view kEvent = "event", kDeclaration = "declaration";

Error bad_extra(std::string_view why) {
  return {ErrorKind::kInvalid, "log.extra",
          fmt::format("The extra line of this receipt does not hold an event's entry and what it commits to: {}. Give "
                      "the entry by itself.",
                      why)};
}

bool read_hash(std::string_view text, Hash& hash) {
  if (text.size() != 2 * hash.size()) return false;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    unsigned byte = 0;
    for (const char digit : text.substr(2 * i, 2)) {
      const bool is_digit = digit >= '0' && digit <= '9';
      if (!is_digit && (digit < 'a' || digit > 'f')) return false;
      byte = byte * 16 + static_cast<unsigned>(is_digit ? digit - '0' : digit - 'a' + 10);
    }
    hash[i] = static_cast<std::uint8_t>(byte);
  }
  return true;
}

// It is shown to people: nothing in it moves the cursor of a terminal.
bool is_id(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return !text.empty() && is_utf8(text) && std::none_of(text.begin(), text.end(), is_control);
}

}  // namespace

std::string written(const EventOpening& opening) {
  return fmt::format("{}\n{}{}\n{}\n{}", opening.entry, opening.salt, opening.is_declaration ? kDeclaration : kEvent,
                     hex(opening.content), opening.id);
}

Result<EventOpening> event_opening_of(std::string_view extra) {
  EventOpening opening;
  const auto entry = take_line(extra);
  if (!entry) return bad_extra("it has no line feed");
  opening.entry = *entry;
  if (extra.size() < kSaltBytes) return bad_extra("there is no salt of 16 bytes after the entry");
  opening.salt = extra.substr(0, kSaltBytes);
  extra.remove_prefix(kSaltBytes);
  const auto kind = take_line(extra), content = take_line(extra);
  if (kind != kEvent && kind != kDeclaration) return bad_extra("after the salt comes neither event nor declaration");
  opening.is_declaration = kind == kDeclaration;
  if (!content || !read_hash(*content, opening.content))
    return bad_extra("the content is no SHA-256 in lower-case hexadecimal digits");
  if (!is_id(extra)) return bad_extra("the id is empty, not UTF-8, or has control characters");
  opening.id = extra;
  return opening;
}

Result<EventEntry> opened_entry(const EventOpening& opening) {
  auto entry = entry_of(opening.entry);
  const auto* event = entry ? std::get_if<EventEntry>(&*entry) : nullptr;
  if (event == nullptr) return bad_extra("its first line is no entry of an event");
  if (event->commitment != event_commitment(opening.salt, opening.id, opening.content, opening.is_declaration)) {
    return Error{ErrorKind::kInvalid, "log.opening",
                 fmt::format("The entry does not commit to the event \"{}\" with the content {}: the receipt is "
                             "another event's, or one of them was changed.",
                             excerpt(opening.id, 120), hex(opening.content))};
  }
  return *event;
}

}  // namespace suyuan::tlog
