// SPDX-License-Identifier: Apache-2.0
// The vectors that transparency-dev, C2SP, Sunlight and the Chinese standards publish. Most are of what must be
// refused.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/base64.h"
#include "domain/tlog/checkpoint.h"
#include "engine/digest/sm3.h"
#include "engine/sign/sign.h"
#include "public_data.h"

namespace suyuan::tlog {
namespace {

namespace json = boost::json;

std::filesystem::path folder() { return test::data_folder() / "integrity"; }
bool is_there(const std::filesystem::path& path) { return std::filesystem::exists(path); }
#define NEEDS(path) \
  if (!is_there(path)) GTEST_SKIP() << "no public data at " << (path)

json::value read_json(const std::filesystem::path& path) { return json::parse(test::contents(path)); }

std::string bytes_of_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  return bytes;
}
std::string_view text_at(const json::value& value, std::string_view member) {
  const json::string& text = value.at(member).as_string();
  return {text.data(), text.size()};
}

// Nothing: not 32 bytes, which no verifier of ours can be asked about.
std::optional<Hash> hash_of(const json::value& value) {
  if (!value.is_string()) return std::nullopt;
  const auto bytes = from_base64({value.as_string().data(), value.as_string().size()});
  if (!bytes || bytes->size() != sizeof(Hash)) return std::nullopt;
  Hash hash;
  std::copy(bytes->begin(), bytes->end(), reinterpret_cast<char*>(hash.data()));
  return hash;
}
std::optional<std::vector<Hash>> hashes_of(const json::value& value) {
  std::vector<Hash> hashes;
  if (value.is_null()) return hashes;
  for (const json::value& each : value.as_array()) {
    const auto hash = hash_of(each);
    if (!hash) return std::nullopt;
    hashes.push_back(*hash);
  }
  return hashes;
}
std::uint64_t number_at(const json::value& value, std::string_view member) {
  return value.at(member).to_number<std::uint64_t>();
}

bool includes(const json::value& vector) {
  const auto root = hash_of(vector.at("root")), leaf = hash_of(vector.at("leafHash"));
  const auto proof = hashes_of(vector.at("proof"));
  return root && leaf && proof &&
         verify_inclusion(HashKind::kSha256, number_at(vector, "leafIdx"), number_at(vector, "treeSize"), *leaf, *proof,
                          *root);
}
bool is_consistent(const json::value& vector) {
  const auto root1 = hash_of(vector.at("root1")), root2 = hash_of(vector.at("root2"));
  const auto proof = hashes_of(vector.at("proof"));
  return root1 && root2 && proof &&
         verify_consistency(HashKind::kSha256, number_at(vector, "size1"), number_at(vector, "size2"), *root1, *root2,
                            *proof);
}

void every_vector(const std::string& name, bool (*holds)(const json::value&)) {
  const auto vectors = folder() / "transparency-dev-merkle" / "testdata" / name;
  NEEDS(vectors);
  int accepted = 0, refused = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(vectors)) {
    if (file.path().extension() != ".json") continue;
    const json::value vector = read_json(file.path());
    // Accepted there with roots of 12 bytes, which are none here.
    const bool has_short_roots = file.path().filename() == "sizes-are-equal-one-and-proof-is-empty.json";
    const bool must_refuse = vector.at("wantErr").as_bool() || has_short_roots;
    EXPECT_EQ(holds(vector), !must_refuse) << file.path();
    ++(must_refuse ? refused : accepted);
  }
  EXPECT_GE(accepted, 5);
  EXPECT_GT(refused, 80);
}

// shows: T9
TEST(LogVectors, inclusion) { every_vector("inclusion", includes); }
// shows: T9
TEST(LogVectors, consistency) { every_vector("consistency", is_consistent); }

TEST(LogVectors, the_reference_tree_in_both_hashes) {
  const auto file = folder() / "rfc6962-reference-tree" / "reference_tree.json";
  NEEDS(file);
  const json::value tree = read_json(file);
  // The first input is the empty leaf.
  for (const auto& [kind, member] :
       {std::pair{HashKind::kSha256, "root_sha256_by_size"}, std::pair{HashKind::kSm3, "root_sm3_by_size"}}) {
    const auto hex_of = [](const Hash& hash) {
      std::string text;
      for (const std::uint8_t byte : hash) text += fmt::format("{:02x}", byte);
      return text;
    };
    Frontier frontier(kind);
    const json::array& roots = tree.at(member).as_array();
    const json::array& leaves = tree.at("leaf_inputs_hex").as_array();
    for (std::size_t size = 0; size < roots.size(); ++size) {
      EXPECT_EQ(hex_of(frontier.root()), roots[size].as_string()) << member << " " << size;
      if (size < leaves.size())
        frontier.append(
            leaf_hash(kind, bytes_of_hex({leaves[size].as_string().data(), leaves[size].as_string().size()})));
    }
  }
}

