// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "adapters/files/epcis.h"
#include "base/text.h"
#include "domain/codes/epc_pattern.h"
#include "domain/trace/query/query.h"
#include "fuzz.h"

using namespace suyuan;

namespace {

constexpr std::string_view kEvent = R"({"@context":[{"ex":"http://ns.example.com/"}],"type":"ObjectEvent",
  "eventTime":"2026-03-01T08:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"shipping",
  "epcList":["urn:epc:id:sgtin:0614141.107346.2018","urn:epc:id:giai:4000001.111","urn:epc:id:gid:95100000.12345.7"],
  "quantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.012345.9","quantity":1.5,"uom":"KGM"}],
  "readPoint":{"id":"urn:epc:id:sgln:0012345.11111.400"},"ilmd":{"ex:a":{"ex:b":[1,"2",{"ex:c":"2026-03-01"}]}},
  "sensorElementList":[{"sensorReport":[{"type":"Temperature","value":26,"sDev":0.5,"uom":"CEL"}]}]})";

const trace::Event& event() {
  static const trace::Event kRead = [] {
    auto document = read_epcis(kEvent);
    CHECK(document.ok());
    auto read = trace::read_event(document->events[0].node, kInstantMax);
    CHECK(read.ok());
    return std::move(*read);
  }();
  return kRead;
}

}  // namespace

// One parameter a line, "name=value|value". What is refused says so in sound text; what is accepted can be judged, and
// an event that a query finds passes what the query tells a store.
FUZZ(input) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string_view line : split(input, '\n')) {
    const std::size_t equals = line.find('=');
    pairs.emplace_back(line.substr(0, equals), equals == std::string_view::npos ? "" : line.substr(equals + 1));
  }
  const auto query = trace::read_event_query(trace::parameters_of_address(pairs), {{"ex", "http://ns.example.com/"}});
  if (!query) {
    CHECK(!query.error().text.empty() && is_utf8(query.error().text));
    for (const Finding& finding : query.error().findings) CHECK(is_utf8(finding.path) && is_utf8(finding.text));
    return;
  }
  if (!trace::matches(*query, {event(), event().time.at})) return;
  for (const auto& naming : query->filter.naming) {
    bool named = false;
    for (const trace::Object& object : event().objects) {
      const auto above = codes::class_of(object.id);
      const auto is_in = [](const std::vector<codes::Identity>& ids, const codes::Identity& id) {
        return std::find(ids.begin(), ids.end(), id) != ids.end();
      };
      named = named || is_in(naming.ids, object.id) || is_in(naming.classes, object.id) ||
              (above && is_in(naming.classes, *above));
    }
    CHECK(named);
  }
}
