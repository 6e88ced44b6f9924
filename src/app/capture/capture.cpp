// SPDX-License-Identifier: Apache-2.0
#include "app/capture/capture.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/trace/read_event.h"

namespace suyuan {

namespace {

// What stands in a document after judging it.
struct Judged {
  NewSubmission submission;
  std::int64_t refused = 0;
  std::vector<Finding> findings;
};

void judge_events(trace::RawDocument& document, Instant now, Judged& judged) {
  for (trace::RawEvent& raw : document.events) {
    auto event = trace::read_event(raw.node, now);
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

Result<CaptureOutcome> refuse(const Actor& actor, const CaptureOptions& options, const std::string& job,
                              std::int64_t events, std::vector<Finding> findings, Warehouse& warehouse) {
  CaptureOutcome outcome;
  outcome.job = job;
  outcome.refused = events;
  outcome.document_refused = true;
  outcome.findings = capped(std::move(findings));
  if (options.dry_run) return outcome;
  if (auto kept = warehouse.record_refusal(actor, job, options.proceed, events, outcome.findings); !kept)
    return std::move(kept.error());
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

Result<CaptureOutcome> capture_document(const Actor& actor, std::string original, const CaptureOptions& options,
                                        const DocumentReader& read, Warehouse& warehouse, Clock& clock) {
  const Instant now = clock.now();
  const std::string job = options.public_id.empty() ? new_public_id(now) : options.public_id;
  auto document = read(original);
  if (!document) {
    std::vector<Finding> findings = document.error().findings;
    if (findings.empty()) findings.push_back({"", document.error().code, document.error().text});
    return refuse(actor, options, job, 0, std::move(findings), warehouse);
  }
  const auto events = static_cast<std::int64_t>(document->events.size());
  if (!document->findings.empty()) return refuse(actor, options, job, events, document->findings, warehouse);

  Judged judged;
  judge_master_data(*document, judged);
  const bool header_sound = judged.findings.empty();
  judge_events(*document, now, judged);
  if (!judged.findings.empty() && (!options.proceed || !header_sound))
    return refuse(actor, options, job, events, std::move(judged.findings), warehouse);
  if (options.dry_run) {
    CaptureOutcome outcome{job,
                           static_cast<std::int64_t>(judged.submission.events.size()),
                           0,
                           judged.refused,
                           capped(std::move(judged.findings)),
                           false,
                           {}};
    for (const NewEvent& event : judged.submission.events) outcome.event_ids.push_back(event.event.id);
    return outcome;
  }
  judged.submission.actor = actor;
  judged.submission.public_id = job;
  judged.submission.syntax = document->syntax;
  judged.submission.proceed = options.proceed;
  judged.submission.refused = judged.refused;
  judged.submission.findings = capped(std::move(judged.findings));
  judged.submission.original = std::move(original);
  auto outcome = store(std::move(judged.submission), warehouse);
  if (outcome || outcome.error().kind != ErrorKind::kConflict) return outcome;
  return refuse(actor, options, job, events, std::move(outcome.error().findings), warehouse);
}

}  // namespace suyuan
