// SPDX-License-Identifier: Apache-2.0
#include "app/account/account.h"
#include "app/account/checks.h"

namespace suyuan {

using namespace account;

Result<std::vector<Task>> list_tasks(const Permit<identity::Act::kTaskRead>& permit, const TasksQuestion& question,
                                     const AccountServices& services) {
  if (auto good = good_limit(question.limit); !good) return std::move(good.error());
  auto directory = services.accounts.directory();
  if (!directory) return std::move(directory.error());
  const identity::Scope& scope = permit.scope();
  TaskQuestion asked{.person = question.person,
                     .org = question.org,
                     .open_only = !question.with_closed,
                     .after = question.after,
                     .limit = question.limit + 1};
  if (scope.width() == identity::Width::kSelf) {
    const Actor self = scope.actor();
    if (question.org && *question.org != self.org) return std::vector<Task>();
    asked.org = self.org;
    asked.wanted = [self](const Task& task) { return !task.person || *task.person == self.person; };
  } else if (!scope.is_everything()) {
    asked.wanted = [&](const Task& task) {
      const identity::Organisation* org = (*directory)->find(task.org);
      return org != nullptr && reaches(scope, task.person.value_or(scope.actor().person), *org);
    };
  }
  return services.tasks.tasks(asked);
}

}  // namespace suyuan
