// SPDX-License-Identifier: Apache-2.0
#include "base/paged.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace suyuan {

namespace {

char* map(std::size_t bytes) {
  void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  return static_cast<char*>(at);
}

void unmap(char* at, std::size_t bytes) {
  if (bytes > 0) ::munmap(at, bytes);
}

}  // namespace

void* take_page(bool is_large) {
  if (!is_large) return map(kPageBytes);
  char* const all = map(2 * kPageBytes);  // one that begins where a huge page can lies in there
  const std::size_t before = (kPageBytes - reinterpret_cast<std::uintptr_t>(all) % kPageBytes) % kPageBytes;
  unmap(all, before);
  unmap(all + before + kPageBytes, kPageBytes - before);
  static_cast<void>(::madvise(all + before, kPageBytes, MADV_HUGEPAGE));  // a wish: without it all is as right
  return all + before;
}

void free_page(void* page) { unmap(static_cast<char*>(page), kPageBytes); }

}  // namespace suyuan
