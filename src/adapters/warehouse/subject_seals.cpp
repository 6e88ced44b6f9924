// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/subject_seals.h"

#include <fmt/format.h>

#include "adapters/warehouse/damaged.h"

namespace suyuan {

namespace {

constexpr std::uint8_t kVersion = 1;

std::string bound_to(const std::string& subject, std::size_t number) { return fmt::format("{}#{}", subject, number); }

class OwnSeals final : public SubjectSeal {
 public:
  OwnSeals(sql::Database& records, Clock& clock, const std::filesystem::path& key_file)
      : keys_(records, clock, std::make_unique<MasterKey>(key_file, false), {}), seals_(keys_) {}
  Result<Sealed> seal(const std::string& subject, const Actor& owner,
                      std::span<const std::string_view> parts) override {
    return seals_.seal(subject, owner, parts);
  }
  Result<std::optional<std::string>> open(const std::string& subject, std::int64_t key, std::size_t number,
                                          std::string_view sealed) override {
    return seals_.open(subject, key, number, sealed);
  }

 private:
  SubjectKeys keys_;
  SubjectSeals seals_;
};

}  // namespace

Result<SubjectSeal::Sealed> SubjectSeals::seal(const std::string& subject, const Actor& owner,
                                               std::span<const std::string_view> parts) {
  auto keys = keys_.keys_for({subject}, owner);
  if (!keys) return std::move(keys.error());
  const SubjectKeys::Usable& usable = keys->at(subject);
  Sealed sealed{usable.row.number, {}};
  for (std::size_t i = 0; i < parts.size(); ++i)
    sealed.parts.push_back(suyuan::seal(usable.key, kVersion, parts[i], bound_to(subject, i)));
  return sealed;
}

Result<std::optional<std::string>> SubjectSeals::open(const std::string& subject, std::int64_t key, std::size_t number,
                                                      std::string_view sealed) {
  auto keys = keys_.keys({key});
  if (!keys) return std::move(keys.error());
  if (keys->empty()) return std::optional<std::string>();
  auto plain = open_sealed(keys->begin()->second.key, sealed, bound_to(subject, number));
  if (!plain) return damaged_store(fmt::format("what is sealed of {} was changed", subject));
  return plain;
}

std::unique_ptr<SubjectSeal> make_subject_seal(sql::Database& records, Clock& clock,
                                               const std::filesystem::path& key_file) {
  return std::make_unique<OwnSeals>(records, clock, key_file);
}

}  // namespace suyuan
