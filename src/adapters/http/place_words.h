// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

namespace suyuan::http {

std::string place_text(std::int32_t division);  // "江苏省"

}  // namespace suyuan::http
