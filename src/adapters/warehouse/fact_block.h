// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// What recalls read of events, many together: docs/formats/fact-blocks.md.
namespace suyuan {

struct FactRow {  // columns of the table `event`
  std::int64_t seq = 0, kind = 0, time = 0, step = 0;
  std::string_view links = {};  // links_in_block
  friend bool operator==(const FactRow&, const FactRow&) = default;
};

// Of the column `links`, what stands in a block: all, or nothing where that is too much.
std::string_view links_in_block(std::string_view links);

// The first ones, as many as a block has room for; nothing when it has room for all of them. Requires: they follow each
// other by seq.
struct PackedFacts {
  std::size_t count = 0;
  std::string block;
};
std::optional<PackedFacts> pack_facts(std::span<const FactRow> facts);

// Goes through a block.
class FactBlock {
 public:
  // `data` must outlive it.
  FactBlock(std::int64_t first, std::string_view data);
  // The next fact. False: the end, or damage.
  bool next(FactRow& fact);
  std::int64_t end() const { return end_; }  // the event after the last
  bool is_damaged() const { return is_damaged_; }

 private:
  bool take(FactRow& fact);

  std::string_view rest_;
  std::int64_t next_, end_, time_ = 0;
  bool is_damaged_ = false;
};

}  // namespace suyuan
