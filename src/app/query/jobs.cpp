// SPDX-License-Identifier: Apache-2.0
#include "app/identity/scoped_warehouse.h"
#include "app/query/query.h"

namespace suyuan {

Result<JobPage> list_jobs(const Permit<identity::Act::kJobRead>& permit, const PageRequest& request,
                          Warehouse& warehouse) {
  const auto seal = TokenSeal::of(permit, warehouse);
  if (!seal) return seal.error();
  std::string after;
  if (!request.token.empty()) {
    auto read = seal->open("jobs", request.token);
    if (!read) return damaged_cursor();
    after = std::move(*read);
  }
  ScopedEvents seen(permit.scope(), warehouse);
  auto jobs = seen.warehouse().jobs(request.per_page + 1, after);
  if (!jobs) return std::move(jobs.error());
  JobPage page{std::move(*jobs), ""};
  if (page.jobs.size() <= request.per_page) return page;
  page.jobs.pop_back();
  page.next_token = seal->seal("jobs", page.jobs.back().public_id);
  return page;
}

Result<std::optional<JobRecord>> read_job(const Permit<identity::Act::kJobRead>& permit, const std::string& id,
                                          Warehouse& warehouse) {
  ScopedEvents seen(permit.scope(), warehouse);
  return seen.warehouse().job(id);
}

}  // namespace suyuan
