// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/codes/identify.h"

// The code schemes beside GS1. Each reader takes folded text (fold_text) and answers a candidate, or what is wrong.
// Sources: GB/T 31866 (Ecode; lengths per version of the 2015 edition, from memory), ISO/IEC 15459 agency MA, ITU-T
// X.660, handle prefixes 86 and 88, CCC and production licence numbers as published, GB 32100-2015, GB 11714-1997.
namespace suyuan::codes {

Result<Candidate> read_ecode(std::string_view text);   // "E=…", resolver links and bare codes
Result<Candidate> read_ma(std::string_view text);      // "MA.156.…", also behind "?code="
Result<Candidate> read_oid(std::string_view text);     // dotted, also "urn:oid:…"
Result<Candidate> read_handle(std::string_view text);  // "88.1000.2/x"
Result<Candidate> read_vaa(std::string_view text);     // opaque
Result<Candidate> read_ccc(std::string_view text, int year);
Result<Candidate> read_licence(std::string_view text);  // "(皖)XK08-001-00012"
Result<Candidate> read_uscc(std::string_view text);     // 统一社会信用代码

// The check character of the first 17 characters. Requires: 17 characters of the alphabet.
char uscc_check(std::string_view first17);

}  // namespace suyuan::codes
