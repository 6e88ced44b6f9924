// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/capture/capture.h"
#include "app/identity/permit.h"
#include "app/page/page_reads.h"
#include "app/ports/warehouse.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/codes/identity.h"

// What everybody may read about one code: the facts behind the page that a scan opens.
namespace suyuan {

enum class Verdict : std::uint8_t {
  kNormal,      // records exist and none of them speaks against it
  kAttention,   // see `concerns`
  kUndecided,   // there are more records than a page looks at; those that it looked at do not speak against it
  kUnknown,     // a well-formed code that no record names
  kUnreadable,  // no code at all, or a broken one: see `problems`
};

enum class Concern : std::uint8_t {
  kDeclaredWrong,  // a record about it was declared erroneous
  kEnded,          // decommissioned, destroyed or used up: an object with this code should not be in use any more
  kReturned,       // its last disposition is recalled by sender, returned, damaged or non-sellable
};

struct PublicFact {
  std::string field;  // "suyuan:model", see policy/visible-fields.csv
  std::string group;
  std::string value;
};

struct OriginStep {
  Instant at;
  std::chrono::minutes offset;
  std::string step;    // bare CBV word: "commissioning"; "" when the event has none
  std::string role;    // "maker", "carrier" … or "" when nobody said
  std::string county;  // or ""
};

struct CodePage {
  std::string raw;                    // as asked
  std::optional<codes::Identity> id;  // nothing when unreadable
  codes::Level level = codes::Level::kOther;
  Verdict verdict = Verdict::kUnreadable;
  std::vector<Concern> concerns;        // each once
  std::vector<Finding> problems;        // kUnreadable: what is wrong and what was expected
  std::vector<codes::Identity> nearby;  // known codes above it: its lot, its product
  std::vector<PublicFact> facts;        // in the order of the policy, visible ones only
  std::vector<OriginStep> steps;        // where from: each place once, oldest first, at most kOriginSteps
  bool steps_left_out = false;          // the middle was left out
  bool steps_unfinished = false;        // a page looks only so far back: there may be other places, also earlier ones
  std::optional<Instant> first_recorded;
  std::int64_t records = 0;       // events that name it
  bool records_at_least = false;  // there are more than `records`
  std::string event_id;           // of the first record …
  std::string fingerprint;        // … and SHA-256 of its bytes, hex
};
inline constexpr std::size_t kOriginSteps = 6;

// `text`: what a scanner gave, or a Digital Link path ("/01/…"). Of several readings the one that the store knows
// counts. An unknown or unreadable code is an answer. Work is bounded, however large or tangled the world around the
// code is; what was not looked at is said. The page is made from what `footprint` notes, and from the year in China
// (codes with two digits for it). Errors: those of the warehouse.
Result<CodePage> look_at_code(const Permit<identity::Act::kPageRead>& permit, std::string_view text,
                              const DocumentReader& read, Warehouse& warehouse, Clock& clock, Footprint& footprint);

// The same facts for programs.
std::string code_page_json(const CodePage& page);
// RFC 9264 linkset; `base` is scheme and host of this server.
std::string code_page_linkset(const CodePage& page, std::string_view base);

std::string_view verdict_word(Verdict verdict);  // "normal", "attention", "undecided", "unknown", "unreadable"
std::string_view concern_word(Concern concern);  // "declared_wrong" …

}  // namespace suyuan
