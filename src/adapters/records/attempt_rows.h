// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "adapters/sql/database.h"
#include "app/ports/credential_store.h"

// How often signing in failed, by whom and from where (schema/0007-credentials). As CredentialStore has it.
namespace suyuan {

Result<std::optional<Instant>> charge_attempts(sql::Database& records, const std::vector<AttemptKey>& keys,
                                               Instant now);
// One less each; of a success, the counts that are of nobody else go.
Status lower_attempts(sql::Database& records, const std::vector<AttemptKey>& keys, bool is_success);

inline std::string_view bytes_of(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace suyuan
