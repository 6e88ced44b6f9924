// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Entries of a sorted run, packed into small blocks: docs/formats/runs.md.
namespace suyuan::runs {

struct Entry {
  std::uint64_t key = 0, value = 0;
  friend auto operator<=>(const Entry&, const Entry&) = default;
};

// Takes entries in ascending order and gives blocks of about a kilobyte.
class BlockWriter {
 public:
  // `base`: no value is smaller.
  explicit BlockWriter(std::uint64_t base) : base_(base) {}

  // A block that became full, without this entry. Requires: not smaller than the entry before.
  std::optional<std::string> add(Entry entry);
  // What is left; nothing when that is nothing.
  std::optional<std::string> finish();

 private:
  std::string close();

  std::uint64_t base_;
  Entry last_;
  std::uint64_t count_ = 0;
  std::string bytes_;
};

inline constexpr Entry kFirstEntry{0, 0}, kLastEntry{UINT64_MAX, UINT64_MAX};

// Appends the entries of a block from `first` to `last`. False: the bytes are not what a BlockWriter of this base made
// (damaged); what follows `last` is not looked at, but for the checksum.
bool read_block(std::string_view block, std::uint64_t base, std::vector<Entry>& entries, Entry first = kFirstEntry,
                Entry last = kLastEntry);

// Text with a checksum in front, and back; nothing when it does not fit.
std::string sealed(std::string_view bytes);
std::optional<std::string_view> unsealed(std::string_view bytes);

}  // namespace suyuan::runs
