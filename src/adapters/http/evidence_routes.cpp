// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <boost/json.hpp>

#include "adapters/http/parameters.h"
#include "adapters/http/routes.h"
#include "app/evidence/evidence.h"
#include "base/text.h"
#include "domain/evidence/media_type.h"

namespace suyuan::http {

namespace {

namespace json = boost::json;

constexpr std::int64_t kLimitDefault = 100, kLimitMost = 1000;
constexpr std::string_view kAnyFile = "application/octet-stream";

Response refusal(const Request& request, const Error& error) {
  return problem(status_of(error.kind), error, false, request.trace_id);
}

std::string id_in(const Request& request) { return std::string(request.path_value("id")); }

std::string query_text(const Request& request, std::string_view name) {
  return std::string(request.query_value(name).value_or(""));
}

std::vector<std::string> file_types() {
  std::vector<std::string> all{std::string(kAnyFile)};
  for (const evidence::MediaType& each : evidence::media_types()) all.emplace_back(each.type);
  return all;
}

Result<NewEvidence> new_evidence(RouteContext& context, Request& request) {
  if (auto known = only_known(request, {"about", "name", "note"}); !known) return std::move(known.error());
  NewEvidence given;
  for (const auto& [name, value] : request.query) {
    if (name != "about") continue;
    auto code = the_code(context, request.granted->actor().org, value);
    if (!code) return std::move(code.error());
    given.about.push_back(std::move(*code));
  }
  given.media_type = media_type(request.headers.get("Content-Type"));
  given.name = query_text(request, "name");
  given.note = query_text(request, "note");
  given.bytes = std::move(request.body);
  return given;
}

Response post_evidence(RouteContext& context, Request& request) {
  auto given = new_evidence(context, request);
  if (!given) return refusal(request, given.error());
  const auto handed_in = add_evidence(*request.granted, std::move(*given), *context.services.evidence);
  if (!handed_in) return refusal(request, handed_in.error());
  Response response = reply(handed_in->is_repeated ? 200 : 201, "application/json", evidence_json(handed_in->view));
  response.headers.set("Location", "/api/v1/evidence/" + handed_in->view.evidence.id);
  return response;
}

Response get_list(RouteContext& context, const Request& request) {
  if (auto known = only_known(request, {"about", "after", "limit"}); !known) return refusal(request, known.error());
  const auto limit = number_of(request, "limit", kLimitDefault, 1, kLimitMost);
  if (!limit) return refusal(request, limit.error());
  std::optional<codes::Identity> about;
  if (const auto text = request.query_value("about")) {
    auto code = the_code(context, request.granted->actor().org, *text);
    if (!code) return refusal(request, code.error());
    about = std::move(*code);
  }
  const auto page = list_evidence(*request.granted, about, query_text(request, "after"),
                                  static_cast<std::size_t>(*limit), *context.services.evidence);
  return page ? reply(200, "application/json", evidence_page_json(*page)) : refusal(request, page.error());
}

Response get_one(RouteContext& context, const Request& request) {
  const auto view = view_evidence(*request.granted, id_in(request), *context.services.evidence);
  return view ? reply(200, "application/json", evidence_json(*view)) : refusal(request, view.error());
}

// Saved, not shown: what somebody handed in is not run by a browser as a page of ours.
Response get_file(RouteContext& context, const Request& request) {
  Audit audit(*context.services.audit, context.services.clock, context.services.log);
  auto file = read_evidence(*request.granted, id_in(request), *context.services.evidence, audit);
  if (!file) return refusal(request, file.error());
  Response response = reply(200, file->view.evidence.media_type, std::move(file->bytes));
  response.headers.set("Content-Disposition",
                       fmt::format("attachment; filename*=UTF-8''{}", epcis::percent_encoded(file->view.words->name)));
  response.headers.set("Cache-Control", "private, no-store");
  return response;
}

Response post_withdrawal(RouteContext& context, const Request& request) {
  boost::system::error_code error;
  const json::value body = json::parse(request.body, error);
  const json::value* why = !error && body.is_object() ? body.as_object().if_contains("why") : nullptr;
  if (why == nullptr || !why->is_string() || body.as_object().size() != 1)
    return refusal(request, Error{ErrorKind::kInvalid, "evidence.body",
                                  R"(The body is a JSON object with one text: {"why": "…"}.)"});
  const auto view =
      withdraw_evidence(*request.granted, id_in(request), std::string(why->as_string()), *context.services.evidence);
  return view ? reply(200, "application/json", evidence_json(*view)) : refusal(request, view.error());
}

const Answer kUnknown{404, "There is no such evidence, or none that the caller may see.", {"application/problem+json"}};
const Parameter kId{.name = "id", .in = Parameter::In::kPath, .meaning = "Of the evidence.", .required = true};

void add_reading(Router& router, RouteContext& context) {
  router.add({.method = "GET",
              .path = "/api/v1/evidence",
              .operation_id = "listEvidence",
              .summary = "What was handed in as evidence, in that order; withdrawn and erased evidence too.",
              .tag = "Evidence",
              .act = identity::Act::kEvidenceRead,
              .parameters = {{.name = "about", .meaning = "Of this code only, in any notation."},
                             {.name = "after", .meaning = "`next` of the last answer."},
                             {.name = "limit", .meaning = "Files in one answer, 100 by default.", .type = "integer"}},
              .answers = {{200, "evidence, next.", {"application/json"}}},
              .handler = [&context](Request& request) { return get_list(context, request); }});
  router.add({.method = "GET",
              .path = "/api/v1/evidence/{id}",
              .operation_id = "evidence",
              .summary = "One of them: who handed it in, when, about what, and the hashes of its bytes.",
              .tag = "Evidence",
              .act = identity::Act::kEvidenceRead,
              .parameters = {kId},
              .answers = {{200, "The evidence.", {"application/json"}}, kUnknown},
              .handler = [&context](Request& request) { return get_one(context, request); }});
  router.add({.method = "GET",
              .path = "/api/v1/evidence/{id}/file",
              .operation_id = "evidenceFile",
              .summary = "The file, byte for byte as it was handed in. Who reads it is audited.",
              .tag = "Evidence",
              .act = identity::Act::kEvidenceRead,
              .parameters = {kId},
              .answers = {{200, "The file.", file_types()}, kUnknown},
              .is_write = true,
              .handler = [&context](Request& request) { return get_file(context, request); }});
}

}  // namespace

void add_evidence_routes(Router& router, RouteContext& context) {
  if (context.services.evidence == nullptr || context.services.audit == nullptr) return;
  router.add({.method = "POST",
              .path = "/api/v1/evidence",
              .operation_id = "addEvidence",
              .summary =
                  "Hands in a file: a photograph, a report, a contract. The body is the file itself. Sent again, "
                  "the same file about the same codes is the same evidence.",
              .tag = "Evidence",
              .act = identity::Act::kEvidenceAdd,
              .parameters = {{.name = "about",
                              .meaning = "What it shows something of: a code in any notation; may be repeated.",
                              .required = true},
                             {.name = "name", .meaning = "Of the file.", .required = true},
                             {.name = "note", .meaning = "What it shows, in short."}},
              .body_types = file_types(),
              .answers = {{201, "The evidence; Location names it.", {"application/json"}},
                          {200, "It was there already.", {"application/json"}},
                          {400,
                           "It is about nothing, has no name, or is no file of a kind that is taken.",
                           {"application/problem+json"}},
                          {413, "The file is larger than evidence.bytes_max.", {"application/problem+json"}}},
              .is_capture = true,
              .is_write = true,
              .handler = [&context](Request& request) { return post_evidence(context, request); }});
  add_reading(router, context);
  router.add({.method = "POST",
              .path = "/api/v1/evidence/{id}/withdraw",
              .operation_id = "withdrawEvidence",
              .summary = "It counts no more, with a reason. It stays, and is shown as withdrawn.",
              .tag = "Evidence",
              .act = identity::Act::kEvidenceWithdraw,
              .parameters = {kId},
              .body_types = {"application/json"},
              .answers = {{200, "The evidence.", {"application/json"}},
                          kUnknown,
                          {409, "It was withdrawn already.", {"application/problem+json"}}},
              .is_write = true,
              .handler = [&context](Request& request) { return post_withdrawal(context, request); }});
}

}  // namespace suyuan::http
