// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "domain/tlog/checkpoint.h"
#include "domain/tlog/tiles.h"

namespace suyuan::tlog {
namespace {

constexpr HashKind kBoth[] = {HashKind::kSha256, HashKind::kSm3};

// All nodes of a tree, and its root at every size.
class Tree : public NodeSource {
 public:
  Tree(HashKind kind, std::uint64_t size) : kind_(kind) {
    Frontier frontier(kind);
    roots.push_back(frontier.root());
    for (std::uint64_t i = 0; i < size; ++i) {
      frontier.append(leaf_hash(kind, entry(i)), [&](unsigned level, std::uint64_t index, const Hash& hash) {
        nodes_[{level, index}] = hash;
      });
      roots.push_back(frontier.root());
    }
  }
  static std::string entry(std::uint64_t i) { return fmt::format("entry {}", i); }
  Result<Hash> node(unsigned level, std::uint64_t index) override { return nodes_.at({level, index}); }
  // As tlog-tiles lays them out.
  std::string bytes_of(const Tile& tile) const {
    std::string bytes;
    for (std::uint64_t i = 0; i < tile.width; ++i) {
      const Hash& hash = nodes_.at({static_cast<unsigned>(tile.level) * 8, tile.index * kTileWidth + i});
      bytes.append(hash.begin(), hash.end());
    }
    return bytes;
  }
  std::vector<Hash> roots;  // by size

 private:
  HashKind kind_;
  std::map<std::pair<unsigned, std::uint64_t>, Hash> nodes_;
};

// The definition, word for word (RFC 6962 section 2.1).
Hash defined_root(HashKind kind, std::uint64_t begin, std::uint64_t end) {
  if (begin == end) return empty_root(kind);
  if (end - begin == 1) return leaf_hash(kind, Tree::entry(begin));
  std::uint64_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  return node_hash(kind, defined_root(kind, begin, begin + k), defined_root(kind, begin + k, end));
}

TEST(Merkle, roots_are_as_defined_and_proofs_hold_only_for_what_they_prove) {
  constexpr std::uint64_t kSize = 70;
  for (const HashKind kind : kBoth) {
    Tree tree(kind, kSize);
    for (std::uint64_t size = 0; size <= kSize; ++size) {
      ASSERT_EQ(tree.roots[size], defined_root(kind, 0, size)) << size;
      ASSERT_EQ(*root_of(kind, tree, size), tree.roots[size]) << size;
      const auto frontier = frontier_of(kind, tree, size);
      ASSERT_EQ(frontier->root(), tree.roots[size]) << size;
      for (std::uint64_t index = 0; index < size; ++index) {
        const auto proof = inclusion_proof(kind, tree, index, size);
        const Hash leaf = leaf_hash(kind, Tree::entry(index));
        ASSERT_TRUE(verify_inclusion(kind, index, size, leaf, *proof, tree.roots[size])) << index << " of " << size;
        ASSERT_FALSE(verify_inclusion(kind, index + 1, size, leaf, *proof, tree.roots[size]));
        ASSERT_FALSE(verify_inclusion(kind, index, size, leaf_hash(kind, "another"), *proof, tree.roots[size]));
        ASSERT_FALSE(verify_inclusion(kind, index, size, leaf, *proof, tree.roots[size - 1]));
      }
      for (std::uint64_t before = 1; before <= size; ++before) {
        const auto proof = consistency_proof(kind, tree, before, size);
        ASSERT_TRUE(verify_consistency(kind, before, size, tree.roots[before], tree.roots[size], *proof))
            << before << " to " << size;
        if (before == size) continue;
        ASSERT_FALSE(verify_consistency(kind, before, size, tree.roots[before - 1], tree.roots[size], *proof));
        ASSERT_FALSE(verify_consistency(kind, before, size, tree.roots[before], tree.roots[size - 1], *proof));
        auto longer = *proof;
        longer.push_back(tree.roots[1]);
        ASSERT_FALSE(verify_consistency(kind, before, size, tree.roots[before], tree.roots[size], longer));
        longer.resize(proof->size() - 1);
        ASSERT_FALSE(verify_consistency(kind, before, size, tree.roots[before], tree.roots[size], longer));
      }
    }
  }
}

// Tiles as a reader finds them who has nothing else.
class Files : public TileSource {
 public:
  explicit Files(const Tree& tree) : tree_(tree) {}
  Result<std::string> tile(const Tile& wanted) override {
    ++reads;
    return tree_.bytes_of(*tile_of_path(path_of(wanted))).substr(shorter);
  }
  int reads = 0;
  std::size_t shorter = 0;

