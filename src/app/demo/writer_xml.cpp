// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "app/demo/writer.h"
#include "domain/codes/identity.h"

// The same documents as partners with older systems send them: EPCIS 2.0 XML, and EPCIS 1.2 XML with EPC URNs.
namespace suyuan::demo {

namespace {

constexpr int kPrefixDigits = 7;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string element(std::string_view name, const std::string& inner) {
  return fmt::format("<{0}>{1}</{0}>", name, inner);
}

std::string_view text_of(const json::value& value) {
  const auto& text = value.as_string();
  return {text.data(), text.size()};
}

class EventXml {
 public:
  EventXml(const json::object& event, bool old) : event_(event), old_(old) {}

  std::string text() const {
    const std::string_view type = text_of(event_.at("type"));
    std::string out = plain("eventTime") + plain("eventTimeZoneOffset");
    out += ids("epcList") + ids("inputEPCList") + quantities("inputQuantityList");
    out += ids("outputEPCList") + quantities("outputQuantityList") + plain("action");
    out += word("bizStep", "bizstep") + word("disposition", "disp") + place("readPoint") + place("bizLocation");
    const std::string more = quantities("quantityList") + ends("source") + ends("destination");
    const bool wrapped = old_ && type == "ObjectEvent" && !more.empty();
    out += wrapped ? element("extension", more) : more;
    out = element(type, out);
    return old_ && type == "TransformationEvent" ? element("extension", out) : out;
  }

 private:
  std::string id(std::string_view uri) const {
    if (!old_) return escaped(uri);
    const auto read = codes::read_epcis_id(uri);
    if (!read) return escaped(uri);
    const auto urn = codes::to_epc_urn(read->id, kPrefixDigits);
    return escaped(urn ? *urn : std::string(uri));
  }

  std::string plain(std::string_view name) const {
    const json::value* value = event_.if_contains(name);
    return value == nullptr ? "" : element(name, escaped(text_of(*value)));
  }

  std::string word(std::string_view name, std::string_view vocabulary) const {
    const json::value* value = event_.if_contains(name);
    return value == nullptr ? "" : element(name, fmt::format("urn:epcglobal:cbv:{}:{}", vocabulary, text_of(*value)));
  }

  std::string place(std::string_view name) const {
    const json::value* value = event_.if_contains(name);
    return value == nullptr ? "" : element(name, element("id", id(text_of(value->as_object().at("id")))));
  }

  std::string ids(std::string_view name) const {
    const json::value* list = event_.if_contains(name);
    if (list == nullptr) return "";
    std::string out;
    for (const json::value& each : list->as_array()) out += element("epc", id(text_of(each)));
    return element(name, out);
  }

  std::string quantities(std::string_view name) const {
    const json::value* list = event_.if_contains(name);
    if (list == nullptr) return "";
    std::string out;
    for (const json::value& each : list->as_array()) {
      const json::object& one = each.as_object();
      std::string inner = element("epcClass", id(text_of(one.at("epcClass"))));
      inner += element("quantity", fmt::format("{}", one.at("quantity").to_number<double>()));
      if (const json::value* uom = one.if_contains("uom")) inner += element("uom", std::string(text_of(*uom)));
      out += element("quantityElement", inner);
    }
    return element(name, out);
  }

  std::string ends(std::string_view name) const {
    const std::string list_name = std::string(name) + "List";
    const json::value* list = event_.if_contains(list_name);
    if (list == nullptr) return "";
    std::string out;
    for (const json::value& each : list->as_array()) {
      const json::object& one = each.as_object();
      out += fmt::format("<{0} type=\"urn:epcglobal:cbv:sdt:{1}\">{2}</{0}>", name, text_of(one.at("type")),
                         id(text_of(one.at(name))));
    }
    return element(list_name, out);
  }

  const json::object& event_;
  bool old_;
};

}  // namespace

std::string Writer::xml(bool old) const {
  std::string events;
  for (const json::value& event : events_) events += EventXml(event.as_object(), old).text();
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:{}\" "
      "schemaVersion=\"{}\" creationDate=\"2026-06-30T00:00:00Z\"><EPCISBody><EventList>{}</EventList></EPCISBody>"
      "</epcis:EPCISDocument>",
      old ? 1 : 2, old ? "1.2" : "2.0", events);
}

}  // namespace suyuan::demo
