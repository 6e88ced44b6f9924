// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

// Personal fields as they are shown to everybody (GB/T 35273-2020 7.2; the pattern is ours, no standard fixes one).
namespace suyuan::identity {

std::string mask_name(std::string_view name);      // "张三" -> "张*"; "" stays ""
std::string mask_mobile(std::string_view mobile);  // "13812345678" -> "138****5678"; another text -> "****"

}  // namespace suyuan::identity
