// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/zstd_text.h"

#include <zstd.h>

#include <memory>

#include "base/check.h"

namespace suyuan {

namespace {

constexpr int kLevel = 3;
constexpr unsigned long long kLargest = 1ULL << 30U;

// Made once for each thread: making one costs more than most texts.
ZSTD_DCtx* context() {
  thread_local const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> mine(ZSTD_createDCtx(), ZSTD_freeDCtx);
  return mine.get();
}

}  // namespace

std::string compress(std::string_view bytes) {
  std::string frame(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress(frame.data(), frame.size(), bytes.data(), bytes.size(), kLevel);
  CHECK(ZSTD_isError(size) == 0);
  frame.resize(size);
  return frame;
}

std::optional<std::string> decompress(std::string_view frame) {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kLargest) return std::nullopt;
  std::string bytes(size, '\0');
  const std::size_t got = ZSTD_decompressDCtx(context(), bytes.data(), bytes.size(), frame.data(), frame.size());
  if (ZSTD_isError(got) != 0 || got != size) return std::nullopt;
  return bytes;
}

}  // namespace suyuan
