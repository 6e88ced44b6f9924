// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace suyuan {

// Findings as stored with a job: a JSON list of {"path", "code", "text"}.
std::string findings_json(const std::vector<Finding>& findings);
std::vector<Finding> findings_of_json(std::string_view text);

}  // namespace suyuan
