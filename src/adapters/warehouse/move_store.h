// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

// Moves a store from one engine to the other, or to another place of the same engine: every document, record time,
// number and delivery as it was, so that job ids, page tokens and the resume points of subscribers stay valid.
// docs/formats/move.md.
namespace suyuan {

// A folder, or a database when `url` is not "".
struct StoreAddress {
  std::filesystem::path folder;
  std::string url;
};

struct MoveReport {
  struct Part {
    std::string name;       // of the table
    std::int64_t rows = 0;  // the same on both sides
    std::string sha256;     // hex; the same on both sides
  };
  std::string from, to;  // where they are, for people
  std::vector<Part> parts;
  std::string root;  // SHA-256 over the parts, hex
};

struct MoveOptions {
  // What is being done, how much of it is done, and how much there is of it.
  std::function<void(const std::string& what, std::int64_t done, std::int64_t all)> progress = {};
  // Tests only: a row that is left out, and the steps that were reached.
  std::function<bool(std::string_view table, std::int64_t number)> loses = {};
  std::function<void(std::string_view step)> reached = {};
};

// Copies `from` into `to`, which must be empty, compares both, closes `from` for good and opens `to`, in this order.
// When it ends before that, `to` is refused as unfinished and `from` is as it was; the same call goes on from there.
// Errors: those of opening a store; kBusy "store.in_use" (a program has one of them open), "store.moved",
// "store.unfinished" (`from`); kConflict "move.not_empty", "move.other_source", "move.same_store", "move.differs".
Result<MoveReport> move_store(const StoreAddress& from, const StoreAddress& to, Clock& clock,
                              const MoveOptions& options = {});

}  // namespace suyuan
