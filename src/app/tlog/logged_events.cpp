// SPDX-License-Identifier: Apache-2.0
#include "app/tlog/logged_events.h"

#include <algorithm>
#include <set>
#include <span>

#include "app/identity/scoped_warehouse.h"
#include "app/query/query.h"
#include "domain/trace/read_event.h"

namespace suyuan {

namespace {

using trace::EventSeq;

constexpr std::size_t kTogether = 1000;

// Asks once for events that follow each other: those of a document do.
class Stretch {
 public:
  Stretch(const LogReads& reads, const LogState* log, std::span<const EventSeq> seqs)
      : reads_(reads), log_(log), seqs_(seqs) {}

  Result<LoggedEvent> event(std::size_t at) {
    if (next_ == digests_.size() || digests_[next_].seq != seqs_[at])
      if (auto read = load(at); !read) return std::move(read.error());
    const EventDigest& digest = digests_[next_++];
    LoggedEvent event{.id = digest.id, .is_declaration = digest.is_declaration};
    const std::int64_t seq = digest.seq.value();
    if (log_ != nullptr && !is_in_run(seq)) {
      const auto run = reads_.store.run_of(log_->number, LogStream::kEvent, seq);
      if (!run) return Error(run.error());
      run_ = run->value_or(LogRun{.count = 0});
    }
    if (!is_in_run(seq)) return event;
    event.leaf = run_.first + static_cast<std::uint64_t>(seq - run_.ref);
    event.number = run_.number + static_cast<std::uint64_t>(seq - run_.ref);
    return event;
  }

 private:
  bool is_in_run(std::int64_t seq) const {
    return seq >= run_.ref && seq < run_.ref + static_cast<std::int64_t>(run_.count);
  }

  Status load(std::size_t at) {
    std::size_t count = 1;
    while (at + count < seqs_.size() && count < kTogether &&
           seqs_[at + count].value() == seqs_[at].value() + static_cast<std::int64_t>(count))
      ++count;
    auto digests = reads_.events.digests(seqs_[at].value() - 1, count);
    if (!digests) return std::move(digests.error());
    if (digests->empty() || digests->front().seq != seqs_[at]) return no_event_row(seqs_[at]);
    digests_ = std::move(*digests);
    next_ = 0;
    return Done{};
  }

  const LogReads& reads_;
  const LogState* log_;  // nullptr: there is none
  std::span<const EventSeq> seqs_;
  std::vector<EventDigest> digests_;
  std::size_t next_ = 0;
  LogRun run_{.count = 0};  // of the last event; of nothing, when it has no leaf yet
};

// An event as the document of a job says it.
struct Said {
  std::string id;
  bool is_declaration = false;
  tlog::Hash content;
};

// None where the document cannot be read any more: values that were erased may have been what made it one.
Result<std::vector<Said>> said_in(const JobRecord& job, Warehouse& warehouse, const RepeatedEvents& repeated) {
  auto bytes = repeated.personal != nullptr ? repeated.personal->sent_document(job.public_id)
                                            : warehouse.document(job.public_id);
  if (!bytes) return std::move(bytes.error());
  std::vector<Said> all;
  const auto document = repeated.read(*bytes);
  if (!document) return all;
  for (const trace::RawEvent& raw : document->events) {
    auto event = trace::read_event(raw.node, job.created);
    if (event) all.push_back({std::move(event->id), event->error_declaration.has_value(), event->content});
  }
  return all;
}

// Finds events in the store by what a document says of them. Those of an earlier document follow each other: after one
// that was found, the next ones are read ahead, twice as many as before.
class Finder {
 public:
  Finder(Warehouse& warehouse, EventDigests& events, bool by_content)
      : warehouse_(warehouse), events_(events), by_content_(by_content) {}

  Result<std::optional<EventSeq>> find(const Said& said) {
    if (next_ == ahead_.size() && !ahead_.empty())
      if (auto read = read_from(ahead_.back().seq.value() + 1, std::min(ahead_.size() * 2, kTogether)); !read)
        return std::move(read.error());
    if (next_ < ahead_.size() && is_it(ahead_[next_], said)) return std::optional(ahead_[next_++].seq);
    ahead_.clear();
    next_ = 0;
    const auto found = warehouse_.find_event(said.id, said.is_declaration);
    if (!found) return Error(found.error());
    if (!*found) return std::optional<EventSeq>();
    const EventSeq seq = (*found)->seq;
    if (auto read = read_from(seq.value(), 1); !read) return std::move(read.error());
    if (ahead_.empty() || ahead_[0].seq != seq) return no_event_row(seq);
    if (!is_it(ahead_[0], said)) return std::optional<EventSeq>();
    next_ = 1;
    return std::optional(seq);
  }

