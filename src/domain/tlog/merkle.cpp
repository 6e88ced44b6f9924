// SPDX-License-Identifier: Apache-2.0
#include "domain/tlog/merkle.h"

#include <bit>
#include <string>

#include "base/check.h"
#include "engine/digest/sha256.h"
#include "engine/digest/sm3.h"

namespace suyuan::tlog {

namespace {

Hash hash_of(HashKind kind, std::string_view bytes) { return kind == HashKind::kSm3 ? sm3(bytes) : sha256(bytes); }

// Of n > 1 leaves: how many are left of the split.
std::uint64_t split_of(std::uint64_t n) { return std::bit_floor(n - 1); }

// The root of the leaves from `begin` to `end`, where whole subtrees begin.
Result<Hash> root_between(HashKind kind, NodeSource& nodes, std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t n = end - begin;
  if (std::has_single_bit(n)) {
    const auto level = static_cast<unsigned>(std::countr_zero(n));
    return nodes.node(level, begin >> level);
  }
  const std::uint64_t middle = begin + split_of(n);
  auto left = root_between(kind, nodes, begin, middle);
  if (!left) return left;
  auto right = root_between(kind, nodes, middle, end);
  if (!right) return right;
  return node_hash(kind, *left, *right);
}

// The way from a leaf up to the root, past the nodes that have no sibling.
struct Climb {
  std::uint64_t at, last;  // the node, and the last one of its level

  bool is_at_root() const { return last == 0; }
  void up() {
    at >>= 1U;
    last >>= 1U;
  }
  // Goes to the next node with a sibling; whether that stands to the left.
  bool past_left_sibling() {
    const bool is_left = (at & 1U) != 0 || at == last;
    while (is_left && (at & 1U) == 0 && at != 0) up();
    up();
    return is_left;
  }
};

}  // namespace

Hash empty_root(HashKind kind) { return hash_of(kind, ""); }

Hash leaf_hash(HashKind kind, std::string_view entry) {
  std::array<char, 256> near{};  // most entries are short, and each is hashed four times
  if (entry.size() < near.size()) {
    std::copy(entry.begin(), entry.end(), near.begin() + 1);
    return hash_of(kind, {near.data(), entry.size() + 1});
  }
  std::string bytes(1, '\0');
  bytes += entry;
  return hash_of(kind, bytes);
}

Hash node_hash(HashKind kind, const Hash& left, const Hash& right) {
  std::array<char, 1 + 2 * std::tuple_size_v<Hash>> bytes{};
  bytes[0] = 1;
  std::copy(left.begin(), left.end(), bytes.begin() + 1);
  std::copy(right.begin(), right.end(), bytes.begin() + 1 + left.size());
  return hash_of(kind, {bytes.data(), bytes.size()});
}

bool verify_inclusion(HashKind kind, std::uint64_t index, std::uint64_t size, const Hash& leaf,
                      std::span<const Hash> proof, const Hash& root) {
  if (index >= size) return false;
  Climb climb{index, size - 1};
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (climb.is_at_root()) return false;
    hash = climb.past_left_sibling() ? node_hash(kind, sibling, hash) : node_hash(kind, hash, sibling);
  }
  return climb.is_at_root() && hash == root;
}

bool verify_consistency(HashKind kind, std::uint64_t size1, std::uint64_t size2, const Hash& root1, const Hash& root2,
                        std::span<const Hash> proof) {
  if (size1 == 0 || size1 > size2) return false;
  if (size1 == size2) return proof.empty() && root1 == root2;
  if (proof.empty()) return false;
  Climb climb{size1 - 1, size2 - 1};
  while ((climb.at & 1U) != 0) climb.up();
  // The subtree that both trees begin with: the whole first tree, when that is a whole subtree of the second.
  const bool is_whole = std::has_single_bit(size1);
  Hash old_root = is_whole ? root1 : proof.front(), new_root = old_root;
  for (const Hash& sibling : proof.subspan(is_whole ? 0 : 1)) {
    if (climb.is_at_root()) return false;
    if (climb.past_left_sibling()) {
      old_root = node_hash(kind, sibling, old_root);
      new_root = node_hash(kind, sibling, new_root);
    } else {
      new_root = node_hash(kind, new_root, sibling);
    }
  }
  return climb.is_at_root() && old_root == root1 && new_root == root2;
}

