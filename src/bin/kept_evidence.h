// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "adapters/warehouse/store.h"
#include "app/evidence/evidence.h"
#include "app/operation/settings.h"
#include "bin/cli.h"

namespace suyuan::cli {

// Where the files are, as settings and place say; "": nowhere.
std::string evidence_folder_of(const Settings& settings, const StorePlace& place);

// The evidence of a store: its records, and its files.
class KeptEvidence {
 public:
  // Nothing: there is no folder for the files. Everything outlives it. Errors: kInternal "evidence.disk".
  static Result<std::unique_ptr<KeptEvidence>> open(Store& store, Clock& clock, const Settings& settings,
                                                    const StorePlace& place);
  const EvidenceServices& services() const { return services_; }

 private:
  KeptEvidence(Store& store, Clock& clock, std::unique_ptr<EvidenceFiles> files, std::size_t bytes_max);

  std::unique_ptr<EvidenceStore> records_;
  std::unique_ptr<EvidenceFiles> files_;
  EvidenceServices services_;
};

// Copies the files that the rows name, each compared with its name, durable on return; how many. Errors: kCorrupt
// "evidence.missing", "evidence.changed", naming what they are evidence of; kInternal "evidence.disk".
Result<std::int64_t> copy_evidence(sql::Database& records, const std::filesystem::path& from,
                                   const std::filesystem::path& to, Clock& clock);

}  // namespace suyuan::cli
