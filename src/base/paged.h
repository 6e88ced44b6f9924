// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <vector>

namespace suyuan {

constexpr std::size_t kPageBytes = std::size_t{2} << 20U;  // a huge page of x86-64
// Memory of that size that nothing was written to. A large one is one piece for the kernel: clearing memory in pieces
// of 4 KiB takes a fifth of the time of a large recall.
void* take_page(bool is_large);
void free_page(void* page);

// A growing table of very many rows: it never moves them, and never needs twice its memory.
template <class Row>
class Paged {
 public:
  std::size_t size() const { return size_; }
  Row& operator[](std::size_t at) { return pages_[at / kPage][at % kPage]; }
  const Row& operator[](std::size_t at) const { return pages_[at / kPage][at % kPage]; }
  Row& push_back(const Row& row) {
    if (size_ == pages_.size() * kPage) pages_.push_back(new_page(!pages_.empty()));
    return *std::construct_at(&(*this)[size_++], row);
  }

 private:
  static_assert(std::is_trivially_copyable_v<Row> && std::is_trivially_destructible_v<Row>);
  static constexpr std::size_t kPage = std::bit_floor(kPageBytes / sizeof(Row));

  struct Free {
    void operator()(Row* page) const { free_page(page); }
  };
  using Page = std::unique_ptr<Row[], Free>;

  // The first page becomes memory as it is written to, for most tables are small.
  static Page new_page(bool is_large) { return Page(static_cast<Row*>(take_page(is_large))); }

  std::size_t size_ = 0;
  std::vector<Page> pages_;
};

}  // namespace suyuan
