// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "adapters/warehouse/move_side.h"

namespace suyuan {

// Reads every row of a store and hashes it, table by table: docs/formats/move.md.
Result<std::vector<MoveReport::Part>> move_parts(MoveSide& side);
std::string move_root(const std::vector<MoveReport::Part>& parts);

}  // namespace suyuan
