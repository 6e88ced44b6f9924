// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

// The files of policy/ as they are in the repository, compiled in.
namespace suyuan::identity {

std::string_view roles_text();
std::string_view permissions_text();
std::string_view separation_text();

}  // namespace suyuan::identity
