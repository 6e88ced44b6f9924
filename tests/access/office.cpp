// SPDX-License-Identifier: Apache-2.0
#include "office.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "adapters/http/page_routes.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "app/login/keys.h"
#include "base/text.h"

namespace suyuan::access {

namespace {

using identity::OrgKind;

struct Body {
  std::string name;
  OrgKind kind;
  std::int32_t place;
  std::string superior, code;
};

// In 浙江, and "far" in 四川. The chain goes from P in county A by D and R in county B to Q in county C.
const std::vector<Body>& bodies() {
  static const std::vector<Body> kAll = {
      {"province", OrgKind::kRegulator, 330000, "", ""},
      {"city", OrgKind::kRegulator, 330100, "province", ""},
      {"county-a", OrgKind::kRegulator, 330102, "city", ""},
      {"county-b", OrgKind::kRegulator, 330106, "city", ""},
      {"county-d", OrgKind::kRegulator, 330109, "city", ""},
      {"centre", OrgKind::kCentre, 330100, "city", ""},
      {"lab", OrgKind::kLaboratory, 330100, "centre", ""},
      {"platform", OrgKind::kPlatform, 330100, "", ""},
      {"stall", OrgKind::kMerchant, 330108, "platform", ""},
      {"P", OrgKind::kProducer, 330102, "", "https://id.gs1.org/417/6901234000009"},
      {"D", OrgKind::kSeller, 330106, "", "https://id.gs1.org/417/6901234000016"},
      {"R", OrgKind::kSeller, 330106, "", "https://id.gs1.org/417/6901234000023"},
      {"Q", OrgKind::kSeller, 330108, "", "https://id.gs1.org/417/6901234000030"},
      {"association", OrgKind::kIndustry, 330000, "", ""},
      {"far", OrgKind::kRegulator, 510000, "", ""},
      {"far-centre", OrgKind::kCentre, 510000, "far", ""},
      {"far-lab", OrgKind::kLaboratory, 510000, "", ""},
      {"far-platform", OrgKind::kPlatform, 510000, "", ""},
      {"far-stall", OrgKind::kMerchant, 510000, "", ""},
      {"far-maker", OrgKind::kProducer, 510000, "", "https://id.gs1.org/417/6901234000047"},
      {"far-shop", OrgKind::kSeller, 510000, "", "https://id.gs1.org/417/6901234000054"},
      {"far-association", OrgKind::kIndustry, 510000, "", ""}};
  return kAll;
}

struct Deed {
  std::string who, step, from, to;
};
const std::map<std::string, Deed>& deeds() {
  static const std::map<std::string, Deed> kAll = {
      {"e1", {"producer@P", "commissioning", "", ""}}, {"e2", {"producer@P", "shipping", "P", "D"}},
      {"e3", {"seller@D", "receiving", "", ""}},       {"e4", {"seller@D", "shipping", "D", "R"}},
      {"e5", {"seller@R", "receiving", "", ""}},       {"e6", {"seller@R", "shipping", "R", "Q"}},
      {"e7", {"seller@Q", "receiving", "", ""}}};
  return kAll;
}

std::string code_of_body(const std::string& name) {
  for (const Body& body : bodies())
    if (body.name == name) return body.code;
  return "";
}

std::string party_list(std::string_view member, std::string_view key, const std::string& name) {
  return fmt::format(R"(,"{}":[{{"type":"owning_party","{}":"{}"}}])", member, key, code_of_body(name));
}

std::string event_json(const std::string& id, const std::string& more) {
  const auto known = deeds().find(id);
  const Deed deed = known == deeds().end() ? Deed{"", "inspecting", "", ""} : known->second;
  std::string text = fmt::format(
      R"({{"type":"ObjectEvent","eventID":"urn:event:{}","eventTime":"2026-03-01T08:{:02}:00+08:00",)"
      R"("eventTimeZoneOffset":"+08:00","action":"{}","bizStep":"{}","disposition":"{}",)"
      R"("readPoint":{{"id":"urn:epc:id:sgln:6901234.00077.0"}},"bizLocation":{{"id":"urn:epc:id:sgln:6901234.00077.0"}},)"
      R"("epcList":["{}"])",
      id, id.size() > 1 && id[1] >= '0' && id[1] <= '9' ? id[1] - '0' : 59,
      deed.step == "commissioning" ? "ADD" : "OBSERVE", deed.step,
      deed.step == "commissioning" ? "active" : "in_progress", kItem);
  if (!deed.from.empty()) text += party_list("sourceList", "source", deed.from);
  if (!deed.to.empty()) text += party_list("destinationList", "destination", deed.to);
  if (id == "e1") text += R"(,"suyuan:consumerPhone":"13911112222")";
  return text + more + "}";
}

std::filesystem::path new_folder() {
  static std::atomic<int> number = 0;
  auto folder = std::filesystem::temp_directory_path() / fmt::format("suyuan-access-{}-{}", ::getpid(), ++number);
  std::filesystem::remove_all(folder);
  return folder;
}

template <class T>
T sound(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().code + ": " + result.error().text);
  return std::move(*result);
}

}  // namespace

std::string code_of(const Answer& answer) {
  boost::system::error_code error;
  const auto body = boost::json::parse(answer.body, error);
  if (error || !body.is_object()) return "";
  const auto* code = body.as_object().if_contains("code");
  return code == nullptr || !code->is_string() ? "" : std::string(code->as_string());
}

std::string header_of_cookie(const Answer& answer) {
  const std::string cookie = answer.header("Set-Cookie");
  return "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
}

