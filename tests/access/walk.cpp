// SPDX-License-Identifier: Apache-2.0
#include "walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <stdexcept>

#include "base/text.h"

namespace suyuan::access {

namespace {

namespace json = boost::json;

struct Thing {
  std::string theirs, nobodys;
  // As answers show them besides.
  std::vector<std::string> theirs_shown = {}, nobodys_shown = {};
};

std::string field_of(const Answer& answer, std::string_view member) {
  const auto body = json::parse(answer.body).as_object();
  const auto& value = body.at(member);
  return value.is_string() ? std::string(value.as_string()) : std::to_string(value.as_int64());
}

std::string last_segment(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// An id of the same form that nobody has.
Thing id_thing(const std::string& id) {
  if (id.size() < 8) return {id, "98765"};
  return {id, id.substr(0, id.size() - 8) + "00000000"};
}

Answer made(Answer answer) {
  if (answer.status != 201) throw std::runtime_error(fmt::format("{} {}", answer.status, answer.body));
  return answer;
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    encoded += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

// Something of organisation P of every kind that has ids.
std::map<std::string, Thing> things_of_p(Office& office) {
  std::map<std::string, Thing> things;
  things["event"] = {"urn:event:e1", "urn:event:e9"};
  things["item"] = {
      kItem, kItem.substr(0, kItem.size() - 1) + "8", {"(21)7", "/21/7", "%2F21%2F7"}, {"(21)8", "/21/8", "%2F21%2F8"}};
  things["step"] = {"commissioning", "decommissioning"};
  things["disposition"] = {"active", "expired"};
  things["place"] = {"https://id.gs1.org/414/6901234000771", "https://id.gs1.org/414/6901234000887"};
  things["job"] = id_thing(office.jobs.at("P"));
  things["organisation"] = id_thing(std::to_string(office.organisation("P")));
  things["person"] = id_thing(std::to_string(office.person("producer@P")));
  made(office.post("producer@P", "/epcis/v2/queries", R"({"name":"mine","query":{"EQ_bizStep":["shipping"]}})"));
  things["query"] = {"mine", "nine"};
  const Answer subscribed = made(office.post("producer@P", "/epcis/v2/queries/mine/subscriptions",
                                             R"({"dest":"http://127.0.0.1:1/","stream":true})"));
  things["subscription"] = id_thing(last_segment(subscribed.header("Location")));
  const Answer marked =
      made(office.post("producer@P", "/api/v1/marks", fmt::format(R"({{"id":"{}","reason":"test"}})", kItem)));
  things["mark"] = id_thing(last_segment(marked.header("Location")));
  things["erasure"] = id_thing(field_of(
      made(office.post("sysadmin@P", "/api/v1/erasures", R"({"event":"urn:event:e1","why":"somebody asked for it"})")),
      "id"));
  things["evidence"] = id_thing(
      field_of(made(office.ask({"producer@P", "POST", "/api/v1/evidence?name=note.txt&about=" + percent_encoded(kItem),
                                "a note", "", "text/plain"})),
               "id"));
  things["emergency"] =
      id_thing(field_of(made(office.post("officer@county-a", "/api/v1/emergencies",
                                         R"({"place":"110101","reason":"needed at once, said the caller"})")),
                        "id"));
  things["key"] = id_thing(field_of(
      made(office.post("secadmin@P", "/api/v1/keys",
                       R"({"role":"producer","acts":["event.capture"],"name":"x","expires":"2027-02-01T00:00:00Z"})")),
      "id"));
  const auto sessions = json::parse(office.get("producer@P", "/api/v1/sessions").body).at("sessions").as_array();
  things["session"] = id_thing(std::string(sessions.at(0).at("id").as_string()));
  return things;
}

std::string act_of(const http::Route& route) { return std::string(identity::act_word(*route.act)); }

// What somebody with this role gets of a route with this act.
std::string refusal_expected(const Policy& policy, const std::string& role, const std::string& act) {
  if (policy.at(role).at(act) != ".") return "";
  return role == "public" ? "401 access.sign_in" : "403 access.denied";
}

class Walk {
 public:
  Walk(Office& office, const std::map<std::string, Endpoint>& endpoints)
      : office_(office), endpoints_(endpoints), policy_(read_policy()), things_(things_of_p(office)) {}

  Walked go() {
    for (const http::Route& route : office_.routes()) {
      const auto row = endpoints_.find(route.operation_id);
      const Endpoint* endpoint = row == endpoints_.end() ? nullptr : &row->second;
      if (endpoint == nullptr || !names_every_id(route, *endpoint)) {
        walked_.untested.insert(route.operation_id);
        endpoint = nullptr;
      }
      if (endpoint != nullptr && endpoint->is_open) continue;
      as_every_role(route, endpoint);
      with_other_credentials(route, endpoint);
      if (endpoint != nullptr && names_things(*endpoint)) of_another_organisation(route, *endpoint);
    }
    return std::move(walked_);
  }

 private:
  static bool names_every_id(const http::Route& route, const Endpoint& endpoint) {
    return endpoint.is_open || std::all_of(route.parameters.begin(), route.parameters.end(), [&](const auto& each) {
             const auto is_it = [&](const auto& pair) { return pair.first == each.name; };
             return each.in != http::Parameter::In::kPath ||
                    std::any_of(endpoint.things.begin(), endpoint.things.end(), is_it) ||
                    std::any_of(endpoint.words.begin(), endpoint.words.end(), is_it);
           });
  }

  // The path with ids that nobody has, or with those of P.
  std::string target(const http::Route& route, const Endpoint* endpoint, bool theirs = false) const {
    std::map<std::string, std::string> values;
    for (const auto& parameter : route.parameters) values[parameter.name] = "x";
    if (endpoint != nullptr) {
      for (const auto& [name, word] : endpoint->words) values[name] = word;
      for (const auto& [name, thing] : endpoint->things)
        values[name] = theirs ? things_.at(thing).theirs : things_.at(thing).nobodys;
    }
    std::string path = filled(route, values);
    if (endpoint == nullptr) return path;
    for (const auto& [name, thing] : endpoint->asked)
      path += fmt::format("{}{}={}", path.find('?') == std::string::npos ? '?' : '&', name,
                          percent_encoded(theirs ? things_.at(thing).theirs : things_.at(thing).nobodys));
    return path;
  }
  static bool names_things(const Endpoint& endpoint) {
    return !endpoint.things.empty() || !endpoint.asked.empty() || endpoint.body.find('$') != std::string::npos;
  }
  // Which things the body names.
  std::vector<std::string> things_in(const std::string& body) const {
    std::vector<std::string> found;
    for (const auto& [name, thing] : things_)
      if (body.find("$" + name) != std::string::npos) found.push_back(name);
    return found;
  }
  std::string body_of(const Endpoint& endpoint, bool theirs) const {
    std::string body = endpoint.body;
    for (const std::string& name : things_in(body)) {
      const Thing& thing = things_.at(name);
      body.replace(body.find("$" + name), name.size() + 1, theirs ? thing.theirs : thing.nobodys);
    }
    return body;
  }
  Answer ask(const http::Route& route, const std::string& who, const std::string& target, const Endpoint* endpoint,
             const std::string& headers = "", bool theirs = false) {
    const std::string type = route.body_types.empty() ? "application/json" : route.body_types.front();
    return office_.ask(
        {who, route.method, target, endpoint == nullptr ? "" : body_of(*endpoint, theirs), headers, type});
  }
  void find(const http::Route& route, const std::string& who, const std::string& expected, const Answer& is) {
    walked_.findings.push_back(fmt::format("{} ({} {}) as {}: expected {}, got {} {}", route.operation_id, route.method,
                                           route.path, who, expected, is.status, is.body.substr(0, 300)));
  }

  void as_every_role(const http::Route& route, const Endpoint* endpoint) {
    const std::string where = target(route, endpoint);
    int refused = 0, let_in = 0;
    for (const auto& [role, who] : strangers()) {
      const Answer is = ask(route, who, where, endpoint);
      const std::string expected = refusal_expected(policy_, role, act_of(route));
      (expected.empty() ? let_in : refused) += 1;
      if (expected.empty()) {
        if (is.status == 401 || is.status == 403 || is.status >= 500 || is.status == 0)
          find(route, who, "to be let in", is);
        continue;
      }
      const std::string code = code_of(is);  // a page has none
      if (fmt::format("{} {}", is.status, code) != expected &&
          !(code.empty() && expected.starts_with(std::to_string(is.status))))
        find(route, who, expected, is);
    }
    const bool is_for_all = policy_.at("public").at(act_of(route)) != ".";
    if (let_in == 0 || (refused == 0 && !is_for_all)) walked_.untested.insert(route.operation_id);
  }

  // A credential that is none, a key without this act, a session from a page of another site.
  void with_other_credentials(const http::Route& route, const Endpoint* endpoint) {
    const std::string where = target(route, endpoint);
    if (!route.is_instant) {
      const Answer forged = ask(route, "public", where, endpoint, "Cookie: suyuan=" + std::string(43, 'A') + "\r\n");
      if (forged.status != 401) find(route, "a forged cookie", "401", forged);
      const Answer no_key =
          ask(route, "public", where, endpoint, "Authorization: Bearer sk_0_" + std::string(43, 'A') + "\r\n");
      if (no_key.status != 401) find(route, "a forged key", "401", no_key);
    }
    const bool is_for_all = policy_.at("public").at(act_of(route)) != ".";
    if (!is_for_all) {
      const Answer other = ask(route, "public", where, endpoint, key_of_nothing());
      if (other.status != 403) find(route, "a key without this act", "403 access.key_limits", other);
    }
    if (route.method == "GET" || is_for_all) return;
    for (const auto& [role, who] : strangers()) {
      if (policy_.at(role).at(act_of(route)) == "." || who == "public") continue;
      const std::string fields = office_.credential(who) + "Sec-Fetch-Site: cross-site\r\n";
      const Answer is = ask(route, "public", where, endpoint, fields);
      if (is.status != 403) find(route, who + " from another site", "403 access.cross_site", is);
      return;
    }
  }

  const std::string& key_of_nothing() {
    if (key_of_nothing_.empty()) {
      const Answer key = made(
          office_.post("secadmin@P", "/api/v1/keys",
                       R"({"role":"producer","acts":["code.identify"],"name":"x","expires":"2027-02-01T00:00:00Z"})"));
      key_of_nothing_ = "Authorization: Bearer " + field_of(key, "key") + "\r\n";
    }
    return key_of_nothing_;
  }

  void of_another_organisation(const http::Route& route, const Endpoint& endpoint) {
    std::vector<std::string> theirs_shown, nobodys_shown;
    std::vector<std::string> named = things_in(endpoint.body);
    for (const auto* pairs : {&endpoint.things, &endpoint.asked})
      for (const auto& [name, word] : *pairs) named.push_back(word);
    for (const std::string& word : named) {
      const Thing& thing = things_.at(word);
      theirs_shown.insert(theirs_shown.end(), thing.theirs_shown.begin(), thing.theirs_shown.end());
      nobodys_shown.insert(nobodys_shown.end(), thing.nobodys_shown.begin(), thing.nobodys_shown.end());
      theirs_shown.push_back(thing.theirs);
      nobodys_shown.push_back(thing.nobodys);
    }
    int asked = 0;
    for (const auto& [role, who] : strangers()) {
      if (who == "public" || policy_.at(role).at(act_of(route)) == ".") continue;
      ++asked;
      const Answer theirs = ask(route, who, target(route, &endpoint, true), &endpoint, "", true);
      const Answer nobodys = ask(route, who, target(route, &endpoint), &endpoint);
      if (nobodys.status != 404 && !endpoint.things.empty()) find(route, who, "404 for an id that nobody has", nobodys);
      const std::string one = plain(theirs, theirs_shown), other = plain(nobodys, nobodys_shown);
      const auto differs = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
      if (one == other) continue;
      find(route, who,
           "for an id of P what is answered for one that nobody has: …" +
               std::string(differs.second, other.end()).substr(0, 300),
           theirs);
    }
    if (asked == 0) walked_.untested.insert(route.operation_id);
  }

  Office& office_;
  const std::map<std::string, Endpoint>& endpoints_;
  const Policy policy_;
  const std::map<std::string, Thing> things_;
  std::string key_of_nothing_;
  Walked walked_;
};

}  // namespace

Walked walk(Office& office, const std::map<std::string, Endpoint>& endpoints) { return Walk(office, endpoints).go(); }

Policy read_policy() {
  Policy policy;
  std::ifstream file(SUYUAN_SOURCE_DIR "/policy/permissions.csv");
  std::vector<std::string> roles;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    const auto cells = split(line, ',');
    if (roles.empty()) {
      for (const auto cell : cells) roles.emplace_back(cell);
      continue;
    }
    for (std::size_t i = 1; i + 1 < cells.size(); ++i) policy[roles[i]][std::string(cells[0])] = std::string(cells[i]);
  }
  return policy;
}

std::map<std::string, Endpoint> read_endpoints() {
  std::map<std::string, Endpoint> endpoints;
  std::ifstream file(SUYUAN_SOURCE_DIR "/tests/access/endpoints.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with("#")) continue;
    const auto cells = split(line, '|');
    if (cells.size() != 4) throw std::runtime_error("not four columns: " + line);
    Endpoint endpoint;
    endpoint.body = std::string(trim(cells[2]));
    const std::string why(trim(cells[3]));
    for (const std::string_view word : split(trim(cells[1]), ' ')) {
      if (word.empty()) continue;
      const std::size_t thing = word.find('='), literal = word.find(':');
      if (word == "open")
        endpoint.is_open = true;
      else if (thing != std::string_view::npos && word.front() == '?')
        endpoint.asked.emplace_back(word.substr(1, thing - 1), word.substr(thing + 1));
      else if (thing != std::string_view::npos)
        endpoint.things.emplace_back(word.substr(0, thing), word.substr(thing + 1));
      else if (literal != std::string_view::npos)
        endpoint.words.emplace_back(word.substr(0, literal), word.substr(literal + 1));
      else
        throw std::runtime_error("neither open, parameter=thing nor parameter:word: " + line);
    }
    const bool needs_reason = endpoint.is_open || (endpoint.things.empty() && !endpoint.words.empty());
    if (needs_reason && why.empty()) throw std::runtime_error("without its reason: " + line);
    if (!endpoints.emplace(std::string(trim(cells[0])), std::move(endpoint)).second)
      throw std::runtime_error("twice: " + line);
  }
  return endpoints;
}

const std::map<std::string, std::string>& strangers() {
  static const std::map<std::string, std::string> kAll = {{"public", "public"},
                                                          {"officer", "officer@far"},
                                                          {"leader", "leader@far"},
                                                          {"analyst", "analyst@far-centre"},
                                                          {"sampler", "sampler@far-centre"},
                                                          {"tester", "tester@far-lab"},
                                                          {"signatory", "signatory@far-lab"},
                                                          {"platform", "platform@far-platform"},
                                                          {"merchant", "merchant@far-stall"},
                                                          {"producer", "producer@far-maker"},
                                                          {"seller", "seller@far-shop"},
                                                          {"industry", "industry@far-association"},
                                                          {"sysadmin", "sysadmin@far-maker"},
                                                          {"secadmin", "secadmin@far-maker"},
                                                          {"auditor", "auditor@far-maker"}};
  return kAll;
}

std::string plain(const Answer& answer, const std::vector<std::string>& echoes) {
  std::string text = std::to_string(answer.status) + "\n";
  for (const std::string_view line : split(answer.head, '\n')) {
    const std::string name = ascii_lower(line.substr(0, line.find(':')));
    if (name != "date" && name != "trace-id" && name != "content-length") text.append(line).append("\n");
  }
  std::string body = answer.body;
  if (const std::size_t at = body.find("\"traceId\":\""); at != std::string::npos) body.erase(at, 11 + 32);
  text += body;
  const auto is_word = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  };
  for (const std::string& echo : echoes) {
    for (std::size_t at = text.find(echo); at != std::string::npos; at = text.find(echo, at + 1)) {
      const std::size_t end = at + echo.size();
      if ((at > 0 && is_word(text[at - 1]) && is_word(echo.front())) || (end < text.size() && is_word(text[end])))
        continue;
      text.replace(at, echo.size(), "…");
    }
  }
  return text;
}

std::string filled(const http::Route& route, const std::map<std::string, std::string>& values) {
  std::string path;
  for (const std::string_view segment : split(std::string_view(route.path).substr(1), '/')) {
    path += '/';
    if (!segment.starts_with("{")) {
      path += segment;
      continue;
    }
    const std::size_t end = segment.find_first_of(".}");
    path += percent_encoded(values.at(std::string(segment.substr(1, end - 1))));
  }
  return path;
}

}  // namespace suyuan::access
