// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "people.h"
#include "tests/storage/store_under_test.h"

// One thing goes from the producer to the second retailer; each reports what it did itself.
namespace suyuan::permissions {

inline const std::string kItem = "https://id.gs1.org/01/06901234567892/21/7";

struct Deed {
  std::string id, who, step, from, to;
};

inline const std::vector<Deed>& deeds() {
  static const std::vector<Deed> all = {{"e1", "P", "commissioning", "", ""}, {"e2", "P", "shipping", "P", "D"},
                                        {"e3", "D", "receiving", "", ""},     {"e4", "D", "shipping", "D", "R"},
                                        {"e5", "R", "receiving", "", ""},     {"e6", "R", "shipping", "R", "Q"},
                                        {"e7", "Q", "receiving", "", ""}};
  return all;
}

inline std::string party_list(std::string_view member, std::string_view key, const std::string& who) {
  return fmt::format(R"(,"{}":[{{"type":"owning_party","{}":"{}"}}])", member, key, people().at(who).code);
}

inline std::string event_json(const Deed& deed, const std::string& item, int minute) {
  std::string text =
      fmt::format(R"({{"type":"ObjectEvent","eventID":"urn:event:{}","eventTime":"2026-03-01T08:{:02}:00+08:00",)"
                  R"("eventTimeZoneOffset":"+08:00","action":"{}","bizStep":"{}","epcList":["{}"])",
                  deed.id, minute % 60, deed.step == "commissioning" ? "ADD" : "OBSERVE", deed.step, item);
  if (!deed.from.empty()) text += party_list("sourceList", "source", deed.from);
  if (!deed.to.empty()) text += party_list("destinationList", "destination", deed.to);
  return text + "}";
}

inline std::string document(const std::string& events) {
  return R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument",)"
         R"("schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z","epcisBody":{"eventList":[)" +
         events + "]}}";
}

// Whoever may capture.
inline Granted capture_permit(const Authorizer& authorizer, const std::string& who) {
  auto granted = authorizer.grant(principal(who), Act::kEventCapture);
  CHECK(granted.ok());
  return *granted;
}

}  // namespace suyuan::permissions
