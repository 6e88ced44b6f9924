// SPDX-License-Identifier: Apache-2.0
#include "app/tlog/evidence_check.h"

#include <fmt/format.h>

#include "app/evidence/evidence.h"
#include "base/text.h"

namespace suyuan {

namespace {

constexpr std::size_t kTogether = 100, kMissingMost = 10'000;
constexpr std::string_view kBackup = "Keep the store as it is, for whoever looks into it, and look for it in a backup.";

}  // namespace

Status EvidenceCheck::run(const Progress& progress) {
  for (std::string after;;) {
    const auto some = evidence_.store.list(std::nullopt, after, kTogether);
    if (!some) return Error(some.error());
    for (const Evidence& each : *some) {
      ++seen_;
      after = each.id;
      if (auto checked = check(each); !checked) return checked;
    }
    if (progress && !some->empty()) progress("evidence", seen_, seen_);
    if (some->size() < kTogether) break;
  }
  if (auto done = check_missing_rows(); !done) return done;
  return evidence_.files == nullptr ? Status(Done{}) : count_files();
}

Status EvidenceCheck::check(const Evidence& evidence) {
  named_.insert(evidence.file);
  if (auto row = check_row(evidence); !row) return row;
  return evidence_.files == nullptr ? Status(Done{}) : check_file(evidence);
}

Status EvidenceCheck::check_row(const Evidence& evidence) {
  const auto entry = evidence_.store.entry_of(evidence.id);
  if (!entry) return Error(entry.error());
  const bool is_same = *entry && (*entry)->after == with_fields({}, {}, evidence_fields(evidence)).after &&
                       (*entry)->at == evidence.at && (*entry)->org == evidence.by.org &&
                       (*entry)->jurisdiction == evidence.by.jurisdiction &&
                       (*entry)->person.value_or(evidence.by.person) == evidence.by.person;
  if (is_same) return Done{};
  faults_.add("verify.evidence_row", [&] {
    return fmt::format(
        "The row of evidence {} is not what {}: it was changed. Restore the newest backup that agrees "
        "with the log (suyuan restore).",
        excerpt(evidence.id),
        *entry ? "its entry of the audit says" : "was handed in, since the audit has no entry of it");
  });
  return Done{};
}

Status EvidenceCheck::check_file(const Evidence& evidence) {
  const auto sealed = evidence_.files->read(evidence.file);
  if (!sealed) return Error(sealed.error());
  if (!*sealed) {
    faults_.add("verify.evidence_missing", [&] {
      return fmt::format("The file of evidence {}, {}, is not there. {}", excerpt(evidence.id), hex(evidence.file),
                         kBackup);
    });
    return Done{};
  }
  const bool is_whole = sha256(**sealed) == evidence.file;
  auto plain = is_whole ? evidence_.seal.open(evidence_subject(evidence.id), evidence.key, 0, **sealed)
                        : Result(std::optional<std::string>());
  const bool is_damaged = !plain && plain.error().kind == ErrorKind::kCorrupt && plain.error().code == "store.damaged";
  if (!plain && !is_damaged && !plain.error().code.starts_with("secrets.")) return std::move(plain.error());
  const bool is_open = plain && *plain;
  if (is_whole && !is_damaged && !is_open) {
    ++closed_;
    return Done{};
  }
  if (is_open && sha256(**plain) == evidence.sha256 && sm3(**plain) == evidence.sm3) return Done{};
  faults_.add("verify.evidence_changed", [&] {
    return fmt::format("The file of evidence {}, {}, is not what was handed in: {}. {}", excerpt(evidence.id),
                       hex(evidence.file),
                       is_whole ? "it opens as something else" : "its bytes have another hash than its name", kBackup);
  });
  return Done{};
}

Status EvidenceCheck::check_missing_rows() {
  const auto missing = evidence_.store.without_row(kMissingMost);
  if (!missing) return Error(missing.error());
  for (const std::string& id : *missing) {
    faults_.add("verify.evidence_row_missing", [&] {
      return fmt::format(
          "Evidence {} was handed in, as the audit says, and has no row: it was taken away. Restore the "
          "newest backup that agrees with the log (suyuan restore).",
          excerpt(id));
    });
  }
  return Done{};
}

Status EvidenceCheck::count_files() {
  const auto names = evidence_.files->names();
  if (!names) return Error(names.error());
  for (const Sha256& name : *names)
    if (!named_.contains(name)) ++without_row_;
  return Done{};
}

}  // namespace suyuan
