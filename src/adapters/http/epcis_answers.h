// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/routes.h"
#include "app/query/query.h"

// What every answer of the query interface of EPCIS 2.0 has: forms, pages, headers.
namespace suyuan::http::epcis {

inline const std::vector<std::string> kEventTypes = {"application/json", "application/ld+json", "application/xml",
                                                     "text/xml"};

// A handler that first looks at the versions that the client speaks, and whose errors are problems of EPCIS.
using Verb = Result<Response> (*)(RouteContext&, Request&);
Handler answering(RouteContext& context, Verb verb);

// Accept, GS1-EPC-Format and GS1-CBV-XML-Format. Errors: kInvalid "epcis.format" for a word that is none of theirs.
Result<Presentation> presentation_of(const Request& request);
std::vector<Parameter> presentation_parameters();
Parameter extensions_parameter();
// Of GS1-Extensions, "ext1=http://example.com/ext1/, ext2=…": each prefix with its namespace.
trace::Prefixes prefixes_of(std::string_view extensions);

// perPage, at most what a page holds, and nextPageToken. Errors: kInvalid "http.parameter".
Result<PageRequest> page_of(RouteContext& context, const Request& request);
// The same where no other parameter is taken. Errors: also kInvalid "query.parameter".
Result<PageRequest> page_of_list(RouteContext& context, const Request& request);
std::vector<Parameter> page_parameters();

// Link and GS1-Next-Page-Token-Expires, when there is another page: the same request with the token.
void add_next_page(Response& response, const Request& request, const std::string& token, const PageRequest& asked);

// An EPCISQueryDocument, without a next page.
Response events_answer(RouteContext& context, const Request& request, const AnswerHead& head,
                       const std::vector<std::string>& events, const Presentation& how);
// {"@context", "type": "Collection", "member"}
Response collection(const Request& request, const std::vector<std::string>& members);

// The query in the URL, all parameters but those of pages, with the prefixes that GS1-Extensions explains.
QueryParameters query_parameters(const Request& request);

QueryServices query_services(RouteContext& context);
std::vector<Parameter> joined(std::vector<std::vector<Parameter>> groups);

}  // namespace suyuan::http::epcis
