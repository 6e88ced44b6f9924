// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "adapters/http/epcis_answers.h"
#include "app/personal/personal.h"
#include "base/text.h"

namespace suyuan::http {

namespace epcis {

namespace {

// "2", "2.0" and "2.0.0" are one version.
std::array<int, 3> version_numbers(std::string_view text) {
  std::array<int, 3> numbers{};
  std::size_t i = 0;
  for (const std::string_view part : split(trim(text), '.')) {
    const bool sound = i < 3 && std::from_chars(part.data(), part.data() + part.size(), numbers[i]).ec == std::errc() &&
                       is_all_digits(part);
    if (!sound) return {-1, 0, 0};
    ++i;
  }
  return numbers;
}

constexpr std::array<int, 3> kOurs = {2, 0, 0};

bool is_wrong(std::string_view header, std::string_view value) {
  const auto numbers = version_numbers(value);
  if (numbers[0] < 0) return true;
  if (header.ends_with("-Min")) return numbers > kOurs;
  if (header.ends_with("-Max")) return numbers < kOurs;
  return numbers != kOurs;
}

}  // namespace

Parameter header(std::string name, std::string meaning) {
  return {.name = std::move(name), .in = Parameter::In::kHeader, .meaning = std::move(meaning)};
}

std::vector<Parameter> version_parameters() {
  return {header("GS1-EPCIS-Version", "Version of EPCIS that the client speaks: 2.0.0."),
          header("GS1-EPCIS-Min", "Lowest version of EPCIS that the client reads."),
          header("GS1-EPCIS-Max", "Highest version of EPCIS that the client reads."),
          header("GS1-CBV-Version", "Version of the Core Business Vocabulary: 2.0.0."),
          header("GS1-CBV-Min", "Lowest version of the vocabulary that the client reads."),
          header("GS1-CBV-Max", "Highest version of the vocabulary that the client reads.")};
}

std::optional<Error> problem_of_versions(const Request& request) {
  for (const Parameter& parameter : version_parameters()) {
    const std::string_view value = request.headers.get(parameter.name);
    if (value.empty() || !is_wrong(parameter.name, value)) continue;
    return Error{
        ErrorKind::kUnsupported, "epcis.version",
        fmt::format("{} is \"{}\"; this server speaks EPCIS and CBV {}.", parameter.name, excerpt(value), kVersion)};
  }
  return std::nullopt;
}

int refusal_status(const CaptureOutcome& outcome) {
  const auto has = [&](std::string_view code) {
    return std::any_of(outcome.findings.begin(), outcome.findings.end(),
                       [&](const Finding& f) { return f.code == code; });
  };
  if (has("capture.too_many_events")) return 413;
  return has("trace.event_id_conflict") ? 409 : 400;
}

Error refusal_of(const CaptureOutcome& outcome) {
  Error error{
      ErrorKind::kInvalid, "capture.refused",
      fmt::format("The document was refused; nothing of it was stored. Job {} keeps the findings.", outcome.job)};
  error.findings = outcome.findings;
  return error;
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') ||
                       std::string_view("-._~:;=").find(c) != std::string_view::npos;
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

}  // namespace epcis

namespace {

Response refused(const Request& request, int status, const Error& error) {
  return problem(status, error, true, request.trace_id);
}

Response post_capture(RouteContext& context, Request& request) {
  if (const auto wrong = epcis::problem_of_versions(request)) return refused(request, 406, *wrong);
  const std::string_view behaviour = request.headers.get("GS1-Capture-Error-Behaviour");
  if (!behaviour.empty() && behaviour != "rollback" && behaviour != "proceed") {
    return refused(
        request, 400,
        Error{ErrorKind::kInvalid, "epcis.error_behaviour",
              fmt::format("GS1-Capture-Error-Behaviour is \"{}\"; it is rollback or proceed.", excerpt(behaviour))});
  }
  CaptureOptions options;
  options.proceed = behaviour == "proceed";
  options.public_id = new_public_id(context.services.clock.now());
  const std::chrono::milliseconds patience(context.options.settings.number("capture.wait_ms_max"));
  auto outcome = context.jobs.capture(*request.granted, std::move(request.body), options, request.client,
                                      request.trace_id, patience);
  if (!outcome) {
    const bool is_too_many = outcome.error().code == "capture.too_many";
    return refused(request, is_too_many ? 429 : status_of(outcome.error().kind), outcome.error());
  }
  const std::string location = "/epcis/v2/capture/" + options.public_id;
  Response response;
  response.status = 202;
  if (*outcome && (*outcome)->document_refused) {
    response = refused(request, epcis::refusal_status(**outcome), epcis::refusal_of(**outcome));
  }
  response.headers.set("Location", location);
  if (context.services.tlog != nullptr)
    response.headers.set("Link", fmt::format("</api/v1/captures/{}/receipts>; rel=\"receipts\"", options.public_id));
  response.headers.set("GS1-Capture-Error-Behaviour", options.proceed ? "proceed" : "rollback");
  return response;
}

Result<Response> list_captures(RouteContext& context, Request& request) {
  const auto page = epcis::page_of_list(context, request);
  if (!page) return page.error();
  const Permit<identity::Act::kJobRead> permit = *request.granted;
  const auto jobs = list_jobs(permit, *page, context.services.warehouse);
  if (!jobs) return jobs.error();
  std::string body = "[";
  const auto add = [&](const JobRecord& job) { body += (body.size() > 1 ? "," : "") + job_json(job); };
  if (page->token.empty()) {
    for (const JobRecord& job : context.jobs.all_running()) {
      if (permit.scope().covers(job.actor)) add(job);
    }
  }
  for (const JobRecord& job : jobs->jobs) add(job);
  Response response = reply(200, "application/json", body + "]");
  epcis::add_next_page(response, request, jobs->next_token, *page);
  return response;
}

Result<JobRecord> find_job(RouteContext& context, const Permit<identity::Act::kJobRead>& permit, std::string_view id) {
  if (auto running = context.jobs.running(id); running && permit.scope().covers(running->actor))
    return std::move(*running);
  auto job = read_job(permit, std::string(id), context.services.warehouse);
  if (!job) return std::move(job.error());
  if (*job) return std::move(**job);
  return no_such_job(id);
}

Response get_capture(RouteContext& context, Request& request) {
  if (const auto wrong = epcis::problem_of_versions(request)) return refused(request, 406, *wrong);
  const auto job = find_job(context, *request.granted, request.path_value("captureID"));
  if (!job) return refused(request, status_of(job.error().kind), job.error());
  return reply(200, "application/json", job_json(*job));
}

Response get_document(RouteContext& context, Request& request) {
  const std::string id(request.path_value("captureID"));
  const Services& services = context.services;
  std::optional<Audit> audit;
  if (services.audit != nullptr) audit.emplace(*services.audit, services.clock, services.log);
  auto document = read_original(*request.granted, id, services.warehouse, services.personal, audit ? &*audit : nullptr);
  if (!document) return problem(status_of(document.error().kind), document.error(), false, request.trace_id);
  const std::size_t first = document->find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  const bool is_xml = first != std::string::npos && (*document)[first] == '<';
  // Somebody else's bytes: to be saved, never to be shown as a page of ours.
  Response response = reply(200, is_xml ? "application/xml" : "application/json", std::move(*document));
  response.headers.add("Content-Disposition", "attachment");
  response.headers.add("Content-Security-Policy", "sandbox; default-src 'none'");
  return response;
}

Handler with(RouteContext& context, Response (*handler)(RouteContext&, Request&)) {
  return [&context, handler](Request& request) { return handler(context, request); };
}

std::vector<Parameter> and_more(std::vector<Parameter> parameters, std::vector<Parameter> more) {
  parameters.insert(parameters.end(), more.begin(), more.end());
  return parameters;
}

Parameter capture_id() {
  return {.name = "captureID", .in = Parameter::In::kPath, .meaning = "Id of the capture job, from Location."};
}

void add_families(Router& router, const RouteContext& context) {
  const std::string version(epcis::kVersion);
  const Pairs common = {{"GS1-EPCIS-Version", version},
                        {"GS1-EPCIS-Min", version},
                        {"GS1-EPCIS-Max", version},
                        {"GS1-CBV-Version", version},
                        {"GS1-CBV-Min", version},
                        {"GS1-CBV-Max", version},
                        {"GS1-Vendor-Version", context.options.version}};
  Pairs capture = common;
  const Settings& settings = context.options.settings;
  capture.emplace_back("GS1-EPCIS-Capture-Limit", settings.text("capture.events_max"));
  capture.emplace_back("GS1-EPCIS-Capture-File-Size-Limit", settings.text("capture.bytes_max"));
  capture.emplace_back("GS1-Capture-Error-Behaviour", "all");
  // All forms that there are; a client picks one by the same header.
  const Pairs forms = {{"GS1-EPC-Format", "No_Preference"}, {"GS1-CBV-XML-Format", "No_Preference"}};
  router.add_family({"/epcis/v2", true, common, forms});
  router.add_family({"/epcis/v2/capture", true, capture, forms});
}

}  // namespace

void add_capture_routes(Router& router, RouteContext& context) {
  add_families(router, context);
  router.add({.method = "POST",
              .path = "/epcis/v2/capture",
              .operation_id = "captureDocument",
              .summary = "Take an EPCIS document. The answer waits for the job for a short while; a refusal that is "
                         "known by then is answered at once, with every finding.",
              .tag = "EPCIS capture",
              .act = identity::Act::kEventCapture,
              .parameters = and_more({{.name = "GS1-Capture-Error-Behaviour",
                                       .in = Parameter::In::kHeader,
                                       .meaning = "All events or none (rollback, the default), or the sound ones.",
                                       .choices = {"rollback", "proceed"}}},
                                     epcis::version_parameters()),
              .body_types = {"application/json", "application/ld+json", "application/xml", "text/xml"},
              .answers = {{202, "Taken; Location names the job.", {}}},
              .is_capture = true,
              .is_write = true,
              .handler = with(context, post_capture)});
  router.add({.method = "GET",
              .path = "/epcis/v2/capture",
              .operation_id = "listCaptureJobs",
              .summary = "Capture jobs, newest first.",
              .tag = "EPCIS capture",
              .act = identity::Act::kJobRead,
              .parameters = and_more(epcis::page_parameters(), epcis::version_parameters()),
              .answers = {{200, "CaptureJob objects; Link names the next page.", {"application/json"}}},
              .handler = epcis::answering(context, list_captures)});
  router.add(
      {.method = "GET",
       .path = "/epcis/v2/capture/{captureID}",
       .operation_id = "getCaptureJob",
       .summary = "One capture job: running, success, errors.",
       .tag = "EPCIS capture",
       .act = identity::Act::kJobRead,
       .parameters = and_more({capture_id()}, epcis::version_parameters()),
       .answers = {{200, "The CaptureJob.", {"application/json"}}, {404, "No such job.", {"application/problem+json"}}},
       .handler = with(context, get_capture)});
  router.add({.method = "GET",
              .path = "/api/v1/captures/{captureID}/document",
              .operation_id = "getCapturedDocument",
              .summary =
                  "The document of a capture job: byte for byte as it came for the organisation that sent it; for "
                  "others, values about people are masked.",
              .tag = "Trace",
              .act = identity::Act::kOriginalRead,
              .parameters = {capture_id()},
              .answers = {{200, "The document.", {"application/json", "application/xml"}},
                          {404, "No such job, or its document was refused.", {"application/problem+json"}}},
              .is_write = true,  // an entry of the audit
              .handler = with(context, get_document)});
}

}  // namespace suyuan::http
