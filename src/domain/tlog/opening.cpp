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
          fmt::format(
              "The extra line of this receipt does not hold an entry, and what it commits to: {}. Give the entry by "
              "itself.",
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

Result<EventOpening> opening_of(std::string_view entry, std::string_view rest) {
  EventOpening opening;
  opening.entry = entry;
  if (rest.size() < kSaltBytes) return bad_extra("there is no salt of 16 bytes after the entry");
  opening.salt = rest.substr(0, kSaltBytes);
  rest.remove_prefix(kSaltBytes);
  const auto kind = take_line(rest), content = take_line(rest);
  if (kind != kEvent && kind != kDeclaration) return bad_extra("after the salt comes neither event nor declaration");
  opening.is_declaration = kind == kDeclaration;
  if (!content || !read_hash(*content, opening.content))
    return bad_extra("the content is no SHA-256 in lower-case hexadecimal digits");
  if (!is_id(rest)) return bad_extra("the id is empty, not UTF-8, or has control characters");
  opening.id = rest;
  return opening;
}

}  // namespace

std::string written(const EventOpening& opening) {
  return opening.entry + "\n" + event_opening(opening.salt, opening.id, opening.content, opening.is_declaration);
}

// The entry of an event is one line; an anchor is several, of which nothing is opened.
Result<Explanation> explanation_of(std::string_view extra) {
  Explanation all;
  if (!extra.starts_with("event/")) {
    if (!extra.ends_with('\n')) return bad_extra("no line feed ends the entry");
    all.entry = extra.substr(0, extra.size() - 1);
    return all;
  }
  const auto entry = take_line(extra);
  if (!entry) return bad_extra("no line feed ends the entry");
  all.entry = *entry;
  if (extra.empty()) return all;
  auto opening = opening_of(*entry, extra);
  if (!opening) return std::move(opening.error());
  all.opening = std::move(*opening);
  return all;
}

Result<EventEntry> opened_entry(const EventOpening& opening) {
  auto entry = entry_of(opening.entry);
  const auto* event = entry ? std::get_if<EventEntry>(&*entry) : nullptr;
  if (event == nullptr) return bad_extra("its first line is no entry of an event of the version that is known");
  if (event->commitment != event_commitment(opening.salt, opening.id, opening.content, opening.is_declaration)) {
    return Error{ErrorKind::kInvalid, "log.opening",
                 fmt::format("The entry does not commit to the event \"{}\" with the content {}: the receipt is "
                             "another event's, or one of them was changed.",
                             excerpt(opening.id, 120), hex(opening.content))};
  }
  return *event;
}

}  // namespace suyuan::tlog
