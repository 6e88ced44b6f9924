// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "app/identity/token_seal.h"
#include "app/ports/warehouse.h"

namespace suyuan {

// Where a list goes on. The token holds all of it, so that the server remembers nothing, a page costs the same wherever
// it stands, and a token stays good as long as the store.
struct Cursor {
  Warehouse::Place place;  // of lists that are not of events: seq is the last one's id
  std::int64_t upto = 0;   // the state of the store that the first page saw
  std::int64_t given = 0;  // events on the pages before
};

// Tokens promise to be good for this long (GS1-Next-Page-Token-Expires).
inline constexpr std::chrono::days kCursorDays{7};

// `question`: whatever makes the list what it is; a token of another question is refused. One of another holder is
// damaged.
std::string write_cursor(const TokenSeal& seal, const Cursor& cursor, std::string_view question);
// Errors: kInvalid "query.cursor", saying whether it is damaged or belongs to another question.
Result<Cursor> read_cursor(const TokenSeal& seal, std::string_view token, std::string_view question);
Error damaged_cursor();

}  // namespace suyuan
