// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "base/result.h"
#include "domain/trace/node.h"

// EPCIS documents as files and request bodies bring them: JSON-LD of EPCIS 2.0, as a document, a query document or one
// bare event.
namespace suyuan {

// Never trusts the bytes: at most 64 levels deep, no duplicate member names, UTF-8 only.
// Errors: kInvalid "document.empty", "document.not_utf8" (naming UTF-16 or GB18030 when it looks like it),
// "document.binary", "json.syntax" (with the byte), "json.duplicate_member" and "json.too_deep" (with the pointer),
// "epcis.not_a_document".
Result<trace::RawDocument> read_epcis_json(std::string_view bytes);

// Looks at the first byte. Errors: kUnsupported "document.xml_unread" for XML, which is not read yet; else those of
// read_epcis_json.
Result<trace::RawDocument> read_epcis(std::string_view bytes);

}  // namespace suyuan
