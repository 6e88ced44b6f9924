// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace suyuan {

// The calling thread gives way to the others of this machine when there is not enough processor for all: "a little" for
// work that somebody waits for, "much" for upkeep. Best effort.
enum class GiveWay { kALittle, kMuch };
void give_way(GiveWay how);
// The calling thread does little at a time and somebody waits for it: it gets its turn sooner, for a shorter one. On
// Linux from 6.12; before, nothing changes.
void be_prompt();

}  // namespace suyuan