// shows: X4
TEST(LogVectors, sm3_and_sm2_as_the_standards_print_them) {
  const auto file = folder() / "gm-vectors" / "gm_vectors.json";
  NEEDS(file);
  const json::value vectors = read_json(file);
  for (const json::value& each : vectors.at("sm3").as_array()) {
    const Sm3 digest = sm3(bytes_of_hex(text_at(each, "msg_hex")));
    EXPECT_EQ(std::string(digest.begin(), digest.end()), bytes_of_hex(text_at(each, "digest")));
  }
  for (const json::value& each : vectors.at("sm2_sign").as_array()) {
    const std::string key = "\x04" + bytes_of_hex(text_at(each, "pub_x")) + bytes_of_hex(text_at(each, "pub_y"));
    std::string signature = bytes_of_hex(text_at(each, "r")) + bytes_of_hex(text_at(each, "s"));
    EXPECT_TRUE(verify(SignatureAlgorithm::kSm2, key, text_at(each, "msg"), signature));
    signature[5] = static_cast<char>(signature[5] ^ 1);
    EXPECT_FALSE(verify(SignatureAlgorithm::kSm2, key, text_at(each, "msg"), signature));
    const auto secret = PrivateKey::of_bytes(SignatureAlgorithm::kSm2, bytes_of_hex(text_at(each, "priv")));
    ASSERT_TRUE(secret.has_value());
    EXPECT_EQ(secret->public_key(), key);
    EXPECT_TRUE(verify(SignatureAlgorithm::kSm2, key, "text", secret->sign("text").value()));
  }
}

// The example of docs/formats/log.md.
TEST(LogVectors, a_verifier_key_of_sm2) {
  const auto secret = PrivateKey::of_bytes(
      SignatureAlgorithm::kSm2, bytes_of_hex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"));
  const std::string page = test::contents(std::filesystem::path(SUYUAN_SOURCE_DIR) / "docs" / "formats" / "log.md");
  EXPECT_NE(page.find("\n" + vkey_of(key_of("trace.example.cn/log1", NoteKeyType::kSm2, *secret)) + "\n"),
            std::string::npos);
}

// Signatures that implementations judge differently. Ours takes what OpenSSL takes: never one with a residue of low
// order that the equation without cofactor does not have, never a non-canonical R.
TEST(LogVectors, ed25519_edge_cases) {
  const auto file = folder() / "c2sp-cctv" / "ed25519" / "ed25519vectors.json";
  NEEDS(file);
  int seen = 0;
  const json::value vectors = read_json(file);
  for (const json::value& each : vectors.as_array()) {
    bool is_refused = false;
    if (const json::value* flags = each.as_object().if_contains("flags"); flags != nullptr && flags->is_array()) {
      for (const json::value& flag : flags->as_array())
        is_refused = is_refused || flag.as_string() == "low_order_residue" || flag.as_string() == "non_canonical_R";
    }
    const bool holds = verify(SignatureAlgorithm::kEd25519, bytes_of_hex(text_at(each, "key")), text_at(each, "msg"),
                              bytes_of_hex(text_at(each, "sig")));
    EXPECT_EQ(holds, !is_refused) << json::serialize(each);
    ++seen;
  }
  EXPECT_EQ(seen, 914);
}

TEST(LogVectors, a_checkpoint_of_another_log_and_its_witness) {
  const auto witness = folder() / "sunlight" / "cmd" / "skylight" / "testdata" / "witness";
  NEEDS(witness);
  const auto note = note_of(
      test::contents(witness / "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706" / "checkpoint"));
  ASSERT_TRUE(note.ok()) << note.error().text;
  EXPECT_EQ(checkpoint_of(note->text)->origin, "rome2026h1.example.org");
  EXPECT_EQ(checkpoint_of(note->text)->size, 300u);
  const json::value described = read_json(witness / "witness.v0.json");
  const json::string& vkey = described.at("verifier_keys").as_array().front().as_string();
  const auto key = note_key_of({vkey.data(), vkey.size()});
  ASSERT_TRUE(key.ok()) << key.error().text;
  EXPECT_EQ(key->type, NoteKeyType::kEd25519Cosignature);
  const auto by = who_signed(*note, {&*key, 1});
  ASSERT_TRUE(by.ok()) << by.error().text;
  ASSERT_EQ(by->size(), 1u);
  EXPECT_GT(by->front().time, 1'700'000'000u);
}

}  // namespace
}  // namespace suyuan::tlog
