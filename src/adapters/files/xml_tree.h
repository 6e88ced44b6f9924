// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// XML as a tree, with the place of every element. Knows nothing of EPCIS.
namespace suyuan {

struct XmlName {
  std::string prefix, local, ns;
  std::string written() const { return prefix.empty() ? local : prefix + ":" + local; }
  friend bool operator==(const XmlName&, const XmlName&) = default;
};

struct XmlAttribute {
  XmlName name;
  std::string value;
};

struct XmlElement {
  XmlName name;
  std::vector<XmlAttribute> attributes;  // without xmlns
  std::vector<XmlElement> children;
  std::string text;                          // all character data right inside it, trimmed
  std::string path;                          // "/epcis:EPCISDocument/EPCISBody/EventList/ObjectEvent[2]"
  std::size_t begin = 0, end = 0;            // byte range in the document, from "<" to behind ">"
  std::size_t text_begin = 0, text_end = 0;  // between its tags; empty for <a/>
};

// Never trusts the bytes: no DTD (a bare <!DOCTYPE name> is passed over), so no entities but the five of XML; at most
// 64 levels, 1,000,000 elements and attributes, names of 256 bytes. The bytes are UTF-8 already.
// Errors: kInvalid "xml.syntax" (with line and column), "xml.doctype", "xml.too_deep", "xml.too_many",
// "xml.name_too_long", "document.not_utf8" when the declaration names another encoding.
Result<XmlElement> read_xml(std::string_view bytes);

}  // namespace suyuan
