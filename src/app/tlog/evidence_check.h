// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <set>
#include <string_view>

#include "app/ports/evidence_files.h"
#include "app/ports/evidence_store.h"
#include "app/ports/subject_seal.h"
#include "app/tlog/faults.h"

namespace suyuan {

// What a store has of evidence. `files`: nullptr: their folder is not known.
struct EvidenceToCheck {
  EvidenceStore& store;
  EvidenceFiles* files;
  SubjectSeal& seal;
};

// Whether each row of evidence is what its entry of the audit says, which is a leaf of the log; whether each file is
// what its name says, and where its key is there, what was handed in.
class EvidenceCheck {
 public:
  using Progress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t all)>;

  EvidenceCheck(const EvidenceToCheck& evidence, LogFaults& faults) : evidence_(evidence), faults_(faults) {}

  Status run(const Progress& progress);
  std::uint64_t all() const { return seen_; }
  std::uint64_t closed() const { return closed_; }  // that were erased, or cannot be opened without the master key
  std::uint64_t without_row() const { return without_row_; }  // files: of uploads that were cut off

 private:
  Status check(const Evidence& evidence);
  Status check_row(const Evidence& evidence);
  Status check_file(const Evidence& evidence);
  Status check_missing_rows();
  Status count_files();

  const EvidenceToCheck& evidence_;
  LogFaults& faults_;
  std::set<Sha256> named_;  // files, by rows
  std::uint64_t seen_ = 0, closed_ = 0, without_row_ = 0;
};

}  // namespace suyuan
