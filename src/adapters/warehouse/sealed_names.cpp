// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/sealed_names.h"

#include <fmt/format.h>

#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/rows.h"
#include "adapters/warehouse/sealed_text.h"

namespace suyuan {

namespace {

constexpr char kSealed = 1;  // the first byte

bool is_plain(std::string_view bytes) { return !bytes.empty() && bytes.front() != kSealed; }

struct PlainPerson {
  Actor who;
  std::string name, mobile;
};

Result<std::vector<PlainPerson>> next_plain(sql::Connection& connection) {
  std::vector<PlainPerson> found;
  const std::string sealed(1, kSealed);
  auto done = each_row_of(
      connection,
      "SELECT id, org, name, mobile FROM person WHERE (length(name) > 0 AND substr(name, 1, 1) <> $1) OR "
      "(length(mobile) > 0 AND substr(mobile, 1, 1) <> $1) ORDER BY id LIMIT 500",
      [&](sql::Statement& s) { s.bind_bytes(1, sealed); },
      [&](const sql::Statement& row) {
        found.push_back({{PersonId(row.integer(0)), OrgId(row.integer(1)), Jurisdiction{}},
                         std::string(row.bytes(2)),
                         std::string(row.bytes(3))});
      });
  if (!done) return std::move(done.error());
  return found;
}

Status seal_some(sql::Connection& connection, NameSeal& seal) {
  // As whoever changes a person does.
  if (auto locked = each_row_of(
          connection, "UPDATE account_state SET version = version + 1 WHERE id = 1", [](sql::Statement&) {},
          [](const sql::Statement&) {});
      !locked)
    return locked;
  auto plain = next_plain(connection);
  if (!plain) return std::move(plain.error());
  for (PlainPerson& each : *plain) {
    for (std::string* field : {&each.name, &each.mobile}) {
      if (!is_plain(*field)) continue;
      auto sealed = seal.seal(connection, each.who, *field);
      if (!sealed) return std::move(sealed.error());
      *field = std::move(*sealed);
    }
    auto done = each_row_of(
        connection, "UPDATE person SET name = $2, mobile = $3 WHERE id = $1",
        [&](sql::Statement& s) {
          s.bind(1, each.who.person.value()).bind_bytes(2, each.name).bind_bytes(3, each.mobile);
        },
        [](const sql::Statement&) {});
    if (!done) return done;
  }
  return Done{};
}

}  // namespace

Result<std::string> SealedNames::seal(sql::Connection& connection, const Actor& person, std::string_view text) {
  if (text.empty()) return std::string();
  auto key = keys_.the_key(connection, person_subject(person.person), person);
  if (!key) return std::move(key.error());
  return kSealed + key_number_bytes(key->row.number) + suyuan::seal(key->key, 1, text, key->row.subject);
}

Result<std::string> SealedNames::open(sql::Connection& connection, PersonId person, std::string_view bytes) {
  if (bytes.empty() || is_plain(bytes)) return std::string(bytes);
  bytes.remove_prefix(1);
  const bool is_whole = bytes.size() > kKeyNumberBytes;
  auto key = keys_.key(connection, is_whole ? key_number_of(bytes) : 0);
  if (!key) return std::move(key.error());
  if (is_whole && !*key) return std::string();
  const std::string subject = person_subject(person);
  auto text = is_whole && (*key)->row.subject == subject
                  ? open_sealed((*key)->key, bytes.substr(kKeyNumberBytes), subject)
                  : std::nullopt;
  if (text) return std::move(*text);
  return damaged_store(fmt::format("the sealed name or number of person {} cannot be read", person.value()));
}

Status seal_plain_names(sql::Database& records, SubjectKeys& keys, NameSeal& seal) {
  for (;;) {
    bool is_done = false;
    auto looked = records.read([&](sql::Connection& connection) -> Status {
      auto plain = next_plain(connection);
      if (!plain) return std::move(plain.error());
      is_done = plain->empty();
      return Done{};
    });
    if (!looked || is_done) return looked;
    auto done = keys.write_over([&](sql::Connection& connection) { return seal_some(connection, seal); });
    if (!done && done.error().code == "secrets.no_key") return Done{};
    if (!done && done.error().code != "erasure.log_in_use") return done;
  }
}

}  // namespace suyuan
