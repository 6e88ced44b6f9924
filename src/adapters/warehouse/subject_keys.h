// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sql/database.h"
#include "adapters/warehouse/master_key.h"
#include "app/ports/personal_data.h"

namespace suyuan {

// How an engine makes sure that nothing of a destroyed key stays in its files.
struct KeyErasing {
  bool is_sqlite = false;
  std::function<Status()> scrub;  // after the transaction
};

// The keys of subjects, wrapped under the master key. Nothing is kept in memory, so that what another server destroyed
// is gone here too. Any thread.
class SubjectKeys {
 public:
  struct Usable {
    SubjectKey row;
    SealKey key;
  };

  SubjectKeys(sql::Database& records, Clock& clock, std::unique_ptr<MasterKey> master, KeyErasing erasing)
      : records_(records), clock_(clock), master_(std::move(master)), erasing_(std::move(erasing)) {}

  // Whether the master key is the one that the store was written with. Errors: as of keys_for; kCorrupt
  // "secrets.two_keys" when a rotation was stopped.
  Status check();

  // The newest key of each subject with that owner's organisation, made where there is none. By subject. Errors:
  // kInternal "secrets.no_key", "secrets.key_file"; kCorrupt "secrets.wrong_key"; those of the store.
  Result<std::map<std::string, Usable>> keys_for(const std::vector<std::string>& subjects, const Actor& owner);
  // Those of these numbers that are there.
  Result<std::map<std::int64_t, Usable>> keys(const std::vector<std::int64_t>& numbers);
  Result<std::vector<SubjectKey>> keys_of(const std::string& subject);

  // In a transaction of somebody else: the newest key of the subject, whoever owns it, made when there is none; the key
  // of a number, nothing when it is not there.
  Result<Usable> the_key(sql::Connection& connection, const std::string& subject, const Actor& owner);
  Result<std::optional<Usable>> key(sql::Connection& connection, std::int64_t number);

  // Destroys keys in the transaction of `also`, then scrubs. How many there were.
  Result<std::int64_t> destroy(const std::vector<std::int64_t>& numbers, const sql::Database::Work& also);
  // Runs `work` in a transaction of which what it deletes and overwrites leaves nothing in the files.
  Status write_over(const sql::Database::Work& work);

 private:
  Result<Usable> unwrap(SubjectKey row, std::string_view wrapped);
  Status make_missing(const std::vector<std::string>& subjects, const Actor& owner, const SealKey& master);

  sql::Database& records_;
  Clock& clock_;
  std::unique_ptr<MasterKey> master_;
  KeyErasing erasing_;
};

// A key as it was wrapped under `from`, under `to`; unchanged when it is already; nothing: neither opens it.
std::optional<std::string> rewrapped(std::int64_t number, const std::string& wrapped, const SealKey& from,
                                     const SealKey& to);
Error wrong_master_key();  // kCorrupt "secrets.wrong_key"

// A subject as its column holds it: one too long for an index, or with a zero byte, is known by its hash.
std::string subject_column(const std::string& subject);

}  // namespace suyuan
