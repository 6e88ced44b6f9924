// SPDX-License-Identifier: Apache-2.0
#include "base/background.h"

#include <linux/sched/types.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace suyuan {

void give_way(GiveWay how) {
  // On Linux niceness belongs to the thread, whatever POSIX says of the process.
  static_cast<void>(
      setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), how == GiveWay::kALittle ? 8 : 15));
}

void be_prompt() {
  sched_attr attributes{};
  attributes.size = sizeof(attributes);
  if (syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0) != 0) return;
  attributes.sched_runtime = 200'000;  // ns of a turn
  static_cast<void>(syscall(SYS_sched_setattr, 0, &attributes, 0));
}

}  // namespace suyuan
