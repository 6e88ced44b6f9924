// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/prepared.h"

#include "adapters/warehouse/event_entries.h"
#include "adapters/warehouse/event_id_bytes.h"
#include "adapters/warehouse/keys.h"

namespace suyuan {

PreparedSubmission prepare(NewSubmission submission, const LookupKeys& keys, const OriginalCodec& codec) {
  PreparedSubmission prepared{std::move(submission), {}, {}};
  prepared.digest =
      prepared.submission.sent_sha256 ? *prepared.submission.sent_sha256 : sha256(prepared.submission.original);
  prepared.events.reserve(prepared.submission.events.size());
  const std::string_view original = prepared.submission.original;
  for (const NewEvent& each : prepared.submission.events) {
    const trace::Event& event = each.event;
    PreparedEvent made;
    made.keys.reserve(event.objects.size());
    for (const trace::Object& object : event.objects) {
      std::string bytes = key_of(object.id);
      const KeyHash hash = keys.hash(bytes);
      made.keys.push_back({std::move(bytes), hash});
    }
    made.id = pack_event_id(event.id, event.content);
    made.id_hash = event_id_hash(keys, event.id, event.error_declaration.has_value());
    made.original = codec.compress(original.substr(each.begin, each.end - each.begin));
    prepared.events.push_back(std::move(made));
  }
  return prepared;
}

}  // namespace suyuan
