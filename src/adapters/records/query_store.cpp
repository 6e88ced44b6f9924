// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/query_store.h"

#include <fmt/format.h>

#include "adapters/records/audit_store.h"
#include "adapters/records/statements.h"
#include "base/text.h"

namespace suyuan {

namespace {

using namespace records;

constexpr std::string_view kSubscription =
    "s.id, s.query, s.dest, s.secret, s.schedule, s.report_if_empty, s.epc_format, s.initial, s.person, s.org, "
    "s.jurisdiction, s.created, s.resume, s.target, s.run_at, s.due_at, s.notified, s.delivered, coalesce(d.id, ''), "
    "coalesce(d.after_seq, 0), coalesce(d.upto, 0), coalesce(d.created, 0), coalesce(d.due_at, 0), "
    "coalesce(d.attempt, 0), coalesce(d.dead, 0), coalesce(d.last_error, ''), s.query_org FROM subscription s LEFT "
    "JOIN delivery d "
    "ON d.subscription = s.id";

Subscription subscription_of(const Statement& row) {
  Subscription s;
  s.id = row.text(0);
  s.query = row.text(1);
  s.dest = row.text(2);
  s.secret = row.text(3);
  s.schedule = row.text(4);
  s.report_if_empty = row.integer(5) != 0;
  s.epcs = static_cast<trace::EpcFormat>(row.integer(6));
  s.initial = instant_or_none(row.integer(7));
  s.actor = actor_at(row, 8);
  s.created = instant(row.integer(11));
  s.resume = row.integer(12);
  s.target = row.integer(13);
  s.run_at = instant(row.integer(14));
  s.due = instant_or_none(row.integer(15));
  s.notified = instant_or_none(row.integer(16));
  s.delivered = row.integer(17);
  s.query_org = OrgId(row.integer(26));
  if (!row.text(18).empty())
    s.outbox = Delivery{std::string(row.text(18)),
                        s.id,
                        row.integer(19),
                        row.integer(20),
                        instant(row.integer(21)),
                        instant(row.integer(22)),
                        static_cast<int>(row.integer(23)),
                        row.integer(24) != 0,
                        std::string(row.text(25))};
  return s;
}

NamedQuery query_of(const Statement& row) {
  return NamedQuery{std::string(row.text(0)), std::string(row.text(1)), actor_at(row, 2), instant(row.integer(5))};
}

Status insert(Connection& connection, const Delivery& delivery) {
  return change(connection,
                "INSERT INTO delivery (id, subscription, after_seq, upto, created, due_at, lease_until, attempt, "
                "dead, last_error) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, '')",
                [&](Statement& s) {
                  s.bind(1, std::string_view(delivery.id)).bind(2, std::string_view(delivery.subscription));
                  s.bind(3, delivery.after).bind(4, delivery.upto).bind(5, micros(delivery.created));
                  s.bind(6, micros(delivery.due));
                });
}

// Whether it was still there.
Result<bool> erase(Connection& connection, const Delivery& delivery) {
  return touched(connection, "DELETE FROM delivery WHERE id = $1 RETURNING id",
                 [&](Statement& s) { s.bind(1, std::string_view(delivery.id)); });
}

Error unknown_query(const std::string& name) {
  return Error{ErrorKind::kNotFound, "query.unknown",
               fmt::format("There is no query \"{}\". GET /epcis/v2/queries lists them.", excerpt(name))};
}

class SqlQueryStore final : public QueryStore {
 public:
  explicit SqlQueryStore(sql::Database& records) : records_(records) {}

  Result<std::vector<NamedQuery>> queries(const QueryName& after, std::size_t limit) override {
    return read_queries(
        "SELECT name, definition, person, org, jurisdiction, created FROM named_query WHERE name > $1 OR (name = $1 "
        "AND org > $2) ORDER BY name, org LIMIT $3",
        [&](Statement& s) {
          s.bind(1, std::string_view(after.name)).bind(2, after.org.value()).bind(3, static_cast<std::int64_t>(limit));
        });
  }

