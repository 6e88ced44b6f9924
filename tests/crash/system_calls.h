// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>

// What SQLite asks of the system in this program goes through here first.
namespace suyuan::crash {

enum class Call { kRead, kWrite, kSync, kTruncate };

// Called before and after each of them on a file of SQLite's. Before: not 0 fails the call with that errno, and nothing
// is done. Any thread; set it while no store is open, or in a process of its own.
struct OnFile {
  std::function<int(Call call, std::string_view file)> before;
  std::function<void(Call call, std::string_view file)> after;
};
void watch_files(OnFile watch);

}  // namespace suyuan::crash
