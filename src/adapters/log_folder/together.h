// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <functional>

#include "base/result.h"

namespace suyuan {

// work(0) … work(count - 1), by so many threads: who waits for a disk waits for several of its syncs as long as for
// one. The first error; then nothing new is begun.
Status together(std::size_t count, unsigned threads, const std::function<Status(std::size_t)>& work);

}  // namespace suyuan
