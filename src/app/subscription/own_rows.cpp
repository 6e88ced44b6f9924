// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "app/audit/audit.h"
#include "app/identity/token_seal.h"
#include "app/subscription/subscription.h"
#include "base/text.h"

// What people left with the server, each seen by those whose scope covers who left it.
namespace suyuan {

namespace {

constexpr std::size_t kTogether = 200;

Error unknown_query(const std::string& name) {
  return {ErrorKind::kNotFound, "query.unknown",
          fmt::format("There is no query \"{}\". GET /epcis/v2/queries lists them.", excerpt(name))};
}

Error unknown_subscription(const std::string& query, const std::string& id) {
  return {ErrorKind::kNotFound, "subscription.unknown",
          fmt::format("The query \"{}\" has no subscription \"{}\".", excerpt(query), excerpt(id))};
}

Result<Subscription> find_subscription(const Granted& permit, const std::string& query, const std::string& id,
                                       QueryStore& store) {
  auto found = store.subscription(id);
  if (!found) return std::move(found.error());
  if (!*found || !permit.scope().covers((*found)->actor)) return unknown_subscription(query, id);
  auto named = find_query(permit, query, store);
  if (!named && named.error().kind != ErrorKind::kNotFound) return std::move(named.error());
  if (!named || named->key() != (*found)->asks()) return unknown_subscription(query, id);
  return std::move(**found);
}

}  // namespace

Result<NamedQuery> find_query(const Granted& permit, const std::string& name, QueryStore& store) {
  auto own = store.query({permit.actor().org, name});
  if (!own) return std::move(own.error());
  if (*own && permit.scope().covers((*own)->actor)) return std::move(**own);
  // Those so called, by organisation; the list goes on with other names.
  QueryName after{OrgId(1), name};
  auto first = store.query(after);
  if (!first) return std::move(first.error());
  if (*first && permit.scope().covers((*first)->actor)) return std::move(**first);
  for (;;) {
    auto some = store.queries(after, kTogether);
    if (!some) return std::move(some.error());
    for (NamedQuery& query : *some) {
      if (query.name != name) return unknown_query(name);
      after = query.key();
      if (permit.scope().covers(query.actor)) return std::move(query);
    }
    if (some->size() < kTogether) return unknown_query(name);
  }
}

Result<QueryPage> list_queries(const Permit<identity::Act::kQueryRead>& permit, const PageRequest& request,
                               StandingServices services) {
  const auto seal = TokenSeal::of(permit, services.queries.warehouse);
  if (!seal) return seal.error();
  QueryName after;
  if (!request.token.empty()) {
    const auto text = read_page_token(*seal, "queries", request.token, request.now);
    if (!text) return text.error();
    const std::size_t gap = text->find(' ');
    if (gap == std::string::npos) return damaged_cursor();
    after = {OrgId(std::stoll(text->substr(0, gap))), text->substr(gap + 1)};
  }
  QueryPage page;
  for (;;) {
    auto some = services.store.queries(after, kTogether);
    if (!some) return std::move(some.error());
    const bool is_end = some->size() < kTogether;
    for (NamedQuery& query : *some) {
      if (permit.scope().covers(query.actor)) {
        if (page.queries.size() == request.per_page) {
          const QueryName last = page.queries.back().key();
          page.next_token =
              write_page_token(*seal, "queries", fmt::format("{} {}", last.org.value(), last.name), request.now);
          return page;
        }
        page.queries.push_back(query);
      }
      after = query.key();
    }
    if (is_end) return page;
  }
}

Result<NamedQuery> read_query(const Permit<identity::Act::kQueryRead>& permit, const std::string& name,
                              StandingServices services) {
  return find_query(permit, name, services.store);
}

Status delete_query(const Permit<identity::Act::kQueryDefine>& permit, const std::string& name,
                    StandingServices services) {
  auto query = find_query(permit, name, services.store);
  if (!query) return std::move(query.error());
  const AuditField before{"query", query->definition};
  return services.store.remove_query(
      query->key(), with_fields(audit_entry(permit, "query.remove", {"query", query->name}, "", services.clock.now()),
                                std::span(&before, 1), {}));
}

Result<SubscriptionPage> list_subscriptions(const Permit<identity::Act::kSubscriptionRead>& permit,
                                            const std::string& query, const PageRequest& request,
                                            StandingServices services) {
  auto named = find_query(permit, query, services.store);
  if (!named) return std::move(named.error());
  const auto seal = TokenSeal::of(permit, services.queries.warehouse);
  if (!seal) return seal.error();
  const std::string list = fmt::format("subscriptions {} {}", named->actor.org.value(), named->name);
  std::string after;
  if (!request.token.empty()) {
    auto text = read_page_token(*seal, list, request.token, request.now);
    if (!text) return std::move(text.error());
    after = std::move(*text);
  }
  SubscriptionPage page;
  for (;;) {
    auto some = services.store.subscriptions(named->key(), after, kTogether);
    if (!some) return std::move(some.error());
    const bool is_end = some->size() < kTogether;
    for (Subscription& each : *some) {
      after = each.id;
      if (!permit.scope().covers(each.actor)) continue;
      if (page.subscriptions.size() == request.per_page) {
        page.next_token = write_page_token(*seal, list, page.subscriptions.back().id, request.now);
        return page;
      }
      page.subscriptions.push_back(std::move(each));
    }
    if (is_end) return page;
  }
}

Result<Subscription> read_subscription(const Permit<identity::Act::kSubscriptionRead>& permit, const std::string& query,
                                       const std::string& id, StandingServices services) {
  return find_subscription(permit, query, id, services.store);
}

Status unsubscribe(const Permit<identity::Act::kSubscriptionMake>& permit, const std::string& query,
                   const std::string& id, StandingServices services) {
  auto found = find_subscription(permit, query, id, services.store);
  if (!found) return std::move(found.error());
  const std::array<AuditField, 2> before{AuditField{"query", found->query}, AuditField{"dest", address_of(*found)}};
  return services.store.remove_subscription(
      found->id,
      with_fields(audit_entry(permit, "subscription.end", {"subscription", found->id}, "", services.clock.now()),
                  before, {}));
}

bool rests(const Subscription& subscription, const StandingServices& services) {
  return services.authorizer != nullptr &&
         !services.authorizer->grant_job(subscription.actor, identity::Act::kEventRead).ok();
}

}  // namespace suyuan
