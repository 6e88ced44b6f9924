// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>

#include "adapters/warehouse/subject_keys.h"
#include "app/ports/subject_seal.h"

namespace suyuan {

// By the keys of a store.
class SubjectSeals final : public SubjectSeal {
 public:
  explicit SubjectSeals(SubjectKeys& keys) : keys_(keys) {}
  Result<Sealed> seal(const std::string& subject, const Actor& owner, std::span<const std::string_view> parts) override;
  Result<std::optional<std::string>> open(const std::string& subject, std::int64_t key, std::size_t number,
                                          std::string_view sealed) override;

 private:
  SubjectKeys& keys_;
};

// Of a store that is only read. `key_file`: the master key.
std::unique_ptr<SubjectSeal> make_subject_seal(sql::Database& records, Clock& clock,
                                               const std::filesystem::path& key_file);

}  // namespace suyuan
