// SPDX-License-Identifier: Apache-2.0
#include "slow_authorizer.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace suyuan::slow {
namespace {

constexpr std::string_view kFromNarrowToWide[] = {".",     "public", "figures", "self", "own",
                                                  "named", "place",  "chain",   "all"};

int rank(const std::string& width) {
  for (int at = 0; at < 9; ++at)
    if (kFromNarrowToWide[at] == width) return at;
  throw std::runtime_error("no width: " + width);
}

std::vector<std::string> split(const std::string& line, char by) {
  std::vector<std::string> parts(1);
  for (const char c : line) {
    if (c == by)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

// The lines that are no remarks, in cells. The tables have no quotes.
std::vector<std::vector<std::string>> read_table(const std::filesystem::path& file) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with('#') && !line.empty()) rows.push_back(split(line, ','));
  }
  if (rows.empty()) throw std::runtime_error("nothing in " + file.string());
  return rows;
}

const Organisation* find(const World& world, std::int64_t id) {
  for (const Organisation& each : world.organisations)
    if (each.id.value() == id) return &each;
  return nullptr;
}

// The same, or somewhere below: up the superiors, one by one.
bool is_within(const World& world, std::int64_t inner, std::int64_t outer) {
  while (true) {
    if (inner == outer) return true;
    const Organisation* at = find(world, inner);
    if (at == nullptr || !at->superior) return false;
    inner = at->superior->value();
  }
}

// Somebody who comes through the server: never this machine.
bool is_request(const Principal& who) { return who.via == identity::Via::kSession || who.via == identity::Via::kKey; }
bool is_reading(std::string_view act) { return act.ends_with(".read"); }
bool is_code(std::int32_t code) { return code >= 100000 && code <= 999999; }
bool is_province(std::int32_t code) { return code % 10000 == 0; }
bool is_prefecture(std::int32_t code) { return code % 100 == 0 && !is_province(code); }
bool is_county(std::int32_t code) { return code % 100 != 0; }

}  // namespace

Places::Places(const std::filesystem::path& csv) {
  for (const auto& cells : read_table(csv)) {
    if (cells.size() != 3) throw std::runtime_error("a division of other than three cells");
    Row row{.current = cells[2].empty(), .successors = {}};
    if (!row.current && cells[2] != ".")
      for (const std::string& code : split(cells[2], ' ')) row.successors.insert(std::stoi(code));
    rows_[std::stoi(cells[0])] = row;
  }
}

std::vector<std::int32_t> Places::current() const {
  std::vector<std::int32_t> codes;
  for (const auto& [code, row] : rows_)
    if (row.current) codes.push_back(code);
  return codes;
}

std::vector<std::int32_t> Places::withdrawn() const {
  std::vector<std::int32_t> codes;
  for (const auto& [code, row] : rows_)
    if (!row.current) codes.push_back(code);
  return codes;
}

// Of a municipality's county the municipality: 110100 is no place that anything lies in, nor is 429000.
std::int32_t Places::one_up(std::int32_t code) const {
  if (is_province(code)) return 0;
  const std::int32_t prefecture = code / 100 * 100;
  const std::int32_t province = code / 10000 * 10000;
  if (is_prefecture(code)) return rows_.contains(province) ? province : 0;
  const auto row = rows_.find(prefecture);
  const bool is_a_place = row != rows_.end() && (row->second.current || !row->second.successors.empty());
  if (is_a_place) return prefecture;
  return rows_.contains(province) ? province : 0;
}

std::set<std::int32_t> Places::heirs(std::int32_t code) const {
  const Row& row = rows_.at(code);
  if (row.current) return {code};
  std::set<std::int32_t> all;
  for (const std::int32_t next : row.successors) all.merge(heirs(next));
  return all;
}

// What lies below it by its digits, whatever became of that: of a code of no edition, and of a row that only gathers
// (110100 市辖区, 429000 省直辖县).
bool Places::gathers(std::int32_t jurisdiction, std::int32_t place) const {
  const auto row = rows_.find(jurisdiction);
  if (row != rows_.end() && (row->second.current || !row->second.successors.empty())) return false;
  return (is_prefecture(jurisdiction) && place / 100 == jurisdiction / 100) ||
         (is_province(jurisdiction) && place / 10000 == jurisdiction / 10000);
}

// What the counties that lay in a dissolved prefecture are now.
std::set<std::int32_t> Places::counties_after(std::int32_t prefecture) const {
  std::set<std::int32_t> all;
  for (const auto& [code, row] : rows_) {
    if (!is_county(code) || code / 100 != prefecture / 100) continue;
    for (const std::int32_t heir : heirs(code))
      if (is_county(heir)) all.insert(heir);
  }
  return all;
}

bool Places::is_dissolved(std::int32_t code) const {
  const auto row = rows_.find(code);
  return row != rows_.end() && !row->second.current;
}

std::set<std::int32_t> Places::read_as(std::int32_t jurisdiction) const {
  const auto row = rows_.find(jurisdiction);
  if (row == rows_.end()) return {};
  if (row->second.current) return {jurisdiction};
  if (row->second.successors.empty()) return {};  // it only gathers
  std::set<std::int32_t> all;
  if (is_county(jurisdiction)) {
    for (const std::int32_t heir : heirs(jurisdiction))
      if (is_county(heir)) all.insert(heir);
    return all;
  }
  all = counties_after(jurisdiction);
  for (const std::int32_t heir : heirs(jurisdiction))
    if (is_county(heir)) all.insert(heir);
  std::set<std::int32_t> whole;
  for (const std::int32_t heir : heirs(jurisdiction)) {
    if (!is_prefecture(heir)) continue;
    bool nothing_else = true;
    for (const auto& [code, other] : rows_)
      if (other.current && is_county(code) && code / 100 == heir / 100 && !all.contains(code)) nothing_else = false;
    if (nothing_else) whole.insert(heir);
  }
  all.merge(whole);
  return all;
}

