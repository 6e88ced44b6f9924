// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <string_view>

// Named moments of a commit at which a test ends the process. Nothing in the product arms them: no setting and no
// environment variable does, only a test program that links the code and sets the hook. Unarmed, one load.
namespace suyuan {

using FaultHook = void (*)(std::string_view point);
inline std::atomic<FaultHook> armed_fault_hook = nullptr;

inline void fault_point(std::string_view point) {
  if (const FaultHook hook = armed_fault_hook.load(std::memory_order_relaxed); hook != nullptr) hook(point);
}

}  // namespace suyuan