Frontier::Frontier(HashKind kind, std::uint64_t size, std::vector<Hash> edge)
    : kind_(kind), size_(size), edge_(std::move(edge)) {
  CHECK(edge_.size() == static_cast<std::size_t>(std::popcount(size_)));
}

Hash Frontier::root() const {
  if (edge_.empty()) return empty_root(kind_);
  Hash root = edge_.back();
  for (std::size_t i = edge_.size() - 1; i-- > 0;) root = node_hash(kind_, edge_[i], root);
  return root;
}

void Frontier::append(const Hash& leaf, const Made& made) {
  Hash hash = leaf;
  if (made) made(0, size_, hash);
  unsigned level = 0;
  for (std::uint64_t rest = size_; (rest & 1U) != 0; rest >>= 1U) {
    hash = node_hash(kind_, edge_.back(), hash);
    edge_.pop_back();
    ++level;
    if (made) made(level, size_ >> level, hash);
  }
  edge_.push_back(hash);
  ++size_;
}

Result<Hash> root_of(HashKind kind, NodeSource& nodes, std::uint64_t size) {
  if (size == 0) return empty_root(kind);
  return root_between(kind, nodes, 0, size);
}

Result<Frontier> frontier_of(HashKind kind, NodeSource& nodes, std::uint64_t size) {
  std::vector<Hash> edge;
  std::uint64_t begin = 0;
  for (unsigned level = 64; level-- > 0;) {
    if ((size >> level & 1U) == 0) continue;
    auto node = nodes.node(level, begin >> level);
    if (!node) return std::move(node.error());
    edge.push_back(*node);
    begin += std::uint64_t{1} << level;
  }
  return Frontier(kind, size, std::move(edge));
}

Result<std::vector<Hash>> inclusion_proof(HashKind kind, NodeSource& nodes, std::uint64_t index, std::uint64_t size) {
  CHECK(index < size);
  std::vector<Hash> from_top;
  std::uint64_t begin = 0, end = size;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + split_of(end - begin);
    const bool is_left = index < middle;
    auto sibling = is_left ? root_between(kind, nodes, middle, end) : root_between(kind, nodes, begin, middle);
    if (!sibling) return std::move(sibling.error());
    from_top.push_back(*sibling);
    (is_left ? end : begin) = middle;
  }
  return std::vector<Hash>(from_top.rbegin(), from_top.rend());
}

Result<std::vector<Hash>> consistency_proof(HashKind kind, NodeSource& nodes, std::uint64_t size1,
                                            std::uint64_t size2) {
  CHECK(size1 > 0 && size1 <= size2);
  std::vector<Hash> from_top;
  std::uint64_t begin = 0, end = size2;
  bool is_first_tree = true;  // what is between is the first tree itself, whose root the verifier knows
  while (size1 < end) {
    const std::uint64_t middle = begin + split_of(end - begin);
    const bool is_left = size1 <= middle;
    auto sibling = is_left ? root_between(kind, nodes, middle, end) : root_between(kind, nodes, begin, middle);
    if (!sibling) return std::move(sibling.error());
    from_top.push_back(*sibling);
    is_first_tree = is_first_tree && is_left;
    (is_left ? end : begin) = middle;
  }
  std::vector<Hash> proof(from_top.rbegin(), from_top.rend());
  if (!is_first_tree) {
    auto shared = root_between(kind, nodes, begin, end);
    if (!shared) return std::move(shared.error());
    proof.insert(proof.begin(), *shared);
  }
  return proof;
}

}  // namespace suyuan::tlog
