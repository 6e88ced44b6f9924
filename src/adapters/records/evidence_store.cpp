// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/evidence_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/records/audit_rows.h"
#include "adapters/records/audit_store.h"
#include "adapters/records/statements.h"
#include "base/text.h"

namespace suyuan {

namespace {

using namespace records;

constexpr std::string_view kEvidence =
    "e.id, e.at, e.person, e.org, e.jurisdiction, e.media_type, e.size, e.sha256, e.sm3, e.sealed_by, e.name, e.note, "
    "e.file, coalesce(w.at, 0), coalesce(w.person, 0), coalesce(w.org, 0), coalesce(w.jurisdiction, 0), "
    "coalesce(w.why, '') FROM evidence e LEFT JOIN evidence_withdrawal w ON w.evidence = e.id";

std::string_view bytes_of(const std::array<std::uint8_t, 32>& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// All zero where the row has no hash, so that it fits nothing.
std::array<std::uint8_t, 32> hash_at(const Statement& row, int column) {
  std::array<std::uint8_t, 32> hash{};
  const std::string_view bytes = row.bytes(column);
  if (bytes.size() == hash.size()) std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(hash.data()));
  return hash;
}

Evidence evidence_of(const Statement& row) {
  Evidence it;
  it.id = row.text(0);
  it.at = instant(row.integer(1));
  it.by = actor_at(row, 2);
  it.media_type = row.text(5);
  it.size = row.integer(6);
  it.sha256 = hash_at(row, 7);
  it.sm3 = hash_at(row, 8);
  it.key = row.integer(9);
  it.sealed_name = row.bytes(10);
  it.sealed_note = row.bytes(11);
  it.file = hash_at(row, 12);
  if (row.integer(13) != 0)
    it.withdrawn = Evidence::Withdrawal{instant(row.integer(13)), actor_at(row, 14), std::string(row.text(17))};
  return it;
}

Status read_about(Connection& connection, Evidence& it) {
  return rows(
      connection, "SELECT scheme, key FROM evidence_about WHERE evidence = $1 ORDER BY number",
      [&](Statement& s) { s.bind(1, std::string_view(it.id)); },
      [&](Statement& row) {
        it.about.push_back({static_cast<codes::Scheme>(row.integer(0)), std::string(row.text(1))});
      });
}

Status add_row(Connection& connection, const Evidence& it) {
  return change(connection,
                "INSERT INTO evidence (id, at, person, org, jurisdiction, media_type, size, sha256, sm3, sealed_by, "
                "name, note, file) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                [&](Statement& s) {
                  s.bind(1, std::string_view(it.id)).bind(2, micros(it.at));
                  bind_actor(s, 3, it.by);
                  s.bind(6, std::string_view(it.media_type)).bind(7, it.size);
                  s.bind_bytes(8, bytes_of(it.sha256)).bind_bytes(9, bytes_of(it.sm3)).bind(10, it.key);
                  s.bind_bytes(11, it.sealed_name).bind_bytes(12, it.sealed_note).bind_bytes(13, bytes_of(it.file));
                });
}

Status add_about(Connection& connection, const Evidence& it) {
  std::int64_t number = 0;
  for (const codes::Identity& code : it.about) {
    auto done = change(connection, "INSERT INTO evidence_about (evidence, number, scheme, key) VALUES ($1, $2, $3, $4)",
                       [&](Statement& s) {
                         s.bind(1, std::string_view(it.id)).bind(2, ++number);
                         s.bind(3, static_cast<std::int64_t>(code.scheme)).bind(4, std::string_view(code.key));
                       });
    if (!done) return done;
  }
  return Done{};
}

class SqlEvidenceStore final : public EvidenceStore {
 public:
  explicit SqlEvidenceStore(sql::Database& records) : records_(records) {}

  Status add(const Evidence& evidence, const AuditEntry& entry) override {
    return records_.write([&](Connection& connection) -> Status {
      Status done = add_row(connection, evidence);
      if (done) done = add_about(connection, evidence);
      return done ? append_audit(connection, entry) : done;
    });
  }

  Result<std::optional<Evidence>> evidence(const std::string& id) override {
    auto found = some(fmt::format("SELECT {} WHERE e.id = $1", kEvidence),
                      [&](Statement& s) { s.bind(1, std::string_view(id)); });
    if (!found) return std::move(found.error());
    return found->empty() ? std::optional<Evidence>() : std::optional(std::move(found->front()));
  }

