// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "app/identity/scoped_warehouse.h"
#include "app/personal/personal.h"
#include "app/personal/texts.h"
#include "base/text.h"
#include "domain/registry/visible_fields.h"

namespace suyuan {

namespace {

Error nothing(const UnmaskRequest& request) {
  return {ErrorKind::kNotFound, "unmask.nothing",
          fmt::format("There is no value of the field \"{}\" there.", excerpt(request.field))};
}

void add_texts(const trace::Node& node, std::vector<std::string>& texts) {
  if (node.children.empty() && !node.text.empty()) texts.push_back(node.text);
  for (const trace::Node& child : node.children) add_texts(child, texts);
}

bool is_field(const trace::Node& node, const std::string& field) {
  if (node.name.empty()) return false;
  if (registry::field_name(node.name) == field) return true;
  if (node.ns.empty()) return false;
  const std::size_t colon = node.name.find(':');
  return registry::field_name(colon == std::string::npos ? node.ns : node.ns + node.name.substr(colon + 1)) == field;
}

void find_field(const trace::Node& node, const std::string& field, std::vector<std::string>& texts) {
  if (is_field(node, field)) return add_texts(node, texts);
  for (const trace::Node& child : node.children) find_field(child, field, texts);
}

Result<std::vector<std::string>> values_of_event(const Granted& permit, const UnmaskRequest& request,
                                                 const PersonalServices& services) {
  auto event = services.warehouse.find_event(request.subject.event_id, false);
  if (!event) return std::move(event.error());
  if (!*event) return nothing(request);
  auto original = services.personal.sent_original((*event)->seq);
  if (!original) return std::move(original.error());
  if (!permit.scope().covers(original->actor)) return nothing(request);
  auto tree = services.tree(**event, *original);
  if (!tree) return std::move(tree.error());
  std::vector<std::string> values;
  find_field(*tree, registry::field_name(request.field), values);
  return values;
}

Result<std::vector<std::string>> values_of_thing(const Granted& permit, const UnmaskRequest& request,
                                                 const PersonalServices& services) {
  auto data = services.personal.personal_data(*request.subject.code);
  if (!data) return std::move(data.error());
  std::vector<std::string> values;
  for (PersonalDatum& datum : *data) {
    if (registry::field_name(datum.attribute) != registry::field_name(request.field)) continue;
    if (datum.value && permit.scope().covers(datum.owner)) values.push_back(std::move(*datum.value));
  }
  return values;
}

Result<std::vector<std::string>> values_of_person(const Granted& permit, const UnmaskRequest& request,
                                                  const PersonalServices& services) {
  auto account = services.accounts.account(*request.subject.person);
  if (!account) return std::move(account.error());
  if (!*account) return nothing(request);
  auto org = services.accounts.organisation((*account)->member.org);
  if (!org) return std::move(org.error());
  if (!*org || !permit.scope().covers({(*account)->member.id, (*org)->id, (*org)->jurisdiction}))
    return nothing(request);
  const std::string& value = request.field == "name" ? (*account)->name : (*account)->mobile;
  return value.empty() ? std::vector<std::string>() : std::vector<std::string>{value};
}

Result<std::vector<std::string>> values_of(const Granted& permit, const UnmaskRequest& request,
                                           const PersonalServices& services) {
  if (request.subject.person) return values_of_person(permit, request, services);
  return request.subject.code ? values_of_thing(permit, request, services) : values_of_event(permit, request, services);
}

bool is_masked_field(const UnmaskRequest& request) {
  if (request.subject.person) return request.field == "name" || request.field == "mobile";
  return request.subject.code || registry::personal_field(request.field);
}

}  // namespace

Result<std::vector<std::string>> unmask(const Permit<identity::Act::kPersonalUnmask>& permit,
                                        const UnmaskRequest& request, const PersonalServices& services) {
  auto purpose = text_between(request.purpose, 10, 500, "unmask.purpose", "The purpose", kSayWhatFor);
  if (!purpose) return std::move(purpose.error());
  auto case_id = text_between(request.case_id, 1, 100, "unmask.case", "The case", kSayWhatFor);
  if (!case_id) return std::move(case_id.error());
  if (!is_masked_field(request))
    return Error{ErrorKind::kInvalid, "unmask.field",
                 fmt::format("The field \"{}\" is not about a person, and so is not masked. policy/visible-fields.csv "
                             "lists those that are.",
                             excerpt(request.field))};
  auto values = values_of(permit, request, services);
  if (!values) return values;
  if (values->empty()) return nothing(request);
  const std::string fields[] = {request.field};
  auto noted =
      services.audit.personal_read(permit, {"subject", subject_text(request.subject)}, fields, *purpose, *case_id);
  if (!noted) return std::move(noted.error());
  return values;
}

Result<std::string> read_original(const Permit<identity::Act::kOriginalRead>& permit, const std::string& job,
                                  Warehouse& warehouse, PersonalData* personal, Audit* audit) {
  ScopedEvents seen(permit.scope(), warehouse);
  auto record = seen.warehouse().job(job);
  if (!record) return std::move(record.error());
  if (!*record)
    return Error{ErrorKind::kNotFound, "job.no_document",
                 fmt::format("There is no kept document of a job {}.", excerpt(job))};
  auto masked = warehouse.document(job);
  const bool is_own = (*record)->actor.org == permit.actor().org && personal != nullptr && audit != nullptr;
  if (!is_own || !masked) return masked;
  auto sent = personal->sent_document(job);
  if (!sent || *sent == *masked) return sent;
  const std::string fields[] = {"document"};
  auto noted = audit->personal_read(permit, {"job", job}, fields, "the own document", "");
  return noted ? std::move(sent) : Result<std::string>(std::move(noted.error()));
}

}  // namespace suyuan
