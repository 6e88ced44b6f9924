// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "app/identity/permit.h"
#include "app/ports/warehouse.h"
#include "engine/seal/seal.h"

namespace suyuan {

// Seals the tokens of lists: what one holder was given is a damaged token for every other, since the place in a list
// that it holds tells how much others record. Good on every server of the store, for as long as the scope stays.
class TokenSeal {
 public:
  static Result<TokenSeal> of(const Granted& permit, Warehouse& warehouse);

  // `list`: which one it is of. Text of letters, digits, "-" and "_".
  std::string seal(std::string_view list, std::string_view text) const;
  std::optional<std::string> open(std::string_view list, std::string_view token) const;

 private:
  TokenSeal(const SealKey& key, std::string holder) : key_(key), holder_(std::move(holder)) {}
  SealKey key_;
  std::string holder_;
};

}  // namespace suyuan
