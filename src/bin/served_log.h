// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/sequencing/log_thread.h"
#include "adapters/warehouse/store.h"
#include "app/operation/settings.h"
#include "app/tlog/receipt.h"
#include "bin/cli.h"
#include "bin/secret_file.h"
#include "bin/served_witnesses.h"

namespace suyuan::cli {

// The keys that sign checkpoints: Ed25519 and SM2.
struct LogKeyPair {
  PrivateKey ed25519, sm2;
  LogSigners signers() const { return {ed25519, sm2}; }
};
std::string log_key_text(const LogKeyPair& keys);
// Nothing: these are no keys.
std::optional<LogKeyPair> log_keys_of(std::string_view text);
LogKeyPair fresh_log_keys();

// Where they are, as settings and place say; "" of `file`: there are none.
SecretFile log_key_file(const Settings& settings, const StorePlace& place);
std::string log_folder_of(const Settings& settings, const StorePlace& place);  // "": none

// The log of a store, written and published from now until it is destroyed.
class ServedLog {
 public:
  // Nothing: this server has no folder for it. Everything outlives it. Errors: kInvalid "log.bad_key_file",
  // "log.origin", those of ServedWitnesses; kInternal "log.disk".
  static Result<std::unique_ptr<ServedLog>> start(Store& store, Clock& clock, Log& log, const Settings& settings,
                                                  const StorePlace& place);
  const LogReads& reads() const { return reads_; }
  std::string stopped_by() const { return thread_->stopped_by(); }

 private:
  ServedLog(Store& store, Clock& clock, Log& log, std::unique_ptr<LogStore> records, std::unique_ptr<LogFolder> folder,
            std::optional<LogKeyPair> keys, std::unique_ptr<ServedWitnesses> witnesses, const std::string& origin);

  std::unique_ptr<LogStore> records_;
  std::unique_ptr<LogFolder> folder_;
  std::optional<LogKeyPair> keys_;
  std::unique_ptr<ServedWitnesses> witnesses_;  // nullptr: none
  LogReads reads_;
  std::unique_ptr<LogThread> thread_;  // ends first
};

}  // namespace suyuan::cli
