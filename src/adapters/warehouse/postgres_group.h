// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "adapters/sql/copy_rows.h"
#include "adapters/sql/postgres.h"
#include "adapters/warehouse/original_codec.h"
#include "app/ports/warehouse.h"
#include "engine/digest/sha256.h"

namespace suyuan {

// A key as an index holds it: an entry of a B-tree must not be long.
std::string index_key(std::string_view key);

// A submission, with what can be worked out before the writer takes it: on the caller's thread.
struct PostgresEvent {
  std::vector<std::string> keys;  // by Event::objects: scheme byte + canonical key
  std::string id_hash;            // SHA-256 of the event id, and one byte: 1 for an error declaration
  std::string id;                 // packed
  std::string original;           // compressed
};
struct PostgresSubmission {
  NewSubmission submission;
  bool is_refusal = false;            // of a document: nothing but the job
  std::vector<PostgresEvent> events;  // by submission.events
  Sha256 digest{};                    // of the original
};
PostgresSubmission prepare_for_postgres(NewSubmission submission, const OriginalCodec& codec);

// The row that numbers everything.
struct PostgresHead {
  std::int64_t event = 0, object = 0, submission = 0, term = 0, datum = 0, recorded = 0, bytes = 0;
};

// What the writer remembers of the tables. They only grow, so it stays true, whoever writes.
struct PostgresMemory {
  std::unordered_map<std::string, std::int64_t> objects, terms;  // by key, by text
  std::unordered_set<std::int64_t> resources;                    // id << 3 | kind
  void add(PostgresMemory&& more);
};

// The rows of submissions that are committed together. Used inside a transaction that holds the lock of `head`, so that
// nobody else numbers meanwhile: decide, then number, then write. A failure leaves nothing behind but the object
// itself.
class PostgresGroup {
 public:
  PostgresGroup(sql::PostgresConnection& connection, const PostgresMemory& memory, Instant now)
      : connection_(connection), memory_(memory), now_(now) {}

  // Everything, up to COMMIT. `is_new`: event ids are taken to be new, and COPY finds out (kConflict "sql.constraint").
  Status write(const std::vector<const PostgresSubmission*>& submissions, bool is_new);
  // By submission.
  std::vector<Result<SubmissionReceipt>>& answers() { return answers_; }
  PostgresMemory& learnt() { return learnt_; }
  const PostgresHead& head() const { return head_; }
  bool has_duplicates() const { return has_duplicates_; }

 private:
  struct Stored {
    std::int64_t seq;
    std::string content;
    std::int64_t recorded;
  };
  struct Accepted {
    const PostgresSubmission* submission;
    SubmissionReceipt receipt;
    std::int64_t recorded;
    std::vector<bool> is_stored;  // by event
  };

  Status lock_head();
  Status look_up_ids(const std::vector<const PostgresSubmission*>& submissions);
  void decide(const PostgresSubmission& submission);
  void decide_refusal(const PostgresSubmission& submission);
  Status look_up_objects();
  Status look_up_terms();
  Status number();
  void number_event(const Accepted& accepted, std::size_t event, std::int64_t seq);
  std::int64_t object(const std::string& key);
  std::int64_t term(const std::string& text);
  void note(Warehouse::Resource kind, std::int64_t id);
  void add_members(const trace::Event& event, const std::vector<trace::Link>& links);
  void add_submission(const Accepted& accepted);
  void add_master_data(const Accepted& accepted);
  Status copy();
  Status write_notes();
  Status write_head();

  sql::PostgresConnection& connection_;
  const PostgresMemory& memory_;
  const Instant now_;
  PostgresHead head_;
  std::unordered_map<std::string, Stored> ids_;  // by id_hash: in the tables, and of this group
  std::vector<Accepted> accepted_;
  std::vector<Result<SubmissionReceipt>> answers_;
  bool has_duplicates_ = false;
  PostgresMemory learnt_;
  sql::CopyRows objects_, object_keys_, members_, terms_, term_keys_, submissions_, submission_keys_, events_,
      documents_, postings_, event_ids_, master_data_;
  std::vector<std::int64_t> lot_classes_, lot_objects_, resource_kinds_, resource_ids_;
};

}  // namespace suyuan
