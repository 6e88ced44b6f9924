// SPDX-License-Identifier: Apache-2.0
// verify_worlds COUNT SEED: writes COUNT receipts, consistency proofs and verifier keys as JSON lines, most with a
// fault, each with what our verifier says of it. worlds_test.mjs asks the other verifier.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <cstring>
#include <map>

#include "base/base64.h"
#include "base/check.h"
#include "base/text.h"
#include "world.h"

namespace suyuan::test {

using namespace tlog;
namespace json = boost::json;

std::string random_bytes(Random& random, std::size_t count) {
  std::string bytes;
  while (bytes.size() < count) bytes += static_cast<char>(random());
  return bytes;
}

SigningKey random_key(Random& random, std::string name, NoteKeyType type) {
  for (;;) {
    auto secret = PrivateKey::of_bytes(algorithm_of(type), random_bytes(random, 32));
    if (secret) return {key_of(name, type, *secret), std::move(*secret)};
  }
}

NoteSignature signed_by(const SigningKey& key, std::string_view text, std::uint64_t time) {
  auto made = signature_of(text, key.key.name, key.key.type, key.secret, time);
  CHECK(made.has_value());
  return *made;
}

void sign_anew(World& world, Random& random, std::string text) {
  world.note = {std::move(text), {}};
  for (const SigningKey& key : world.log) world.note.signatures.push_back(signed_by(key, world.note.text));
  for (const SigningKey& key : world.witnesses)
    world.note.signatures.push_back(signed_by(key, world.note.text, 1'767'225'600 + below(random, 1'000'000)));
}

namespace {

class Nodes final : public NodeSource {
 public:
  Nodes(HashKind kind, std::span<const std::string> entries) : frontier_(kind) {
    for (const std::string& entry : entries)
      frontier_.append(leaf_hash(kind, entry), [this](unsigned level, std::uint64_t index, const Hash& hash) {
        nodes_[{level, index}] = hash;
      });
  }
  Result<Hash> node(unsigned level, std::uint64_t index) override { return nodes_.at({level, index}); }
  Hash root() const { return frontier_.root(); }

 private:
  Frontier frontier_;
  std::map<std::pair<unsigned, std::uint64_t>, Hash> nodes_;
};

std::vector<std::string> random_entries(Random& random) {
  std::vector<std::string> entries(1 + below(random, below(random, 4) == 0 ? 300 : 9));
  for (std::string& entry : entries) entry = random_bytes(random, below(random, 90));
  return entries;
}

// An event, and the entry that commits to it.
EventOpening random_opening(Random& random) {
  static constexpr std::string_view kIds[] = {"urn:uuid:0197a1c2-7b3e-7c4d-8a5f-1b2c3d4e5f60",
                                              "ni:///sha-256;00ff?ver=CBV2.0", "https://id.example/事件/1", "x"};
  EventOpening opening;
  opening.salt = random_bytes(random, 16);
  opening.is_declaration = below(random, 2) == 0;
  for (auto& byte : opening.content) byte = static_cast<std::uint8_t>(random());
  opening.id = kIds[below(random, std::size(kIds))];
  EventEntry entry;
  entry.commitment = event_commitment(opening.salt, opening.id, opening.content, opening.is_declaration);
  for (auto& byte : entry.submitter) byte = static_cast<std::uint8_t>(random());
  entry.number = 1 + below(random, 1'000'000);
  entry.recorded = Instant(std::chrono::microseconds(static_cast<std::int64_t>(random() >> 1U)));
  opening.entry = written(entry);
  return opening;
}

}  // namespace

World random_world(Random& random) {
  World world;
  world.kind = below(random, 2) == 0 ? HashKind::kSha256 : HashKind::kSm3;
  const std::string origin =
      fmt::format("trace{}.example.cn/log{}", below(random, 100), below(random, 2) ? "/sm3" : "");
  const std::size_t which = below(random, 3);
  if (which != 1) world.log.push_back(random_key(random, origin, NoteKeyType::kEd25519));
  if (which != 0) world.log.push_back(random_key(random, origin, NoteKeyType::kSm2));
  for (std::size_t i = below(random, 3); i > 0; --i)
    world.witnesses.push_back(
        random_key(random, fmt::format("witness.example/{}", i),
                   below(random, 2) ? NoteKeyType::kEd25519Cosignature : NoteKeyType::kSm2Cosignature));
  if (!world.witnesses.empty()) world.quorum = below(random, world.witnesses.size() + 2);
  world.entries = random_entries(random);
  world.receipt.index = below(random, world.entries.size());
  if (below(random, 2)) {
    world.opening = random_opening(random);
    world.entries[world.receipt.index] = world.opening->entry;
  }
  Nodes nodes(world.kind, world.entries);
  world.checkpoint = {origin, world.entries.size(), nodes.root()};
  world.receipt.proof = *inclusion_proof(world.kind, nodes, world.receipt.index, world.entries.size());
  if (world.opening)
    world.receipt.extra = written(*world.opening);
  else if (below(random, 2))
    world.receipt.extra = random_bytes(random, 1 + below(random, 20));
  world.entry = world.entries[world.receipt.index];
  sign_anew(world, random, text_of(world.checkpoint));
  return world;
}

namespace {

std::string_view name_of(HashKind kind) { return kind == HashKind::kSha256 ? "sha256" : "sm3"; }
std::string_view bytes_of(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

json::object verdict_of(const World& world, std::span<const NoteKey> keys) {
  const auto refused = [](const Error& error) { return json::object{{"refused", error.code}}; };
  const auto receipt = receipt_of(world.bytes);
  if (!receipt) return refused(receipt.error());
  const auto verified = verify_receipt(world.kind, *receipt, world.entry, keys);
  if (!verified) return refused(verified.error());
  json::array by;
  for (const Signed& one : verified->by) by.push_back(json::array{one.key, fmt::format("{}", one.time)});
  return {{"origin", verified->checkpoint.origin},
          {"size", fmt::format("{}", verified->checkpoint.size)},
          {"root", base64(bytes_of(verified->checkpoint.root))},
          {"index", fmt::format("{}", receipt->index)},
          {"by", std::move(by)}};
}

// The same of a receipt that explains itself, and of a reader who wants every key and so many witnesses.
json::object proof_of(const World& world) {
  Trust trust;
  for (const SigningKey& key : world.log) trust.keys.push_back(key.key);
  for (const SigningKey& key : world.witnesses) trust.witnesses.push_back(key.key);
  trust.quorum = world.quorum;
  trust.hash = world.kind;
  CHECK(judge(trust).ok());
  const auto proven = prove_receipt(world.bytes, world.opening ? std::nullopt : std::optional(world.entry), trust);
  if (!proven) return {{"refused", proven.error().code}};
  json::object verdict{{"root", base64(bytes_of(proven->proven.checkpoint.root))},
                       {"index", fmt::format("{}", proven->index)},
                       {"signed", proven->proven.by.size()},
                       {"witnessed", proven->proven.witnessed.size()}};
  if (!proven->event) return verdict;
  const auto& submitter = proven->event->submitter;
  verdict["event"] = {{"id", proven->opening->id},
                      {"content", hex(proven->opening->content)},
                      {"isDeclaration", proven->opening->is_declaration},
                      {"submitter", base64({reinterpret_cast<const char*>(submitter.data()), submitter.size()})},
                      {"number", fmt::format("{}", proven->event->number)},
                      {"recorded", fmt::format("{}", proven->event->recorded.time_since_epoch().count())}};
  return verdict;
}

// A receipt with this fault. Some of those with a fault in what they say have another in how they are written.
World faulty_world(Random& random, const Fault& fault) {
  World world = random_world(random);
  if (!fault.in_bytes) fault.plant(world, random);
  world.receipt.checkpoint = written(world.note);
  world.bytes = written(world.receipt);
  const Fault& another = faults()[below(random, faults().size())];
  if (fault.in_bytes)
    fault.plant(world, random);
  else if (fault.plant != faults().front().plant && another.in_bytes && below(random, 2) == 0)
    another.plant(world, random);
  return world;
}

json::object receipt_line(Random& random, const Fault& fault) {
  const World world = faulty_world(random, fault);
  std::vector<NoteKey> keys;
  json::array log, witnesses;
  for (const SigningKey& key : world.log) {
    keys.push_back(key.key);
    log.push_back(json::value(vkey_of(key.key)));
  }
  for (const SigningKey& key : world.witnesses) {
    keys.push_back(key.key);
    witnesses.push_back(json::value(vkey_of(key.key)));
  }
  return {{"what", "receipt"},
          {"fault", fault.name},
          {"hash", name_of(world.kind)},
          {"receipt", base64(world.bytes)},
          {"entry", base64(world.entry)},
          {"keys", std::move(log)},
          {"witnesses", std::move(witnesses)},
          {"quorum", world.quorum},
          {"explains", world.opening.has_value()},
          {"verdict", verdict_of(world, keys)},
          {"proof", proof_of(world)}};
}

json::object consistency_line(Random& random) {
  const HashKind kind = below(random, 2) == 0 ? HashKind::kSha256 : HashKind::kSm3;
  const std::vector<std::string> entries = random_entries(random);
  std::uint64_t size2 = entries.size(), size1 = 1 + below(random, entries.size());
  Nodes nodes(kind, entries);
  Hash root1 = Nodes(kind, std::span(entries).first(size1)).root(), root2 = nodes.root();
  std::vector<Hash> proof = *consistency_proof(kind, nodes, size1, size2);
  const std::size_t fault = below(random, 9);
  if (fault == 1) root1[below(random, 32)] ^= 1;
  if (fault == 2) root2[below(random, 32)] ^= 1;
  if (fault == 3) size1 = below(random, size2 + 2);
  if (fault == 4) size2 += 1 + below(random, 9);
  if (fault == 5) std::swap(root1, root2);
  if (fault == 6 && !proof.empty())
    proof.erase(proof.begin() + static_cast<std::ptrdiff_t>(below(random, proof.size())));
  if (fault == 7) proof.push_back(root1);
  if (fault == 8 && !proof.empty()) proof[below(random, proof.size())][below(random, 32)] ^= 64;
  json::array hashes;
  for (const Hash& hash : proof) hashes.push_back(json::value(base64(bytes_of(hash))));
  return {{"what", "consistency"},
          {"hash", name_of(kind)},
          {"size1", size1},
          {"size2", size2},
          {"root1", base64(bytes_of(root1))},
          {"root2", base64(bytes_of(root2))},
          {"proof", std::move(hashes)},
          {"verdict", verify_consistency(kind, size1, size2, root1, root2, proof)}};
}

json::object vkey_line(Random& random) {
  static constexpr NoteKeyType kTypes[] = {NoteKeyType::kEd25519, NoteKeyType::kEd25519Cosignature, NoteKeyType::kSm2,
                                           NoteKeyType::kSm2Cosignature};
  NoteKey key = random_key(random, "trace.example.cn/log1", kTypes[below(random, 4)]).key;
  const std::size_t fault = below(random, 6);
  if (fault == 1) key.public_key[below(random, key.public_key.size())] ^= 4;  // with a right id: mostly no point
  if (fault == 2) key.public_key.resize(1 + below(random, key.public_key.size() + 2));
  std::string text = vkey_of(key);
  if (fault == 3) text[below(random, text.size())] ^= static_cast<char>(1 << below(random, 7));
  if (fault == 4) text.erase(below(random, text.size()), 1);
  if (fault == 5) text.insert(below(random, text.size() + 1), 1, "+= \n0A"[below(random, 6)]);
  return {{"what", "vkey"}, {"vkey", base64(text)}, {"verdict", bool(note_key_of(text))}};
}

void write_worlds(std::size_t count, std::uint64_t seed) {
  for (std::size_t i = 0; i < count; ++i) {
    Random random(seed * 1'000'003 + i);
    const std::size_t fault = i % 8 == 0 ? 0 : (i - i / 8 * 3) % faults().size();
    json::object line = i % 8 == 6   ? consistency_line(random)
                        : i % 8 == 7 ? vkey_line(random)
                                     : receipt_line(random, faults()[fault]);
    line["world"] = i;
    fmt::print("{}\n", json::serialize(line));
  }
}

}  // namespace
}  // namespace suyuan::test

int main(int count, char** arguments) {
  std::uint64_t worlds = 0, seed = 0;
  const auto number = [](const char* text, std::uint64_t& into) {
    return std::from_chars(text, text + std::strlen(text), into).ec == std::errc();
  };
  if (count != 3 || !number(arguments[1], worlds) || !number(arguments[2], seed)) {
    fmt::print(stderr, "verify_worlds COUNT SEED\n");
    return 2;
  }
  suyuan::test::write_worlds(worlds, seed);
}
