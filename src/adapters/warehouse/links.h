// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/trace/stored_event.h"

namespace suyuan {

// The links of an event as bytes: docs/formats/links.md.
std::string encode_links(const std::vector<trace::Link>& links);
// Nothing when the bytes are not what encode_links makes.
std::optional<std::vector<trace::Link>> decode_links(std::string_view bytes);
bool decode_links(std::string_view bytes, std::vector<trace::Link>& links);  // in place of what was there

}  // namespace suyuan
