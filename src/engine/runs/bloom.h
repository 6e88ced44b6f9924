// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace suyuan::runs {

// Says surely "no" or perhaps "yes": a Bloom filter whose bits for one key lie in one cache line (Putze, Sanders,
// Singler 2007). About 12 bits a key; wrongly "yes" for about one key in 150.
class Bloom {
 public:
  explicit Bloom(std::size_t keys = 0) : words_((keys * 12 / 512 + 1) * 8) {}
  explicit Bloom(std::vector<std::uint64_t> words) : words_(std::move(words)) {}

  void add(std::uint64_t key) {
    const std::uint64_t h = mix(key);
    std::uint64_t* line = &words_[line_of(h)];
    for (unsigned i = 0; i < kProbes; ++i) line[word(h, i)] |= bit(h, i);
  }
  bool may_have(std::uint64_t key) const {
    const std::uint64_t h = mix(key);
    const std::uint64_t* line = &words_[line_of(h)];
    for (unsigned i = 0; i < kProbes; ++i) {
      if ((line[word(h, i)] & bit(h, i)) == 0) return false;
    }
    return true;
  }
  void clear() { std::fill(words_.begin(), words_.end(), 0); }
  const std::vector<std::uint64_t>& words() const { return words_; }  // a multiple of 8

 private:
  static constexpr unsigned kProbes = 5;

  static std::uint64_t mix(std::uint64_t x) {  // keys that count up must not share a line
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31U);
  }
  // The upper half chooses the line, nine bits each of the rest the bits in it.
  std::size_t line_of(std::uint64_t h) const {
    return static_cast<std::size_t>((h >> 32U) * (words_.size() / 8) >> 32U) * 8;
  }
  static std::size_t word(std::uint64_t h, unsigned i) { return spread(h, i) >> 6U; }
  static std::uint64_t bit(std::uint64_t h, unsigned i) { return 1ULL << (spread(h, i) & 63U); }
  static unsigned spread(std::uint64_t h, unsigned i) {
    const std::uint64_t low = (h & 0xFFFFFFFFU) * 0x9E3779B97F4A7C15U;
    return static_cast<unsigned>(low >> (9 * i + 10)) & 511U;
  }

  std::vector<std::uint64_t> words_;
};

}  // namespace suyuan::runs
