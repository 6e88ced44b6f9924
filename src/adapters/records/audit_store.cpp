// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/audit_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/records/audit_rows.h"
#include "adapters/records/log_store.h"
#include "app/ports/evidence_store.h"
#include "base/text.h"

namespace suyuan {

namespace {

using namespace records;

std::int64_t number_of(const std::optional<PersonId>& person) { return person ? person->value() : 0; }

// What each chunk of a search looks at, newest first, by the index that fits it best. $5 and $6 are its own.
std::string looked_at(const AuditStore::Search& search) {
  std::string which;
  if (!search.target.empty())
    which = "target = $6 AND target_kind = $5";
  else if (search.person)
    which = "person = $5 AND $6 = 0";
  else if (search.orgs && search.orgs->size() == 1)
    which = "org = $5 AND $6 = 0";
  else
    which = "$5 = 0 AND $6 = 0";
  return fmt::format(
      "SELECT {} FROM audit_entry WHERE at >= $1 AND at < $2 AND (at, id) < ($3, $4) AND {} ORDER BY at DESC, id DESC "
      "LIMIT $7",
      kAuditColumns, which);
}

void bind_which(Statement& s, const AuditStore::Search& search) {
  if (!search.target.empty()) {
    s.bind(5, std::string_view(search.target_kind)).bind(6, std::string_view(search.target));
    return;
  }
  const bool one_org = search.orgs && search.orgs->size() == 1;
  s.bind(5, search.person ? *search.person : one_org ? search.orgs->front().value() : 0);
  s.bind(6, std::int64_t{0});
}

bool passes(const AuditStore::Search& search, const AuditEntry& entry) {
  const auto is = [](const std::string& wanted, const std::string& seen) { return wanted.empty() || wanted == seen; };
  if (search.orgs && !std::binary_search(search.orgs->begin(), search.orgs->end(), entry.org)) return false;
  if (search.person && *search.person != number_of(entry.person)) return false;
  if (search.outcome && *search.outcome != entry.outcome) return false;
  if (!is(search.act, entry.act) || !is(search.target_kind, entry.target_kind) || !is(search.target, entry.target))
    return false;
  return search.text.empty() || ascii_lower(entry.reason).find(ascii_lower(search.text)) != std::string::npos;
}

class SqlAuditStore final : public AuditStore {
 public:
  explicit SqlAuditStore(sql::Database& records) : records_(records) {}

  Status append(const std::vector<AuditEntry>& entries) override {
    if (entries.empty()) return Done{};
    return records_.write([&](Connection& connection) -> Status {
      for (const AuditEntry& entry : entries)
        if (auto done = append_audit(connection, entry); !done) return done;
      return Done{};
    });
  }

  Result<Page> search(const Search& search) override;
  Result<std::int64_t> prune(Instant until, std::size_t most, AuditEntry note) override;

 private:
  sql::Database& records_;
};

Result<AuditStore::Page> SqlAuditStore::search(const Search& wanted) {
  constexpr std::size_t kTogether = 5000;
  Page page;
  Search search = wanted;
  if (search.orgs) std::sort(search.orgs->begin(), search.orgs->end());
  const std::string query = looked_at(search);
  auto done = records_.read([&](Connection& connection) -> Status {
    page = {};
    Place place = search.before.value_or(Place{kInstantMax, INT64_MAX});
    std::size_t chunk = std::clamp<std::size_t>(search.limit, 100, kTogether);
    for (std::size_t looked = 0; looked < search.look_at; chunk = kTogether) {
      std::size_t seen = 0;
      bool is_full = false;
      const auto bind = [&](Statement& s) {
        s.bind(1, micros(search.from)).bind(2, micros(search.until)).bind(3, micros(place.at)).bind(4, place.id);
        bind_which(s, search);
        s.bind(7, static_cast<std::int64_t>(chunk));
      };
      auto read = rows(connection, query, bind, [&](Statement& row) {
        ++seen;
        if (is_full) return;
        AuditEntry entry = audit_entry_of(row);
        place = {entry.at, entry.id};
        if (passes(search, entry)) page.entries.push_back(std::move(entry));
        is_full = page.entries.size() == search.limit;
      });
      if (!read) return read;
      looked += seen;
      if (is_full) break;
      if (seen < chunk) return Done{};
    }
    page.next = place;
    return Done{};
  });
  if (!done) return std::move(done.error());
  return page;
}

Result<std::int64_t> SqlAuditStore::prune(Instant until, std::size_t most, AuditEntry note) {
  std::int64_t gone = 0;
  auto done = records_.write([&](Connection& connection) -> Status {
    gone = 0;
    auto allowed = change(connection, "UPDATE audit_state SET pruned = $1 WHERE id = 1 AND pruned < $1",
                          [&](Statement& s) { s.bind(1, micros(until)); });
    if (!allowed) return allowed;
    std::vector<AuditEntry> entries;
    auto pruned = rows(
        connection,
        fmt::format("DELETE FROM audit_entry WHERE id IN (SELECT id FROM audit_entry WHERE at < $1 AND act <> '{}' "
                    "ORDER BY at, id LIMIT $2) RETURNING {}",
                    kEvidenceAdd, kAuditColumns),
        [&](Statement& s) { s.bind(1, micros(until)).bind(2, static_cast<std::int64_t>(most)); },
        [&](Statement& row) { entries.push_back(audit_entry_of(row)); });
    gone = static_cast<std::int64_t>(entries.size());
    if (pruned) pruned = keep_leaves_of(connection, entries);
    if (!pruned || gone == 0) return pruned;
    note.after = fmt::format(R"({{"entries":{},"before":"{}"}})", gone, format_instant(until));
    return append_audit(connection, note);
  });
  if (!done) return std::move(done.error());
  return gone;
}

}  // namespace

Status append_audit(sql::Connection& connection, const AuditEntry& entry) {
  std::int64_t id = 0;
  auto numbered = rows(
      connection,
      "INSERT INTO audit_state (id, last, pruned) VALUES (1, 1, 0) ON CONFLICT (id) DO UPDATE SET last = "
      "audit_state.last + 1 RETURNING last",
      [](Statement&) {}, [&](Statement& row) { id = row.integer(0); });
  if (!numbered) return numbered;
  return change(connection,
                fmt::format("INSERT INTO audit_entry ({}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
                            "$13, $14, $15, $16, $17, $18)",
                            kAuditColumns),
                [&](Statement& s) {
                  s.bind(1, id).bind(2, micros(entry.at));
                  s.bind(3, number_of(entry.person)).bind(4, entry.org.value());
                  s.bind(5, std::int64_t{entry.jurisdiction.division});
                  s.bind(6, static_cast<std::int64_t>(entry.via)).bind(7, std::string_view(entry.credential));
                  s.bind(8, std::string_view(entry.from)).bind(9, std::string_view(entry.act));
                  s.bind(10, std::string_view(entry.target_kind)).bind(11, std::string_view(entry.target));
                  s.bind(12, static_cast<std::int64_t>(entry.outcome)).bind(13, std::string_view(entry.reason));
                  s.bind(14, std::string_view(entry.before)).bind(15, std::string_view(entry.after));
                  s.bind_bytes(16, entry.salt).bind(17, std::string_view(entry.trace_id));
                  s.bind(18, std::string_view(entry.emergency));
                });
}

Status append_audit(sql::Connection& connection, const AuditEntry* entry) {
  return entry == nullptr ? Status(Done{}) : append_audit(connection, *entry);
}

std::unique_ptr<AuditStore> make_audit_store(sql::Database& records) {
  return std::make_unique<SqlAuditStore>(records);
}

}  // namespace suyuan
