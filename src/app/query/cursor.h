// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "app/identity/token_seal.h"
#include "app/ports/warehouse.h"

namespace suyuan {

// Where a list goes on. The token holds all of it, so that the server remembers nothing and a page costs the same
// wherever it stands.
struct Cursor {
  Warehouse::Place place;  // of lists that are not of events: seq is the last one's id
  std::int64_t upto = 0;   // the state of the store that the first page saw
  std::int64_t given = 0;  // events on the pages before
};

// How long tokens are good (GS1-Next-Page-Token-Expires); not any more at the moment when that is over.
inline constexpr std::chrono::days kTokenGood{7};

// `now`: of the page that it is given out with, or brought back for. `list`: which one it is of.
std::string write_page_token(const TokenSeal& seal, std::string_view list, std::string_view text, Instant now);
// The text. Errors: kInvalid "query.cursor", saying whether it is damaged or has expired.
Result<std::string> read_page_token(const TokenSeal& seal, std::string_view list, std::string_view token, Instant now);

// `question`: whatever makes the list what it is; a token of another question is refused. One of another holder is
// damaged.
std::string write_cursor(const TokenSeal& seal, const Cursor& cursor, std::string_view question, Instant now);
// Errors: kInvalid "query.cursor", saying whether it is damaged, has expired or belongs to another question.
Result<Cursor> read_cursor(const TokenSeal& seal, std::string_view token, std::string_view question, Instant now);
Error damaged_cursor();

}  // namespace suyuan
