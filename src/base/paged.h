// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace suyuan {

// A growing table of very many rows: it never moves them, and never needs twice its memory.
template <class Row>
class Paged {
 public:
  std::size_t size() const { return size_; }
  Row& operator[](std::size_t at) { return pages_[at / kPage][at % kPage]; }
  const Row& operator[](std::size_t at) const { return pages_[at / kPage][at % kPage]; }
  Row& push_back(Row row) {
    if (size_ == pages_.size() * kPage) {
      pages_.emplace_back();
      pages_.back().reserve(kPage);
    }
    pages_.back().push_back(std::move(row));
    ++size_;
    return pages_.back().back();
  }

 private:
  static constexpr std::size_t kPage = 1024;
  std::size_t size_ = 0;
  std::vector<std::vector<Row>> pages_;
};

}  // namespace suyuan
