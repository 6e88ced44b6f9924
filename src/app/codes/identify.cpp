// SPDX-License-Identifier: Apache-2.0
#include "app/codes/identify.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/text.h"

namespace suyuan {

namespace json = boost::json;
using codes::Level;
using codes::Scheme;

Result<codes::Identification> identify_text(const Permit<identity::Act::kCodeIdentify>& permit, std::string_view text,
                                            Clock& clock) {
  return read_code(permit.actor().org, text, clock);
}

Result<codes::Identification> read_code(OrgId org, std::string_view text, Clock& clock) {
  const std::chrono::year_month_day today(day_in_china(clock.now()));
  return codes::identify(text, org, static_cast<int>(today.year()));
}

std::string_view scheme_name(Scheme scheme) {
  switch (scheme) {
    case Scheme::kGs1:
      return "gs1";
    case Scheme::kEcode:
      return "ecode";
    case Scheme::kMa:
      return "ma";
    case Scheme::kOid:
      return "oid";
    case Scheme::kHandle:
      return "handle";
    case Scheme::kVaa:
      return "vaa";
    case Scheme::kCcc:
      return "ccc";
    case Scheme::kLicence:
      return "production_licence";
    case Scheme::kUscc:
      return "uscc";
    case Scheme::kInHouse:
      return "in_house";
    case Scheme::kUri:
      return "uri";
  }
  return "";
}

std::string_view level_name(Level level) {
  switch (level) {
    case Level::kItem:
      return "item";
    case Level::kLot:
      return "lot";
    case Level::kClass:
      return "class";
    case Level::kPlace:
      return "place";
    case Level::kParty:
      return "party";
    case Level::kDocument:
      return "document";
    case Level::kOther:
      return "other";
  }
  return "";
}

namespace {

json::array findings_json(const std::vector<Finding>& findings) {
  json::array array;
  for (const Finding& finding : findings) array.push_back(json::object{{"code", finding.code}, {"text", finding.text}});
  return array;
}

// The EPC URN, or "" where there is none or nobody said how long the company prefix is.
std::string urn_of(const codes::Candidate& candidate, std::optional<int> company_prefix_digits) {
  if (!company_prefix_digits) return {};
  auto urn = codes::to_epc_urn(candidate.id, *company_prefix_digits);
  return urn ? std::move(*urn) : std::string();
}

json::object candidate_json(const codes::Candidate& candidate, std::optional<int> company_prefix_digits) {
  json::array parts;
  for (const codes::Part& part : candidate.parts) {
    json::object entry{{"name", part.name}, {"value", part.value}};
    if (!part.ai.empty()) entry["ai"] = part.ai;
    if (!part.note.empty()) entry["note"] = part.note;
    parts.push_back(std::move(entry));
  }
  json::object object{{"scheme", scheme_name(candidate.id.scheme)},
                      {"notation", candidate.notation},
                      {"id", codes::canonical_uri(candidate.id)},
                      {"text", codes::display_text(candidate.id)},
                      {"level", level_name(codes::level_of(candidate.id))},
                      {"page", codes::page_path(candidate.id)},
                      {"reason", candidate.reason},
                      {"parts", std::move(parts)},
                      {"warnings", findings_json(candidate.warnings)}};
  if (std::string urn = urn_of(candidate, company_prefix_digits); !urn.empty()) object["epcUrn"] = std::move(urn);
  return object;
}

std::string_view level_words(Level level, bool english) {
  if (english) return level_name(level);
  switch (level) {
    case Level::kItem:
      return "单品";
    case Level::kLot:
      return "批次";
    case Level::kClass:
      return "品种";
    case Level::kPlace:
      return "地点";
    case Level::kParty:
      return "主体";
    case Level::kDocument:
      return "证书/单证";
    case Level::kOther:
      return "其他";
  }
  return "";
}

std::string candidate_text(const codes::Candidate& candidate, bool english, std::optional<int> company_prefix_digits) {
  std::string text =
      fmt::format("  {}  [{} · {}]\n    {}\n", codes::display_text(candidate.id), scheme_name(candidate.id.scheme),
                  level_words(codes::level_of(candidate.id), english), candidate.reason);
  for (const codes::Part& part : candidate.parts) {
    text += fmt::format("    {}{}: {}{}\n", part.ai.empty() ? "" : "(" + part.ai + ") ", part.name, part.value,
                        part.note.empty() ? "" : "  " + part.note);
  }
  for (const Finding& warning : candidate.warnings) text += fmt::format("    ! {} [{}]\n", warning.text, warning.code);
  if (const std::string urn = urn_of(candidate, company_prefix_digits); !urn.empty()) text += "    " + urn + "\n";
  return text + fmt::format("    {}\n", codes::canonical_uri(candidate.id));
}

}  // namespace

std::string identification_json(const codes::Identification& found, std::optional<int> company_prefix_digits) {
  json::array candidates;
  for (const codes::Candidate& candidate : found.candidates)
    candidates.push_back(candidate_json(candidate, company_prefix_digits));
  // Bytes that are no text cannot stand in JSON; what they look like can.
  json::object answer{{"raw", is_utf8(found.raw) ? found.raw : excerpt(found.raw, found.raw.size() * 4)},
                      {"symbology", found.symbology},
                      {"candidates", std::move(candidates)},
                      {"findings", findings_json(found.findings)}};
  return json::serialize(answer);
}

std::string identification_text(const codes::Identification& found, bool english,
                                std::optional<int> company_prefix_digits) {
  std::string text = excerpt(found.raw, 120) + "\n";
  if (found.candidates.size() > 1)
    text += english ? fmt::format("  {} readings are possible:\n", found.candidates.size())
                    : fmt::format("  有 {} 种可能的读法：\n", found.candidates.size());
  for (const codes::Candidate& candidate : found.candidates)
    text += candidate_text(candidate, english, company_prefix_digits);
  for (const Finding& finding : found.findings)
    text += fmt::format("  {} {} [{}]\n", english ? "Not a code that we can read:" : "无法识别：", finding.text,
                        finding.code);
  text.pop_back();
  return text;
}

}  // namespace suyuan
