// SPDX-License-Identifier: Apache-2.0
#include "engine/runs/block.h"

#include <xxhash.h>

#include <cstring>

#include "base/varint.h"

namespace suyuan::runs {

namespace {

constexpr std::size_t kBlockBytes = 1000;

}  // namespace

std::string sealed(std::string_view bytes) {
  const std::uint64_t sum = XXH3_64bits(bytes.data(), bytes.size());
  std::string out;
  out.reserve(bytes.size() + 4);
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(sum >> shift & 0xFFU);
  out += bytes;
  return out;
}

std::optional<std::string_view> unsealed(std::string_view bytes) {
  if (bytes.size() < 4) return std::nullopt;
  const std::string_view body = bytes.substr(4);
  const std::uint64_t sum = XXH3_64bits(body.data(), body.size());
  for (unsigned i = 0; i < 4; ++i) {
    if (static_cast<unsigned char>(bytes[i]) != (sum >> (8 * i) & 0xFFU)) return std::nullopt;
  }
  return body;
}

std::optional<std::string> BlockWriter::add(Entry entry) {
  std::optional<std::string> full;
  if (bytes_.size() >= kBlockBytes) full = close();
  const std::uint64_t step = entry.key - last_.key;
  put_varint(bytes_, count_ == 0 ? entry.key : step);
  put_varint(bytes_, count_ > 0 && step == 0 ? entry.value - last_.value : entry.value - base_);
  last_ = entry;
  ++count_;
  return full;
}

std::string BlockWriter::close() {
  std::string body;
  put_varint(body, count_);
  body += bytes_;
  bytes_.clear();
  count_ = 0;
  last_ = {};
  return sealed(body);
}

std::optional<std::string> BlockWriter::finish() { return count_ == 0 ? std::nullopt : std::optional(close()); }

bool read_block(std::string_view block, std::uint64_t base, std::vector<Entry>& entries, Entry first, Entry last) {
  const auto body = unsealed(block);
  if (!body) return false;
  std::string_view rest = *body;
  const auto count = take_varint(rest);
  if (!count || *count > rest.size()) return false;
  Entry at;
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto key = take_varint(rest), value = take_varint(rest);
    if (!key || !value) return false;
    const bool same = i > 0 && *key == 0;
    at = {i == 0 ? *key : at.key + *key, same ? at.value + *value : base + *value};
    if (at > last) return true;
    if (at >= first) entries.push_back(at);
  }
  return rest.empty();
}

}  // namespace suyuan::runs
