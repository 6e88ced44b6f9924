// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/warehouse/move_side.h"

namespace suyuan {

// Takes rows into a store that nobody uses yet, with all that its engine looks them up by.
class MoveWriter {
 public:
  static std::unique_ptr<MoveWriter> into(MoveSide& side);
  virtual ~MoveWriter() = default;

  // Rows of one table; those of the tables before it in move_tables are there. `row`: the columns of `table`.
  virtual Status put(const MoveTable& table, const sql::Statement& row) = 0;
  // Makes what was put durable, all of it or nothing.
  virtual Status commit(const MoveTable& table) = 0;
  // Makes a table that is not numbered empty, together with the rows that follow.
  virtual Status clear(const MoveTable& table) = 0;
  // After the last row: what is made of all rows together.
  virtual Status finish() = 0;
  // Compares what the engine looks things up by with the tables. Errors: kConflict "move.differs".
  virtual Status check() = 0;
};

}  // namespace suyuan
