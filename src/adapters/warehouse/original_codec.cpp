// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/original_codec.h"

#include <fmt/format.h>
#include <zdict.h>
#include <zstd.h>

#include "adapters/warehouse/damaged.h"
#include "base/check.h"

namespace suyuan {

namespace {

constexpr int kLevel = 1;  // higher ones win nothing on single events with a dictionary of 16 KiB
constexpr std::size_t kDictionaryBytes = 16U << 10U;
constexpr unsigned long long kLargest = 1ULL << 30U;

struct Contexts {
  ZSTD_CCtx* compress = ZSTD_createCCtx();
  ZSTD_DCtx* decompress = ZSTD_createDCtx();
  Contexts() = default;
  ~Contexts() {
    ZSTD_freeCCtx(compress);
    ZSTD_freeDCtx(decompress);
  }
  Contexts(const Contexts&) = delete;
  Contexts& operator=(const Contexts&) = delete;
};

Contexts& contexts() {
  thread_local Contexts mine;
  return mine;
}

}  // namespace

struct OriginalCodec::Dictionary {
  ZSTD_CDict* compress = nullptr;
  ZSTD_DDict* decompress = nullptr;
  Dictionary() = default;
  ~Dictionary() {
    ZSTD_freeCDict(compress);
    ZSTD_freeDDict(decompress);
  }
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
};

OriginalCodec::OriginalCodec() = default;
OriginalCodec::~OriginalCodec() = default;

std::shared_ptr<const OriginalCodec::Dictionary> OriginalCodec::current() const {
  const std::lock_guard lock(mutex_);
  return all_.empty() ? nullptr : all_.rbegin()->second;
}

unsigned OriginalCodec::last() const {
  const std::lock_guard lock(mutex_);
  return all_.empty() ? 0 : all_.rbegin()->first;
}

std::string OriginalCodec::compress(std::string_view bytes) const {
  const auto dictionary = current();
  std::string frame(ZSTD_compressBound(bytes.size()), '\0');
  ZSTD_CCtx* context = contexts().compress;
  const std::size_t size =
      dictionary ? ZSTD_compress_usingCDict(context, frame.data(), frame.size(), bytes.data(), bytes.size(),
                                            dictionary->compress)
                 : ZSTD_compressCCtx(context, frame.data(), frame.size(), bytes.data(), bytes.size(), kLevel);
  CHECK(ZSTD_isError(size) == 0);
  frame.resize(size);
  return frame;
}

std::optional<std::string> OriginalCodec::decompress(std::string_view frame) const {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kLargest) return std::nullopt;
  std::shared_ptr<const Dictionary> dictionary;
  if (const unsigned id = ZSTD_getDictID_fromFrame(frame.data(), frame.size()); id != 0) {
    const std::lock_guard lock(mutex_);
    const auto found = all_.find(id);
    if (found == all_.end()) return std::nullopt;
    dictionary = found->second;
  }
  std::string bytes(size, '\0');
  const std::size_t got = ZSTD_decompress_usingDDict(contexts().decompress, bytes.data(), bytes.size(), frame.data(),
                                                     frame.size(), dictionary ? dictionary->decompress : nullptr);
  if (ZSTD_isError(got) != 0 || got != size) return std::nullopt;
  return bytes;
}

bool OriginalCodec::add(unsigned id, std::string_view dictionary) {
  if (id == 0 || ZSTD_getDictID_fromDict(dictionary.data(), dictionary.size()) != id) return false;
  auto made = std::make_shared<Dictionary>();
  made->compress = ZSTD_createCDict(dictionary.data(), dictionary.size(), kLevel);
  made->decompress = ZSTD_createDDict(dictionary.data(), dictionary.size());
  if (made->compress == nullptr || made->decompress == nullptr) return false;
  const std::lock_guard lock(mutex_);
  all_[id] = std::move(made);
  return true;
}

std::optional<std::string> OriginalCodec::train(const std::vector<std::string>& samples, unsigned id) {
  CHECK(id > 0 && id < 256);
  std::string all;
  std::vector<std::size_t> sizes;
  for (const std::string& sample : samples) {
    all += sample;
    sizes.push_back(sample.size());
  }
  std::string dictionary(kDictionaryBytes, '\0');
  const std::size_t size = ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), all.data(), sizes.data(),
                                                 static_cast<unsigned>(sizes.size()));
  if (ZDICT_isError(size) != 0 || size < 8) return std::nullopt;
  dictionary.resize(size);
  // RFC 8878 section 5: the id stands after the magic number. One byte of it in every frame is enough.
  for (unsigned i = 0; i < 4; ++i) dictionary[4 + i] = static_cast<char>(i == 0 ? id : 0);
  return dictionary;
}

Status OriginalCodec::load(sql::Connection& connection) {
  auto query = connection.prepare("SELECT id, data FROM zstd_dictionary WHERE id > $1 ORDER BY id");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  (*query)->bind(1, std::int64_t{last()});
  for (;;) {
    auto row = (*query)->step();
    if (!row) return std::move(row.error());
    if (!*row) return Done{};
    if (!add(static_cast<unsigned>((*query)->integer(0)), (*query)->bytes(1)))
      return damaged_store(fmt::format("dictionary {} of the originals cannot be read", (*query)->integer(0)));
  }
}

}  // namespace suyuan
