// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <vector>

namespace suyuan::trace {

// From numbers that mostly come in a row, or in a few rows by turns, to places in a table. A number's neighbours share
// its cache line, and where the last ones were is remembered.
class Numbering {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  // kNone when the number is new. The answer may be written to; it is good until the next call of `at` or `slot_of`.
  std::uint32_t& at(std::int64_t number) { return slots_[slot_of(number)]; }
  // Where that is, for good: who comes again needs not look for it.
  std::size_t slot_of(std::int64_t number) {
    Recent& recent = recent_of(number / kPage);
    if (recent.key != number / kPage) {
      const auto [page, is_new] = pages_.try_emplace(number / kPage, static_cast<std::uint32_t>(slots_.size() / kPage));
      if (is_new) slots_.resize(slots_.size() + kPage, kNone);
      recent = {number / kPage, page->second};
    }
    return slot(recent.page, number);
  }
  // Good for as long as that of `at`.
  std::uint32_t& operator[](std::size_t slot) { return slots_[slot]; }
  std::uint32_t find(std::int64_t number) {
    Recent& recent = recent_of(number / kPage);
    if (recent.key != number / kPage) {
      const auto page = pages_.find(number / kPage);
      if (page == pages_.end()) return kNone;
      recent = {number / kPage, page->second};
    }
    return slots_[slot(recent.page, number)];
  }
  std::uint32_t find(std::int64_t number) const {
    const auto page = pages_.find(number / kPage);
    return page == pages_.end() ? kNone : slots_[slot(page->second, number)];
  }

 private:
  static constexpr std::int64_t kPage = 16;
  struct Recent {
    std::int64_t key = INT64_MIN;
    std::uint32_t page = 0;
  };
  Recent& recent_of(std::int64_t key) { return recent_[static_cast<std::size_t>(key) % recent_.size()]; }
  static std::size_t slot(std::uint32_t page, std::int64_t number) {
    return page * std::size_t{kPage} + static_cast<std::size_t>(number % kPage);
  }
  boost::unordered_flat_map<std::int64_t, std::uint32_t> pages_;
  std::vector<std::uint32_t> slots_;
  std::array<Recent, 64> recent_;
};

}  // namespace suyuan::trace
