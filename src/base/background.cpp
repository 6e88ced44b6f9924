// SPDX-License-Identifier: Apache-2.0
#include "base/background.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace suyuan {

void give_way(GiveWay how) {
  // On Linux niceness belongs to the thread, whatever POSIX says of the process.
  static_cast<void>(
      setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), how == GiveWay::kALittle ? 8 : 15));
}

}  // namespace suyuan
