// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "adapters/warehouse/subject_keys.h"

// Rows of erasure and unmasking (schema/0009-subject-keys).
namespace suyuan {

Status write_unmasking(sql::Database& records, const Unmasking& unmasking);

Status write_erasure(sql::Database& records, const Erasure& erasure);
Result<std::optional<Erasure>> read_erasure(sql::Database& records, const std::string& id);
Result<std::vector<Erasure>> read_erasures(sql::Database& records, const std::string& after, std::size_t limit);
Status carry_out_erasure(SubjectKeys& keys, const Erasure& erasure);
Result<std::int64_t> carry_out_erasures_again(sql::Database& records, SubjectKeys& keys,
                                              const std::vector<Erasure>& erasures);

}  // namespace suyuan
