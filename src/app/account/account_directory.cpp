// SPDX-License-Identifier: Apache-2.0
#include "app/account/account_directory.h"

#include "base/check.h"

namespace suyuan {

namespace {

std::shared_ptr<const identity::Directory> nobody() {
  static const auto directory = [] {
    auto made = identity::Directory::make({{.id = OrgId(1), .is_active = false}}, {});
    CHECK(made.ok());
    return std::move(*made);
  }();
  return directory;
}

}  // namespace

std::shared_ptr<const identity::Directory> AccountDirectory::directory() {
  auto now = accounts_.directory();
  if (now) return std::move(*now);
  log_.write(LogLevel::kError, "account.directory_unread", "",
             {{"code", now.error().code}, {"why", now.error().for_log}});
  return nobody();
}

}  // namespace suyuan