 private:
  const Tree& tree_;
};

TEST(Tiles, any_proof_comes_from_tiles_alone) {
  constexpr std::uint64_t kSize = 70'000;
  Tree tree(HashKind::kSha256, kSize);
  Files files(tree);
  TileNodes nodes(HashKind::kSha256, kSize, files);
  EXPECT_EQ(*root_of(HashKind::kSha256, nodes, kSize), tree.roots[kSize]);
  for (const std::uint64_t index : {0UL, 255UL, 256UL, 65'535UL, 65'536UL, 69'999UL}) {
    const auto proof = inclusion_proof(HashKind::kSha256, nodes, index, kSize);
    EXPECT_TRUE(verify_inclusion(HashKind::kSha256, index, kSize, leaf_hash(HashKind::kSha256, Tree::entry(index)),
                                 *proof, tree.roots[kSize]));
  }
  for (const std::uint64_t before : {1UL, 256UL, 257UL, 65'536UL, 66'000UL}) {
    const auto proof = consistency_proof(HashKind::kSha256, nodes, before, kSize);
    EXPECT_TRUE(verify_consistency(HashKind::kSha256, before, kSize, tree.roots[before], tree.roots[kSize], *proof));
  }
  EXPECT_LT(files.reads, 30);
  Files damaged(tree);
  damaged.shorter = 1;
  TileNodes from_damaged(HashKind::kSha256, kSize, damaged);
  EXPECT_EQ(root_of(HashKind::kSha256, from_damaged, kSize).error().code, "log.tile_length");
}

TEST(Tiles, each_tile_has_one_path) {
  const std::pair<Tile, std::string_view> kPaths[] = {{{0, 0, 256}, "tile/0/000"},
                                                      {{0, 1'234'067, 256}, "tile/0/x001/x234/067"},
                                                      {{1, 0, 17}, "tile/1/000.p/17"},
                                                      {{-1, 1000, 1}, "tile/entries/x001/000.p/1"}};
  for (const auto& [tile, path] : kPaths) {
    EXPECT_EQ(path_of(tile), path);
    EXPECT_EQ(tile_of_path(path), tile);
  }
  for (const std::string_view wrong :
       {"", "tile", "tile/0", "tile/0/0", "tile/0/1000", "tile/0/x000/001", "tile/8/000", "tile/-1/000", "tile/0/000.p",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/257", "tile/0/000.p/01", "tile/0/../000", "/tile/0/000",
        "tile/00/000", "tile/0/x001/x234/067/", "tile/0/x99999999999999999999/000", "tile/entries/000.p/1/2"})
    EXPECT_EQ(tile_of_path(wrong), std::nullopt) << wrong;
}

TEST(Tiles, what_a_tree_grew_by) {
  for (std::uint64_t before = 0; before < 600; before += 37) {
    for (std::uint64_t size = before; size < 1200; size += 51) {
      std::vector<Tile> expected;
      for (int level = -1; level < 3; ++level) {
        const unsigned shift = level < 1 ? 0 : static_cast<unsigned>(8 * level);
        for (std::uint64_t index = 0; index * 256 < (size >> shift); ++index) {
          const std::uint64_t had =
              std::min<std::uint64_t>(256, (before >> shift) - std::min(before >> shift, index * 256));
          const std::uint64_t has = std::min<std::uint64_t>(256, (size >> shift) - index * 256);
          if (has > had) expected.push_back({level, index, has});
        }
      }
      ASSERT_EQ(tiles_since(before, size), expected) << before << " " << size;
    }
  }
}

TEST(Tiles, bundles_keep_entries_apart) {
  std::string bundle;
  add_entry(bundle, "");
  add_entry(bundle, std::string(kEntryBytes, 'x'));
  add_entry(bundle, "last");
  const auto entries = entries_of(bundle, 3);
  ASSERT_TRUE(entries.has_value());
  EXPECT_EQ((*entries)[1].size(), kEntryBytes);
  EXPECT_EQ((*entries)[2], "last");
  EXPECT_EQ(entries_of(bundle, 2), std::nullopt);
  EXPECT_EQ(entries_of(bundle.substr(0, bundle.size() - 1), 3), std::nullopt);
  EXPECT_EQ(entries_of(bundle + '\0', 4), std::nullopt);
}

class Signers {
 public:
  PrivateKey ed25519 = PrivateKey::fresh(SignatureAlgorithm::kEd25519),
             sm2 = PrivateKey::fresh(SignatureAlgorithm::kSm2);
  std::vector<NoteKey> keys(std::string_view name) const {
    return {key_of(name, NoteKeyType::kEd25519, ed25519), key_of(name, NoteKeyType::kSm2, sm2)};
  }
  std::string checkpoint(const Checkpoint& of) const {
    Note note{text_of(of), {}};
    note.signatures.push_back(*signature_of(note.text, of.origin, NoteKeyType::kEd25519, ed25519));
    note.signatures.push_back(*signature_of(note.text, of.origin, NoteKeyType::kSm2, sm2));
    return written(note);
  }
};

TEST(Notes, keys_go_through_one_line) {
  const Signers signers;
  for (const NoteKey& key : signers.keys("trace.example.cn/log1")) {
    const auto again = note_key_of(vkey_of(key));
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(*again, key);
    std::string other = vkey_of(key);
    other[0] = 'T';
    EXPECT_EQ(note_key_of(other).error().code, "log.vkey");  // the id is of the name too
  }
  for (const std::string_view wrong :
       {"", "a", "a+b", "a+00000000+", "a b+00000000+AQ==", "+00000000+AQ==", "x+00000000+AQ==", "x+00000000+!!!!"})
    EXPECT_EQ(note_key_of(wrong).error().code, "log.vkey") << wrong;
}

// shows: T9
TEST(Notes, a_checkpoint_is_read_as_it_was_signed_and_no_other) {
  const Signers signers, strangers;
  const Checkpoint checkpoint{"trace.example.cn/log1", 7, leaf_hash(HashKind::kSha256, "root")};
  const std::string note = signers.checkpoint(checkpoint);
  const auto keys = signers.keys(checkpoint.origin);
  const auto verified = verify_checkpoint(note, keys);
  ASSERT_TRUE(verified.ok());
  EXPECT_EQ(verified->checkpoint, checkpoint);
  EXPECT_EQ(verified->by.size(), 2u);
  EXPECT_EQ(verify_checkpoint(note, std::span(keys).first(1))->by.size(), 1u);  // others' signatures are passed over
  EXPECT_EQ(verify_checkpoint(note, strangers.keys(checkpoint.origin)).error().code, "log.unsigned");
  EXPECT_EQ(verify_checkpoint(note, {}).error().code, "log.unsigned");
  for (std::size_t i = 0; i < note.size(); ++i) {
    std::string changed = note;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto read = verify_checkpoint(changed, keys);
    if (read.ok()) {  // one of the two signatures no longer names its key
      EXPECT_EQ(read->checkpoint, checkpoint) << i;
      EXPECT_EQ(read->by.size(), 1u) << i;
    }
  }
  EXPECT_FALSE(verify_checkpoint(note.substr(0, note.size() - 1), keys).ok());
}

TEST(Notes, hostile_bytes_are_no_notes) {
  for (const std::string_view wrong :
       {"", "\n", "\n\n", "text\n\n", "text\n", "text\n\nno dash\n", "text\n\n\u2014 \n", "text\n\n\u2014 name\n",
        "text\n\n\u2014 name AAAA\n", "text\n\n\u2014 na+me AAAAAAAA\n", "text\n\n\u2014 name AAAAAAA\n",
        "text\n\n\u2014 na\u2028me AAAAAAAA\n", "text\n\n\u2014 na\xc2\x85me AAAAAAAA\n",
        "te\rxt\n\n\u2014 name AAAAAAAA\n", "te\xfft\n\n\u2014 name AAAAAAAA\n", "text\n\n\u2014 name AAAAAAAA"})
    EXPECT_EQ(note_of(wrong).error().code, "log.note") << wrong;
  std::string many = "text\n\n";
  for (int i = 0; i < 101; ++i) many += "\u2014 name AAAAAAAA\n";
  EXPECT_FALSE(note_of(many).ok());
  EXPECT_TRUE(note_of("one\n\ntwo\n\n\u2014 name AAAAAAAA\n").ok());  // the last empty line counts
}

TEST(Notes, a_cosignature_holds_its_time_and_is_no_signature_of_a_log) {
  const Signers witness;
  const std::string text = "log\n1\n" + std::string(43, 'A') + "=\n";
  for (const NoteKeyType type : {NoteKeyType::kEd25519Cosignature, NoteKeyType::kSm2Cosignature}) {
    const bool is_sm2 = algorithm_of(type) == SignatureAlgorithm::kSm2;
    const PrivateKey& signer = is_sm2 ? witness.sm2 : witness.ed25519;
    Note note{text, {*signature_of(text, "witness.example", type, signer, 1'700'000'000)}};
    const NoteKey key = key_of("witness.example", type, signer);
    const auto by = who_signed(note, {&key, 1});
    ASSERT_TRUE(by.ok());
    ASSERT_EQ(by->size(), 1u);
    EXPECT_EQ(by->front().time, 1'700'000'000u);
    EXPECT_EQ(verify_checkpoint(written(note), {&key, 1}).error().code, "log.unsigned");
    note.signatures.front().bytes[7] = static_cast<char>(note.signatures.front().bytes[7] ^ 1);  // another second
    EXPECT_EQ(who_signed(note, {&key, 1}).error().code, "log.signature");
    note.signatures = {*signature_of(text, "witness.example", type, signer, std::uint64_t{1} << 63)};
    EXPECT_EQ(who_signed(note, {&key, 1}).error().code, "log.signature");
  }
}

// shows: T9
TEST(Receipts, an_entry_is_shown_offline) {
  const Signers signers;
  constexpr std::uint64_t kSize = 300, kIndex = 123;
  for (const HashKind kind : kBoth) {
    Tree tree(kind, kSize);
    Receipt receipt{"for the reader", kIndex, *inclusion_proof(kind, tree, kIndex, kSize),
                    signers.checkpoint({"trace.example.cn/log1", kSize, tree.roots[kSize]})};
    const auto read = receipt_of(written(receipt));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->extra, receipt.extra);
    const auto keys = signers.keys("trace.example.cn/log1");
    EXPECT_TRUE(verify_receipt(kind, *read, Tree::entry(kIndex), keys).ok());
    EXPECT_EQ(verify_receipt(kind, *read, Tree::entry(kIndex + 1), keys).error().code, "log.not_included");
    const HashKind other = kind == HashKind::kSm3 ? HashKind::kSha256 : HashKind::kSm3;
    EXPECT_EQ(verify_receipt(other, *read, Tree::entry(kIndex), keys).error().code, "log.not_included");
    receipt.index = kIndex + 1;
    EXPECT_EQ(verify_receipt(kind, receipt, Tree::entry(kIndex), keys).error().code, "log.not_included");
  }
}

TEST(Receipts, hostile_bytes_are_no_receipts) {
  const std::string head = "c2sp.org/tlog-proof@v1\n", hash = std::string(43, 'A') + "=\n";
  for (const std::string& wrong :
       {std::string(), head, head + "index 1\n", head + "index 01\n\nx", head + "index -1\n\nx", head + "index 1",
        head + "extra \nindex 1\n\nx", head + "extra !\nindex 1\n\nx",
        std::string("c2sp.org/tlog-proof@v2\nindex 1\n\nx"), head + "index 1\nAAAA\n\nx",
        head + "index 99999999999999999999999\n\nx", head + "index 1\n" + hash})
    EXPECT_EQ(receipt_of(wrong).error().code, "log.receipt") << wrong;
  std::string many = head + "index 1\n";
  for (int i = 0; i < 65; ++i) many += hash;
  EXPECT_EQ(receipt_of(many + "\nx").error().code, "log.receipt");
}

TEST(Checkpoints, lines_are_read_strictly) {
  const std::string root(std::string(43, 'A') + "=\n");
  EXPECT_TRUE(checkpoint_of("a\n0\n" + root).ok());
  EXPECT_TRUE(checkpoint_of("a\n18446744073709551615\n" + root + "extension\n").ok());
  for (const std::string& wrong :
       {std::string("a\n0\n"), "\n0\n" + root, "a\n00\n" + root, "a\n+1\n" + root, "a\n18446744073709551616\n" + root,
        "a\n1\n" + root.substr(1), "a\n\n" + root, "a\n1\n" + std::string(43, 'A') + "=", "a\n1\n" + root + "\n",
        "a\n1\n" + root + "one\n\ntwo\n", "a\n1\n" + root + "one"})
    EXPECT_EQ(checkpoint_of(wrong).error().code, "log.checkpoint") << wrong;
}

}  // namespace
}  // namespace suyuan::tlog
