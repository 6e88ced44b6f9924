// SPDX-License-Identifier: Apache-2.0
#include "app/capture/capture.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/registry/mask.h"
#include "domain/trace/read_event.h"

namespace suyuan {

namespace {

// What stands in a document after judging it.
struct Judged {
  NewSubmission submission;
  std::int64_t events = 0, refused = 0;
  std::vector<Finding> findings;
  bool refused_whole = false;
};

// `subjects`: what the values about people in each event are about.
void judge_events(trace::RawDocument& document, Instant now, Judged& judged, std::vector<std::string>& subjects) {
  for (trace::RawEvent& raw : document.events) {
    auto event = trace::read_event(raw.node, now);
    subjects.push_back(event ? event->id : "");
    if (event) {
      judged.submission.events.push_back({std::move(*event), raw.begin, raw.end});
      continue;
    }
    ++judged.refused;
    for (Finding& finding : event.error().findings) judged.findings.push_back(std::move(finding));
    raw.node.children.clear();  // a refused event of a large document is not needed any more
  }
}

void judge_master_data(const trace::RawDocument& document, Judged& judged) {
  auto data = trace::read_master_data(document.header);
  if (data)
    judged.submission.master_data = std::move(*data);
  else
    judged.findings.insert(judged.findings.end(), data.error().findings.begin(), data.error().findings.end());
}

// Ten thousand findings help nobody: the first, and how many more there are.
std::vector<Finding> capped(std::vector<Finding> findings) {
  if (findings.size() <= kFindingsShown) return findings;
  const std::size_t more = findings.size() - kFindingsShown;
  findings.resize(kFindingsShown);
  findings.push_back(
      {"", "capture.more_findings",
       fmt::format("{} more findings are not listed. Mend those above and send the document again.", more)});
  return findings;
}

// What a value about a person is about; "": the document, since nobody can tell.
std::string subject_of(const trace::PersonalValue& value, const std::vector<std::string>& events) {
  if (value.about == trace::PersonalValue::About::kEvent)
    return value.event < events.size() ? events[value.event] : std::string();
  if (value.about != trace::PersonalValue::About::kMasterData) return {};
  const auto id = codes::read_epcis_id(value.subject);
  return id ? codes::canonical_uri(id->id) : std::string();
}

// A finding says what was seen; of people it says only where.
void hide_people(std::vector<Finding>& findings, const std::vector<trace::PersonalValue>& personal) {
  constexpr std::size_t kTooShort = 3;  // would be found in any text
  const auto stands_in = [](const std::string& path, const std::string& field) {
    return path.starts_with(field) && (path.size() == field.size() || path[field.size()] == '/');
  };
  const auto hide = [](std::string& text, const std::string& value) {
    for (std::size_t at = text.find(value); at != std::string::npos; at = text.find(value, at + 3))
      text.replace(at, value.size(), "***");
  };
  for (std::size_t i = 0; i < std::min(findings.size(), kFindingsShown); ++i) {
    Finding& finding = findings[i];
    for (const trace::PersonalValue& each : personal) {
      if (stands_in(finding.path, each.path))
        finding.text = fmt::format(
            "What stands in this field is not sound ({}). It is about a person and not shown here.", finding.code);
      if (each.value.size() <= kTooShort) continue;
      hide(finding.text, each.value);
      hide(finding.path, each.value);
    }
    finding.text = registry::without_numbers_of_people(finding.text);
  }
}

Judged judge_whole(std::string_view original, bool proceed, const DocumentReader& read, Instant now,
                   std::vector<trace::PersonalValue>& personal) {
  Judged judged;
  auto document = read(original);
  if (!document) {
    judged.refused_whole = true;
    judged.findings = document.error().findings;
    if (judged.findings.empty()) judged.findings.push_back({"", document.error().code, document.error().text});
    return judged;
  }
  judged.events = static_cast<std::int64_t>(document->events.size());
  judged.submission.syntax = document->syntax;
  personal = std::move(document->personal);
  judged.findings = document->findings;
  if (judged.findings.empty()) judge_master_data(*document, judged);
  judged.refused_whole = !judged.findings.empty();
  if (judged.refused_whole && !document->findings.empty()) return judged;
  std::vector<std::string> events;
  judge_events(*document, now, judged, events);
  judged.refused_whole = judged.refused_whole || (!proceed && !judged.findings.empty());
  for (const trace::PersonalValue& each : personal)
    judged.submission.personal.push_back({each.begin, each.end, each.masked, subject_of(each, events)});
  return judged;
}

// The document's events, judged one by one; with `proceed` the sound ones stay.
Judged judge(std::string_view original, bool proceed, const DocumentReader& read, Instant now) {
  std::vector<trace::PersonalValue> personal;
  Judged judged = judge_whole(original, proceed, read, now, personal);
  hide_people(judged.findings, personal);
  return judged;
}

CaptureOutcome refusal(const std::string& job, std::int64_t events, std::vector<Finding> findings) {
  CaptureOutcome outcome;
  outcome.job = job;
  outcome.refused = events;
  outcome.document_refused = true;
  outcome.findings = capped(std::move(findings));
  return outcome;
}

Result<CaptureOutcome> keep_refusal(const Permit<identity::Act::kEventCapture>& permit, bool proceed,
                                    CaptureOutcome outcome, Warehouse& warehouse) {
  auto kept = warehouse.record_refusal(permit.actor(), outcome.job, proceed, outcome.refused, outcome.findings);
  if (!kept) return std::move(kept.error());
  return outcome;
}

Result<CaptureOutcome> store(NewSubmission submission, Warehouse& warehouse) {
  CaptureOutcome outcome;
  outcome.job = submission.public_id;
  std::vector<std::string> ids;
  for (const NewEvent& event : submission.events) ids.push_back(event.event.id);
  auto receipt = warehouse.append(std::move(submission));
  if (!receipt) return std::move(receipt.error());
  outcome.accepted = receipt->accepted;
  outcome.duplicates = receipt->duplicates;
  outcome.refused = receipt->refused;
  outcome.findings = capped(std::move(receipt->findings));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (receipt->events[i]) outcome.event_ids.push_back(std::move(ids[i]));
  }
  return outcome;
}

}  // namespace

