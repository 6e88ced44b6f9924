// SPDX-License-Identifier: Apache-2.0
#include "app/tlog/leaves.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace suyuan {

namespace {

Error missing(std::uint64_t leaf, const std::string& what) {
  return {
      ErrorKind::kCorrupt, "log.row_missing",
      fmt::format("Leaf {} of the log is {}, which is not in the store. Rows of the store were taken away, or an older "
                  "store was put back: restore the newest backup (suyuan restore).",
                  leaf, what)};
}

// The part of a run between two leaves.
LogRun between(const LogRun& run, std::uint64_t first, std::uint64_t end) {
  const std::uint64_t skipped = first > run.first ? first - run.first : 0;
  LogRun part = run;
  part.first += skipped;
  if (run.ref != 0) part.ref += static_cast<std::int64_t>(skipped);
  part.number += run.number == 0 ? 0 : skipped;
  part.count = std::min(run.end(), end) - part.first;
  return part;
}

}  // namespace

tlog::EventEntry event_entry(const tlog::LogSecret& secret, const EventDigest& event, std::uint64_t number) {
  return event_entry(secret, event, tlog::pseudonym_of(secret, event.org.value()), number);
}

tlog::EventEntry event_entry(const tlog::LogSecret& secret, const EventDigest& event, const tlog::Pseudonym& submitter,
                             std::uint64_t number) {
  return {tlog::event_commitment(tlog::event_salt(secret, event.seq.value()), event.id, event.content,
                                 event.is_declaration),
          submitter, number, event.recorded};
}

std::string act_fields(const AuditEntry& entry) {
  std::string all;
  const auto text = [&](std::string_view field) {
    fmt::format_to(std::back_inserter(all), "{}:{}\n", field.size(), field);
  };
  const auto number = [&](std::int64_t field) { text(std::to_string(field)); };
  number(entry.id);
  number(entry.at.time_since_epoch().count());
  number(entry.person ? entry.person->value() : 0);
  number(entry.org.value());
  number(entry.jurisdiction.division);
  number(static_cast<std::int64_t>(entry.via));
  text(entry.credential);
  text(entry.from);
  text(entry.act);
  text(entry.target_kind);
  text(entry.target);
  number(static_cast<std::int64_t>(entry.outcome));
  text(entry.reason);
  text(entry.before);
  text(entry.after);
  text(hex({reinterpret_cast<const std::uint8_t*>(entry.salt.data()), entry.salt.size()}));
  text(entry.trace_id);
  text(entry.emergency);
  return all;
}

tlog::ActEntry act_entry(const tlog::LogSecret& secret, const AuditEntry& entry) {
  return {tlog::act_commitment(tlog::act_salt(secret, entry.id), act_fields(entry)), entry.at};
}

Result<std::vector<std::string>> Leaves::entries(const LogState& log, std::uint64_t first, std::uint64_t end) {
  constexpr std::size_t kRunsTogether = 1000;
  std::vector<std::string> all;
  while (first + all.size() < end) {
    const std::uint64_t next = first + all.size();
    auto runs = store_.runs(log.number, next, kRunsTogether);
    if (!runs) return std::move(runs.error());
    if (runs->empty() || runs->front().first > next) {
      return Error{
          ErrorKind::kCorrupt, "log.run_missing",
          fmt::format("The store does not say which row leaf {} of the log is. Rows of tlog_run were taken away: "
                      "restore the newest backup (suyuan restore).",
                      next)};
    }
    for (const LogRun& run : *runs) {
      if (run.first >= end) break;
      if (run.end() <= first + all.size() || run.first > first + all.size()) break;  // a gap: said above
      const LogRun part = between(run, first + all.size(), end);
      Status added = part.stream == LogStream::kEvent   ? add_events(log, part, all)
                     : part.stream == LogStream::kAudit ? add_audits(log, part, all)
                                                        : add_kept(log, part, all);
      if (!added) return std::move(added.error());
    }
  }
  return all;
}

Status Leaves::add_events(const LogState& log, const LogRun& part, std::vector<std::string>& all) {
  constexpr std::uint64_t kTogether = 10'000;
  const auto submitter = tlog::pseudonym_of(log.secret, part.org ? part.org->value() : 0);
  for (std::uint64_t done = 0; done < part.count;) {
    auto events =
        events_.digests(part.ref + static_cast<std::int64_t>(done) - 1, std::min(part.count - done, kTogether));
    if (!events) return std::move(events.error());
    for (std::uint64_t i = 0; i < std::min(part.count - done, kTogether); ++i) {
      const std::int64_t seq = part.ref + static_cast<std::int64_t>(done + i);
      if (i >= events->size() || (*events)[i].seq.value() != seq || (*events)[i].org != part.org)
        return missing(part.first + done + i,
                       fmt::format("event {} of organisation {}", seq, part.org ? part.org->value() : 0));
      all.push_back(tlog::written(event_entry(log.secret, (*events)[i], submitter, part.number + done + i)));
    }
    done += events->size();
  }
  return Done{};
}

// Entries that were pruned are kept as texts.
Status Leaves::add_audits(const LogState& log, const LogRun& part, std::vector<std::string>& all) {
  auto kept = store_.kept(log.number, part.first, part.end());
  if (!kept) return std::move(kept.error());
  auto audits = store_.audits(part.ref - 1, part.count);
  if (!audits) return std::move(audits.error());
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < part.count; ++i) {
    const std::int64_t id = part.ref + static_cast<std::int64_t>(i);
    while (at < audits->size() && (*audits)[at].id < id) ++at;
    if (at < audits->size() && (*audits)[at].id == id) {
      all.push_back(tlog::written(act_entry(log.secret, (*audits)[at])));
      continue;
    }
    const auto text = kept->find(part.first + i);
    if (text == kept->end()) return missing(part.first + i, fmt::format("entry {} of the audit", id));
    all.push_back(std::move(text->second));
  }
  return Done{};
}

Status Leaves::add_kept(const LogState& log, const LogRun& part, std::vector<std::string>& all) {
  auto kept = store_.kept(log.number, part.first, part.end());
  if (!kept) return std::move(kept.error());
  for (std::uint64_t leaf = part.first; leaf < part.end(); ++leaf) {
    const auto text = kept->find(leaf);
    if (text == kept->end()) return missing(leaf, "a text that is kept");
    all.push_back(std::move(text->second));
  }
  return Done{};
}

}  // namespace suyuan
