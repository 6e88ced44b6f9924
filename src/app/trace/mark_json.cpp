// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "app/trace/mark.h"
#include "app/trace/words.h"

namespace suyuan {

namespace json = boost::json;

namespace {

std::string_view act_word(MarkAct::Kind kind) {
  return kind == MarkAct::Kind::kMade ? "made" : kind == MarkAct::Kind::kLifted ? "lifted" : "rechecked";
}

json::object mark_object(const MarkView& view) {
  const Mark& mark = view.mark;
  json::array codes, history, unseen;
  for (const codes::Identity& code : view.unseen) unseen.push_back(json::value(codes::canonical_uri(code)));
  for (const codes::Identity& code : mark.codes) codes.push_back(json::value(codes::canonical_uri(code)));
  for (const MarkAct& act : mark.acts) {
    json::object row{{"act", act_word(act.kind)}, {"at", format_instant(act.at)}, {"reason", act.reason}};
    if (view.recorded) row["upto"] = act.upto;
    if (act.kind != MarkAct::Kind::kLifted) row["newly"] = act.newly;
    if (act.kind == MarkAct::Kind::kRechecked) row["gone"] = act.gone;
    history.push_back(std::move(row));
  }
  json::object object{{"id", mark.id},
                      {"codes", std::move(codes)},
                      {"unseen", std::move(unseen)},
                      {"reason", mark.acts.empty() ? "" : mark.acts.front().reason},
                      {"open", mark.is_open},
                      {"affected",
                       {{"items", mark.affected.items},
                        {"lots", mark.affected.lots},
                        {"classes", mark.affected.classes},
                        {"others", mark.affected.others}}},
                      {"finds", mark.finds},
                      {"exact", mark.recheck_since == 0},
                      {"history", std::move(history)}};
  if (!view.recorded) return object;  // numbers of records tell how much others record
  object["lookedUpto"] = mark.looked;
  object["recorded"] = *view.recorded;
  if (mark.recheck_since != 0) object["recheckSince"] = mark.recheck_since;
  return object;
}

class Renderer {
 public:
  explicit Renderer(const MarkFinds& answer) : answer_(answer) {}

  json::object find(const MarkFinds::Found& found) const {
    const MarkFind& find = found.find;
    json::object row{{"number", find.number}, {"found", format_instant(find.found)}, {"newly", find.newly}};
    if (!find.seq) {
      row["did"] = "rechecked";
      row["gone"] = find.gone;
    }
    if (found.event) add_event(*found.event, find, row);
    json::array told;
    for (const trace::ObjectId who : find.told) told.push_back(named(who));
    row["newToTell"] = std::move(told);
    return row;
  }

 private:
  json::object named(trace::ObjectId object) const {
    const TraceName& name = answer_.names.at(object);
    return {{"id", json::value(codes::canonical_uri(name.id))}, {"name", name.name}};
  }

  void add_event(const trace::StoredEvent& event, const MarkFind& find, json::object& row) const {
    row["did"] = deed_word(event);
    row["eventID"] = event.id;
    row["type"] = type_word(event.type);
    if (event.action != trace::Action::kNone) row["action"] = action_word(event.action);
    if (!event.biz_step.empty()) row["bizStep"] = event.biz_step;
    row["eventTime"] = format_instant(event.time, event.offset);
    row["recordTime"] = format_instant(event.recorded);
    if (answer_.view.recorded) row["record"] = event.seq.value();
    if (event.declared_wrong && !event.is_declaration) row["declaredWrong"] = true;
    json::array parties;
    for (const trace::Link& link : event.links) {
      if (link.role < trace::Role::kReadPoint || link.role > trace::Role::kDestinationLocation) continue;
      json::object party = named(link.object);
      party["role"] = role_word(link.role);
      parties.push_back(std::move(party));
    }
    row["whereAndWho"] = std::move(parties);
    row["thingsTotal"] = find.goods.size();
    row["things"] = things(event, find.goods);
    row["carriersTotal"] = find.carriers.size();
    row["carriers"] = things(event, find.carriers);
  }

  // With what the event says of each.
  json::array things(const trace::StoredEvent& event, const std::vector<trace::ObjectId>& objects) const {
    json::array rows;
    for (std::size_t i = 0; i < objects.size() && i < kFindThingsShown; ++i) {
      json::object row = named(objects[i]);
      for (const trace::Link& link : event.links) {
        if (link.object != objects[i] || link.role > trace::Role::kOutput) continue;
        row["role"] = role_word(link.role);
        if (link.amount) row["quantity"] = link.amount->to_string();
        if (!link.uom.empty()) row["uom"] = link.uom;
        break;
      }
      rows.push_back(std::move(row));
    }
    return rows;
  }

  const MarkFinds& answer_;
};

}  // namespace

std::string mark_json(const MarkView& view) { return json::serialize(mark_object(view)); }

std::string marks_json(const std::vector<MarkView>& views, std::size_t limit) {
  json::array rows;
  for (const MarkView& view : views) rows.push_back(mark_object(view));
  const bool more = views.size() == limit;
  return json::serialize(json::object{{"marks", std::move(rows)},
                                      {"next", more ? json::value(views.back().mark.id) : json::value(nullptr)}});
}

std::string mark_finds_json(const MarkFinds& answer) {
  const Renderer renderer(answer);
  json::array rows;
  for (const auto& found : answer.finds) rows.push_back(renderer.find(found));
  json::object object{{"mark", mark_object(answer.view)}, {"finds", std::move(rows)}, {"next", nullptr}};
  if (answer.more) object["next"] = answer.finds.back().find.number;
  return json::serialize(object);
}

}  // namespace suyuan
