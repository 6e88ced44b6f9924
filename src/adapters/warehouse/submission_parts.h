// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include <string>

#include "app/ports/warehouse.h"
#include "base/text.h"
#include "base/varint.h"

// What every engine stores of a submission in the same way.
namespace suyuan {

inline std::int64_t micros_of(Instant at) { return at.time_since_epoch().count(); }

inline std::int64_t kind_of_event(const trace::Event& event) {
  return static_cast<std::int64_t>(event.type) | static_cast<std::int64_t>(event.action) << 4U |
         (event.error_declaration ? 1 << 8U : 0);
}

// The original without its stored events, and where each of them goes.
struct SubmissionFrame {
  std::string bytes, layout;
  std::size_t at = 0;

  void leave_out(const std::string& original, const NewEvent& event, std::int64_t seq) {
    put_varint(layout, event.begin - at);
    put_varint(layout, static_cast<std::uint64_t>(seq));
    bytes.append(original, at, event.begin - at);
    at = event.end;
  }
  void close(const std::string& original) { bytes.append(original, at); }
};

inline Finding id_conflict(const NewEvent& event, std::int64_t recorded) {
  const Instant when{std::chrono::microseconds(recorded)};
  return {event.event.node.path, "trace.event_id_conflict",
          fmt::format("An event with the id {} was recorded at {} with other content. Give this event an id of its "
                      "own, or declare the other one wrong (errorDeclaration).",
                      excerpt(event.event.id, 120), format_instant(when))};
}

inline Error id_conflicts(std::vector<Finding> conflicts) {
  return Error{ErrorKind::kConflict,
               "trace.event_id_conflict",
               "Some events repeat the id of a recorded event with other content; nothing was stored.",
               {},
               std::move(conflicts)};
}

}  // namespace suyuan
