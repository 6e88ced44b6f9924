// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/auditing/audit_thread.h"
#include "adapters/following/mark_thread.h"
#include "adapters/http/serve.h"
#include "adapters/warehouse/store.h"
#include "adapters/webhook/delivery_threads.h"

namespace suyuan::cli {

// What the server works with, over one store. Subscribers are told, marks followed and
// refusals written down while it lives.
class Serving {
 public:
  // Everything outlives it. Errors: kInvalid "webhook.allow_private".
  static Result<std::unique_ptr<Serving>> start(Store& store, Clock& clock, Log& log, const Settings& settings);
  const http::Services& services() const { return services_; }

 private:
  Serving(Store& store, Clock& clock, Log& log, std::unique_ptr<Webhook> webhook, const Settings& settings);

  OneMachine directory_;
  Authorizer authorizer_;
  std::unique_ptr<QueryStore> queries_;
  std::unique_ptr<MarkStore> marks_;
  std::unique_ptr<AuditStore> audit_store_;
  std::unique_ptr<EmergencyStore> emergencies_;
  Audit audit_;
  std::unique_ptr<Webhook> webhook_;
  http::Services services_;
  std::unique_ptr<DeliveryThreads> deliveries_;  // these end first
  std::unique_ptr<MarkThread> following_;
  std::unique_ptr<AuditThread> auditing_;
};

}  // namespace suyuan::cli
