// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/http/gate.h"
#include "app/capture/capture.h"
#include "app/evidence/evidence.h"
#include "app/operation/log.h"
#include "app/operation/settings.h"
#include "app/ports/account_store.h"
#include "app/ports/audit_store.h"
#include "app/ports/emergency_store.h"
#include "app/ports/erasure_store.h"
#include "app/ports/event_writer.h"
#include "app/ports/mark_store.h"
#include "app/ports/personal_data.h"
#include "app/ports/query_store.h"
#include "app/ports/task_store.h"
#include "app/ports/warehouse.h"
#include "app/ports/webhook.h"
#include "app/tlog/receipt.h"
#include "base/result.h"
#include "base/time.h"

// The server as `main` sees it.
//
//   Services services{*store, clock, log, read_epcis, epcis_writer()};
//   ServerOptions options{.settings = settings, .version = SUYUAN_VERSION};
//   options.add_routes.push_back([&](http::Router& router) { add_page_routes(router, …); });
//   auto server = http::start_server(options, services);   // accepts when it returns
//   … wait for SIGTERM or SIGINT …
//   (*server)->stop();                                      // drains, see below; then destroy the store
namespace suyuan::http {

class Router;

// What handlers work with. Everything outlives the server.
struct Services {
  Warehouse& warehouse;
  Clock& clock;
  Log& log;
  DocumentReader read_document;
  const EventWriter& write_event;
  // Named queries and subscriptions; without both, /epcis/v2/queries is not served.
  QueryStore* queries = nullptr;
  Webhook* webhook = nullptr;
  MarkStore* marks = nullptr;        // without it, and without an authorizer, /api/v1/marks is not served
  Gate gate = public_gate();         // who asks, and whether they may
  AccountStore* accounts = nullptr;  // without both, organisations, people and tasks are not served
  TaskStore* tasks = nullptr;
  AuditStore* audit = nullptr;  // without it, /api/v1/audit is not served
  // Without both, /api/v1/emergencies is not served.
  EmergencyStore* emergencies = nullptr;
  DirectorySource* directory = nullptr;
  // Without it, or without an audit, originals stay masked, and nothing can be unmasked or erased.
  PersonalData* personal = nullptr;
  ErasureStore* erasures = nullptr;
  const Authorizer* authorizer = nullptr;             // for what organisations left with the server
  const LogReads* tlog = nullptr;                     // without it, /log and receipts are not served
  std::function<std::string()> tlog_stopped_by = {};  // code of what stopped the log; "": nothing
  const EvidenceServices* evidence = nullptr;         // without it, or without an audit, /api/v1/evidence is not served
};

// What whoever was let in may do besides; nothing: they may not, which leaves no entry in the audit, since nobody asked
// for it. To open the start page is no attempt to read records.
std::optional<Granted> also_may(const Services& services, const Request& request, identity::Act act);

struct ServerOptions {
  Settings settings;              // http.*, server.*, tls.*, capture.*, trace.*
  std::string version = "0.0.0";  // for /openapi.json and GS1-Vendor-Version
  int ports_tried = 1;            // server.port, then the next ones while they are taken (the demo: 20; serve: 1)
  std::vector<std::function<void(Router&)>> add_routes;  // pages and whatever else joins the same table
};

class RunningServer {
 public:
  virtual ~RunningServer() = default;   // stops, if nobody did
  virtual int port() const = 0;         // the one that was taken; differs from server.port when that was 0 or in use
  virtual std::string url() const = 0;  // "http://127.0.0.1:8080"
  // Reads the files of the certificate again, for connections from now on; nothing without TLS. Threads: any.
  virtual void reload() = 0;
  // Drains: /readyz says no, no new connection, requests in flight and captures finish, idle connections close; what
  // is not done after http.drain_seconds_max is cut off. Returns false when something was cut off. Threads: any, once;
  // not from a handler.
  virtual bool stop() = 0;
};

// Returns when the port is open. Errors: kConflict "serve.port_taken" (naming the port and what to do),
// kInvalid "serve.address" (not an address of this machine), kInvalid "http.trusted_proxies", those of Tls::open,
// kInternal "serve.no_socket".
Result<std::unique_ptr<RunningServer>> start_server(const ServerOptions& options, const Services& services);

// A server without a store: /healthz and options.add_routes, for everybody; the same limits, TLS and errors.
Result<std::unique_ptr<RunningServer>> start_bare_server(const ServerOptions& options, Clock& clock, Log& log);

// What start_server serves at /openapi.json, options.add_routes included: compared with api/openapi.json by a test.
std::string openapi_document(const ServerOptions& options, Services services);

}  // namespace suyuan::http
