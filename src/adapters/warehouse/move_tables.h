// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>

// What a move copies: the tables that hold the truth. Both engines have them, with the same columns. What an engine
// looks things up by is made anew.
namespace suyuan {

struct MoveColumn {
  enum class Kind {
    kInt16,  // as PostgreSQL has it
    kInt32,
    kInt64,
    kBytes,
    kText,     // TEXT in SQLite, bytea in PostgreSQL
    kWords,    // TEXT in both
    kFrame,    // bytes: zstd
    kOwnFrame  // bytes: zstd with the store's dictionaries
  };
  std::string_view name;
  Kind kind;
};

struct MoveTable {
  std::string_view name;
  std::span<const MoveColumn> columns;
  bool is_numbered;  // the first column grows with every row; else the table is small and copied whole
  bool has_block;    // PostgreSQL distributes it by block = seq >> 16

  std::string names() const;  // "obj, key"
};

std::span<const MoveTable> move_tables();  // in the order in which they are copied
const MoveTable& move_table(std::string_view name);

}  // namespace suyuan
