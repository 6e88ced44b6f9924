// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "adapters/http/capture_jobs.h"
#include "adapters/http/metrics.h"
#include "adapters/http/router.h"
#include "adapters/http/serve.h"
#include "adapters/http/server.h"

// The routes of the product but pages. Everything passed in outlives the router.
namespace suyuan::http {

struct RouteContext {
  Services services;
  const ServerOptions& options;
  CaptureJobs& jobs;
  Metrics& metrics;
  const ServerState& state;
};

void add_capture_routes(Router& router, RouteContext& context);       // /epcis/v2/capture…
void add_event_routes(Router& router, RouteContext& context);         // /epcis/v2/events…
void add_resource_routes(Router& router, RouteContext& context);      // /epcis/v2/epcs…
void add_query_routes(Router& router, RouteContext& context);         // /epcis/v2/queries…
void add_trace_routes(Router& router, RouteContext& context);         // /api/v1/…
void add_mark_routes(Router& router, RouteContext& context);          // /api/v1/marks…
void add_organisation_routes(Router& router, RouteContext& context);  // /api/v1/organisations…
void add_people_routes(Router& router, RouteContext& context);        // /api/v1/people…
void add_task_routes(Router& router, RouteContext& context);          // /api/v1/tasks
void add_health_route(Router& router);                                // /healthz
void add_operation_routes(Router& router, RouteContext& context);     // /healthz …
void add_audit_routes(Router& router, RouteContext& context);         // /api/v1/audit
void add_emergency_routes(Router& router, RouteContext& context);     // /api/v1/emergencies…
void add_figures_routes(Router& router, RouteContext& context);       // /api/v1/figures
void add_evidence_routes(Router& router, RouteContext& context);      // /api/v1/evidence…
void add_personal_routes(Router& router, RouteContext& context);      // /api/v1/unmask, /api/v1/erasures…
void add_log_routes(Router& router, RouteContext& context);           // /log/…, receipts; needs Services::tlog

// What both EPCIS files need.
namespace epcis {
inline constexpr std::string_view kVersion = "2.0.0";
Parameter header(std::string name, std::string meaning);
std::vector<Parameter> version_parameters();
// GS1-EPCIS-Version, -Min, -Max and the CBV ones: 406 when 2.0 is not what the client speaks.
std::optional<Error> problem_of_versions(const Request& request);
// The problem of a document that was refused whole.
Error refusal_of(const CaptureOutcome& outcome);
int refusal_status(const CaptureOutcome& outcome);
// One segment of a path.
std::string percent_encoded(std::string_view text);
}  // namespace epcis

}  // namespace suyuan::http
