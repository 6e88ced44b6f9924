// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

// Merkle trees of RFC 6962 section 2.1 (RFC 9162 section 2.1), over SHA-256 or over SM3 (GB/T 32905-2016). A tree has
// leaves 0 … size-1; a node is named by its level (0: leaves) and its index at that level, and stands for the 2^level
// leaves from index * 2^level on. Only nodes whose leaves are all there have a name.
namespace suyuan::tlog {

using Hash = std::array<std::uint8_t, 32>;
enum class HashKind : std::uint8_t { kSha256 = 1, kSm3 = 2 };

Hash empty_root(HashKind kind);
Hash leaf_hash(HashKind kind, std::string_view entry);
Hash node_hash(HashKind kind, const Hash& left, const Hash& right);

// Whether the leaf is number `index` of the tree with this size and root (RFC 9162 section 2.1.3.2).
bool verify_inclusion(HashKind kind, std::uint64_t index, std::uint64_t size, const Hash& leaf,
                      std::span<const Hash> proof, const Hash& root);
// Whether the first `size1` leaves of the second tree are the first tree (RFC 9162 section 2.1.4.2). False for size1 =
// 0: of an empty tree there is nothing to prove.
bool verify_consistency(HashKind kind, std::uint64_t size1, std::uint64_t size2, const Hash& root1, const Hash& root2,
                        std::span<const Hash> proof);

// The right edge of a tree that grows: the roots of its whole subtrees, largest first.
class Frontier {
 public:
  explicit Frontier(HashKind kind) : kind_(kind) {}
  // `edge`: of a tree of this size, as edge() gave it. Requires: as many as `size` has one-bits.
  Frontier(HashKind kind, std::uint64_t size, std::vector<Hash> edge);

  HashKind kind() const { return kind_; }
  std::uint64_t size() const { return size_; }
  const std::vector<Hash>& edge() const { return edge_; }
  Hash root() const;
  // `made` is told of each node that became whole, the leaf first.
  using Made = std::function<void(unsigned level, std::uint64_t index, const Hash& hash)>;
  void append(const Hash& leaf, const Made& made = nullptr);

 private:
  HashKind kind_;
  std::uint64_t size_ = 0;
  std::vector<Hash> edge_;
};

// Where the nodes of a tree lie.
class NodeSource {
 public:
  virtual ~NodeSource() = default;
  virtual Result<Hash> node(unsigned level, std::uint64_t index) = 0;
};

// Errors: those of the source. Require: index < size, 0 < size1 <= size2, sizes that the source has.
Result<Hash> root_of(HashKind kind, NodeSource& nodes, std::uint64_t size);
Result<Frontier> frontier_of(HashKind kind, NodeSource& nodes, std::uint64_t size);
Result<std::vector<Hash>> inclusion_proof(HashKind kind, NodeSource& nodes, std::uint64_t index, std::uint64_t size);
Result<std::vector<Hash>> consistency_proof(HashKind kind, NodeSource& nodes, std::uint64_t size1, std::uint64_t size2);

}  // namespace suyuan::tlog