  Result<std::optional<NamedQuery>> query(const QueryName& name) override {
    auto found = read_queries(
        "SELECT name, definition, person, org, jurisdiction, created FROM named_query WHERE name = $1 AND org = $2",
        [&](Statement& s) { s.bind(1, std::string_view(name.name)).bind(2, name.org.value()); });
    if (!found) return std::move(found.error());
    return found->empty() ? std::optional<NamedQuery>() : std::optional(std::move(found->front()));
  }

  Status add(const NamedQuery& query, const AuditEntry& entry) override {
    return records_.write([&](Connection& connection) -> Status {
      auto made = touched(connection,
                          "INSERT INTO named_query (name, definition, person, org, jurisdiction, created) VALUES ($1, "
                          "$2, $3, $4, $5, $6) ON CONFLICT (org, name) DO NOTHING RETURNING name",
                          [&](Statement& s) {
                            s.bind(1, std::string_view(query.name)).bind(2, std::string_view(query.definition));
                            bind_actor(s, 3, query.actor);
                            s.bind(6, micros(query.created));
                          });
      if (!made) return std::move(made.error());
      if (*made) return append_audit(connection, entry);
      return Error{
          ErrorKind::kConflict, "query.name_taken",
          fmt::format("There is a query \"{}\" already. Delete it first, or take another name.", excerpt(query.name))};
    });
  }

  Status remove_query(const QueryName& name, const AuditEntry& entry) override {
    return records_.write([&](Connection& connection) -> Status {
      const auto bind = [&](Statement& s) { s.bind(1, std::string_view(name.name)).bind(2, name.org.value()); };
      auto gone = touched(connection, "DELETE FROM named_query WHERE name = $1 AND org = $2 RETURNING name", bind);
      if (!gone) return std::move(gone.error());
      if (!*gone) return unknown_query(name.name);
      if (auto done = change(connection,
                             "DELETE FROM delivery WHERE subscription IN (SELECT id FROM subscription WHERE query = $1 "
                             "AND query_org = $2)",
                             bind);
          !done)
        return done;
      if (auto done = change(connection, "DELETE FROM subscription WHERE query = $1 AND query_org = $2", bind); !done)
        return done;
      return append_audit(connection, entry);
    });
  }

  Result<std::vector<Subscription>> subscriptions(const QueryName& query, const std::string& after,
                                                  std::size_t limit) override {
    return read_subscriptions(
        fmt::format("SELECT {} WHERE s.query = $1 AND s.query_org = $2 AND s.id > $3 ORDER BY s.id LIMIT $4",
                    kSubscription),
        [&](Statement& s) {
          s.bind(1, std::string_view(query.name)).bind(2, query.org.value());
          s.bind(3, std::string_view(after)).bind(4, static_cast<std::int64_t>(limit));
        });
  }

  Result<std::optional<Subscription>> subscription(const std::string& id) override {
    auto found = read_subscriptions(fmt::format("SELECT {} WHERE s.id = $1", kSubscription),
                                    [&](Statement& s) { s.bind(1, std::string_view(id)); });
    if (!found) return std::move(found.error());
    return found->empty() ? std::optional<Subscription>() : std::optional(std::move(found->front()));
  }

  Status add(const Subscription& subscription, const AuditEntry& entry) override;
  Status remove_subscription(const std::string& id, const AuditEntry& entry) override;
  Result<std::vector<Subscription>> awake(std::int64_t settled, Instant now, std::size_t limit) override {
    return read_subscriptions(
        fmt::format("SELECT {} WHERE d.id IS NULL AND ((s.schedule = '' AND s.resume < $1) OR s.resume < s.target OR "
                    "(s.schedule <> '' AND s.due_at <= $2)) ORDER BY s.run_at, s.id LIMIT $3",
                    kSubscription),
        [&](Statement& s) { s.bind(1, settled).bind(2, micros(now)).bind(3, static_cast<std::int64_t>(limit)); });
  }
  Status move_on(const Subscription& subscription, std::int64_t resume_before,
                 const std::optional<Delivery>& delivery) override;
  Result<std::vector<Delivery>> take_due(Instant now, Instant lease_until, std::size_t limit) override;
  Status delivered(const Delivery& delivery, Instant now) override;
  Status replace(const Delivery& delivery, const Delivery& smaller) override;
  Status failed(const Delivery& delivery, const std::string& why, Instant again, bool dead) override;

