// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace suyuan {

std::string compress(std::string_view bytes);
// Nothing when the bytes are no frame of ours or would grow beyond 1 GiB.
std::optional<std::string> decompress(std::string_view frame);

}  // namespace suyuan
