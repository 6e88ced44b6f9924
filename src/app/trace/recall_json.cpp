// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "app/trace/recall.h"
#include "app/trace/recall_words.h"

namespace suyuan {

namespace json = boost::json;

namespace {

class Renderer {
 public:
  explicit Renderer(const RecallAnswer& answer) : answer_(answer) {}

  json::object answer() const {
    json::array start, holdings, told, unknown;
    for (const codes::Identity& id : answer_.request.start) start.push_back(json::value(codes::canonical_uri(id)));
    for (const RecallHolding& each : answer_.holdings) holdings.push_back(holding(each));
    for (const RecallAnswer::Told& each : answer_.to_tell) {
      json::object row = place_of("who", each.who);
      row["isParty"] = each.is_party;
      row["objects"] = each.objects;
      row["holdsNow"] = each.holds_now;
      told.push_back(std::move(row));
    }
    for (const RecallAnswer::Unknown& each : answer_.unknown) {
      json::array some, last_places;
      for (const auto& [object, last] : each.some) {
        some.push_back(json::value(code(object)));
        if (!last) continue;
        json::object row = place_of("place", last->place);
        row["id"] = code(object);
        row["at"] = format_instant(last->at);
        last_places.push_back(std::move(row));
      }
      unknown.push_back({{"why", unknown_word(each.why)},
                         {"objects", each.objects},
                         {"some", std::move(some)},
                         {"lastPlaces", std::move(last_places)}});
    }
    json::object object{{"start", std::move(start)},
                        {"affected",
                         {{"items", answer_.items},
                          {"lots", answer_.lots},
                          {"classes", answer_.classes},
                          {"others", answer_.others},
                          {"ended", answer_.ended}}},
                        {"carriers", answer_.carriers},
                        {"holdings", std::move(holdings)},
                        {"holdingsTotal", answer_.holdings_total},
                        {"toTell", std::move(told)},
                        {"toTellTotal", answer_.to_tell_total},
                        {"unknown", std::move(unknown)}};
    if (answer_.upto) object["upto"] = *answer_.upto;
    if (answer_.request.at) object["at"] = format_instant(*answer_.request.at);
    return object;
  }

 private:
  std::string code(trace::ObjectId object) const { return codes::canonical_uri(answer_.names.at(object).id); }

  json::object place_of(std::string_view name, const std::optional<trace::ObjectId>& object) const {
    json::object row;
    row[name] = object ? json::value(code(*object)) : json::value(nullptr);
    row[std::string(name) + "Name"] = object ? answer_.names.at(*object).name : "";
    return row;
  }

  json::object holding(const RecallHolding& holding) const {
    json::object row = place_of("party", holding.party);
    for (const auto& each : place_of("place", holding.place)) row[each.key()] = each.value();
    row["inTransit"] = holding.in_transit;
    row["items"] = holding.items;
    row["lots"] = holding.lots;
    json::array amounts;
    for (const auto& [uom, amount] : holding.amounts)
      amounts.push_back({{"amount", json::value(amount.to_string())}, {"uom", uom}});
    row["amounts"] = std::move(amounts);
    row["lotsOfUnknownAmount"] = holding.lots_of_unknown_amount;
    row["sinceFirst"] = format_instant(holding.since_first);
    row["sinceLast"] = format_instant(holding.since_last);
    return row;
  }

  const RecallAnswer& answer_;
};

}  // namespace

std::string recall_json(const RecallAnswer& answer) { return json::serialize(Renderer(answer).answer()); }

}  // namespace suyuan
