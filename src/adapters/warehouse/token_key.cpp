// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/token_key.h"

#include <sodium.h>

#include "adapters/warehouse/damaged.h"
#include "base/check.h"

namespace suyuan {

namespace {

constexpr std::size_t kBytes = 32;

Status read_key(sql::Connection& connection, std::string& key) {
  auto statement = connection.prepare("SELECT key FROM token_key WHERE id = 1");
  if (!statement) return std::move(statement.error());
  const sql::Reset reset(**statement);
  auto row = (*statement)->step();
  if (!row) return std::move(row.error());
  if (*row) key = (*statement)->bytes(0);
  return Done{};
}

// Of several servers that start together, one makes it.
Status make_key(sql::Connection& connection, const std::string& fresh) {
  auto statement = connection.prepare("INSERT INTO token_key (id, key) VALUES (1, $1) ON CONFLICT (id) DO NOTHING");
  if (!statement) return std::move(statement.error());
  const sql::Reset reset(**statement);
  (*statement)->bind_bytes(1, fresh);
  auto done = (*statement)->step();
  return done ? Status(Done{}) : Status(std::move(done.error()));
}

}  // namespace

Result<std::string> TokenKey::get(sql::Database& records) {
  const std::lock_guard lock(mutex_);
  if (!known_.empty()) return known_;
  std::string key;
  const auto read = [&](sql::Connection& connection) { return read_key(connection, key); };
  if (auto done = records.read(read); !done) return std::move(done.error());
  if (key.empty()) {
    CHECK(sodium_init() >= 0);
    std::string fresh(kBytes, '\0');
    randombytes_buf(fresh.data(), fresh.size());
    if (auto made = records.write([&](sql::Connection& connection) { return make_key(connection, fresh); }); !made)
      return std::move(made.error());
    if (auto done = records.read(read); !done) return std::move(done.error());
  }
  if (key.size() != kBytes) return damaged_store("the key of tokens is not 32 bytes");
  known_ = key;
  return key;
}

}  // namespace suyuan
