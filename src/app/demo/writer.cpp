// SPDX-License-Identifier: Apache-2.0
#include "app/demo/writer.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "base/time.h"
#include "domain/codes/check_digit.h"

namespace suyuan::demo {

namespace {

constexpr std::string_view kBase = "https://id.gs1.org";

std::string checked(std::string digits) {
  digits.push_back(codes::gs1_check_digit(digits + '0'));
  return digits;
}

std::string prefix_of(int firm) { return fmt::format("95210{:02}", firm); }
std::string gln(int firm) { return checked(prefix_of(firm) + "00000"); }

std::string time_text(When when) {
  const auto day_zero = std::chrono::sys_days(std::chrono::year(2026) / std::chrono::March / 1);
  const Instant at = Instant(day_zero) + std::chrono::days(when.day) + std::chrono::minutes(when.minute - 480);
  return format_instant(at, std::chrono::minutes(480));
}

json::array texts(const std::vector<std::string>& values) {
  json::array out;
  for (const std::string& value : values) out.emplace_back(value);
  return out;
}

json::array amounts(const std::vector<Amount>& values) {
  json::array out;
  for (const Amount& value : values) {
    json::object each{{"epcClass", value.of}, {"quantity", value.quantity}};
    if (value.quantity == static_cast<double>(static_cast<std::int64_t>(value.quantity))) {
      each["quantity"] = static_cast<std::int64_t>(value.quantity);
    }
    if (!value.uom.empty()) each["uom"] = value.uom;
    out.push_back(std::move(each));
  }
  return out;
}

void put(json::object& event, std::string_view items, std::string_view quantities, const Goods& goods) {
  if (!goods.items.empty()) event[items] = texts(goods.items);
  if (!goods.amounts.empty()) event[quantities] = amounts(goods.amounts);
}

json::array one_party(std::string_view list, int firm) {
  return json::array{json::object{{"type", "possessing_party"}, {std::string(list), party(firm)}}};
}

}  // namespace

std::string gtin(int firm, int item) { return checked(fmt::format("0{}{:05}", prefix_of(firm), item)); }
std::string product(int firm, int item) { return fmt::format("{}/01/{}", kBase, gtin(firm, item)); }
std::string lot(const std::string& of, const std::string& number) { return fmt::format("{}/10/{}", of, number); }
std::string serial(const std::string& of, const std::string& number) { return fmt::format("{}/21/{}", of, number); }
std::string place(int firm) { return fmt::format("{}/414/{}", kBase, gln(firm)); }
std::string party(int firm) { return fmt::format("{}/417/{}", kBase, gln(firm)); }
std::string carton(int firm, int number) {
  return fmt::format("{}/00/{}", kBase, checked(fmt::format("0{}{:09}", prefix_of(firm), number)));
}
std::string pallet(int firm, int number) {
  return fmt::format("{}/8003/0{}P{:03}", kBase, checked(prefix_of(firm) + "00900"), number);
}

json::object& Writer::add(std::string_view type, std::string_view action, When when, int firm, std::string_view step,
                          std::string_view disposition) {
  json::object event{{"type", type}, {"eventTime", time_text(when)}, {"eventTimeZoneOffset", "+08:00"}};
  if (!action.empty()) event["action"] = action;
  event["bizStep"] = step;
  if (!disposition.empty()) event["disposition"] = disposition;
  event["readPoint"] = json::object{{"id", place(firm)}};
  event["bizLocation"] = json::object{{"id", place(firm)}};
  events_.push_back(std::move(event));
  return events_.back().as_object();
}

json::object& Writer::made(When when, int firm, const Goods& goods, const std::string& lot_number) {
  json::object& event = add("ObjectEvent", "ADD", when, firm, "commissioning", "active");
  put(event, "epcList", "quantityList", goods);
  if (!lot_number.empty()) event["ilmd"] = json::object{{"cbvmda:lotNumber", lot_number}};
  return event;
}

json::object& Writer::transformed(When when, int firm, const Goods& in, const Goods& out,
                                  const std::string& lot_number) {
  json::object& event = add("TransformationEvent", "", when, firm, "assembling", "active");
  put(event, "inputEPCList", "inputQuantityList", in);
  put(event, "outputEPCList", "outputQuantityList", out);
  if (!lot_number.empty()) event["ilmd"] = json::object{{"cbvmda:lotNumber", lot_number}};
  return event;
}

json::object& Writer::packed(When when, int firm, const std::string& into, const Goods& goods) {
  json::object& event = add("AggregationEvent", "ADD", when, firm, "packing", "in_progress");
  event["parentID"] = into;
  put(event, "childEPCs", "childQuantityList", goods);
  return event;
}

json::object& Writer::unpacked(When when, int firm, const std::string& from, const Goods& goods) {
  json::object& event = add("AggregationEvent", "DELETE", when, firm, "unpacking", "in_progress");
  event["parentID"] = from;
  put(event, "childEPCs", "childQuantityList", goods);
  return event;
}

json::object& Writer::shipped(When when, int from, int to, const Goods& goods) {
  json::object& event = add("ObjectEvent", "OBSERVE", when, from, "shipping", "in_transit");
  event.erase("bizLocation");  // on the way, it is nowhere
  put(event, "epcList", "quantityList", goods);
  event["sourceList"] = one_party("source", from);
  event["destinationList"] = one_party("destination", to);
  return event;
}

json::object& Writer::received(When when, int from, int to, const Goods& goods) {
  json::object& event = add("ObjectEvent", "OBSERVE", when, to, "receiving", "in_progress");
  put(event, "epcList", "quantityList", goods);
  event["sourceList"] = one_party("source", from);
  event["destinationList"] = one_party("destination", to);
  return event;
}

json::object& Writer::carried(When when, int firm, int from, int to, const Goods& goods) {
  json::object& event = seen(when, firm, "transporting", "in_transit", goods);
  event["sourceList"] = one_party("source", from);
  event["destinationList"] = one_party("destination", to);
  return event;
}

json::object& Writer::seen(When when, int firm, std::string_view step, std::string_view disposition,
                           const Goods& goods) {
  json::object& event = add("ObjectEvent", "OBSERVE", when, firm, step, disposition);
  put(event, "epcList", "quantityList", goods);
  return event;
}

json::object& Writer::ended(When when, int firm, std::string_view step, const Goods& goods) {
  json::object& event = add("ObjectEvent", "DELETE", when, firm, step, "");
  put(event, "epcList", "quantityList", goods);
  return event;
}

void Writer::declare_wrong(const json::object& wrong, When declared, const std::string& corrected_by) {
  json::object event = wrong;
  event["errorDeclaration"] = json::object{{"declarationTime", time_text(declared)},
                                           {"reason", "incorrect_data"},
                                           {"correctiveEventIDs", json::array{json::value(corrected_by)}}};
  events_.push_back(std::move(event));
}

void Writer::describe(std::string_view vocabulary, const std::string& id, const Attributes& attributes) {
  json::array list;
  for (const auto& [name, value] : attributes) {
    const std::string full = name.starts_with("suyuan:") ? "https://suyuan.example/ns/" + name.substr(7)
                                                         : "urn:epcglobal:cbv:mda#" + name.substr(7);
    list.push_back(json::object{{"id", full}, {"attribute", value}});
  }
  vocabularies_.push_back(
      json::object{{"type", fmt::format("urn:epcglobal:epcis:vtype:{}", vocabulary)},
                   {"vocabularyElementList", json::array{json::object{{"id", id}, {"attributes", std::move(list)}}}}});
}

std::string Writer::text() const {
  json::object document{{"@context", json::array{"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                                                 json::object{{"cbvmda", "urn:epcglobal:cbv:mda#"},
                                                              {"suyuan", "https://suyuan.example/ns/"}}}},
                        {"type", "EPCISDocument"},
                        {"schemaVersion", "2.0"},
                        {"creationDate", "2026-06-30T00:00:00Z"}};
  if (!vocabularies_.empty()) {
    document["epcisHeader"] = json::object{{"epcisMasterData", json::object{{"vocabularyList", vocabularies_}}}};
  }
  document["epcisBody"] = json::object{{"eventList", events_}};
  return json::serialize(document);
}

}  // namespace suyuan::demo
