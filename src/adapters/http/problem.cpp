// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "adapters/http/router.h"

namespace suyuan::http {

namespace {

constexpr std::size_t kFindingsInProblem = 100;

// EPCIS 2.0 REST bindings, response bodies.
std::string_view epcis_type(int status, std::string_view code) {
  if (code == "query.too_large") return "epcisException:QueryTooLargeException";
  if (code == "query.too_complex") return "epcisException:QueryTooComplexException";
  if (code == "query.not_json" || code == "query.name" || code == "query.cursor")
    return "epcisException:QueryValidationException";
  if (code == "query.not_for_subscription") return "epcisException:SubscriptionControlsException";
  if (status == 400 && code.starts_with("query.")) return "epcisException:QueryParameterException";
  if (status == 404 && (code.starts_with("query.") || code.starts_with("subscription.")))
    return "epcisException:NoSuchNameException";
  if (status == 400 && code == "subscription.schedule") return "epcisException:SubscriptionControlsException";
  if (code == "subscription.refused") return "epcisException:SubscriptionControlsException";
  switch (status) {
    case 401:
    case 403:
      return "epcisException:SecurityException";
    case 404:
      return "epcisException:NoSuchResourceException";
    case 406:
      return "epcisException:NotAcceptableException";
    case 409:
      return "epcisException:ResourceAlreadyExistsException";
    case 413:
      return "epcisException:CaptureLimitExceededException";
    case 414:
      return "epcisException:URITooLongException";
    case 415:
      return "epcisException:UnsupportedMediaTypeException";
    case 429:
      return "epcisException:ImplementationException";
    default:
      return status < 500 ? "epcisException:ValidationException" : "epcisException:ImplementationException";
  }
}

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "The request is wrong";
    case 401:
      return "Sign in first";
    case 403:
      return "Not allowed";
    case 404:
      return "Not found";
    case 405:
      return "Method not allowed";
    case 406:
      return "Nothing that the client accepts";
    case 408:
      return "The request did not arrive in time";
    case 409:
      return "Conflict with what is there";
    case 412:
      return "Changed since it was read";
    case 413:
      return "Too large";
    case 414:
      return "Address too long";
    case 415:
      return "A format that is not read";
    case 428:
      return "The version that was read is missing";
    case 429:
      return "Too many at once, try again";
    case 431:
      return "Header fields too large";
    case 501:
      return "Not offered";
    case 503:
      return "Busy, try again";
    default:
      return status < 500 ? "The request is wrong" : "The server failed";
  }
}

void add_escaped(std::string& xml, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '<')
      xml += "&lt;";
    else if (c == '>')
      xml += "&gt;";
    else if (c == '&')
      xml += "&amp;";
    else
      xml += byte < 0x20 && c != '\t' && c != '\n' ? ' ' : c;
  }
}

// RFC 7807, appendix A: members are elements, list items are <i>.
void add_element(std::string& xml, std::string_view name, const boost::json::value& value) {
  xml.append("<").append(name).append(">");
  if (value.is_object()) {
    for (const auto& [member, inner] : value.as_object()) add_element(xml, {member.data(), member.size()}, inner);
  } else if (value.is_array()) {
    for (const boost::json::value& inner : value.as_array()) add_element(xml, "i", inner);
  } else if (value.is_string()) {
    add_escaped(xml, value.as_string());
  } else {
    xml += boost::json::serialize(value);
  }
  xml.append("</").append(name).append(">");
}

}  // namespace

void write_problem_as_accepted(std::string_view accept, Response& response) {
  static const std::vector<std::string> kForms = {"application/problem+json", "application/json",
                                                  "application/problem+xml", "application/xml", "text/xml"};
  if (response.headers.get("Content-Type") != kForms.front() || !negotiate(accept, kForms).ends_with("xml")) return;
  std::string xml = R"(<?xml version="1.0" encoding="UTF-8"?><problem xmlns="urn:ietf:rfc:7807">)";
  const boost::json::value body = boost::json::parse(response.body);
  for (const auto& [member, value] : body.as_object()) add_element(xml, {member.data(), member.size()}, value);
  response.body = xml + "</problem>";
  response.headers.set("Content-Type", "application/problem+xml");
}

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
      return 400;
    case ErrorKind::kSignIn:
      return 401;
    case ErrorKind::kForbidden:
      return 403;
    case ErrorKind::kNotFound:
      return 404;
    case ErrorKind::kConflict:
      return 409;
    case ErrorKind::kTooLarge:
      return 413;
    case ErrorKind::kUnsupported:
      return 415;
    case ErrorKind::kBusy:
    case ErrorKind::kDeadline:
      return 503;
    case ErrorKind::kCorrupt:
    case ErrorKind::kInternal:
      return 500;
  }
  return 500;
}

Response problem(int status, const Error& error, bool epcis, std::string_view trace_id) {
  boost::json::object body{{"type", epcis ? epcis_type(status, error.code) : "about:blank"},
                           {"title", title_of(status)},
                           {"status", status},
                           {"code", error.code},
                           {"detail", error.text}};
  if (!trace_id.empty()) body["traceId"] = trace_id;
  if (!error.findings.empty()) {
    boost::json::array findings;
    for (const Finding& finding : error.findings) {
      if (findings.size() == kFindingsInProblem) break;
      findings.push_back({{"path", finding.path}, {"code", finding.code}, {"text", finding.text}});
    }
    body["findings"] = std::move(findings);
    body["findingsTotal"] = error.findings.size();
  }
  Response response = reply(status, "application/problem+json", boost::json::serialize(body));
  if (status == 503 || status == 429) response.headers.add("Retry-After", "2");
  return response;
}

}  // namespace suyuan::http
