// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/epcis_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <map>

#include "base/text.h"

namespace suyuan::http::epcis {

namespace {

constexpr std::string_view kContext = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

// NotAcceptable is what a client's own headers ask for in vain; other kinds have their usual status.
int status_for(const Error& error) {
  if (error.code == "epcis.epc_format" || error.code == "epcis.not_in_xml" || error.code == "epcis.version") return 406;
  if (error.code == "query.no_websocket") return 501;
  return status_of(error.kind);
}

template <class Value>
Result<Value> word(const Request& request, std::string_view header, const std::map<std::string_view, Value>& words,
                   Value otherwise) {
  const std::string_view text = request.headers.get(header);
  if (text.empty()) return otherwise;
  const auto found = words.find(text);
  if (found != words.end()) return found->second;
  std::string known;
  for (const auto& [name, value] : words) known += (known.empty() ? "" : ", ") + std::string(name);
  return Error{ErrorKind::kInvalid, "epcis.format",
               fmt::format("{} is \"{}\"; one of {} is expected.", header, excerpt(text), known)};
}

}  // namespace

Handler answering(RouteContext& context, Verb verb) {
  return [&context, verb](Request& request) {
    if (const auto wrong = problem_of_versions(request)) return problem(406, *wrong, true, request.trace_id);
    auto response = verb(context, request);
    if (response) return std::move(*response);
    return problem(status_for(response.error()), response.error(), true, request.trace_id);
  };
}

Result<Presentation> presentation_of(const Request& request) {
  using trace::EpcFormat;
  const std::string_view type = negotiate(request.headers.get("Accept"), kEventTypes);
  auto epcs = word<EpcFormat>(request, "GS1-EPC-Format",
                              {{"No_Preference", EpcFormat::kAsCaptured},
                               {"Never_Translates", EpcFormat::kAsCaptured},
                               {"Always_GS1_Digital_Link", EpcFormat::kDigitalLink},
                               {"Always_EPC_URN", EpcFormat::kUrn}},
                              EpcFormat::kDigitalLink);
  if (!epcs) return std::move(epcs.error());
  auto cbv = word<CbvForm>(request, "GS1-CBV-XML-Format",
                           {{"No_Preference", CbvForm::kUrn},
                            {"Always_URN", CbvForm::kUrn},
                            {"Always_Web_URI", CbvForm::kWebUri},
                            {"Never_Translates", CbvForm::kAsCaptured}},
                           CbvForm::kUrn);
  if (!cbv) return std::move(cbv.error());
  return Presentation{type.ends_with("xml") ? Syntax::kXml : Syntax::kJson, *epcs, *cbv};
}

std::vector<Parameter> presentation_parameters() {
  Parameter epcs =
      header("GS1-EPC-Format",
             "How identifiers are written; Always_GS1_Digital_Link by default. A URN of a GS1 key always has a Digital "
             "Link. Always_EPC_URN is answered 406 for an event with a Digital Link: no number says how long its "
             "company prefix is.");
  epcs.choices = {"No_Preference", "Always_GS1_Digital_Link", "Always_EPC_URN", "Never_Translates"};
  Parameter cbv = header("GS1-CBV-XML-Format", "How CBV values are written in XML; JSON has bare words.");
  cbv.choices = {"No_Preference", "Always_Web_URI", "Always_URN", "Never_Translates"};
  return {epcs, cbv, extensions_parameter()};
}

Parameter extensions_parameter() {
  return header("GS1-Extensions", "Prefixes of extension fields in parameters: ext1=https://ns.example.cn/, ext2=…");
}

namespace {

Error wrong_page(std::string_view text) { return Error{ErrorKind::kInvalid, "http.parameter", std::string(text)}; }

bool is_of_pages(std::string_view parameter) { return parameter == "perPage" || parameter == "nextPageToken"; }

}  // namespace

Result<PageRequest> page_of(RouteContext& context, const Request& request) {
  PageRequest page;
  page.now = context.services.clock.now();
  std::optional<std::string_view> per_page, token;
  for (const auto& [name, value] : request.query) {
    if (!is_of_pages(name)) continue;
    auto& place = name == "perPage" ? per_page : token;
    if (place) return wrong_page(fmt::format("{} comes twice; name it once.", name));
    place = value;
  }
  page.token = token.value_or("");
  if (!per_page) return page;
  const std::size_t most = QueryLimits().per_page_max;
  if (!is_all_digits(*per_page) || per_page->find_first_not_of('0') == std::string_view::npos)
    return wrong_page(fmt::format("perPage is \"{}\"; it is a whole number from 1 to {}.", excerpt(*per_page), most));
  std::size_t wanted = most;  // a number too long to be read is more than enough
  std::from_chars(per_page->data(), per_page->data() + per_page->size(), wanted);
  page.per_page = std::min(wanted, most);
  return page;
}

Result<PageRequest> page_of_list(RouteContext& context, const Request& request) {
  for (const auto& [name, value] : request.query) {
    if (!is_of_pages(name))
      return Error{ErrorKind::kInvalid, "query.parameter",
                   fmt::format("{} is not taken here: a list has perPage and nextPageToken only. To ask for events, "
                               "take /epcis/v2/events.",
                               excerpt(name))};
  }
  return page_of(context, request);
}

std::vector<Parameter> page_parameters() {
  return {{.name = "perPage", .meaning = "Most things in one answer, 30 by default, at most 1000.", .type = "integer"},
          {.name = "nextPageToken", .meaning = "From the Link header of the last answer."}};
}

void add_next_page(Response& response, const Request& request, const std::string& token, const PageRequest& asked) {
  if (token.empty()) return;
  std::string link = request.path;
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    if (name == "nextPageToken") continue;
    link += fmt::format("{}{}={}", separator, percent_encoded(name), percent_encoded(value));
    separator = '&';
  }
  response.headers.add("Link", fmt::format("<{}{}nextPageToken={}>; rel=\"next\"", link, separator, token));
  response.headers.add("GS1-Next-Page-Token-Expires", format_instant(asked.token_expires()));
}

