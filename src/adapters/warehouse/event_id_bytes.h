// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "engine/digest/sha256.h"

namespace suyuan {

// An event id in few bytes: docs/formats/event-id.md.
std::string pack_event_id(std::string_view id, const Sha256& content);
// Nothing when the bytes are not what pack_event_id makes. `content`: 32 bytes.
std::optional<std::string> unpack_event_id(std::string_view packed, std::string_view content);

}  // namespace suyuan
