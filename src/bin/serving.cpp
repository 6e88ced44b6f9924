// SPDX-License-Identifier: Apache-2.0
#include "bin/serving.h"

#include "adapters/files/epcis.h"
#include "adapters/files/epcis_writer.h"
#include "adapters/http/oidc_routes.h"
#include "adapters/oidc/oidc_client.h"
#include "adapters/records/audit_store.h"
#include "adapters/records/emergency_store.h"
#include "adapters/records/erasure_store.h"
#include "adapters/records/mark_store.h"
#include "adapters/records/oidc_store.h"
#include "adapters/records/query_store.h"
#include "adapters/records/task_store.h"
#include "adapters/webhook/http_webhook.h"

namespace suyuan::cli {

Result<std::unique_ptr<Serving>> Serving::start(Store& store, Clock& clock, Log& log, const Settings& settings,
                                                const StorePlace& place) {
  WebhookOptions options;
  options.allow_private = settings.text("webhook.allow_private");
  options.patience = std::chrono::milliseconds(settings.number("webhook.timeout_ms"));
  options.user_agent = "Suyuan/" SUYUAN_VERSION;
  auto webhook = make_http_webhook(options);
  if (!webhook) return std::move(webhook.error());
  std::unique_ptr<Serving> serving(new Serving(store, clock, log, std::move(*webhook), settings));
  auto login = Login::open(store, *serving->accounts_, clock, log, serving->audit_, settings, place);
  if (!login) return std::move(login.error());
  serving->login_ = std::move(*login);
  auto provider = make_oidc_client(settings, clock);
  if (!provider) return std::move(provider.error());
  serving->provider_ = std::move(*provider);
  serving->public_url_ = settings.text("server.public_url");
  serving->services_.gate = serving->login_->serve(serving->authorizer_, *serving->emergencies_,
                                                   serving->provider_ == nullptr ? "" : settings.text("oidc.name"));
  auto evidence = KeptEvidence::open(store, clock, settings, place);
  if (!evidence) return std::move(evidence.error());
  serving->evidence_ = std::move(*evidence);
  if (serving->evidence_ != nullptr) serving->services_.evidence = &serving->evidence_->services();
  auto tlog = ServedLog::start(store, clock, log, settings, place);
  if (!tlog) return std::move(tlog.error());
  if (*tlog != nullptr) {
    serving->tlog_ = std::move(*tlog);
    serving->services_.tlog = &serving->tlog_->reads();
    serving->services_.tlog_stopped_by = [log = serving->tlog_.get()] { return log->stopped_by(); };
  }
  return serving;
}

void Serving::add_routes(http::Router& router) {
  login_->add_routes(router);
  if (provider_ == nullptr) return;
  http::add_oidc_routes(router,
                        {{*provider_, *links_, directory_, services_.clock, audit_},
                         public_url_,
                         [this](http::Request& request, PersonId person) { return signed_in(request, person); }});
}

http::Response Serving::signed_in(const http::Request& request, PersonId person) const {
  const auto& login = login_->services();
  const auto begun = sign_in_by_provider(*request.granted, person, request.client, http::session_token(request), login);
  if (!begun) return http::problem(http::status_of(begun.error().kind), begun.error(), false, request.trace_id);
  http::Response response;
  http::set_sign_in_cookies(request, *begun, login.clock.now(), response);
  return response;
}

Serving::Serving(Store& store, Clock& clock, Log& log, std::unique_ptr<Webhook> webhook, const Settings& settings)
    : accounts_(make_account_store(store.records(), store.names())),
      tasks_(make_task_store(store.records())),
      directory_(*accounts_, log),
      authorizer_(directory_, clock),
      audit_store_(make_audit_store(store.records())),
      audit_(*audit_store_, clock, log),
      queries_(make_query_store(store.records())),
      marks_(make_mark_store(store.records())),
      emergencies_(make_emergency_store(store.records())),
      links_(make_oidc_store(store.records())),
      erasures_(make_erasure_store(store.records(), store.eraser())),
      webhook_(std::move(webhook)),
      services_{.warehouse = store,
                .clock = clock,
                .log = log,
                .read_document = read_epcis,
                .write_event = epcis_writer(),
                .queries = queries_.get(),
                .webhook = webhook_.get(),
                .marks = marks_.get(),
                .gate = http::public_gate(),
                .accounts = accounts_.get(),
                .tasks = tasks_.get(),
                .audit = audit_store_.get(),
                .emergencies = emergencies_.get(),
                .directory = &directory_,
                .personal = &store.personal(),
                .erasures = erasures_.get(),
                .authorizer = &authorizer_},
      deliveries_(start_deliveries(
          {*queries_, {store, services_.read_document, services_.write_event}, *webhook_, clock, log},
          standing_options(settings), static_cast<int>(settings.number("webhook.threads")), authorizer_)),
      following_(start_following({*marks_, store, clock, authorizer_, tasks_.get()}, log)),
      auditing_(
          start_auditing(audit_, *audit_store_, static_cast<int>(settings.number("audit.keep_days")), clock, log)) {}

}  // namespace suyuan::cli
