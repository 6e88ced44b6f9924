// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/ports/changes.h"
#include "app/ports/seen.h"
#include "app/ports/submission.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/codes/identity.h"
#include "domain/identity/actor.h"
#include "domain/trace/event.h"
#include "domain/trace/fact.h"
#include "domain/trace/stored_event.h"

namespace suyuan::trace {
class FactTable;
}

// The store of trace events, at the height of the use cases. Append-only. Each engine implements it natively; one
// conformance suite (tests/storage) holds for all. Every call names what a distributed engine would distribute by.
namespace suyuan {

class Warehouse {
 public:
  virtual ~Warehouse() = default;

  // Stores the whole submission in one transaction. Durable and visible to every later call on return.
  // An event id that is stored already: same content counts as duplicate, other content is "trace.event_id_conflict"
  // (kConflict, with the finding at that event's path; nothing stored unless `proceed`). An error declaration is keyed
  // apart from the event that it repeats. Duplicates within one submission count once.
  // Errors: kConflict; kBusy "store.busy" (queue full; nothing stored); kCorrupt; kInternal "store.disk" (nothing
  // stored).
  virtual Result<SubmissionReceipt> append(NewSubmission submission) = 0;

  // Refused documents leave a job too, so that the sender can read why: nothing else is stored.
  virtual Status record_refusal(const Actor& actor, const std::string& public_id, bool proceed, std::int64_t refused,
                                const std::vector<Finding>& findings) = 0;
  virtual Result<std::optional<JobRecord>> job(const std::string& public_id) = 0;
  // Newest first; only those that one of `senders` sent in, if given.
  virtual Result<std::vector<JobRecord>> jobs(std::size_t limit, const std::string& after_public_id,
                                              const Seen* senders = nullptr) = 0;

  // Identities <-> dense ids. nullopt: never seen.
  virtual Result<std::vector<std::optional<trace::ObjectId>>> find(std::span<const codes::Identity> ids) = 0;
  virtual Result<std::vector<codes::Identity>> describe(std::span<const trace::ObjectId> objects) = 0;

  // Every event in which one of the objects has one of the roles (all roles when empty) with seq <= upto, each once, by
  // seq. At most `limit` events; `more` says that there are others (ask again with after = last seq).
  struct Page {
    std::vector<trace::StoredEvent> events;
    bool more = false;
  };
  virtual Result<Page> history(std::span<const trace::ObjectId> objects, std::span<const trace::Role> roles,
                               trace::EventSeq upto, std::int64_t after_seq, std::size_t limit) = 0;

  // For whole frontiers, up to millions at once. `objects` and `seqs` ascend.
  // What these objects are to which events: ascending, each once.
  virtual Result<std::vector<trace::Posting>> postings(std::span<const trace::ObjectId> objects, trace::EventSeq upto);
  // Appends what each of these events says of where things are, in their order; as known at `upto`.
  virtual Status facts(std::span<const trace::EventSeq> seqs, trace::EventSeq upto, trace::FactTable& table);
  virtual Result<std::vector<codes::Level>> levels(std::span<const trace::ObjectId> objects);

  // Objects whose class (lot or GTIN) is one of these, by object id: members of a class. `after` resumes.
  virtual Result<std::vector<trace::ObjectId>> members(trace::ObjectId of_class, std::int64_t after,
                                                       std::size_t limit) = 0;
  // The class above each object (codes::class_of), or nullopt.
  virtual Result<std::vector<std::optional<trace::ObjectId>>> classes(std::span<const trace::ObjectId> objects) = 0;

  // What can be asked of an event without opening its document. An empty list or a missing bound asks nothing.
  struct Filter {
    std::vector<trace::EventType> types;
    std::vector<trace::Action> actions;
    std::vector<std::string> biz_steps, dispositions;      // canonical Web URIs
    std::optional<Instant> time_from, time_until;          // [from, until)
    std::optional<Instant> recorded_from, recorded_until;  // [from, until)
    struct Naming {                                        // the event names one of them in one of the roles
      std::vector<trace::ObjectId> objects;                // none: no event does
      std::vector<trace::Role> roles;                      // none: in any role
    };
    std::vector<Naming> naming;  // all of them
    std::optional<Seen> seen;    // no others exist; nothing: all do
  };
  enum class Order : std::uint8_t { kRecord = 1, kTime = 2 };
  // A place between two events of an order: after the event (time, seq). Holds for ever.
  struct Place {
    Instant time = kInstantMin;  // of order kTime
    std::int64_t seq = 0;
    friend bool operator==(const Place&, const Place&) = default;
  };
  struct Scan {
    Filter filter;
    Order order = Order::kRecord;
    bool descending = false;
    trace::EventSeq upto;          // the snapshot: later records do not count
    std::optional<Place> after;    // from the last answer; nothing: from the beginning of the order
    std::size_t limit = 100;       // events in the answer
    std::size_t look_at = 20'000;  // events looked at for it, about
  };
  struct ScanPage {
    std::vector<trace::StoredEvent> events;
    std::optional<Place> next;  // go on here; nothing: that was all. There may be a `next` and no events.
  };
  // Events that pass the filter, in the order (record order, or event time and then record order).
  virtual Result<ScanPage> scan(const Scan& scan) = 0;

