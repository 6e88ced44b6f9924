// SPDX-License-Identifier: Apache-2.0
#include "app/tlog/row_walk.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/tlog/leaves.h"

namespace suyuan {

namespace {

constexpr std::size_t kRunsTogether = 1000, kRowsTogether = 10'000;
constexpr std::uint64_t kKeptTogether = 65'536;
constexpr std::string_view kRestore =
    "Keep the store as it is, for whoever looks into it, and restore the newest backup that agrees with the log "
    "(suyuan restore).";

std::string name_of(std::optional<LogStream> stream, std::int64_t ref) {
  if (stream == LogStream::kEvent) return fmt::format("event {}", ref);
  if (stream == LogStream::kAudit) return fmt::format("entry {} of the audit", ref);
  if (stream == LogStream::kAnchor) return "an anchor";
  return stream == LogStream::kLost ? "a row that was lost in a restore" : "a row that the store does not name";
}

bool is_stream(LogStream stream) { return stream >= LogStream::kEvent && stream <= LogStream::kLost; }

}  // namespace

std::string LeafRow::name() const { return name_of(stream, ref); }

Status RowWalk::walk(const Take& take) {
  std::uint64_t from = 0;
  while (next_ < log_.size) {
    auto runs = store_.runs(log_.number, std::max(from, next_), kRunsTogether);
    if (!runs) return std::move(runs.error());
    if (runs->empty()) break;
    for (const LogRun& run : *runs) {
      if (run.first >= log_.size) break;
      if (auto taken = take_run(run, take); !taken) return taken;
    }
    from = runs->back().first + 1;
  }
  if (auto taken = take_unknown(log_.size, take); !taken) return taken;
  return finish();
}

// Leaves that no run speaks of.
Status RowWalk::take_unknown(std::uint64_t end, const Take& take) {
  if (next_ >= end) return Done{};
  faults_.add("verify.run", [&] {
    return fmt::format(
        "The store does not say which rows the leaves {} to {} are: rows of tlog_run were taken away. {}", next_,
        end - 1, kRestore);
  });
  for (; next_ < end; ++next_)
    if (auto taken = take({next_, std::nullopt, 0, std::nullopt, false}); !taken) return taken;
  return Done{};
}

Status RowWalk::take_run(const LogRun& run, const Take& take) {
  if (auto taken = take_unknown(run.first, take); !taken) return taken;
  if (run.first < next_ || run.count == 0 || run.end() > log_.size || run.end() < run.first || !is_stream(run.stream)) {
    faults_.add("verify.run", [&] {
      return fmt::format("tlog_run has {} leaves from {} on (stream {}), while leaf {} is the next of {}. {}",
                         run.count, run.first, static_cast<int>(run.stream), next_, log_.size, kRestore);
    });
  }
  if (run.end() <= next_ || run.end() < run.first || !is_stream(run.stream)) return Done{};
  if (auto checked = check_order(run); !checked) return checked;
  const bool has_rows = run.stream == LogStream::kEvent || run.stream == LogStream::kAudit;
  if (run.org) organisations_.insert(*run.org);
  for (const std::uint64_t end = std::min(run.end(), log_.size); next_ < end; ++next_) {
    LeafRow row{next_, run.stream, has_rows ? run.ref + static_cast<std::int64_t>(next_ - run.first) : 0, {}, false};
    auto text = run.stream == LogStream::kEvent   ? event_text(run, row)
                : run.stream == LogStream::kAudit ? audit_text(next_, row.ref)
                                                  : kept_text(next_, false);
    if (!text) return std::move(text.error());
    if (!*text && !unreadable_.contains(row.ref)) {
      faults_.add("verify.row_missing", [&] {
        return fmt::format("Leaf {} of the log is {}, which is not in the store: it was taken away. {}", next_,
                           row.name(), kRestore);
      });
    }
    row.entry = std::move(*text);
    if (auto taken = take(row); !taken) return taken;
  }
  return Done{};
}

// Rows become leaves in their own order, each once.
Status RowWalk::check_order(const LogRun& run) {
  if (run.stream != LogStream::kEvent && run.stream != LogStream::kAudit) return Done{};
  const bool is_event = run.stream == LogStream::kEvent;
  std::int64_t& end = is_event ? event_end_ : audit_end_;
  (is_event ? has_events_ : has_audits_) = true;
  if (run.ref < end) {
    faults_.add("verify.run", [&] {
      return fmt::format(
          "Leaf {} is said to be {}, and an earlier leaf is that row or a later one: rows of tlog_run were "
          "changed. {}",
          run.first, name_of(run.stream, run.ref), kRestore);
    });
    // From there on once more.
    if (is_event) {
      event_rows_.clear();
      event_at_ = 0;
      events_read_ = run.ref - 1;
    } else {
      audit_rows_.clear();
      audit_at_ = 0;
      audits_read_ = run.ref - 1;
    }
  }
  end = run.ref + static_cast<std::int64_t>(run.count);
  return Done{};
}

// ------------------------------------------------------------------------------------------------------------- events

// A row that cannot be read hides those behind it: they are asked for one by one.
Status RowWalk::load_events(std::int64_t after) {
  event_at_ = 0;
  std::string said;
  for (std::size_t limit = kRowsTogether;;) {
    auto rows = events_.digests(after, limit);
    if (rows) {
      if (!said.empty()) unreadable_.insert(after);
      events_read_ = rows->empty() ? after : rows->back().seq.value();
      event_rows_ = std::move(*rows);
      return Done{};
    }
    if (rows.error().kind != ErrorKind::kCorrupt) return std::move(rows.error());
    if (limit > 1) {
      limit /= 2;
      continue;
    }
    if (said != rows.error().text) {
      said = rows.error().text;
      faults_.add("verify.row_unreadable", [&] { return fmt::format("{} {}", said, kRestore); });
    }
    ++after;
  }
}

// Rows below this one have no leaf.
Status RowWalk::pass_events(std::int64_t ref) {
  for (;;) {
    for (; event_at_ < event_rows_.size() && event_rows_[event_at_].seq.value() < ref; ++event_at_) {
      faults_.add("verify.row_unlogged", [&] {
        return fmt::format(
            "Event {} (\"{}\") is in the store, and the log went on without it: it was put in later, or "
            "the log was made anew without it. {}",
            event_rows_[event_at_].seq.value(), event_rows_[event_at_].id, kRestore);
      });
    }
    if (event_at_ < event_rows_.size() || events_read_ >= ref) return Done{};
    const std::int64_t before = events_read_;
    if (auto loaded = load_events(events_read_); !loaded) return loaded;
    if (event_rows_.empty()) {
      events_read_ = before;
      return Done{};
    }
  }
}

Result<std::optional<std::string>> RowWalk::event_text(const LogRun& run, LeafRow& leaf) {
  if (auto passed = pass_events(leaf.ref); !passed) return std::move(passed.error());
  if (event_at_ == event_rows_.size() || event_rows_[event_at_].seq.value() != leaf.ref)
    return std::optional<std::string>();
  const EventDigest& row = event_rows_[event_at_++];
  leaf.is_other_sender = run.org != row.org;
  const std::uint64_t number = run.number + (leaf.leaf - run.first);
  return std::optional(tlog::written(event_entry(log_.secret, row, number)));
}

// -------------------------------------------------------------------------------------------------------------- audits

Status RowWalk::pass_audits(std::int64_t ref) {
  for (;;) {
    for (; audit_at_ < audit_rows_.size() && audit_rows_[audit_at_].id < ref; ++audit_at_) {
      faults_.add("verify.row_unlogged", [&] {
        return fmt::format(
            "Entry {} of the audit ({}) is in the store, and the log went on without it: it was put in "
            "later, or the log was made anew without it. {}",
            audit_rows_[audit_at_].id, audit_rows_[audit_at_].act, kRestore);
      });
    }
    if (audit_at_ < audit_rows_.size() || audits_read_ >= ref) return Done{};
    auto rows = store_.audits(audits_read_, kRowsTogether);
    if (!rows) return std::move(rows.error());
    audit_at_ = 0;
    audit_rows_ = std::move(*rows);
    if (audit_rows_.empty()) return Done{};
    audits_read_ = audit_rows_.back().id;
  }
}

// Entries that were pruned are kept as texts.
Result<std::optional<std::string>> RowWalk::audit_text(std::uint64_t leaf, std::int64_t ref) {
  if (auto passed = pass_audits(ref); !passed) return std::move(passed.error());
  if (audit_at_ == audit_rows_.size() || audit_rows_[audit_at_].id != ref) return kept_text(leaf, true);
  return std::optional(tlog::written(act_entry(log_.secret, audit_rows_[audit_at_++])));
}

// `again`: its row may have been pruned since these were read.
Result<std::optional<std::string>> RowWalk::kept_text(std::uint64_t leaf, bool again) {
  const auto load = [&](std::uint64_t end) -> Status {
    auto kept = store_.kept(log_.number, leaf, end);
    if (!kept) return std::move(kept.error());
    kept_ = std::move(*kept);
    kept_end_ = end;
    return Done{};
  };
  if (leaf >= kept_end_)
    if (auto loaded = load(leaf + kKeptTogether); !loaded) return std::move(loaded.error());
  if (again && !kept_.contains(leaf))
    if (auto loaded = load(std::max(kept_end_, leaf + 1)); !loaded) return std::move(loaded.error());
  const auto found = kept_.find(leaf);
  return found == kept_.end() ? std::optional<std::string>() : std::optional(found->second);
}

// Rows behind the last leaf that the log claims to have passed.
Status RowWalk::finish() {
  const auto judge = [&](std::int64_t upto, bool has_rows, std::int64_t end, std::string_view what) {
    if (upto == (has_rows ? end - 1 : 0)) return;
    faults_.add("verify.state", [&] {
      return fmt::format(
          "The state of the log says that {} up to {} are leaves, and tlog_run has them up to {}: one of "
          "them was changed. {}",
          what, upto, has_rows ? end - 1 : 0, kRestore);
    });
  };
  judge(log_.event_upto, has_events_, event_end_, "events");
  judge(log_.audit_upto, has_audits_, audit_end_, "entries of the audit");
  if (auto passed = pass_events(log_.event_upto + 1); !passed) return passed;
  return pass_audits(log_.audit_upto + 1);
}

}  // namespace suyuan
