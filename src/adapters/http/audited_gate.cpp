// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/audited_gate.h"

#include "adapters/http/message.h"

namespace suyuan::http {

namespace {

// The path alone: what is asked may hold codes and names.
AuditTarget target_of(const Request& request) { return {"path", request.method + " " + request.path}; }

// What changes something leaves an entry of its own, which names the emergency too.
bool is_reading(identity::Act act) {
  return identity::act_word(act).ends_with(".read") || act == identity::Act::kPersonalUnmask;
}

void name_origin(identity::Principal& who, const Request& request) {
  if (who.from.empty()) who.from = request.client;
  who.trace_id = request.trace_id;
}

}  // namespace

void note_refusal(const Request& request, identity::Principal who, identity::Act act, const Error& error,
                  Audit& audit) {
  name_origin(who, request);
  audit.refused(who, identity::act_word(act), target_of(request), error);
}

Result<Granted> grant_audited(const Request& request, identity::Principal who, identity::Act act,
                              const Authorizer& authorizer, Audit& audit) {
  name_origin(who, request);
  auto granted = authorizer.grant(who, act);
  if (!granted) {
    note_refusal(request, std::move(who), act, granted.error(), audit);
    return granted;
  }
  const bool is_public = granted->scope().width() == identity::Width::kPublic;
  if (!who.emergency || is_public || !is_reading(act)) return granted;
  if (auto kept = audit.read_in_emergency(who, identity::act_word(act), target_of(request)); !kept)
    return std::move(kept.error());
  return granted;
}

Gate audited_gate(WhoAsks who_asks, const Authorizer& authorizer, Audit& audit) {
  return [who_asks = std::move(who_asks), &authorizer, &audit](const Request& request,
                                                               identity::Act act) -> Result<Granted> {
    auto who = who_asks(request);
    if (who) return grant_audited(request, std::move(*who), act, authorizer, audit);
    note_refusal(request, identity::public_principal(), act, who.error(), audit);
    return std::move(who.error());
  };
}

}  // namespace suyuan::http
