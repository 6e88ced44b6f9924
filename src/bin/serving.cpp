// SPDX-License-Identifier: Apache-2.0
#include "bin/serving.h"

#include "adapters/files/epcis.h"
#include "adapters/files/epcis_writer.h"
#include "adapters/records/mark_store.h"
#include "adapters/records/query_store.h"
#include "adapters/webhook/http_webhook.h"

namespace suyuan::cli {

Result<std::unique_ptr<Serving>> Serving::start(Store& store, Clock& clock, Log& log, const Settings& settings) {
  WebhookOptions options;
  options.allow_private = settings.text("webhook.allow_private");
  options.patience = std::chrono::milliseconds(settings.number("webhook.timeout_ms"));
  options.user_agent = "Suyuan/" SUYUAN_VERSION;
  auto webhook = make_http_webhook(options);
  if (!webhook) return std::move(webhook.error());
  return std::unique_ptr<Serving>(new Serving(store, clock, log, std::move(*webhook), settings));
}

Serving::Serving(Store& store, Clock& clock, Log& log, std::unique_ptr<Webhook> webhook, const Settings& settings)
    : authorizer_(directory_, clock),
      queries_(make_query_store(store.records())),
      marks_(make_mark_store(store.records())),
      webhook_(std::move(webhook)),
      services_{.warehouse = store,
                .clock = clock,
                .log = log,
                .read_document = read_epcis,
                .write_event = epcis_writer(),
                .queries = queries_.get(),
                .webhook = webhook_.get(),
                .marks = marks_.get(),
                .gate = [](const http::Request&, identity::Act act) -> Result<Granted> {
                  return at_this_machine().grant(act);
                },
                .authorizer = &authorizer_},
      deliveries_(start_deliveries(
          {*queries_, {store, services_.read_document, services_.write_event}, *webhook_, clock, log},
          standing_options(settings), static_cast<int>(settings.number("webhook.threads")), authorizer_)),
      following_(start_following({*marks_, store, clock, authorizer_}, log)) {}

}  // namespace suyuan::cli
