// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// A document as a tree, before anybody judges it: what JSON-LD and XML readers produce alike, in the shape and with the
// member names of EPCIS 2.0 JSON. The reader of events (read_event.h) sees only this.
namespace suyuan::trace {

struct Node {
  enum class Kind : std::uint8_t { kNull, kBool, kNumber, kText, kList, kObject };
  Kind kind = Kind::kNull;
  std::string name;            // member name inside an object: "epcList", "example:colour"; "" in lists
  std::string ns;              // namespace URI of an extension member (context or xmlns); "" for EPCIS's own
  std::string text;            // kText: the value; kNumber: its digits as written; kBool: "true"/"false"
  std::vector<Node> children;  // kList, kObject, in document order
  std::string path;            // where it stood: JSON pointer or XML path

  const Node* find(std::string_view member) const {  // first member of that name; nullptr if none
    for (const Node& child : children) {
      if (child.name == member) return &child;
    }
    return nullptr;
  }
};

// One event of a document, with the bytes it came from.
struct RawEvent {
  Node node;
  std::size_t begin = 0, end = 0;  // byte range in the document
};

// A value about a person (registry::personal_field), as it stands in a document.
struct PersonalValue {
  enum class About : std::uint8_t { kEvent, kMasterData, kDocument };
  std::size_t begin = 0, end = 0;  // byte range: of a JSON value with its quotation marks, of character data, or
                                   // between the quotation marks of an attribute
  std::string masked;              // what may stand there instead, in the document's syntax
  std::string value;               // as it was read
  std::string path;
  About about = About::kDocument;
  std::size_t event = 0;  // of kEvent: which of RawDocument::events
  std::string subject;    // of kMasterData: the id of the vocabulary element, as written
};

struct RawDocument {
  enum class Syntax : std::uint8_t { kJson = 1, kXml = 2 };  // stored; never renumber
  Syntax syntax = Syntax::kJson;
  std::string schema_version;  // "2.0", "1.2"
  Node header;                 // the document without its events (creationDate, epcisHeader, @context, extensions)
  std::vector<RawEvent> events;
  std::vector<Finding> findings;        // what is wrong with the document itself; any finding refuses it whole
  std::vector<PersonalValue> personal;  // in document order, apart
};

}  // namespace suyuan::trace
