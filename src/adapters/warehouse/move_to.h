// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "adapters/warehouse/move_writer.h"

namespace suyuan {

std::unique_ptr<MoveWriter> move_to_sqlite(MoveSide& side);
std::unique_ptr<MoveWriter> move_to_postgres(MoveSide& side);
Error move_differs(std::string_view what, const std::string& place);

// PostgreSQL: compares the tables that things are looked up by with those that they are made from. Errors: kConflict
// "move.differs" naming the first that is not what it should be.
Status check_postgres_keys(MoveSide& side);

}  // namespace suyuan
