// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "../personal/sealed_store.h"
#include "adapters/evidence_files/evidence_folder.h"
#include "adapters/records/evidence_store.h"
#include "app/evidence/evidence.h"
#include "app/tlog/evidence_check.h"
#include "base/text.h"

// Evidence in a store of each engine, with its files in a folder beside it.
namespace suyuan::evidence_test {

using personal_test::Kind;
using personal_test::sure;

inline const std::string kPhoto = "\xFF\xD8\xFF\xE0 a photograph of a swollen battery";
inline const codes::Identity kThing{codes::Scheme::kGs1, "/01/06901234567892/21/1"};
inline const codes::Identity kLot{codes::Scheme::kGs1, "/01/06901234567892/10/L1"};

inline NewEvidence photo(std::string bytes = kPhoto) {
  return {{kThing}, "image/jpeg", "电池鼓包.jpg", "送检样品正面", std::move(bytes)};
}

class EvidenceTest : public personal_test::SealedStoreTest {
 protected:
  EvidenceTest() { open_evidence(); }

  void open_evidence() {
    rows_ = make_evidence_store(store_->records());
    files_ = sure(make_evidence_folder(files_folder(), clock_));
    services_ = std::make_unique<EvidenceServices>(
        EvidenceServices{*rows_, *files_, store_->seals(), clock_, EvidenceServices::kEvidenceBytes});
  }
  std::filesystem::path files_folder() const { return kept_.path() / "evidence"; }
  std::filesystem::path file_of(const Evidence& evidence) const {
    return files_folder() / evidence_path(evidence.file);
  }

  EvidenceView added(NewEvidence given = photo()) {
    return sure(add_evidence(at_this_machine(), std::move(given), *services_)).view;
  }
  std::string refusal(NewEvidence given) {
    const auto handed_in = add_evidence(at_this_machine(), std::move(given), *services_);
    return handed_in ? "" : handed_in.error().code;
  }
  std::vector<std::string> faults(std::uint64_t* without_row = nullptr) {
    LogFaults found;
    const EvidenceToCheck all{*rows_, files_.get(), store_->seals()};
    EvidenceCheck check(all, found);
    EXPECT_TRUE(check.run({}));
    if (without_row != nullptr) *without_row = check.without_row();
    std::vector<std::string> codes;
    for (const LogFault& each : found.take()) codes.push_back(each.code);
    return codes;
  }
  std::vector<AuditEntry> entries(const std::string& act) {
    AuditStore::Search search;
    search.act = act;
    return sure(audit_store_->search(search)).entries;
  }
  void change(const std::string& script) {
    const auto done = store_->records().write([&](sql::Connection& connection) { return connection.execute(script); });
    ASSERT_TRUE(done) << done.error().text;
  }

  storage::Folder kept_;
  std::unique_ptr<EvidenceStore> rows_;
  std::unique_ptr<EvidenceFiles> files_;
  std::unique_ptr<EvidenceServices> services_;
};

}  // namespace suyuan::evidence_test
