// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/evidence/evidence.h"
#include "base/text.h"

namespace suyuan {

namespace {

namespace json = boost::json;

json::object actor_value(const Actor& actor) {
  return {
      {"person", actor.person.value()}, {"organisation", actor.org.value()}, {"division", actor.jurisdiction.division}};
}

json::object object_of(const EvidenceView& view) {
  const Evidence& it = view.evidence;
  json::array about;
  for (const codes::Identity& code : it.about) about.push_back(json::value(codes::canonical_uri(code)));
  json::object row{{"id", it.id},
                   {"at", format_instant(it.at)},
                   {"by", actor_value(it.by)},
                   {"about", std::move(about)},
                   {"mediaType", it.media_type},
                   {"size", it.size},
                   {"sha256", hex(it.sha256)},
                   {"sm3", hex(it.sm3)},
                   {"erased", !view.words},
                   {"withdrawn", nullptr}};
  if (view.words) {
    row["name"] = view.words->name;
    row["note"] = view.words->note;
  }
  if (it.withdrawn)
    row["withdrawn"] = json::object{
        {"at", format_instant(it.withdrawn->at)}, {"by", actor_value(it.withdrawn->by)}, {"why", it.withdrawn->why}};
  return row;
}

std::string text_of(const EvidenceView& view, bool english) {
  const Evidence& it = view.evidence;
  const std::string erased = english ? "(erased)" : "（已抹除）";
  std::string text =
      fmt::format("{}  {}  {}  {} {}\n", it.id, format_instant(it.at),
                  view.words ? excerpt(view.words->name, 300) : erased, it.size, english ? "bytes" : "字节");
  for (const codes::Identity& code : it.about) text += fmt::format("  {}\n", codes::display_text(code));
  if (view.words && !view.words->note.empty()) text += fmt::format("  {}\n", excerpt(view.words->note, 2000));
  text += fmt::format("  SHA-256 {}\n  SM3     {}\n", hex(it.sha256), hex(it.sm3));
  if (it.withdrawn)
    text +=
        english
            ? fmt::format("  withdrawn {}: {}\n", format_instant(it.withdrawn->at), excerpt(it.withdrawn->why, 2000))
            : fmt::format("  已撤回 {}：{}\n", format_instant(it.withdrawn->at), excerpt(it.withdrawn->why, 2000));
  return text;
}

}  // namespace

std::string evidence_json(const EvidenceView& view) { return json::serialize(object_of(view)); }

std::string evidence_page_json(const EvidencePage& page) {
  json::array all;
  for (const EvidenceView& each : page.all) all.push_back(object_of(each));
  json::object answer{{"evidence", std::move(all)}};
  if (!page.next.empty()) answer["next"] = page.next;
  return json::serialize(answer);
}

std::string evidence_text(const EvidencePage& page, bool english) {
  std::string text;
  for (const EvidenceView& each : page.all) text += text_of(each, english);
  if (page.all.empty()) return english ? "There is no evidence." : "没有证据文件。";
  text.pop_back();
  return text;
}

}  // namespace suyuan
