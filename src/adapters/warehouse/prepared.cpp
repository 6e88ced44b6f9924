// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/prepared.h"

#include <algorithm>
#include <cstring>

#include "adapters/warehouse/event_entries.h"
#include "adapters/warehouse/event_id_bytes.h"
#include "adapters/warehouse/keys.h"

namespace suyuan {

namespace {

std::string_view kept(std::pmr::memory_resource& room, std::string_view bytes) {
  auto* to = static_cast<char*>(room.allocate(bytes.size(), 1));
  std::memcpy(to, bytes.data(), bytes.size());
  return {to, bytes.size()};
}

}  // namespace

PreparedSubmission::PreparedSubmission(NewSubmission submission, const LookupKeys& keys, const OriginalCodec& codec)
    : submission_(std::move(submission)),
      keys_(keys),
      codec_(codec),
      parts_(std::max<std::size_t>(1, (submission_.events.size() + kPartEvents - 1) / kPartEvents)) {}

PreparedSubmission::~PreparedSubmission() {
  for (const Place& place : parts_) delete place.part.load();
}

std::unique_ptr<const PreparedSubmission::Part> PreparedSubmission::made(std::size_t number) const {
  auto part = std::make_unique<Part>();
  auto events = std::span(submission_.events).subspan(number * kPartEvents);
  events = events.first(std::min(events.size(), kPartEvents));
  std::size_t objects = 0;
  for (const NewEvent& each : events) objects += each.event.objects.size();
  part->keys.reserve(objects);  // events have spans of it
  part->events.reserve(events.size());
  const std::string_view original = submission_.original;
  for (const NewEvent& each : events) {
    const trace::Event& event = each.event;
    const std::size_t first = part->keys.size();
    for (const trace::Object& object : event.objects) {
      const std::string_view bytes = kept(part->bytes, key_of(object.id));
      part->keys.push_back({bytes, keys_.hash(bytes)});
    }
    part->events.push_back({std::span(part->keys).subspan(first),
                            kept(part->bytes, pack_event_id(event.id, event.content)),
                            event_id_hash(keys_, event.id, event.error_declaration.has_value()),
                            kept(part->bytes, codec_.compress(original.substr(each.begin, each.end - each.begin)))});
  }
  if (number + 1 == parts_.size()) {
    part->digest = submission_.sent_sha256 ? *submission_.sent_sha256 : sha256(submission_.original);
  }
  return part;
}

// Two may be at it at once: the first one counts.
const PreparedSubmission::Part& PreparedSubmission::work_out(std::size_t number) {
  auto mine = made(number);
  const Part* there = nullptr;
  return parts_[number].part.compare_exchange_strong(there, mine.get()) ? *mine.release() : *there;
}

bool PreparedSubmission::prepare_some() {
  while (next_ < parts_.size()) {
    const std::size_t number = next_++;
    if (parts_[number].is_begun.exchange(true)) continue;
    work_out(number);
    return true;
  }
  return false;
}

const PreparedSubmission::Part& PreparedSubmission::part(std::size_t number) {
  if (const Part* there = parts_[number].part.load()) return *there;
  parts_[number].is_begun = true;
  return work_out(number);
}

const PreparedEvent& PreparedSubmission::event(std::size_t number) {
  return part(number / kPartEvents).events[number % kPartEvents];
}

}  // namespace suyuan
