// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "adapters/clock/system_clock.h"
#include "adapters/records/account_store.h"
#include "adapters/records/task_store.h"
#include "app/account/account.h"
#include "bin/cli.h"

namespace suyuan::cli {

// The store with who there is in it.
struct Accounts {
  std::unique_ptr<Store> store;
  std::unique_ptr<AccountStore> accounts;
  std::unique_ptr<TaskStore> tasks;
  std::unique_ptr<Clock> clock;

  AccountServices services() const { return {*accounts, *tasks, *clock}; }
};

// `create`: the first organisation may be entered before anything else.
Result<Accounts> open_accounts(const Common& common, bool create = false);
int print(const std::string& text);
// The answer of a verb as `json` or `text` of it.
template <class T, class Json, class Text>
int show(const Result<T>& answer, const Common& common, Json json, Text text) {
  if (!answer) return fail(answer.error());
  return print(common.json ? json(*answer) : text(*answer));
}

}  // namespace suyuan::cli