CaptureOutcome judge_document(std::string_view original, bool proceed, const DocumentReader& read, Clock& clock) {
  Judged judged = judge(original, proceed, read, clock.now());
  if (judged.refused_whole) return refusal("", judged.events, std::move(judged.findings));
  CaptureOutcome outcome;
  outcome.accepted = static_cast<std::int64_t>(judged.submission.events.size());
  outcome.refused = judged.refused;
  outcome.findings = capped(std::move(judged.findings));
  for (const NewEvent& event : judged.submission.events) outcome.event_ids.push_back(event.event.id);
  return outcome;
}

Result<CaptureOutcome> capture_document(const Permit<identity::Act::kEventCapture>& permit, std::string original,
                                        const CaptureOptions& options, const DocumentReader& read, Warehouse& warehouse,
                                        Clock& clock) {
  const Instant now = clock.now();
  const std::string job = options.public_id.empty() ? new_public_id(now) : options.public_id;
  Judged judged = judge(original, options.proceed, read, now);
  if (judged.refused_whole) {
    return keep_refusal(permit, options.proceed, refusal(job, judged.events, std::move(judged.findings)), warehouse);
  }
  judged.submission.actor = permit.actor();
  judged.submission.public_id = job;
  judged.submission.proceed = options.proceed;
  judged.submission.refused = judged.refused;
  judged.submission.findings = capped(std::move(judged.findings));
  judged.submission.original = std::move(original);
  for (NewPersonal& each : judged.submission.personal)
    if (each.subject.empty()) each.subject = "job:" + job;
  auto outcome = store(std::move(judged.submission), warehouse);
  if (outcome || outcome.error().kind != ErrorKind::kConflict) return outcome;
  return keep_refusal(permit, options.proceed, refusal(job, judged.events, std::move(outcome.error().findings)),
                      warehouse);
}

}  // namespace suyuan
