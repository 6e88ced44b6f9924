// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/trace/node.h"

namespace suyuan {

// The form of an answer with events.
enum class Syntax : std::uint8_t { kJson = 1, kXml = 2 };

// How CBV values are spelt in XML (GS1-CBV-XML-Format). JSON has bare words.
enum class CbvForm : std::uint8_t { kUrn, kWebUri, kAsCaptured };

struct AnswerHead {
  std::string query_name = "SimpleEventQuery";
  std::string subscription_id = {};  // "" when nobody subscribed
  std::string created = {};          // RFC 3339
};

// Writes events and answers in a syntax (adapters/files); passed in, since a format is an adapter's craft.
class EventWriter {
 public:
  virtual ~EventWriter() = default;
  // One event by itself: it carries the namespaces that it needs. Errors: kUnsupported "epcis.not_in_xml" for a name or
  // a character that XML has no place for.
  virtual Result<std::string> event(const trace::Node& event, Syntax syntax, CbvForm cbv) const = 0;
  // An EPCISQueryDocument of such events.
  virtual std::string document(const AnswerHead& head, const std::vector<std::string>& events, Syntax syntax) const = 0;
};

}  // namespace suyuan