Response events_answer(RouteContext& context, const Request& request, const AnswerHead& head,
                       const std::vector<std::string>& events, const Presentation& how) {
  const std::string_view type = negotiate(request.headers.get("Accept"), kEventTypes);
  AnswerHead dated = head;
  dated.created = format_instant_ms(context.services.clock.now());
  Response response = reply(200, type.empty() ? std::string_view("application/json") : type,
                            context.services.write_event.document(dated, events, how.syntax));
  response.headers.set("GS1-EPC-Format", std::string(trace::name_of(how.epcs)));
  return response;
}

Response collection(const Request& request, const std::vector<std::string>& members) {
  boost::json::array list(members.begin(), members.end());
  static const std::vector<std::string> kTypes = {"application/json", "application/ld+json"};
  return reply(200, negotiate(request.headers.get("Accept"), kTypes),
               boost::json::serialize(boost::json::object{
                   {"@context", boost::json::array{kContext}}, {"type", "Collection"}, {"member", std::move(list)}}));
}

trace::Prefixes prefixes_of(std::string_view extensions) {
  trace::Prefixes prefixes;
  for (const std::string_view part : split(extensions, ',')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    prefixes[std::string(trim(part.substr(0, equals)))] = trim(part.substr(equals + 1));
  }
  return prefixes;
}

QueryParameters query_parameters(const Request& request) {
  Pairs pairs;
  for (const auto& pair : request.query) {
    if (!is_of_pages(pair.first)) pairs.push_back(pair);
  }
  return {trace::parameters_of_address(pairs), prefixes_of(request.headers.get("GS1-Extensions"))};
}

QueryServices query_services(RouteContext& context) {
  return {context.services.warehouse, context.services.read_document, context.services.write_event};
}

std::vector<Parameter> joined(std::vector<std::vector<Parameter>> groups) {
  std::vector<Parameter> all;
  for (auto& group : groups) all.insert(all.end(), group.begin(), group.end());
  return all;
}

}  // namespace suyuan::http::epcis
