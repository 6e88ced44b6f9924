// SPDX-License-Identifier: Apache-2.0
// A log of so many leaves that there is a third level of tiles, in memory.
#include <random>

#include "logged_store.h"

namespace suyuan::log_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tlog::HashKind;

constexpr std::uint64_t kLeaves = 65'536 + 300;

std::string entry_at(std::uint64_t leaf) {
  tlog::ActEntry entry;
  entry.commitment = tlog::leaf_hash(HashKind::kSha256, std::to_string(leaf));
  entry.at = Instant(std::chrono::microseconds(leaf));
  return tlog::written(entry);
}

// Rows that are not here any more, as one run.
class LostRows final : public LogStore {
 public:
  explicit LostRows(LogState state, std::vector<LogKey> keys) : state_(std::move(state)), keys_(std::move(keys)) {}
  Result<std::optional<LogState>> state() override { return std::optional(state_); }
  Result<bool> hold(Instant, Instant) override { return false; }
  Status let_go() override { return Done{}; }
  Status open(const LogState&, const std::vector<LogKey>&) override { return refused(); }
  Status advance(const LogStep&) override { return refused(); }
  Status set_keys(std::int64_t, const std::vector<LogKey>&) override { return refused(); }
  Result<std::vector<LogKey>> keys(std::int64_t) override { return keys_; }
  Result<std::vector<LogRun>> runs(std::int64_t, std::uint64_t leaf, std::size_t) override {
    std::vector<LogRun> all;
    if (leaf < state_.size) all.push_back({0, LogStream::kLost, 0, state_.size, {}, 0});
    return all;
  }
  Result<std::optional<LogRun>> run_of(std::int64_t, LogStream, std::int64_t) override {
    return std::optional<LogRun>();
  }
  Result<std::map<std::uint64_t, std::string>> kept(std::int64_t, std::uint64_t first, std::uint64_t end) override {
    most_ = std::max(most_, end - first);
    std::map<std::uint64_t, std::string> all;
    for (std::uint64_t leaf = first; leaf < std::min(end, state_.size); ++leaf) all.emplace(leaf, entry_at(leaf));
    return all;
  }
  Result<std::map<OrgId, std::uint64_t>> counts(std::int64_t, const std::vector<OrgId>&) override {
    return std::map<OrgId, std::uint64_t>();
  }
  Result<std::vector<AuditEntry>> audits(std::int64_t, std::size_t) override { return std::vector<AuditEntry>(); }
  std::uint64_t most() const { return most_; }  // texts that were asked for at once

 private:
  static Error refused() { return {ErrorKind::kInternal, "test", "verifying writes nothing"}; }
  LogState state_;
  std::vector<LogKey> keys_;
  std::uint64_t most_ = 0;
};

class NoEvents final : public EventDigests {
  Result<std::vector<EventDigest>> digests(std::int64_t, std::size_t) override { return std::vector<EventDigest>(); }
  Result<std::vector<trace::EventSeq>> events_of(const std::string&) override { return std::vector<trace::EventSeq>(); }
};

class InMemory final : public LogFolder {
 public:
  Result<Checkpoints> published() override { return checkpoints; }
  Result<Checkpoints> sound() override { return checkpoints; }
  Result<std::string> tile(HashKind tree, const tlog::Tile& tile) override {
    const auto found = files.find(name(tree, tile));
    if (found == files.end()) return Error{ErrorKind::kNotFound, "log.no_tile", "none"};
    return found->second;
  }
  Status write(const std::vector<tlog::TileFile>& tiles) override {
    for (const tlog::TileFile& each : tiles) files[name(each.tree, each.tile)] = each.bytes;
    return Done{};
  }
  Status publish(const Checkpoints& now) override {
    checkpoints = now;
    return Done{};
  }
  Status make_durable() override { return Done{}; }
  Status distrust() override { return Done{}; }
  Status clear() override { return Done{}; }
  static std::string name(HashKind tree, const tlog::Tile& tile) {
    return (tree == HashKind::kSm3 && tile.level >= 0 ? "sm3/" : "") + tlog::path_of(tile);
  }

  std::map<std::string, std::string> files;
  Checkpoints checkpoints;
};

struct LargeLog {
  LargeLog() {
    LogState state;
    state.number = 1;
    state.origin = kOrigin;
    tlog::Growth growth;
    for (std::uint64_t leaf = 0; leaf < kLeaves; ++leaf) sure(growth.add(entry_at(leaf)));
    state.size = growth.size();
    const Keys keys('k');
    const auto note_of = [&](HashKind tree) {
      const std::string name = origin_of(kOrigin, tree);
      const std::string text = tlog::text_of({name, growth.size(), growth.root(tree)});
      return tlog::written(
          tlog::Note{text, {*tlog::signature_of(text, name, tlog::NoteKeyType::kEd25519, keys.ed25519)}});
    };
    state.checkpoints = {note_of(HashKind::kSha256), note_of(HashKind::kSm3)};
    sure(folder.write(growth.take_tiles()));
    sure(folder.publish(state.checkpoints));
    std::vector<LogKey> known;
    for (const std::string& vkey : vkeys_of(kOrigin, keys.signers())) known.push_back({vkey, {}, {}});
    store = std::make_unique<LostRows>(state, known);
  }
  Verification verify() { return sure(verify_log({*store, events, &folder, nullptr, {}}, {})); }

  std::unique_ptr<LostRows> store;
  NoEvents events;
  InMemory folder;
};

TEST(LargeLog, one_flipped_bit_of_any_level_is_one_fault_and_names_the_file) {
  LargeLog log;
  const auto sound = log.verify();
  ASSERT_THAT(sound.faults, IsEmpty()) << said(sound);
  EXPECT_EQ(sound.lost, kLeaves);
  EXPECT_LE(log.store->most(), 65'536U) << "of ten million leaves no more is asked for at once";
  for (const char* file : {"tile/0/000", "sm3/tile/0/256", "tile/0/257.p/44", "sm3/tile/1/000", "tile/1/001.p/1",
                           "tile/2/000.p/1", "sm3/tile/2/000.p/1"}) {
    SCOPED_TRACE(file);
    ASSERT_TRUE(log.folder.files.contains(file));
    std::string& bytes = log.folder.files.at(file);
    bytes[5] = static_cast<char>(bytes[5] ^ 16);
    const auto result = log.verify();
    bytes[5] = static_cast<char>(bytes[5] ^ 16);
    ASSERT_THAT(result.faults, SizeIs(1)) << said(result);
    EXPECT_EQ(result.faults.front().code, "verify.tile");
    EXPECT_EQ(result.faults.front().count, 1U);
    EXPECT_THAT(result.faults.front().text, HasSubstr(file));
  }
}

}  // namespace
}  // namespace suyuan::log_test
