// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "app/ports/warehouse.h"

namespace suyuan::test {

// A warehouse in memory, as much of it as capture, events and operation need. Threads: any.
class FakeWarehouse : public Warehouse {
 public:
  bool is_broken = false;  // answers "store.disk" to everything
  std::function<void()> before_append = [] {};

  Result<SubmissionReceipt> append(NewSubmission submission) override {
    before_append();
    const std::lock_guard lock(mutex_);
    if (is_broken) return broken();
    SubmissionReceipt receipt{SubmissionId(next_submission_++), {}, 0, 0, submission.refused, submission.findings};
    std::string frame = submission.original;
    for (auto event = submission.events.rbegin(); event != submission.events.rend(); ++event) {
      frame.erase(event->begin, event->end - event->begin);
    }
    for (const NewEvent& added : submission.events) {
      const auto key = std::pair(added.event.id, added.event.error_declaration.has_value());
      const auto found = events_.find(key);
      if (found != events_.end() && found->second.content != added.event.content) {
        return Error{ErrorKind::kConflict,
                     "trace.event_id_conflict",
                     "The id is taken by another event.",
                     "",
                     {{added.event.node.path, "trace.event_id_conflict", "The id is taken by another event."}}};
      }
      if (found != events_.end()) {
        ++receipt.duplicates;
        receipt.events.push_back(EventReceipt{found->second.stored.seq, true});
        continue;
      }
      const trace::EventSeq seq(next_event_++);
      trace::StoredEvent stored{seq,
                                added.event.type,
                                added.event.action,
                                added.event.time.at,
                                added.event.time.offset,
                                added.event.time.at,
                                added.event.id,
                                added.event.biz_step,
                                added.event.disposition,
                                {}};
      stored.org = submission.actor.org;
      stored.place = submission.actor.jurisdiction;
      const Original original{submission.original.substr(added.begin, added.end - added.begin), frame,
                              submission.syntax, submission.actor, submission.public_id};
      events_.emplace(key, Kept{added.event.content, stored, original});
      receipt.events.push_back(EventReceipt{seq, false});
      ++receipt.accepted;
    }
    documents_[submission.public_id] = submission.original;
    keep(submission.actor, submission.public_id, submission.proceed, receipt);
    return receipt;
  }

  Status record_refusal(const Actor& actor, const std::string& public_id, bool proceed, std::int64_t refused,
                        const std::vector<Finding>& findings) override {
    const std::lock_guard lock(mutex_);
    if (is_broken) return broken();
    keep(actor, public_id, proceed, SubmissionReceipt{SubmissionId(next_submission_++), {}, 0, 0, refused, findings});
    return Done{};
  }

  Result<std::optional<JobRecord>> job(const std::string& public_id) override {
    const std::lock_guard lock(mutex_);
    if (is_broken) return broken();
    const auto found = jobs_.find(public_id);
    return found == jobs_.end() ? std::optional<JobRecord>() : std::optional<JobRecord>(found->second);
  }

  Result<std::vector<JobRecord>> jobs(std::size_t limit, const std::string& after, const Seen*) override {
    const std::lock_guard lock(mutex_);
    if (is_broken) return broken();
    std::vector<JobRecord> found;
    for (auto at = jobs_.rbegin(); at != jobs_.rend() && found.size() < limit; ++at) {
      if (after.empty() || at->first < after) found.push_back(at->second);
    }
    return found;
  }

  Result<std::vector<std::optional<trace::ObjectId>>> find(std::span<const codes::Identity> ids) override {
    return std::vector<std::optional<trace::ObjectId>>(ids.size());
  }
  Result<std::vector<codes::Identity>> describe(std::span<const trace::ObjectId>) override {
    return std::vector<codes::Identity>();
  }
  Result<Page> history(std::span<const trace::ObjectId>, std::span<const trace::Role>, trace::EventSeq, std::int64_t,
                       std::size_t) override {
    return Page{};
  }
  Result<std::vector<trace::ObjectId>> members(trace::ObjectId, std::int64_t, std::size_t) override {
    return std::vector<trace::ObjectId>();
  }
  Result<std::vector<std::optional<trace::ObjectId>>> classes(std::span<const trace::ObjectId> objects) override {
    return std::vector<std::optional<trace::ObjectId>>(objects.size());
  }

  Result<std::vector<Original>> originals(std::span<const trace::EventSeq>) override { return std::vector<Original>(); }
  Result<ScanPage> scan(const Scan&) override { return ScanPage(); }
  Result<KnownPage> known(Resource, std::int64_t, std::size_t) override { return KnownPage(); }
  Result<std::optional<trace::StoredEvent>> find_event(std::string_view event_id, bool declaration) override {
    const std::lock_guard lock(mutex_);
    if (is_broken) return broken();
    const auto found = events_.find(std::pair(std::string(event_id), declaration));
    if (found == events_.end()) return std::optional<trace::StoredEvent>();
    return std::optional<trace::StoredEvent>(found->second.stored);
  }
  Result<std::vector<trace::StoredEvent>> events(std::span<const trace::EventSeq>, trace::EventSeq) override {
    return std::vector<trace::StoredEvent>();
  }
  Result<Original> original(trace::EventSeq seq) override {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, kept] : events_) {
      if (kept.stored.seq == seq) return kept.original;
    }
    return broken();
  }
  Result<std::string> document(const std::string& public_id) override {
    const std::lock_guard lock(mutex_);
    const auto found = documents_.find(public_id);
    if (found == documents_.end()) return Error{ErrorKind::kNotFound, "store.no_document", "No such document."};
    return found->second;
  }

  Result<std::vector<trace::MasterDatum>> master_data(std::span<const codes::Identity>) override {
    return std::vector<trace::MasterDatum>();
  }
  Result<std::int64_t> settled() override {
    if (is_broken) return broken();
    return next_event_ - 1;
  }
  Result<Counts> counts() override { return Counts{next_event_ - 1, 0, next_submission_ - 1, 0}; }
  Result<std::vector<trace::ObjectId>> recent_objects(codes::Level, std::size_t) override {
    return std::vector<trace::ObjectId>();
  }

 private:
  struct Kept {
    Sha256 content;
    trace::StoredEvent stored;
    Original original;
  };

  static Error broken() { return Error{ErrorKind::kInternal, "store.disk", "The disk is full."}; }

  void keep(const Actor& actor, const std::string& id, bool proceed, const SubmissionReceipt& receipt) {
    const Instant now{};
    jobs_.emplace(id, JobRecord{id, actor, now, now, receipt.findings.empty(), proceed, receipt.accepted,
                                receipt.duplicates, receipt.refused, receipt.findings});
  }

  std::mutex mutex_;
  std::map<std::pair<std::string, bool>, Kept> events_;
  std::map<std::string, JobRecord> jobs_;
  std::map<std::string, std::string> documents_;
  std::int64_t next_event_ = 1, next_submission_ = 1;
};

}  // namespace suyuan::test
