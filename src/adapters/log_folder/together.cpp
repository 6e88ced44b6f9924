// SPDX-License-Identifier: Apache-2.0
#include "adapters/log_folder/together.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

namespace suyuan {

Status together(std::size_t count, unsigned threads, const std::function<Status(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::optional<Error> failed;
  const auto take = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      Status done = work(i);
      if (done) continue;
      next = count;
      const std::lock_guard lock(mutex);
      if (!failed) failed = std::move(done.error());
    }
  };
  {
    std::vector<std::jthread> others;
    try {
      while (others.size() + 1 < threads && others.size() + 1 < count) others.emplace_back(take);
    } catch (const std::system_error&) {  // no more threads: those that are there do it
    }
    take();
  }
  if (failed) return std::move(*failed);
  return Done{};
}

}  // namespace suyuan
