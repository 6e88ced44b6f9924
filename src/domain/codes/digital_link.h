// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/codes/gs1_ai.h"
#include "domain/codes/identity.h"

// GS1 Digital Link URIs (GS1 Digital Link Standard: URI Syntax 1.4), uncompressed, on any domain.
namespace suyuan::codes {

// Key, qualifiers and attributes, in that order. Unknown query parameters are not elements.
// Errors: kInvalid "gs1.no_digital_link" (no key in the path, other scheme, trailing slash), "gs1.qualifier_order",
// "gs1.compressed", and those of check_ai_value and check_companions.
Result<std::vector<Element>> read_digital_link(std::string_view uri);

// The same for a path with optional query, "/01/…?17=…", as a web server sees it.
Result<std::vector<Element>> read_digital_link_path(std::string_view path_and_query);

// Does the path hold a key identifier followed by something of a key's length? (A foreign URL usually does not.)
bool looks_like_digital_link(std::string_view uri);

// The usual link, http(s)://…/01/<GTIN> alone or with one lot or serial in plain characters, read without taking it
// apart: most identifiers of a document are of this form. Nothing for any other form, sound or not; the readers above
// decide then.
std::optional<Identity> read_plain_gtin_link(std::string_view uri);

// Elements with a key -> its identity: the finest level that the qualifiers reach, and the lot beside a serial.
// Errors: kInvalid "gs1.no_key".
Result<EpcisId> identity_of(const std::vector<Element>& elements);

// "https://id.gs1.org/01/…/10/…?17=…". Requires: the first element is a key.
std::string build_digital_link(const std::vector<Element>& elements, std::string_view base = "https://id.gs1.org");

}  // namespace suyuan::codes
