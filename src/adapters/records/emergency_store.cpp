// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/emergency_store.h"

#include <fmt/format.h>

#include "adapters/records/audit_store.h"
#include "adapters/records/statements.h"
#include "adapters/records/task_store.h"
#include "base/text.h"

namespace suyuan {

namespace {

using namespace records;

constexpr std::string_view kEmergency =
    "id, person, org, jurisdiction, place, reason, begun, ends, reviewer, reviewer_org, reviewed, justified, words "
    "FROM "
    "emergency";

Emergency emergency_of(const Statement& row) {
  Emergency it;
  it.id = row.text(0);
  it.actor = actor_at(row, 1);
  it.place.division = static_cast<std::int32_t>(row.integer(4));
  it.reason = row.text(5);
  it.begun = instant(row.integer(6));
  it.ends = instant(row.integer(7));
  if (row.integer(8) != 0)
    it.review = Emergency::Review{PersonId(row.integer(8)), OrgId(row.integer(9)), instant(row.integer(10)),
                                  row.integer(11) != 0, std::string(row.text(12))};
  return it;
}

// Locks it until the transaction ends, so that two requests of one person come one after the other: on PostgreSQL both
// would find nothing running otherwise.
Status wait_for_others(Connection& connection) {
  return change(connection,
                "INSERT INTO audit_state (id, last, pruned) VALUES (1, 0, 0) ON CONFLICT (id) DO UPDATE SET last = "
                "audit_state.last",
                [](Statement&) {});
}

class SqlEmergencyStore final : public EmergencyStore {
 public:
  explicit SqlEmergencyStore(sql::Database& records) : records_(records) {}

  Status add(const Emergency& it, const Task& review, const AuditEntry& entry) override {
    return records_.write([&](Connection& connection) -> Status {
      if (auto alone = wait_for_others(connection); !alone) return alone;
      std::string other;
      auto looked = rows(
          connection, "SELECT id FROM emergency WHERE person = $1 AND ends > $2",
          [&](Statement& s) { s.bind(1, it.actor.person.value()).bind(2, micros(it.begun)); },
          [&](Statement& row) { other = row.text(0); });
      if (!looked) return looked;
      if (!other.empty())
        return Error{ErrorKind::kConflict, "emergency.running",
                     fmt::format("Your emergency {} has not ended yet. Use it, or wait until it has ended.", other)};
      auto added =
          change(connection,
                 "INSERT INTO emergency (id, person, org, jurisdiction, place, reason, begun, ends, reviewer, "
                 "reviewer_org, reviewed, justified, words) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, '')",
                 [&](Statement& s) {
                   s.bind(1, std::string_view(it.id));
                   bind_actor(s, 2, it.actor);
                   s.bind(5, std::int64_t{it.place.division}).bind(6, std::string_view(it.reason));
                   s.bind(7, micros(it.begun)).bind(8, micros(it.ends));
                 });
      if (added) added = open_task(connection, review);
      return added ? append_audit(connection, entry) : std::move(added);
    });
  }

  Result<std::optional<Emergency>> emergency(const std::string& id) override {
    return one(fmt::format("SELECT {} WHERE id = $1", kEmergency),
               [&](Statement& s) { s.bind(1, std::string_view(id)); });
  }

  Result<std::optional<Emergency>> running(PersonId person, Instant now) override {
    return one(
        fmt::format("SELECT {} WHERE person = $1 AND ends > $2 AND begun <= $2 ORDER BY ends LIMIT 1", kEmergency),
        [&](Statement& s) { s.bind(1, person.value()).bind(2, micros(now)); });
  }

  Result<std::vector<Emergency>> emergencies(const std::string& after, std::size_t limit, bool waiting_only) override {
    return some(fmt::format("SELECT {} WHERE id > $1 AND ($2 = 0 OR reviewer = 0) ORDER BY id LIMIT $3", kEmergency),
                [&](Statement& s) {
                  s.bind(1, std::string_view(after)).bind(2, std::int64_t{waiting_only});
                  s.bind(3, static_cast<std::int64_t>(limit));
                });
  }

  Status review(const std::string& id, const Emergency::Review& review, const AuditEntry& entry) override {
    return records_.write([&](Connection& connection) -> Status {
      auto ours =
          touched(connection,
                  "UPDATE emergency SET reviewer = $2, reviewer_org = $3, reviewed = $4, justified = $5, words = "
                  "$6 WHERE id = $1 AND reviewer = 0 RETURNING id",
                  [&](Statement& s) {
                    s.bind(1, std::string_view(id)).bind(2, review.person.value());
                    s.bind(3, review.org.value()).bind(4, micros(review.at));
                    s.bind(5, std::int64_t{review.is_justified}).bind(6, std::string_view(review.words));
                  });
      if (!ours) return std::move(ours.error());
      if (*ours) {
        auto closed = close_tasks(connection, kTaskReviewEmergency, id, review.person, review.at);
        return closed ? append_audit(connection, entry) : Status(std::move(closed.error()));
      }
      bool is_there = false;
      auto looked = rows(
          connection, "SELECT 1 FROM emergency WHERE id = $1", [&](Statement& s) { s.bind(1, std::string_view(id)); },
          [&](Statement&) { is_there = true; });
      if (!looked) return looked;
      if (!is_there)
        return Error{ErrorKind::kNotFound, "emergency.unknown",
                     fmt::format("There is no emergency \"{}\".", excerpt(id))};
      return Error{ErrorKind::kConflict, "emergency.reviewed",
                   fmt::format("The emergency {} was reviewed already; a review is written once.", excerpt(id))};
    });
  }

 private:
  template <class Bind>
  Result<std::vector<Emergency>> some(const std::string& query, Bind bind) {
    std::vector<Emergency> found;
    auto done = records_.read([&](Connection& connection) {
      found.clear();
      return rows(connection, query, bind, [&](Statement& row) { found.push_back(emergency_of(row)); });
    });
    if (!done) return std::move(done.error());
    return found;
  }
  template <class Bind>
  Result<std::optional<Emergency>> one(const std::string& query, Bind bind) {
    auto found = some(query, bind);
    if (!found) return std::move(found.error());
    return found->empty() ? std::optional<Emergency>() : std::optional(std::move(found->front()));
  }

  sql::Database& records_;
};

}  // namespace

std::unique_ptr<EmergencyStore> make_emergency_store(sql::Database& records) {
  return std::make_unique<SqlEmergencyStore>(records);
}

}  // namespace suyuan
