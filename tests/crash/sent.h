// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include <string>

// Documents that are known by their number: what they hold, and the ids that their sender gave their events.
namespace suyuan::crash {

inline std::string event_id(int document, int event) { return fmt::format("urn:event:{}:{}", document, event); }

// Every tenth is larger.
inline int events_in(int document) { return document % 10 == 7 ? 120 : 1 + document % 4; }

inline std::string document(int number, int events) {
  std::string text =
      R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://ex.cn/"}],)"
      R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T08:00:00Z","epcisBody":{"eventList":[)";
  for (int i = 0; i < events; ++i) {
    text += fmt::format(
        R"({}{{"type":"ObjectEvent","eventTime":"2026-03-01T08:00:{:02}+08:00","eventTimeZoneOffset":"+08:00",)"
        R"("action":"OBSERVE","bizStep":"shipping","epcList":["https://id.gs1.org/01/06901234567892/21/D{}E{}",)"
        R"("https://id.gs1.org/01/06901234567892/21/D{}E0"],"readPoint":{{"id":"https://id.gs1.org/414/6901234000009/254/{}"}},)"
        R"("eventID":"{}","ex:note":"{:x}"}})",
        i == 0 ? "" : ",", i % 60, number, i, number, number % 5, event_id(number, i), number * 7919L + i);
  }
  return text + "]}}";
}
inline std::string document(int number) { return document(number, events_in(number)); }

}  // namespace suyuan::crash
