// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

// The files of policy/ as they are in the repository, compiled in.
namespace suyuan::assessment {

std::string_view risk_matrices_text();
std::string_view index_systems_text();
std::string_view grade_tables_text();
std::string_view moving_averages_text();

}  // namespace suyuan::assessment
