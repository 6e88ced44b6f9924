// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "base/result.h"
#include "domain/trace/node.h"

// EPCIS documents as files and request bodies bring them, JSON-LD or XML: a document, a query document or one bare
// event.
namespace suyuan {

// Never trusts the bytes: at most 64 levels deep, 4,000,000 values, places of at most 1024 bytes, no duplicate member
// names, UTF-8 only. Errors: kInvalid "document.empty", "document.not_utf8" (naming UTF-16 or GB18030 when it looks
// like it), "document.binary", "json.syntax" (with the byte), "json.duplicate_member" and "json.too_deep" (with the
// pointer), "json.too_many", "epcis.not_a_document".
Result<trace::RawDocument> read_epcis_json(std::string_view bytes);

// EPCIS XML 1.0 to 2.0, as the same tree: wrappers of 1.2 ("extension", "baseExtension") are gone, a QuantityEvent is
// an ObjectEvent with quantityList, repeated extension elements are a list, an empty list other than epcList is left
// out. Attributes of extension elements stay in the original only. Errors: "document.*" as above, those of read_xml
// (xml_tree.h), "epcis.not_a_document".
Result<trace::RawDocument> read_epcis_xml(std::string_view bytes);

// Looks at the first byte: "<" is XML, all else JSON. Errors: those of both.
Result<trace::RawDocument> read_epcis(std::string_view bytes);

}  // namespace suyuan
