// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// What recalls read of events, many together: docs/formats/fact-blocks.md.
namespace suyuan {

struct FactRow {  // columns of the table `event`
  std::int64_t seq = 0, kind = 0, time = 0, step = 0;
  std::string_view links = {};  // of a block: links_in_block
  friend bool operator==(const FactRow&, const FactRow&) = default;
};

// What of an event's links stands in a block: all, or nothing when that is too much.
inline std::string_view links_in_block(std::string_view links) {
  return links.size() > 1000 ? std::string_view() : links;
}
// So many of the first ones fill a block; 0: all of them do not.
std::size_t full_block(std::span<const FactRow> facts);
// Requires: they follow each other by seq, and have links_in_block.
std::string pack_facts(std::span<const FactRow> facts);

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