Office::Office(std::vector<http::Route> more) : folder_(new_folder()) {
  for (const auto& [name, value] : std::map<std::string_view, std::string_view>{{"server.port", "0"},
                                                                                {"server.public_url", "http://test"},
                                                                                {"login.second_factor", "none"},
                                                                                {"login.argon2_kib", "8192"},
                                                                                {"login.argon2_passes", "1"},
                                                                                {"http.client_queue_max", "1000"},
                                                                                {"webhook.allow_private", "127.0.0.1"},
                                                                                {"webhook.timeout_ms", "300"},
                                                                                {"oidc.issuer", "http://127.0.0.1:1"},
                                                                                {"oidc.client_id", "suyuan"},
                                                                                {"oidc.client_secret_file", ""}})
    static_cast<void>(options_.settings.set(name, value, SettingSource::kCommandLine));
  store_ = sound(open_sqlite_warehouse(folder_, clock_, SqliteWarehouseOptions{}));
  serving_ = sound(cli::Serving::start(*store_, clock_, log_, options_.settings, {folder_.string(), ""}));
  hash_ = sound(login().hasher.hash(kPassword));
  add_organisations();
  const http::Services& services = serving_->services();
  options_.add_routes.push_back([&](http::Router& router) { http::add_page_routes(router, services, 1U << 20U); });
  options_.add_routes.push_back([this, more = std::move(more)](http::Router& router) {
    serving_->add_routes(router);
    for (const http::Route& route : more) router.add(route);
    routes_ = router.routes();
  });
  server_ = sound(http::start_server(options_, services));
  port_ = server_->port();
}

Office::~Office() {
  server_.reset();
  serving_.reset();
  store_.reset();
  std::filesystem::remove_all(folder_);
}

void Office::add_organisations() {
  for (const Body& body : bodies()) {
    identity::Organisation made{.name = body.name, .kind = body.kind, .jurisdiction = {body.place}};
    if (!body.superior.empty()) made.superior = OrgId(organisations_.at(body.superior));
    if (!body.code.empty()) made.codes = {body.code};
    organisations_[body.name] = sound(accounts().add(std::move(made), AuditEntry())).id.value();
  }
}

std::int64_t Office::person(const std::string& name) {
  const auto [found, is_new] = people_.try_emplace(name, 0);
  if (!is_new) return found->second;
  const std::size_t at = name.find('@');
  // "officer-2@county-a" is a colleague of "officer@county-a".
  const auto role = identity::role_of(name.substr(0, std::min(at, name.find('-'))));
  if (at == std::string::npos || !role || !organisations_.contains(name.substr(at + 1)))
    throw std::runtime_error("nobody is called " + name);
  Account account;
  account.member.org = OrgId(organisations_.at(name.substr(at + 1)));
  account.member.roles = {*role};
  account.login = ascii_lower(name);
  account.name = "某某";
  account = sound(accounts().add(std::move(account), AuditEntry()));
  if (auto kept = login().credentials.set_password(account.member.id, hash_, clock_.now(), 0, AuditEntry()); !kept)
    throw std::runtime_error(kept.error().text);
  return found->second = account.member.id.value();
}

std::string Office::sign_in(const std::string& login) {
  const Answer in = test::post(port_, "/api/v1/session", "application/json",
                               fmt::format(R"({{"login":"{}","password":"{}"}})", ascii_lower(login), kPassword));
  if (in.status != 201) throw std::runtime_error(login + " cannot sign in: " + in.body);
  return header_of_cookie(in);
}

std::string Office::make_key(const std::string& role, const std::string& org) {
  const identity::Role holder = *identity::role_of(role);
  const KeyRequest wanted{OrgId(organisations_.at(org)), holder, acts_for_keys(holder), "test",
                          clock_.now() + std::chrono::days(300)};
  return sound(suyuan::make_key(at_this_machine(), wanted, login())).text;
}

const std::string& Office::credential(const std::string& who) {
  const auto [found, is_new] = credentials_.try_emplace(who);
  if (!is_new || who == "public") return found->second;
  if (who.starts_with("key:")) {
    const std::size_t at = who.find('@');
    return found->second = "Authorization: Bearer " + make_key(who.substr(4, at - 4), who.substr(at + 1)) + "\r\n";
  }
  person(who);
  return found->second = sign_in(who);
}

std::string Office::key_id(const std::string& who) {
  const std::string& text = credential(who);
  const std::size_t begin = text.find("sk_") + 3;
  return text.substr(begin, text.find('_', begin) - begin);
}

Answer Office::ask(const Asking& asking) {
  std::string request = asking.method + " " + asking.target + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" +
                        credential(asking.who) + asking.headers;
  if (asking.method != "GET") {
    request += "Origin: http://test\r\n";
    if (asking.headers.find("If-Match") == std::string::npos) request += "If-Match: *\r\n";
    request += fmt::format("Content-Length: {}\r\n", asking.body.size());
    if (!asking.body.empty()) request += "Content-Type: " + asking.type + "\r\n";
  }
  return test::ask(port_, request + "\r\n" + asking.body);
}

Answer Office::report(const std::string& who, const std::string& event, const std::string& more) {
  return post(
      who, "/epcis/v2/capture",
      R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://ex.cn/","suyuan":"https://suyuan.example/ns/"}],)"
      R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z","epcisBody":{"eventList":[)" +
          event_json(event, more) + "]}}");
}

void Office::tell_the_chain() {
  for (const auto& [event, deed] : deeds()) {
    const Answer taken = report(deed.who, event);
    if (taken.status != 202) throw std::runtime_error(taken.body);
    const std::string job = taken.header("Location").substr(std::string("/epcis/v2/capture/").size());
    jobs.emplace(deed.who.substr(deed.who.find('@') + 1), job);
  }
}

}  // namespace suyuan::access
