// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/auditing/audit_thread.h"
#include "adapters/following/mark_thread.h"
#include "adapters/http/message.h"
#include "adapters/http/serve.h"
#include "adapters/records/account_store.h"
#include "adapters/warehouse/store.h"
#include "adapters/webhook/delivery_threads.h"
#include "app/account/account_directory.h"
#include "app/oidc/oidc.h"
#include "bin/kept_evidence.h"
#include "bin/login.h"
#include "bin/served_log.h"

namespace suyuan::cli {

// What the server works with, over one store. Subscribers are told, marks followed and
// refusals written down while it lives.
class Serving {
 public:
  // Everything outlives it. Errors: kInvalid "webhook.allow_private", "login.bad_key_file",
  // "log.bad_key_file", "log.origin"; kInternal "evidence.disk", "log.disk".
  static Result<std::unique_ptr<Serving>> start(Store& store, Clock& clock, Log& log, const Settings& settings,
                                                const StorePlace& place);
  const http::Services& services() const { return services_; }
  const Login& login() const { return *login_; }
  // The routes of signing in, here or with an OpenID provider.
  void add_routes(http::Router& router);

 private:
  Serving(Store& store, Clock& clock, Log& log, std::unique_ptr<Webhook> webhook, const Settings& settings);
  http::Response signed_in(const http::Request& request, PersonId person) const;

  std::unique_ptr<AccountStore> accounts_;
  std::unique_ptr<TaskStore> tasks_;
  AccountDirectory directory_;
  Authorizer authorizer_;
  std::unique_ptr<AuditStore> audit_store_;
  Audit audit_;
  std::unique_ptr<Login> login_;
  std::unique_ptr<QueryStore> queries_;
  std::unique_ptr<MarkStore> marks_;
  std::unique_ptr<EmergencyStore> emergencies_;
  std::unique_ptr<OidcStore> links_;
  std::unique_ptr<ErasureStore> erasures_;
  std::unique_ptr<KeptEvidence> evidence_;      // nullptr: there is no folder for its files
  std::unique_ptr<IdentityProvider> provider_;  // of OpenID; nullptr: none
  std::string public_url_;
  std::unique_ptr<Webhook> webhook_;
  http::Services services_;
  std::unique_ptr<DeliveryThreads> deliveries_;  // these end first
  std::unique_ptr<MarkThread> following_;
  std::unique_ptr<AuditThread> auditing_;
  std::unique_ptr<ServedLog> tlog_;  // nullptr: this server has no folder for it
};

}  // namespace suyuan::cli
