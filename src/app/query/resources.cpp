// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/identity/scoped_warehouse.h"
#include "app/query/query.h"
#include "base/text.h"
#include "domain/trace/vocabulary.h"

namespace suyuan {

namespace {

using Resource = Warehouse::Resource;

constexpr std::array<std::string_view, 5> kEventTypes = {"AggregationEvent", "AssociationEvent", "ObjectEvent",
                                                         "TransactionEvent", "TransformationEvent"};

std::string question_of(Resource resource) { return fmt::format("resource {}", static_cast<int>(resource)); }

trace::Vocabulary vocabulary_of(Resource resource) {
  return resource == Resource::kBizStep ? trace::Vocabulary::kBizStep : trace::Vocabulary::kDisposition;
}

// A word only where it means this value: "Bizstep-shipping" is not CBV's "BizStep-shipping".
std::string name_of(Resource resource, const Warehouse::Known& known) {
  if (known.identity) return codes::canonical_uri(*known.identity);
  const std::string_view word = trace::bare_word(known.text);
  return trace::canonical_value(vocabulary_of(resource), word) == known.text ? std::string(word) : known.text;
}

std::vector<trace::Role> roles_of(Resource resource) {
  if (resource == Resource::kReadPoint) return {trace::Role::kReadPoint};
  if (resource == Resource::kBizLocation) return {trace::Role::kBizLocation};
  return {trace::Role::kSubject, trace::Role::kParent, trace::Role::kChild, trace::Role::kInput, trace::Role::kOutput};
}

Result<bool> has_identity(Resource resource, const std::string& name, Warehouse& warehouse) {
  const auto id = codes::read_epcis_id(name);
  if (!id) return id.error();
  auto objects = warehouse.find(std::span(&id->id, 1));
  if (!objects) return std::move(objects.error());
  auto settled = warehouse.settled();
  if (!settled) return std::move(settled.error());
  if (!objects->front() || *settled == 0) return false;
  const auto roles = roles_of(resource);
  auto page = warehouse.history(std::span(&*objects->front(), 1), roles, trace::EventSeq(*settled), 0, 1);
  if (!page) return std::move(page.error());
  return !page->events.empty();
}

Result<bool> has_word(Resource resource, const std::string& name, Warehouse& warehouse) {
  const std::string wanted = trace::canonical_value(vocabulary_of(resource), name).value_or(name);
  for (std::int64_t after = 0;;) {
    auto page = warehouse.known(resource, after, 1000);
    if (!page) return std::move(page.error());
    for (const Warehouse::Known& known : page->known) {
      if (known.text == wanted) return true;
      after = known.id;
    }
    if (!page->more || page->known.empty()) return false;
  }
}

}  // namespace

Result<ResourcePage> list_resources(const Permit<identity::Act::kEventRead>& permit, Resource resource,
                                    const PageRequest& page, Warehouse& warehouse) {
  const auto seal = TokenSeal::of(permit, warehouse);
  if (!seal) return seal.error();
  ScopedEvents seen(permit.scope(), warehouse);
  Cursor at;
  if (!page.token.empty()) {
    auto read = read_cursor(*seal, page.token, question_of(resource), page.now);
    if (!read) return std::move(read.error());
    at = *read;
  }
  const std::size_t most = std::clamp<std::size_t>(page.per_page, 1, QueryLimits().per_page_max);
  ResourcePage found;
  bool more = false;
  if (resource == Resource::kEventType) {  // every server knows all five, whatever it has seen
    std::size_t i = static_cast<std::size_t>(std::max<std::int64_t>(at.place.seq, 0));
    for (; i < kEventTypes.size() && found.names.size() < most; ++i) found.names.emplace_back(kEventTypes[i]);
    at.place.seq = static_cast<std::int64_t>(i);
    more = i < kEventTypes.size();
  } else {
    auto known = seen.warehouse().known(resource, at.place.seq, most);
    if (!known) return std::move(known.error());
    for (const Warehouse::Known& one : known->known) found.names.push_back(name_of(resource, one));
    if (!known->known.empty()) at.place.seq = known->known.back().id;
    more = known->more;
  }
  if (more) found.next_token = write_cursor(*seal, at, question_of(resource), page.now);
  return found;
}

Result<bool> has_resource(const Permit<identity::Act::kEventRead>& permit, Resource resource, const std::string& name,
                          Warehouse& warehouse) {
  if (resource == Resource::kEventType)
    return std::find(kEventTypes.begin(), kEventTypes.end(), name) != kEventTypes.end();
  ScopedEvents seen(permit.scope(), warehouse);
  if (resource == Resource::kBizStep || resource == Resource::kDisposition)
    return has_word(resource, name, seen.warehouse());
  return has_identity(resource, name, seen.warehouse());
}

}  // namespace suyuan