bool Places::reaches(std::int32_t jurisdiction, const std::set<std::int32_t>& divisions, std::int32_t place) const {
  if (place == jurisdiction || divisions.contains(place) || gathers(jurisdiction, place)) return true;
  if (place == 0) return false;
  const auto row = rows_.find(place);
  const bool is_withdrawn = row != rows_.end() && !row->second.current;
  if (is_withdrawn && is_dissolved(jurisdiction) && one_up(place) == jurisdiction) return true;  // its old records
  if (row != rows_.end() && !row->second.successors.empty())
    return std::ranges::any_of(row->second.successors,
                               [&](std::int32_t next) { return reaches(jurisdiction, divisions, next); });
  return reaches(jurisdiction, divisions, one_up(place));
}

bool Places::covers(std::int32_t jurisdiction, std::int32_t place) const {
  if (jurisdiction == 0) return place == 0 || is_code(place);
  if (!is_code(jurisdiction) || !is_code(place)) return false;
  return reaches(jurisdiction, read_as(jurisdiction), place);
}

Authorizer::Authorizer(const std::filesystem::path& source) : places_(source / "policy/divisions.csv") {
  const auto permissions = read_table(source / "policy/permissions.csv");
  const auto& head = permissions.front();
  for (std::size_t at = 1; at < permissions.size(); ++at)
    for (std::size_t column = 1; column + 1 < head.size(); ++column)
      widths_[permissions[at][0]][head[column]] = permissions[at].at(column);
  for (const auto& cells : read_table(source / "policy/roles.csv"))
    for (const std::string& kind : split(cells.at(3), ' ')) kinds_[cells[0]].insert(kind);
}

std::string Authorizer::granted(const std::string& role, std::string_view act) const {
  const auto row = widths_.find(std::string(act));
  if (row == widths_.end()) return ".";
  const auto cell = row->second.find(role);
  return cell == row->second.end() ? "." : cell->second;
}

// The widest of the roles. Who is nobody, of no organisation or of a closed one may what the public may; a role that is
// not for its kind gives no more than that.
std::string Authorizer::width(const World& world, const Principal& who, std::string_view act) const {
  std::string widest = granted("public", act);
  const Organisation* own = find(world, who.actor.org.value());
  if (who.via == identity::Via::kNobody || own == nullptr || !own->is_active) return widest;
  for (const identity::Role role : who.roles) {
    const std::string name(identity::role_word(role));
    if (name == "public" || (name == "machine" && is_request(who))) continue;
    if (!kinds_.at(name).contains(std::string(identity::org_kind_word(own->kind)))) continue;
    const std::string width = granted(name, act);
    if (rank(width) > rank(widest)) widest = width;
  }
  return widest;
}

std::set<Answer> Authorizer::may(const World& world, const Principal& who, std::string_view act) const {
  const std::string widest = width(world, who, act);
  std::set<Answer> refused;
  if (widest == ".") refused.insert(who.via == identity::Via::kNobody ? Answer::kSignIn : Answer::kDenied);
  if (who.via == identity::Via::kKey && !who.acts.has(*identity::act_of(act))) refused.insert(Answer::kKeyLimits);
  if (!refused.empty()) return refused;
  if (widest == "public") return {Answer::kPublic};
  if (widest == "figures") return {Answer::kFigures};
  return {Answer::kRows};
}

bool Authorizer::covers_place(const World& world, const Principal& who, std::string_view act, std::int32_t place,
                              Instant now) const {
  const std::string widest = width(world, who, act);
  if (widest == "all") return true;
  if (widest != "place" && widest != "chain") return false;
  if (places_.covers(who.actor.jurisdiction.division, place)) return true;
  const bool is_emergency = who.emergency && now < who.emergency->until;
  return is_emergency && is_reading(act) && places_.covers(who.emergency->place.division, place);
}

bool Authorizer::covers(const World& world, const Principal& who, std::string_view act, const Actor& owner,
                        Instant now) const {
  const std::string widest = width(world, who, act);
  if (widest == "all") return true;
  if (widest == "self") return owner.person == who.actor.person && owner.org == who.actor.org;
  return is_within(world, owner.org.value(), who.actor.org.value()) ||
         covers_place(world, who, act, owner.jurisdiction.division, now);
}

std::set<std::int64_t> Authorizer::organisations(const World& world, const Principal& who, std::string_view act) const {
  std::set<std::int64_t> ids;
  if (width(world, who, act) == "self") return {who.actor.org.value()};
  for (const Organisation& each : world.organisations)
    if (is_within(world, each.id.value(), who.actor.org.value())) ids.insert(each.id.value());
  return ids;
}

std::set<std::string> Authorizer::codes(const World& world, const Principal& who, std::string_view act) const {
  std::set<std::string> names;
  if (width(world, who, act) != "named") return names;
  for (const Organisation& each : world.organisations)
    if (is_within(world, each.id.value(), who.actor.org.value())) names.insert(each.codes.begin(), each.codes.end());
  return names;
}

Principal Authorizer::job(const World& world, const Actor& owner, identity::Role service) const {
  Principal who{.actor = owner, .roles = {service}, .via = identity::Via::kJob};
  if (const Organisation* own = find(world, owner.org.value())) who.actor.jurisdiction = own->jurisdiction;
  return who;
}

}  // namespace suyuan::slow
