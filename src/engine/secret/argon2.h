// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

// Argon2id (RFC 9106) with one lane, as texts "$argon2id$v=19$m=…,t=…,p=1$salt$hash". Threads: any.
namespace suyuan {

struct Argon2Cost {
  std::int64_t kib = 19456;  // at least 8
  int passes = 2;
};

// Errors: kBusy "login.busy" when the memory is not to be had.
Result<std::string> argon2id(std::string_view password, const Argon2Cost& cost);
// Takes the time of the cost that the text names, whether it matches or not.
bool argon2id_matches(const std::string& hash, std::string_view password);
// Whether it was made with this cost.
bool argon2id_has_cost(const std::string& hash, const Argon2Cost& cost);

}  // namespace suyuan
