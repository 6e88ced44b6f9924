// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

#include "adapters/log_folder/log_folder.h"
#include "adapters/records/audit_store.h"
#include "adapters/records/log_store.h"
#include "app/tlog/logged_events.h"
#include "app/tlog/receipt.h"
#include "app/tlog/sequencer.h"
#include "base/base64.h"
#include "engine/digest/sha256.h"
#include "tests/storage/store_rows.h"
#include "tests/storage/store_under_test.h"

// A store with a log: what tests put into it, and what they read of it.
namespace suyuan::storage {

struct OwnKeys {
  PrivateKey ed25519 = PrivateKey::fresh(SignatureAlgorithm::kEd25519);
  PrivateKey sm2 = PrivateKey::fresh(SignatureAlgorithm::kSm2);
  LogSigners signers() const { return {ed25519, sm2}; }
};

inline std::map<std::string, std::string> files_under(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files[std::filesystem::relative(entry.path(), folder)] = {std::istreambuf_iterator<char>(file), {}};
  }
  return files;
}

inline constexpr const char* kOrigin = "trace.example.cn/log";

class Producers final : public DirectorySource {
 public:
  Producers() {
    std::vector<identity::Organisation> all;
    for (int id = 31; id <= 33; ++id) {
      identity::Organisation one;
      one.id = OrgId(id);
      one.name = fmt::format("producer {}", id);
      one.kind = identity::OrgKind::kProducer;
      one.jurisdiction = {440300 + id};
      all.push_back(std::move(one));
    }
    auto made = identity::Directory::make(std::move(all), {});
    CHECK(made.ok());
    is_ = std::move(*made);
  }
  std::shared_ptr<const identity::Directory> directory() override { return is_; }

 private:
  std::shared_ptr<const identity::Directory> is_;
};

inline Granted permit_of(std::int64_t org, Clock& clock, identity::Act act = identity::Act::kEventCapture) {
  static Producers producers;
  if (org == 1) return at_this_machine().grant(act);
  identity::Principal who;
  who.actor = {PersonId(1000 + org), OrgId(org), Jurisdiction{static_cast<std::int32_t>(440300 + org)}};
  who.roles = {identity::Role::kProducer};
  who.via = identity::Via::kSession;
  auto may = Authorizer(producers, clock).grant(who, act);
  CHECK(may.ok());
  return std::move(*may);
}

// One process that has a store open and writes its log.
struct LoggedStore {
  LoggedStore(const Engine& engine, const std::filesystem::path& folder, const std::filesystem::path& log_folder,
              ManualClock& the_clock, const OwnKeys* keys, const std::string& holder = "test")
      : clock(the_clock) {
    auto opened = engine.open(folder, clock);
    if (!opened) throw std::runtime_error(opened.error().text);
    store = std::move(*opened);
    auto made = make_log_folder(log_folder);
    if (!made) throw std::runtime_error(made.error().text);
    files = std::move(*made);
    records = make_log_store(store->records(), holder, engine.name != "sqlite");
    sequencer = std::make_unique<Sequencer>(services(keys));
  }
  ~LoggedStore() { EXPECT_TRUE(records->let_go().ok()); }
  LoggedStore(const LoggedStore&) = delete;
  LoggedStore& operator=(const LoggedStore&) = delete;
  LogServices services(const OwnKeys* keys) {
    return {*records, store->digests(), *files, clock, keys == nullptr ? std::nullopt : std::optional(keys->signers()),
            kOrigin};
  }
  LogReads reads() { return {*records, store->digests(), *files}; }

  // Events of one organisation (31 … 33, or 1 for this machine), one document.
  void capture(int first, int count, std::int64_t org = 1) {
    const auto outcome =
        capture_document(permit_of(org, clock), items_document(first, count), {}, read_epcis, *store, clock);
    ASSERT_TRUE(outcome.ok()) << outcome.error().text;
    ASSERT_EQ(outcome->accepted, count);
    captured = outcome->job;
  }
  void act(const std::string& word) {
    AuditEntry entry;
    entry.at = clock.now();
    entry.act = word;
    entry.target_kind = "test";
    entry.reason = "because";
    ASSERT_TRUE(make_audit_store(store->records())->append({entry}).ok());
  }
  // Rounds until nothing is left. The error that ended them, or "".
  std::string settle() {
    for (int i = 0; i < 100; ++i) {
      const std::uint64_t before = size();
      const auto more = sequencer->round();
      if (!more) return more.error().code;
      if (*more || size() != before) continue;
      const auto durable = files->make_durable();
      return durable ? "" : durable.error().code;
    }
    return "it never ends";
  }
  std::uint64_t size() {
    auto state = records->state();
    return state && *state ? (*state)->size : 0;
  }
  LogState state() { return **records->state(); }

  ManualClock& clock;
  std::string captured;  // job of the last document
  std::unique_ptr<Store> store;
  std::unique_ptr<LogFolder> files;
  std::unique_ptr<LogStore> records;
  std::unique_ptr<Sequencer> sequencer;
};

}  // namespace suyuan::storage
