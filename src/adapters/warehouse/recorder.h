// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/sql/sql.h"
#include "app/ports/warehouse.h"

namespace suyuan {

// Writes submissions through one connection, inside a transaction that somebody else opened. Numbers densely; a
// submission that fails is rolled back to its savepoint and gives its numbers back.
class Recorder {
 public:
  explicit Recorder(sql::Connection& connection) : connection_(connection) {}

  // Reads where numbering stands.
  Status open();

  // One submission in a savepoint of its own. Errors as Warehouse::append.
  Result<SubmissionReceipt> record(const NewSubmission& submission, Instant now);
  // The job of a refused document; nothing else is stored.
  Status record_refusal(const Actor& actor, const std::string& public_id, bool proceed, std::int64_t refused,
                        const std::vector<Finding>& findings, Instant now);

  // The transaction around failed as a whole: numbering goes back to `settled`.
  struct Numbers {
    std::int64_t object = 0, event = 0, submission = 0, term = 0, recorded = 0;
  };
  Numbers numbers() const { return next_; }
  void rewind(const Numbers& to) {
    next_ = to;
    recent_.clear();
  }

 private:
  struct Stored {
    std::int64_t seq;
    bool same_content;
    std::int64_t recorded;
  };

  Result<SubmissionReceipt> write(const NewSubmission& submission, Instant now);
  Result<std::optional<Stored>> stored_event(const trace::Event& event);
  Result<std::int64_t> object(const codes::Identity& id);
  Result<std::int64_t> term(const std::string& text);
  Status add_members(std::int64_t object, const codes::Identity& id);
  Status add_lot_members(const trace::Event& event, const std::vector<trace::Link>& links, std::int64_t seq);
  Status add_member(std::int64_t of_class, std::int64_t object);
  Result<std::vector<trace::Link>> links_of(const trace::Event& event);
  Result<std::int64_t> write_event(const NewSubmission& submission, const NewEvent& event, std::int64_t submission_id,
                                   std::int64_t recorded);
  Status write_postings(const std::vector<trace::Link>& links, std::int64_t seq);
  Status write_master_data(const NewSubmission& submission, std::int64_t submission_id);
  Result<std::optional<std::int64_t>> one(std::string_view query, std::string_view bytes);

  sql::Connection& connection_;
  Numbers next_;
  std::unordered_map<std::string, std::int64_t> recent_;  // keys seen lately; cleared when numbering goes back
};

}  // namespace suyuan
