// SPDX-License-Identifier: Apache-2.0
#include "app/tlog/document_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "domain/trace/read_event.h"

namespace suyuan {

namespace {

constexpr std::uint64_t kTellEvery = 100;
constexpr std::string_view kRestore =
    "Keep the store as it is, for whoever looks into it, and restore the newest backup that agrees with the log "
    "(suyuan restore).";

// Which field of the row is not what the document says; "": all of them are.
std::string_view difference(const KeptRow& row, const trace::Event& event) {
  const std::string_view content(reinterpret_cast<const char*>(event.content.data()), event.content.size());
  if (row.content != content) return "the content hash";
  if (row.id != event.id) return "the id";
  if (!row.is_its) return "who sent it in, or in which document,";
  if (row.is_declaration != event.error_declaration.has_value()) return "whether it is an error declaration";
  if (row.type != event.type) return "the type";
  if (row.action != event.action) return "the action";
  if (row.time != event.time.at || row.zone != event.time.offset) return "the time";
  if (row.biz_step != event.biz_step) return "the business step";
  if (row.disposition != event.disposition) return "the disposition";
  const auto is_same = [](const trace::Object& ours, trace::Object theirs) {
    theirs.type.clear();
    return ours == theirs;
  };
  return std::equal(row.objects.begin(), row.objects.end(), event.objects.begin(), event.objects.end(), is_same)
             ? ""
             : "what it is about, or where";
}

}  // namespace

Status DocumentCheck::run(const Progress& progress) {
  const auto counts = documents_.counts();  // before: a server may go on
  if (!counts) return Error(counts.error());
  const auto all = static_cast<std::uint64_t>(counts->documents);
  for (std::int64_t after = 0;;) {
    const auto document = documents_.next(after);
    if (!document) return Error(document.error());
    if (!*document) break;
    after = (*document)->submission;
    ++seen_;
    check(**document);
    if (progress && (seen_ % kTellEvery == 0 || seen_ == all)) progress("documents", seen_, std::max(seen_, all));
  }
  if (placed_ < static_cast<std::uint64_t>(counts->events)) {
    faults_.add("verify.event_without_document", [&] {
      return fmt::format(
          "{} events of the store are in no document that was sent in: they were put in later, or the "
          "documents were taken away. {}",
          static_cast<std::uint64_t>(counts->events) - placed_, kRestore);
    });
  }
  return Done{};
}

void DocumentCheck::check(const KeptDocument& document) {
  for (const KeptEvent& event : document.events) {
    if (event.row) {
      ++placed_;
      continue;
    }
    faults_.add("verify.event_missing", [&] {
      return fmt::format(
          "The document of job {} has the event {}, which is not in the store: its row was taken away. {}",
          document.job, event.seq.value(), kRestore);
    });
  }
  if (!document.unreadable.empty()) {
    faults_.add("verify.document", [&] {
      return fmt::format("The document of job {} cannot be read: {}. {}", document.job, document.unreadable, kRestore);
    });
    return;
  }
  if (!document.is_whole) ++closed_;
  if (!document.is_sent) {
    faults_.add("verify.document", [&] {
      return fmt::format("The document of job {} is not what was sent: its SHA-256 is another. {}", document.job,
                         kRestore);
    });
  }
  const auto read = read_(document.bytes);
  if (!read) {
    if (!document.is_whole || !document.is_sent) return;
    faults_.add("verify.document", [&] {
      return fmt::format("The document of job {} was accepted and is none: {} {}", document.job, read.error().text,
                         kRestore);
    });
    return;
  }
  std::map<std::size_t, const trace::RawEvent*> at;
  for (const trace::RawEvent& event : read->events) at.emplace(event.begin, &event);
  for (const KeptEvent& event : document.events) {
    if (!event.row || !event.is_whole) continue;
    const auto found = at.find(event.begin);
    if (found != at.end() && found->second->end == event.end) {
      compare(document, event, found->second->node);
      continue;
    }
    faults_.add("verify.event_changed", [&] {
      return fmt::format("The bytes of event {} in the document of job {} are no event. {}", event.seq.value(),
                         document.job, kRestore);
    });
  }
}

void DocumentCheck::compare(const KeptDocument& document, const KeptEvent& kept, const trace::Node& node) {
  ++events_;
  const auto event = trace::read_event(node, kInstantMax - std::chrono::days(2));
  const std::string_view differs = event ? difference(*kept.row, *event) : "everything";
  if (differs.empty()) return;
  faults_.add("verify.event_changed", [&] {
    return fmt::format(
        "Event {} (\"{}\") is not what the document of job {} says, from which it was read: {} is another. {}",
        kept.seq.value(), excerpt(kept.row->id, 120), document.job, differs, kRestore);
  });
}

}  // namespace suyuan
