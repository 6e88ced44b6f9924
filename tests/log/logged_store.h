// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "../storage/store_under_test.h"
#include "adapters/log_folder/log_folder.h"
#include "adapters/records/audit_store.h"
#include "adapters/records/log_store.h"
#include "adapters/warehouse/document_rows.h"
#include "adapters/warehouse/store_view.h"
#include "app/tlog/leaves.h"
#include "app/tlog/sequencer.h"
#include "app/tlog/verification.h"

// A store of real documents with a real log, and what somebody does to both who has the files.
namespace suyuan::log_test {

namespace fs = std::filesystem;
using storage::Folder;

template <class T>
T sure(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text + " [" + result.error().code + "]");
  return std::move(*result);
}
inline void sure(Status done) {
  if (!done) throw std::runtime_error(done.error().text + " " + done.error().for_log);
}

struct Keys {
  explicit Keys(char seed)
      : ed25519(*PrivateKey::of_bytes(SignatureAlgorithm::kEd25519, std::string(32, seed))),
        sm2(*PrivateKey::of_bytes(SignatureAlgorithm::kSm2, std::string(32, seed))) {}
  LogSigners signers() const { return {ed25519, sm2}; }
  PrivateKey ed25519, sm2;
};

// All that was found, for a failed test.
inline std::string said(const Verification& result) {
  std::string text;
  for (const LogFault& fault : result.faults) text += fault.code + " " + fault.text + "\n";
  return text;
}

inline constexpr const char* kOrigin = "log.example.cn/1";

// Organisation 2 and 3 are producers in Hefei.
Granted capture_permit(std::int64_t org);

class LoggedStore {
 public:
  // The folder of the store, with the log in "log".
  explicit LoggedStore(fs::path folder) : folder_(std::move(folder)) {}
  const fs::path& folder() const { return folder_; }
  fs::path log() const { return folder_ / "log"; }

  // Documents of two organisations, entries of the audit and two anchors: about 700 leaves.
  void fill(const Keys& keys);
  void capture(std::int64_t org, int first, int count);
  void audit(int count);
  void sequence(const Keys& keys, const std::string& origin = kOrigin);

  // Of the file, as somebody who has it.
  void change(const std::string& script) const;
  std::string text(const std::string& query) const;
  std::int64_t number(const std::string& query) const;

  // The log made anew from the rows as they are now, with these runs, under these keys.
  void rebuild(const Keys& keys, const std::function<void(std::vector<LogRun>&)>& change_runs = {});

  Verification verify(VerificationOptions options = {}, bool documents = true) const;
  std::set<std::string> faults(VerificationOptions options = {}, bool documents = true) const;

 private:
  std::unique_ptr<Store> open();
  void put_state(const LogState& state, const std::vector<LogRun>& runs, const Keys& keys) const;

  fs::path folder_;
  ManualClock clock_{Instant(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2))};
};

std::string contents(const fs::path& file);
void put(const fs::path& file, const std::string& bytes);
// What a checkpoint of that tree says now.
std::string checkpoint_of(const fs::path& log, tlog::HashKind tree = tlog::HashKind::kSha256);

}  // namespace suyuan::log_test
