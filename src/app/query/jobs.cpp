// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/identity/scoped_warehouse.h"
#include "app/query/query.h"
#include "base/text.h"

namespace suyuan {

Result<JobPage> list_jobs(const Permit<identity::Act::kJobRead>& permit, const PageRequest& request,
                          Warehouse& warehouse) {
  const auto seal = TokenSeal::of(permit, warehouse);
  if (!seal) return seal.error();
  std::string after;
  if (!request.token.empty()) {
    auto read = read_page_token(*seal, "jobs", request.token, request.now);
    if (!read) return std::move(read.error());
    after = std::move(*read);
  }
  ScopedEvents seen(permit.scope(), warehouse);
  auto jobs = seen.warehouse().jobs(request.per_page + 1, after);
  if (!jobs) return std::move(jobs.error());
  JobPage page{std::move(*jobs), ""};
  if (page.jobs.size() <= request.per_page) return page;
  page.jobs.pop_back();
  page.next_token = write_page_token(*seal, "jobs", page.jobs.back().public_id, request.now);
  return page;
}

Result<std::optional<JobRecord>> read_job(const Permit<identity::Act::kJobRead>& permit, const std::string& id,
                                          Warehouse& warehouse) {
  ScopedEvents seen(permit.scope(), warehouse);
  return seen.warehouse().job(id);
}

Error no_such_job(std::string_view id) {
  return {
      ErrorKind::kNotFound, "capture.no_such_job",
      fmt::format("There is no capture job \"{}\". If the server was stopped while it ran, send the document again: "
                  "its events count once.",
                  excerpt(id))};
}

}  // namespace suyuan
