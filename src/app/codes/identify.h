// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "app/identity/permit.h"
#include "base/time.h"
#include "domain/codes/identify.h"

// Which code is this text? Needs no store.
namespace suyuan {

// Errors: none today; a text that is no code is an answer with findings.
Result<codes::Identification> identify_text(const Permit<identity::Act::kCodeIdentify>& permit, std::string_view text,
                                            Clock& clock);
// The same for verbs that were given a code: an in-house code belongs to `org`.
Result<codes::Identification> read_code(OrgId org, std::string_view text, Clock& clock);

// {"raw","symbology","candidates":[{"scheme","notation","id","text","level","page","reason","parts":[…],"warnings":[…]}],"findings":[…]}
// With a company prefix of that many digits (6 to 12; it is never guessed) each candidate that has an EPC URN shows it.
std::string identification_json(const codes::Identification& found, std::optional<int> company_prefix_digits = {});
// For the terminal: Chinese, or English.
std::string identification_text(const codes::Identification& found, bool english,
                                std::optional<int> company_prefix_digits = {});

// Stable names used in JSON: "gs1", "ecode" …; "item", "lot" ….
std::string_view scheme_name(codes::Scheme scheme);
std::string_view level_name(codes::Level level);

}  // namespace suyuan