  Result<std::vector<Evidence>> list(const std::optional<codes::Identity>& about, const std::string& after,
                                     std::size_t limit) override {
    const auto most = static_cast<std::int64_t>(limit);
    if (!about)
      return some(fmt::format("SELECT {} WHERE e.id > $1 ORDER BY e.id LIMIT $2", kEvidence),
                  [&](Statement& s) { s.bind(1, std::string_view(after)).bind(2, most); });
    return some(fmt::format("SELECT {} WHERE e.id IN (SELECT evidence FROM evidence_about WHERE scheme = $1 AND key = "
                            "$2 AND evidence > $3 ORDER BY evidence LIMIT $4) ORDER BY e.id",
                            kEvidence),
                [&](Statement& s) {
                  s.bind(1, static_cast<std::int64_t>(about->scheme)).bind(2, std::string_view(about->key));
                  s.bind(3, std::string_view(after)).bind(4, most);
                });
  }

  Result<std::vector<Evidence>> same(OrgId org, const Sha256& content) override {
    return some(fmt::format("SELECT {} WHERE e.org = $1 AND e.sha256 = $2 ORDER BY e.id", kEvidence),
                [&](Statement& s) { s.bind(1, org.value()).bind_bytes(2, bytes_of(content)); });
  }

  Status withdraw(const std::string& id, const Evidence::Withdrawal& withdrawal, const AuditEntry& entry) override;

  Result<std::optional<AuditEntry>> entry_of(const std::string& id) override {
    std::optional<AuditEntry> found;
    auto done = records_.read([&](Connection& connection) {
      found.reset();
      return rows(
          connection,
          fmt::format("SELECT {} FROM audit_entry WHERE target_kind = 'evidence' AND target = $1 AND act = '{}' ORDER "
                      "BY at, id LIMIT 1",
                      kAuditColumns, kEvidenceAdd),
          [&](Statement& s) { s.bind(1, std::string_view(id)); }, [&](Statement& row) { found = audit_entry_of(row); });
    });
    return done ? Result(std::move(found)) : Result<std::optional<AuditEntry>>(std::move(done.error()));
  }

  Result<std::vector<std::string>> without_row(std::size_t limit) override {
    std::vector<std::string> ids;
    auto done = records_.read([&](Connection& connection) {
      ids.clear();
      return rows(
          connection,
          fmt::format("SELECT a.target FROM audit_entry a WHERE a.target_kind = 'evidence' AND a.act = '{}' AND NOT "
                      "EXISTS (SELECT 1 FROM evidence e WHERE e.id = a.target) ORDER BY a.target LIMIT $1",
                      kEvidenceAdd),
          [&](Statement& s) { s.bind(1, static_cast<std::int64_t>(limit)); },
          [&](Statement& row) { ids.emplace_back(row.text(0)); });
    });
    return done ? Result(std::move(ids)) : Result<std::vector<std::string>>(std::move(done.error()));
  }

 private:
  template <class Bind>
  Result<std::vector<Evidence>> some(const std::string& query, Bind bind) {
    std::vector<Evidence> found;
    auto done = records_.read([&](Connection& connection) -> Status {
      found.clear();
      auto read = rows(connection, query, bind, [&](Statement& row) { found.push_back(evidence_of(row)); });
      for (auto it = found.begin(); read && it != found.end(); ++it) read = read_about(connection, *it);
      return read;
    });
    if (!done) return std::move(done.error());
    return found;
  }

  sql::Database& records_;
};

Status SqlEvidenceStore::withdraw(const std::string& id, const Evidence::Withdrawal& withdrawal,
                                  const AuditEntry& entry) {
  return records_.write([&](Connection& connection) -> Status {
    bool is_there = false;
    auto looked = rows(
        connection, "SELECT 1 FROM evidence WHERE id = $1", [&](Statement& s) { s.bind(1, std::string_view(id)); },
        [&](Statement&) { is_there = true; });
    if (!looked) return looked;
    if (!is_there) return no_evidence(id);
    const auto is_ours =
        touched(connection,
                "INSERT INTO evidence_withdrawal (evidence, at, person, org, jurisdiction, why) VALUES ($1, $2, $3, "
                "$4, $5, $6) ON CONFLICT (evidence) DO NOTHING RETURNING evidence",
                [&](Statement& s) {
                  s.bind(1, std::string_view(id)).bind(2, micros(withdrawal.at));
                  bind_actor(s, 3, withdrawal.by);
                  s.bind(6, std::string_view(withdrawal.why));
                });
    if (!is_ours) return is_ours.error();
    if (*is_ours) return append_audit(connection, entry);
    return Error{
        ErrorKind::kConflict, "evidence.withdrawn",
        fmt::format("The evidence {} was withdrawn already; it is shown with who did it, when and why.", excerpt(id))};
  });
}

}  // namespace

std::unique_ptr<EvidenceStore> make_evidence_store(sql::Database& records) {
  return std::make_unique<SqlEvidenceStore>(records);
}

}  // namespace suyuan