 private:
  template <class Bind>
  Result<std::vector<NamedQuery>> read_queries(std::string_view query, Bind bind) {
    std::vector<NamedQuery> found;
    auto done = records_.read([&](Connection& connection) {
      found.clear();
      return rows(connection, query, bind, [&](Statement& row) { found.push_back(query_of(row)); });
    });
    if (!done) return std::move(done.error());
    return found;
  }

  template <class Bind>
  Result<std::vector<Subscription>> read_subscriptions(const std::string& query, Bind bind) {
    std::vector<Subscription> found;
    auto done = records_.read([&](Connection& connection) {
      found.clear();
      return rows(connection, query, bind, [&](Statement& row) { found.push_back(subscription_of(row)); });
    });
    if (!done) return std::move(done.error());
    return found;
  }

  sql::Database& records_;
};

Status SqlQueryStore::add(const Subscription& subscription, const AuditEntry& entry) {
  return records_.write([&](Connection& connection) -> Status {
    auto made = touched(
        connection,
        "INSERT INTO subscription (id, query, dest, secret, schedule, report_if_empty, epc_format, initial, person, "
        "org, jurisdiction, created, resume, target, run_at, due_at, notified, delivered, query_org) SELECT $1, name, "
        "$3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, org FROM named_query WHERE name = $2 "
        "AND org = $19 RETURNING id",
        [&](Statement& s) {
          const Subscription& it = subscription;
          s.bind(1, std::string_view(it.id)).bind(2, std::string_view(it.query)).bind(3, std::string_view(it.dest));
          s.bind(4, std::string_view(it.secret)).bind(5, std::string_view(it.schedule));
          s.bind(6, std::int64_t{it.report_if_empty}).bind(7, static_cast<std::int64_t>(it.epcs));
          s.bind(8, micros(it.initial));
          bind_actor(s, 9, it.actor);
          s.bind(12, micros(it.created)).bind(13, it.resume).bind(14, it.target).bind(15, micros(it.run_at));
          s.bind(16, micros(it.due)).bind(17, std::int64_t{0}).bind(18, std::int64_t{0});
          s.bind(19, it.query_org.value());
        });
    if (!made) return std::move(made.error());
    if (!*made) return unknown_query(subscription.query);
    return append_audit(connection, entry);
  });
}

Status SqlQueryStore::remove_subscription(const std::string& id, const AuditEntry& entry) {
  return records_.write([&](Connection& connection) -> Status {
    const auto bind = [&](Statement& s) { s.bind(1, std::string_view(id)); };
    auto gone = touched(connection, "DELETE FROM subscription WHERE id = $1 RETURNING id", bind);
    if (!gone) return std::move(gone.error());
    if (!*gone)
      return Error{ErrorKind::kNotFound, "subscription.unknown",
                   fmt::format("There is no subscription \"{}\".", excerpt(id))};
    if (auto done = change(connection, "DELETE FROM delivery WHERE subscription = $1", bind); !done) return done;
    return append_audit(connection, entry);
  });
}

Status SqlQueryStore::move_on(const Subscription& subscription, std::int64_t resume_before,
                              const std::optional<Delivery>& delivery) {
  return records_.write([&](Connection& connection) -> Status {
    auto ours = touched(connection,
                        "UPDATE subscription SET resume = $1, target = $2, run_at = $3, due_at = $4 WHERE id = $5 AND "
                        "resume = $6 AND NOT EXISTS (SELECT 1 FROM delivery WHERE subscription = $5) RETURNING id",
                        [&](Statement& s) {
                          s.bind(1, subscription.resume).bind(2, subscription.target);
                          s.bind(3, micros(subscription.run_at)).bind(4, micros(subscription.due));
                          s.bind(5, std::string_view(subscription.id)).bind(6, resume_before);
                        });
    if (!ours) return std::move(ours.error());
    if (!*ours || !delivery) return Done{};
    return insert(connection, *delivery);
  });
}

Result<std::vector<Delivery>> SqlQueryStore::take_due(Instant now, Instant lease_until, std::size_t limit) {
  std::vector<Delivery> taken;
  bool any = false;  // nothing is written, so that nothing is locked, while there is nothing to do
  auto looked = records_.read([&](Connection& connection) {
    return rows(
        connection, "SELECT 1 FROM delivery WHERE dead = 0 AND due_at <= $1 AND lease_until < $1 LIMIT 1",
        [&](Statement& s) { s.bind(1, micros(now)); }, [&](Statement&) { any = true; });
  });
  if (!looked) return std::move(looked.error());
  if (!any) return taken;
  auto done = records_.write([&](Connection& connection) {
    taken.clear();
    return rows(
        connection,
        "UPDATE delivery SET lease_until = $2, attempt = attempt + 1 WHERE id IN (SELECT id FROM delivery WHERE dead = "
        "0 AND due_at <= $1 AND lease_until < $1 ORDER BY due_at LIMIT $3) AND lease_until < $1 RETURNING id, "
        "subscription, after_seq, "
        "upto, created, due_at, attempt",
        [&](Statement& s) {
          s.bind(1, micros(now)).bind(2, micros(lease_until)).bind(3, static_cast<std::int64_t>(limit));
        },
        [&](Statement& row) {
          taken.push_back(Delivery{std::string(row.text(0)), std::string(row.text(1)), row.integer(2), row.integer(3),
                                   instant(row.integer(4)), instant(row.integer(5)), static_cast<int>(row.integer(6)),
                                   false, ""});
        });
  });
  if (!done) return std::move(done.error());
  return taken;
}

Status SqlQueryStore::delivered(const Delivery& delivery, Instant now) {
  return records_.write([&](Connection& connection) -> Status {
    auto ours = erase(connection, delivery);
    if (!ours) return std::move(ours.error());
    if (!*ours) return Done{};
    return change(connection, "UPDATE subscription SET notified = $1, delivered = delivered + 1 WHERE id = $2",
                  [&](Statement& s) { s.bind(1, micros(now)).bind(2, std::string_view(delivery.subscription)); });
  });
}

Status SqlQueryStore::replace(const Delivery& delivery, const Delivery& smaller) {
  return records_.write([&](Connection& connection) -> Status {
    auto ours = erase(connection, delivery);
    if (!ours) return std::move(ours.error());
    if (!*ours) return Done{};
    if (auto done = insert(connection, smaller); !done) return done;
    return change(connection, "UPDATE subscription SET resume = $1 WHERE id = $2",
                  [&](Statement& s) { s.bind(1, smaller.upto).bind(2, std::string_view(smaller.subscription)); });
  });
}

Status SqlQueryStore::failed(const Delivery& delivery, const std::string& why, Instant again, bool dead) {
  return records_.write([&](Connection& connection) {
    return change(connection,
                  "UPDATE delivery SET due_at = $1, lease_until = 0, dead = $2, last_error = $3 WHERE id = $4",
                  [&](Statement& s) {
                    s.bind(1, micros(again)).bind(2, std::int64_t{dead});
                    s.bind(3, std::string_view(why)).bind(4, std::string_view(delivery.id));
                  });
  });
}

}  // namespace

std::unique_ptr<QueryStore> make_query_store(sql::Database& records) {
  return std::make_unique<SqlQueryStore>(records);
}

}  // namespace suyuan
