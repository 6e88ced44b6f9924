// SPDX-License-Identifier: Apache-2.0
#include "bin/kept_evidence.h"

#include <fmt/format.h>

#include "adapters/evidence_files/evidence_folder.h"
#include "adapters/records/evidence_store.h"
#include "base/text.h"

namespace suyuan::cli {

std::string evidence_folder_of(const Settings& settings, const StorePlace& place) {
  const std::string& named = settings.text("evidence.folder");
  if (!named.empty()) return named;
  return place.url.empty() ? place.folder + "/evidence" : "";
}

Result<std::unique_ptr<KeptEvidence>> KeptEvidence::open(Store& store, Clock& clock, const Settings& settings,
                                                         const StorePlace& place) {
  const std::string folder = evidence_folder_of(settings, place);
  if (folder.empty()) return std::unique_ptr<KeptEvidence>();
  auto files = make_evidence_folder(folder, clock);
  if (!files) return std::move(files.error());
  return std::unique_ptr<KeptEvidence>(new KeptEvidence(
      store, clock, std::move(*files), static_cast<std::size_t>(settings.number("evidence.bytes_max"))));
}

KeptEvidence::KeptEvidence(Store& store, Clock& clock, std::unique_ptr<EvidenceFiles> files, std::size_t bytes_max)
    : records_(make_evidence_store(store.records())),
      files_(std::move(files)),
      services_{*records_, *files_, store.seals(), clock, bytes_max} {}

Result<std::int64_t> copy_evidence(sql::Database& records, const std::filesystem::path& from,
                                   const std::filesystem::path& to, Clock& clock) {
  constexpr std::size_t kTogether = 100;
  const auto rows = make_evidence_store(records);
  auto source = make_evidence_folder(from, clock);
  if (!source) return std::move(source.error());
  auto target = make_evidence_folder(to, clock);
  if (!target) return std::move(target.error());
  std::int64_t copied = 0;
  for (std::string after;;) {
    const auto some = rows->list(std::nullopt, after, kTogether);
    if (!some) return some.error();
    for (const Evidence& each : *some) {
      after = each.id;
      const auto bytes = (*source)->read(each.file);
      if (!bytes) return bytes.error();
      if (!*bytes || sha256(**bytes) != each.file)
        return Error{ErrorKind::kCorrupt, *bytes ? "evidence.changed" : "evidence.missing",
                     fmt::format("The file {} of evidence {} {} in \"{}\". Look for it in an older backup; `suyuan "
                                 "verify` names all of them.",
                                 hex(each.file), excerpt(each.id), *bytes ? "was changed" : "is missing",
                                 excerpt(from.string(), 300))};
      if (const auto put = (*target)->put(**bytes); !put) return put.error();
      ++copied;
    }
    if (some->size() < kTogether) return copied;
  }
}

}  // namespace suyuan::cli
