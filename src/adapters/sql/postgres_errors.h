// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace suyuan::sql {

// What an error of the server means to us. `state`: SQLSTATE (PostgreSQL 15, appendix A), or "" when the connection was
// lost. `place` names the server without user and password; `detail` goes to the log only.
Error postgres_error(std::string_view state, const std::string& place, std::string detail);

Error unreachable(const std::string& place, std::string detail);

}  // namespace suyuan::sql
