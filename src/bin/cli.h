// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/warehouse/store.h"
#include "app/identity/permit.h"
#include "app/operation/settings.h"
#include "app/ports/account_store.h"
#include "app/ports/erasure_store.h"
#include "base/result.h"

namespace CLI {
class App;
}

// The command line. One file per command; each registers itself and says how it ended by an exit code.
namespace suyuan::cli {

enum Exit : int { kDone = 0, kRefused = 1, kUsage = 2, kPartly = 3 };

// What every command shares.
struct Common {
  std::string data;      // the folder of the store; "": not named
  std::string database;  // or the address of its PostgreSQL database; "": not named
  bool json = false;
  bool english = false;
};

// A command sets `run`; main calls it after the whole line has been read.
struct Chosen {
  std::function<int()> run;
};

void add_identify(CLI::App& app, Common& common, Chosen& chosen);
void add_backtest(CLI::App& app, Common& common, Chosen& chosen);
void add_capture(CLI::App& app, Common& common, Chosen& chosen);
void add_trace(CLI::App& app, Common& common, Chosen& chosen);
void add_recall(CLI::App& app, Common& common, Chosen& chosen);
void add_marks(CLI::App& app, Common& common, Chosen& chosen);
void add_organisations(CLI::App& app, Common& common, Chosen& chosen);
void add_users(CLI::App& app, Common& common, Chosen& chosen);
void add_tasks(CLI::App& app, Common& common, Chosen& chosen);
void add_audit(CLI::App& app, Common& common, Chosen& chosen);
void add_evidence(CLI::App& app, Common& common, Chosen& chosen);
void add_erasure(CLI::App& app, Common& common, Chosen& chosen);
void add_lookups(CLI::App& app, Common& common, Chosen& chosen);
void add_backup(CLI::App& app, Common& common, Chosen& chosen);
void add_restore(CLI::App& app, Common& common, Chosen& chosen);
void add_rekey(CLI::App& app, Common& common, Chosen& chosen);
void add_keys(CLI::App& app, Common& common, Chosen& chosen);
void add_log(CLI::App& app, Common& common, Chosen& chosen);
void add_verify(CLI::App& app, Common& common, Chosen& chosen);
void add_move(CLI::App& app, Common& common, Chosen& chosen);
void add_assess(CLI::App& app, Common& common, Chosen& chosen);
void add_due(CLI::App& app, Common& common, Chosen& chosen);
void add_settings(CLI::App& app, Common& common, Chosen& chosen);
void add_witness(CLI::App& app, Common& common, Chosen& chosen);
void add_serve(CLI::App& app, Common& common, Chosen& chosen);
void add_demo(CLI::App& app, Common& common, Chosen& chosen);

// `link` and `unlink` below `user`. `open`: the accounts of a store, and what this command may do with people.
struct OpenedAccounts {
  std::unique_ptr<AccountStore> accounts;
  Granted person_change;
};
using OpenAccounts = std::function<Result<OpenedAccounts>(Store&)>;
void add_oidc(CLI::App& user, Common& common, Chosen& chosen, OpenAccounts open);

// --data or --database, and --json, which nearly every command has.
void add_store_options(CLI::App& command, Common& common);
void add_json_option(CLI::App& command, Common& common);

// Prints the error with its findings to standard error and returns kRefused.
int fail(const Error& error);

// An entry of the audit about what a command did to the store by itself. Errors: those of the store.
Status audit_command(Store& store, std::string_view act, const std::string& target, const std::string& after_name,
                     const std::string& after_value);

// The one code that a text stands for; several readings are refused with the list, never guessed.
Result<codes::Identity> the_code(const std::string& text, Clock& clock);

// Every erasure of a store, by id.
Result<std::vector<Erasure>> all_erasures(ErasureStore& store);
// What `suyuan erasure list --json` wrote, or a backup's erasures.json. Errors: kInvalid "erasure.list".
Result<std::vector<Erasure>> read_erasures_file(const std::string& file);

// Where a store is: a folder, or a database when `url` is not "".
struct StorePlace {
  std::string folder, url;
  std::string shown() const;  // without password
};
inline constexpr const char* kDefaultFolder = "suyuan-data";
// The command line > SUYUAN_STORE_DATABASE > kDefaultFolder.
StorePlace place_of(const Common& common);

// Opens the store, making it when `create`. `settings`: those of store.*; none: their defaults.
Result<std::unique_ptr<Store>> open_store(const StorePlace& place, bool create, const Settings* settings = nullptr);
// With this master key; "": the folder's own.
Result<std::unique_ptr<Store>> open_store(const StorePlace& place, bool create, const std::filesystem::path& key_file,
                                          const Settings* settings = nullptr);

}  // namespace suyuan::cli
