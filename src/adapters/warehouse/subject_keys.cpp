// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/subject_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "adapters/warehouse/rows.h"
#include "base/text.h"
#include "engine/digest/sha256.h"

namespace suyuan {

namespace {

constexpr std::uint8_t kMasterVersion = 1;

std::string bound_to(std::int64_t number) { return fmt::format("subject_key:{}", number); }

SubjectKey row_of(const sql::Statement& row) {
  return {
      row.integer(0), std::string(row.text(1)),
      Actor{PersonId(row.integer(2)), OrgId(row.integer(3)), Jurisdiction{static_cast<std::int32_t>(row.integer(4))}}};
}

constexpr std::string_view kColumns = "number, subject, person, org, jurisdiction, wrapped FROM subject_key";

constexpr std::string_view kLastNumber =
    "SELECT coalesce(max(number), 0) FROM (SELECT max(number) AS number FROM subject_key UNION ALL SELECT max(last) "
    "FROM "
    "erasure) AS given";

constexpr std::string_view kInsert =
    "INSERT INTO subject_key (number, subject, person, org, jurisdiction, wrapped) VALUES ($1, $2, $3, $4, $5, $6)";

void bind_key(sql::Statement& s, std::int64_t number, const std::string& subject, const Actor& owner,
              const std::string& wrapped) {
  s.bind(1, number).bind(2, std::string_view(subject)).bind(3, owner.person.value());
  s.bind(4, owner.org.value()).bind(5, std::int64_t{owner.jurisdiction.division}).bind_bytes(6, wrapped);
}

}  // namespace

std::string subject_column(const std::string& subject) {
  constexpr std::size_t kLongest = 500;
  if (subject.size() <= kLongest && subject.find('\0') == std::string::npos) return subject;
  return "sha256:" + hex(sha256(subject));
}

std::optional<std::string> rewrapped(std::int64_t number, const std::string& wrapped, const SealKey& from,
                                     const SealKey& to) {
  if (open_sealed(to, wrapped, bound_to(number))) return wrapped;
  const auto bytes = open_sealed(from, wrapped, bound_to(number));
  if (!bytes) return std::nullopt;
  return seal(to, kMasterVersion, *bytes, bound_to(number));
}

Error wrong_master_key() {
  return {ErrorKind::kCorrupt, "secrets.wrong_key",
          "The key file is not the one that this store was written with: it opens none of its keys. Name the right one "
          "in secrets.key_file."};
}

Result<SubjectKeys::Usable> SubjectKeys::unwrap(SubjectKey row, std::string_view wrapped) {
  auto master = master_->get(true);
  if (!master) return std::move(master.error());
  const auto bytes = open_sealed(*master, wrapped, bound_to(row.number));
  auto key = bytes ? SealKey::of_bytes(*bytes) : std::nullopt;
  if (key) return Usable{std::move(row), *key};
  return wrong_master_key();
}

// The newest and the oldest: a rotation begins with one and ends with the other.
Status SubjectKeys::check() {
  std::vector<std::pair<SubjectKey, std::string>> ends;
  auto done = records_.read([&](sql::Connection& connection) {
    ends.clear();
    Status each = Done{};
    for (const std::string_view order : {"DESC", "ASC"}) {
      if (!each) break;
      each = each_row_of(
          connection, fmt::format("SELECT {} ORDER BY number {} LIMIT 1", kColumns, order), [](sql::Statement&) {},
          [&](const sql::Statement& row) { ends.emplace_back(row_of(row), std::string(row.bytes(5))); });
    }
    return each;
  });
  if (!done || ends.empty()) return done;
  auto newest = unwrap(std::move(ends.front().first), ends.front().second);
  auto oldest = unwrap(std::move(ends.back().first), ends.back().second);
  if (newest.ok() == oldest.ok()) return newest ? Status(Done{}) : Status(std::move(newest.error()));
  return Error{ErrorKind::kCorrupt, "secrets.two_keys",
               "The keys of this store are under two master keys: a rotation was stopped. Give the same `suyuan rekey` "
               "again."};
}

Result<std::map<std::string, SubjectKeys::Usable>> SubjectKeys::keys_for(const std::vector<std::string>& subjects,
                                                                         const Actor& owner) {
  std::map<std::string, Usable> all;
  for (int round = 0; round < 3; ++round) {
    std::vector<std::string> missing;
    std::map<std::string, std::pair<SubjectKey, std::string>> rows;
    auto done = records_.read([&](sql::Connection& connection) {
      rows.clear();
      for (const std::string& subject : subjects) {
        const std::string column = subject_column(subject);
        auto read = each_row_of(
            connection, fmt::format("SELECT {} WHERE subject = $1 AND org = $2 ORDER BY number", kColumns),
            [&](sql::Statement& s) { s.bind(1, std::string_view(column)).bind(2, owner.org.value()); },
            [&](const sql::Statement& row) {
              rows[subject] = {row_of(row), std::string(row.bytes(5))};
            });
        if (!read) return read;
      }
      return Status(Done{});
    });
    if (!done) return std::move(done.error());
    for (const std::string& subject : subjects)
      if (!rows.contains(subject)) missing.push_back(subject);
    if (missing.empty()) {
      for (auto& [subject, row] : rows) {
        auto key = unwrap(std::move(row.first), row.second);
        if (!key) return std::move(key.error());
        all.emplace(subject, std::move(*key));
      }
      return all;
    }
    auto master = master_->get(false);
    if (!master) return std::move(master.error());
    if (auto made = make_missing(missing, owner, *master); !made && made.error().code != "sql.constraint")
      return std::move(made.error());
  }
  return Error{ErrorKind::kBusy, "store.busy", "Many servers make keys at once. Try again in a moment."};
}

Status SubjectKeys::make_missing(const std::vector<std::string>& subjects, const Actor& owner, const SealKey& master) {
  const std::int64_t now = clock_.now().time_since_epoch().count();
  return records_.write([&](sql::Connection& connection) {
    std::int64_t number = now;
    Status done = each_row_of(
        connection, kLastNumber, [](sql::Statement&) {},
        [&](const sql::Statement& row) { number = std::max(now, row.integer(0) + 1); });
    const std::set<std::string> each(subjects.begin(), subjects.end());
    for (auto subject = each.begin(); done && subject != each.end(); ++subject, ++number) {
      const std::string wrapped = seal(master, kMasterVersion, SealKey::fresh().bytes(), bound_to(number));
      const std::string column = subject_column(*subject);
      done = each_row_of(
          connection, kInsert, [&](sql::Statement& s) { bind_key(s, number, column, owner, wrapped); },
          [](const sql::Statement&) {});
    }
    return done;
  });
}

Result<SubjectKeys::Usable> SubjectKeys::the_key(sql::Connection& connection, const std::string& subject,
                                                 const Actor& owner) {
  const std::string column = subject_column(subject);
  std::optional<std::pair<SubjectKey, std::string>> newest;
  std::int64_t number = clock_.now().time_since_epoch().count();
  auto done = each_row_of(
      connection, fmt::format("SELECT {} WHERE subject = $1 ORDER BY number", kColumns),
      [&](sql::Statement& s) { s.bind(1, std::string_view(column)); },
      [&](const sql::Statement& row) { newest.emplace(row_of(row), std::string(row.bytes(5))); });
  if (done && newest) return unwrap(std::move(newest->first), newest->second);
  auto master = master_->get(false);
  if (!master) return std::move(master.error());
  if (done) {
    done = each_row_of(
        connection, kLastNumber, [](sql::Statement&) {},
        [&](const sql::Statement& row) { number = std::max(number, row.integer(0) + 1); });
  }
  // Another transaction may take the same number: it is not seen before it ends, and an error would end this one.
  const SealKey fresh = SealKey::fresh();
  for (bool is_made = false; done; ++number) {
    const std::string wrapped = seal(*master, kMasterVersion, fresh.bytes(), bound_to(number));
    done = each_row_of(
        connection, fmt::format("{} ON CONFLICT (number) DO NOTHING RETURNING number", kInsert),
        [&](sql::Statement& s) { bind_key(s, number, column, owner, wrapped); },
        [&](const sql::Statement&) { is_made = true; });
    if (is_made) return Usable{{number, column, owner}, fresh};
  }
  return std::move(done.error());
}

Result<std::optional<SubjectKeys::Usable>> SubjectKeys::key(sql::Connection& connection, std::int64_t number) {
  std::optional<std::pair<SubjectKey, std::string>> found;
  auto done = each_row_of(
      connection, fmt::format("SELECT {} WHERE number = $1", kColumns), [&](sql::Statement& s) { s.bind(1, number); },
      [&](const sql::Statement& row) { found.emplace(row_of(row), std::string(row.bytes(5))); });
  if (!done) return std::move(done.error());
  if (!found) return std::optional<Usable>();
  auto key = unwrap(std::move(found->first), found->second);
  return key ? Result(std::optional(std::move(*key))) : Result<std::optional<Usable>>(std::move(key.error()));
}

Result<std::map<std::int64_t, SubjectKeys::Usable>> SubjectKeys::keys(const std::vector<std::int64_t>& numbers) {
  std::vector<std::pair<SubjectKey, std::string>> rows;
  auto done = records_.read([&](sql::Connection& connection) {
    rows.clear();
    for (const std::int64_t number : numbers) {
      auto read = each_row_of(
          connection, fmt::format("SELECT {} WHERE number = $1", kColumns),
          [&](sql::Statement& s) { s.bind(1, number); },
          [&](const sql::Statement& row) { rows.emplace_back(row_of(row), std::string(row.bytes(5))); });
      if (!read) return read;
    }
    return Status(Done{});
  });
  if (!done) return std::move(done.error());
  std::map<std::int64_t, Usable> all;
  for (auto& [row, wrapped] : rows) {
    const std::int64_t number = row.number;
    auto key = unwrap(std::move(row), wrapped);
    if (!key) return std::move(key.error());
    all.emplace(number, std::move(*key));
  }
  return all;
}

Result<std::vector<SubjectKey>> SubjectKeys::keys_of(const std::string& subject) {
  std::vector<SubjectKey> all;
  const std::string column = subject_column(subject);
  auto done = records_.read([&](sql::Connection& connection) {
    all.clear();
    return each_row_of(
        connection, fmt::format("SELECT {} WHERE subject = $1 ORDER BY number", kColumns),
        [&](sql::Statement& s) { s.bind(1, std::string_view(column)); },
        [&](const sql::Statement& row) { all.push_back(row_of(row)); });
  });
  return done ? Result(std::move(all)) : Result<std::vector<SubjectKey>>(std::move(done.error()));
}

Result<std::int64_t> SubjectKeys::destroy(const std::vector<std::int64_t>& numbers, const sql::Database::Work& also) {
  std::int64_t destroyed = 0;
  auto done = write_over([&](sql::Connection& connection) {
    Status each = Done{};
    destroyed = 0;
    for (const std::int64_t number : numbers) {
      if (!each) break;
      each = each_row_of(
          connection, "DELETE FROM subject_key WHERE number = $1 RETURNING number",
          [&](sql::Statement& s) { s.bind(1, number); }, [&](const sql::Statement&) { ++destroyed; });
    }
    return each ? also(connection) : each;
  });
  if (!done) return std::move(done.error());
  return destroyed;
}

Status SubjectKeys::write_over(const sql::Database::Work& work) {
  auto done = records_.write([&](sql::Connection& connection) {
    // Else SQLite leaves what it deletes in the page, and the page in the list of free ones.
    Status each = erasing_.is_sqlite ? connection.execute("PRAGMA secure_delete = ON") : Status(Done{});
    if (each) each = work(connection);
    if (erasing_.is_sqlite) static_cast<void>(connection.execute("PRAGMA secure_delete = OFF"));
    return each;
  });
  return done ? erasing_.scrub() : done;
}

}  // namespace suyuan
