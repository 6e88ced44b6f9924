// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include "base/result.h"

namespace suyuan {

inline Error damaged_store(std::string_view what) {
  return Error{ErrorKind::kCorrupt, "store.damaged",
               fmt::format("The store contradicts itself: {}. Stop the server and restore the last backup.", what)};
}

}  // namespace suyuan
