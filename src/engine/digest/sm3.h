// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace suyuan {

using Sm3 = std::array<std::uint8_t, 32>;

// GB/T 32905-2016.
Sm3 sm3(std::string_view bytes);

}  // namespace suyuan