  // What events have named, in the order in which the store first saw it: top-level resources of EPCIS 2.0.
  enum class Resource : std::uint8_t {  // stored; never renumber
    kEpc = 1,                           // items
    kReadPoint = 2,
    kBizLocation = 3,
    kBizStep = 4,
    kDisposition = 5,
    kEventType = 6,
  };
  struct Known {
    std::int64_t id;                          // ask again with after = the last one's
    std::optional<codes::Identity> identity;  // of epcs, read points and business locations
    std::string text;                         // of the others: canonical Web URI, or "ObjectEvent" …
  };
  struct KnownPage {
    std::vector<Known> known;
    bool more = false;
  };
  virtual Result<KnownPage> known(Resource resource, std::int64_t after, std::size_t limit) = 0;

  virtual Result<std::optional<trace::StoredEvent>> find_event(std::string_view event_id, bool declaration) = 0;
  // `upto`: later error declarations are not known yet.
  virtual Result<std::vector<trace::StoredEvent>> events(std::span<const trace::EventSeq> seqs,
                                                         trace::EventSeq upto) = 0;
  // The event's own bytes, as they came but for personal values, which are masked, or erased; and the header of its
  // document (namespaces, context) for re-reading it. In the clear: PersonalData (personal_data.h).
  struct Original {
    std::string bytes;
    std::string frame;  // the document around it, without any event
    trace::RawDocument::Syntax syntax;
    Actor actor = local_actor();
    std::string job;  // public id of the submission
  };
  virtual Result<Original> original(trace::EventSeq seq) = 0;
  virtual Result<std::vector<Original>> originals(std::span<const trace::EventSeq> seqs) = 0;  // in that order
  // The whole document of a job, byte for byte but for personal values, which are masked, or erased.
  virtual Result<std::string> document(const std::string& public_id) = 0;

  // Master data, newest value of each attribute of each subject; personal values are masked, or erased.
  virtual Result<std::vector<trace::MasterDatum>> master_data(std::span<const codes::Identity> subjects) = 0;
  // The newest of those that one of the senders sent in.
  virtual Result<std::vector<trace::MasterDatum>> master_data_from(std::span<const codes::Identity>, const Seen&) {
    return std::vector<trace::MasterDatum>();
  }

  // The last record that every reader may see; 0 when the store is empty.
  virtual Result<std::int64_t> settled() = 0;

  // 32 bytes that seal what this store hands out to be brought back: the same for every server and after a restart.
  virtual Result<std::string> token_key();

  // nullptr: others write to the store too, and nothing here knows when.
  virtual const Changes* changes() const { return nullptr; }

  struct Counts {
    std::int64_t events = 0, objects = 0, submissions = 0, bytes = 0;
  };
  virtual Result<Counts> counts() = 0;

  // How the one writer has done since the store was opened; all zero where the engine has none. Any thread.
  struct WriterUse {
    static constexpr std::array kCommitSeconds = {0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0};
    std::array<std::uint64_t, kCommitSeconds.size() + 1> commits{};  // that took at most so long, each in one; the rest
    double seconds = 0, longest = 0;                                 // of all commits, from BEGIN to COMMIT
    std::uint64_t runs = 0, merges = 0;                              // of the lookups that were written
  };
  virtual WriterUse writer_use() { return {}; }

  // Objects by recent use, for the start page: (object, number of events), at most `limit`.
  virtual Result<std::vector<trace::ObjectId>> recent_objects(codes::Level level, std::size_t limit) = 0;
};

bool passes(const Warehouse::Filter& filter, const trace::StoredEvent& event);  // as a scan judges it

}  // namespace suyuan