 private:
  bool is_it(const EventDigest& digest, const Said& said) const {
    return digest.id == said.id && digest.is_declaration == said.is_declaration &&
           (!by_content_ || digest.content == said.content);
  }
  Status read_from(std::int64_t seq, std::size_t count) {
    auto digests = events_.digests(seq - 1, count);
    if (!digests) return std::move(digests.error());
    ahead_ = std::move(*digests);
    next_ = 0;
    return Done{};
  }

  Warehouse& warehouse_;
  EventDigests& events_;
  const bool by_content_;
  std::vector<EventDigest> ahead_;
  std::size_t next_ = 0;
};

// The events of a job, in the order of its document.
struct JobEvents {
  std::vector<EventSeq> all;
  std::set<EventSeq> repeated;  // of `all`: they were there before
  std::int64_t unnamed = 0;     // others that were there before, and cannot be told any more
};

// `own`: what the job stored, which ascends in the order of its document.
Result<JobEvents> with_repeated(const JobRecord& job, const std::vector<EventSeq>& own, Warehouse& warehouse,
                                const LogReads& reads, const RepeatedEvents& repeated) {
  JobEvents events;
  auto said = said_in(job, warehouse, repeated);
  if (!said) return std::move(said.error());
  // Where nothing was refused, whatever has the id of a stored event is that event, also when a value was erased since.
  Finder finder(warehouse, reads.events, job.refused > 0);
  std::set<EventSeq> seen;
  auto next = own.begin();
  std::int64_t repeats = 0;
  for (const Said& each : *said) {
    const auto found = finder.find(each);
    if (!found) return Error(found.error());
    if (!*found) continue;
    const EventSeq seq = **found;
    const bool is_own = std::binary_search(own.begin(), own.end(), seq);
    const bool is_new = seen.insert(seq).second;
    if (!is_own || !is_new) ++repeats;
    if (!is_new) continue;
    for (; is_own && next != own.end() && *next <= seq; ++next) events.all.push_back(*next);
    if (is_own) continue;
    events.all.push_back(seq);
    events.repeated.insert(seq);
  }
  events.all.insert(events.all.end(), next, own.end());
  events.unnamed = std::max<std::int64_t>(0, job.duplicates - repeats);
  return events;
}

// Of those that were there before, the ones that who asks sees.
Result<std::set<EventSeq>> seen_of(const std::set<EventSeq>& repeated, Warehouse& warehouse,
                                   const RepeatedEvents& options) {
  std::set<EventSeq> seen;
  if (!options.reader) return seen;
  ScopedEvents scoped(options.reader->scope(), warehouse);
  const std::vector<EventSeq> all(repeated.begin(), repeated.end());
  for (std::size_t at = 0; at < all.size(); at += kTogether) {
    const auto some = std::span(all).subspan(at, std::min(kTogether, all.size() - at));
    const auto events = scoped.warehouse().events(some, EventSeq(INT64_MAX));
    if (!events) return Error(events.error());
    for (const trace::StoredEvent& event : *events) seen.insert(event.seq);
  }
  return seen;
}

}  // namespace

Result<std::vector<LoggedEvent>> logged_events(const Permit<identity::Act::kJobRead>& permit, const std::string& job,
                                               Warehouse& warehouse, const LogReads& reads,
                                               const RepeatedEvents& repeated) {
  auto found = read_job(permit, job, warehouse);
  if (!found) return std::move(found.error());
  if (!*found) return no_such_job(job);
  auto own = reads.events.events_of(job);
  if (!own) return Error(own.error());
  Result<JobEvents> of_job = JobEvents{*own, {}, 0};
  if ((*found)->duplicates > 0 && repeated.read) of_job = with_repeated(**found, *own, warehouse, reads, repeated);
  if (!of_job) return std::move(of_job.error());
  const auto seen = seen_of(of_job->repeated, warehouse, repeated);
  if (!seen) return Error(seen.error());
  const auto log = reads.store.state();
  if (!log) return Error(log.error());
  Stretch stretch(reads, *log ? &**log : nullptr, of_job->all);
  std::vector<LoggedEvent> events;
  for (std::size_t i = 0; i < of_job->all.size(); ++i) {
    auto event = stretch.event(i);
    if (!event) return std::move(event.error());
    event->is_repeated = of_job->repeated.contains(of_job->all[i]);
    event->is_shown = !event->is_repeated || seen->contains(of_job->all[i]);
    if (!event->is_shown) {
      event->leaf.reset();
      event->number = 0;
    }
    events.push_back(std::move(*event));
  }
  events.resize(events.size() + static_cast<std::size_t>(of_job->unnamed), LoggedEvent{.is_repeated = true});
  return events;
}

}  // namespace suyuan
