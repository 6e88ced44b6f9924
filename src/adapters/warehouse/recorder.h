// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/sql/sql.h"
#include "adapters/warehouse/change_table.h"
#include "adapters/warehouse/fact_blocks.h"
#include "adapters/warehouse/insert_rows.h"
#include "adapters/warehouse/lookups.h"
#include "adapters/warehouse/prepared.h"
#include "adapters/warehouse/recent_objects.h"

namespace suyuan {

// Writes submissions through one connection, inside a transaction that somebody else opened. Numbers densely; a
// submission that fails is rolled back to its savepoint and gives its numbers back.
class Recorder {
 public:
  Recorder(sql::Connection& connection, Lookups& lookups, const LookupKeys& keys)
      : connection_(connection),
        lookups_(lookups),
        keys_(keys),
        blocks_(connection),
        facts_(connection),
        event_rows_(connection, "event", 13),
        document_rows_(connection, "document", 2),
        object_rows_(connection, "object", 2) {}

  // Reads where numbering stands.
  Status open();

  // One submission in a savepoint of its own. Errors as Warehouse::append.
  Result<SubmissionReceipt> record(PreparedSubmission& prepared, Instant now);
  // The job of a refused document; nothing else is stored.
  Status record_refusal(const Actor& actor, const std::string& public_id, bool proceed, std::int64_t refused,
                        const std::vector<Finding>& findings, Instant now);

  // Last in the transaction.
  Status finish() { return facts_.write(); }
  // After the transaction: what was written becomes visible in the lookups, or numbering goes back to where it was.
  void committed();
  void rolled_back();
  // What the transaction touches; also what was rolled back to a savepoint in it.
  std::vector<Changes::Place> touched();
  std::int64_t events() const { return next_.event - 1; }
  Status rebuild_facts() { return facts_.rebuild(); }

 private:
  struct Numbers {
    std::int64_t object = 0, event = 0, submission = 0, term = 0, recorded = 0;
  };
  struct Stored {
    std::int64_t seq;
    bool same_content;
    std::int64_t recorded;
  };

  Result<SubmissionReceipt> write(PreparedSubmission& prepared, Instant now);
  Status write_submission(PreparedSubmission& prepared, const SubmissionReceipt& receipt, std::int64_t recorded,
                          std::string_view frame, std::string_view layout);
  Result<std::optional<Stored>> stored_event(const trace::Event& event, const PreparedEvent& prepared);
  Result<std::int64_t> object(const PreparedKey& key);
  Result<std::int64_t> object(const codes::Identity& id);
  Result<std::int64_t> new_object(const PreparedKey& key);
  Result<std::int64_t> term(const std::string& text);
  Status note(Warehouse::Resource kind, std::int64_t id);
  Status note_resources(const trace::Event& event, const std::vector<trace::Link>& links, std::int64_t step,
                        std::int64_t disposition);
  Result<std::vector<trace::Link>> links_of(const trace::Event& event, const PreparedEvent& prepared);
  Result<std::int64_t> write_event(const Actor& actor, const trace::Event& event, const PreparedEvent& prepared,
                                   std::int64_t recorded);
  void add_rows(const Actor& actor, const trace::Event& event, const PreparedEvent& prepared, std::int64_t recorded,
                std::int64_t step, std::int64_t disposition, std::string_view links);
  Status write_rows();
  void add_entries(const trace::Event& event, const PreparedEvent& prepared, const std::vector<trace::Link>& links);
  Status write_master_data(const NewSubmission& submission, std::int64_t submission_id);
  void rewind(const Numbers& to, const PendingEntries::Mark& mark);

  sql::Connection& connection_;
  Lookups& lookups_;
  LookupKeys keys_;
  SqliteBlocks blocks_;
  PendingEntries pending_;
  FactBlocks facts_;
  InsertRows event_rows_, document_rows_, object_rows_;
  std::vector<std::int64_t> described_;  // subjects of the master data of this transaction
  Numbers next_, settled_;
  RecentObjects recent_;
  std::unordered_map<std::string, std::int64_t> terms_;
  boost::unordered_flat_set<std::int64_t> resources_;  // noted ones: id << 3 | kind
};

}  // namespace suyuan
