// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "domain/trace/node.h"

namespace suyuan::trace {

// How identifiers are written in an answer (EPCIS 2.0 §12.9.1, GS1-EPC-Format).
enum class EpcFormat : std::uint8_t { kAsCaptured = 1, kDigitalLink = 2, kUrn = 3 };  // stored; never renumber

std::string_view name_of(EpcFormat format);  // "Never_Translates", "Always_GS1_Digital_Link", "Always_EPC_URN"

// Rewrites the identifiers of an event. A URN always has a Digital Link; a Digital Link has a URN only for who knows
// how long the company prefix is, which no number says, so kUrn refuses an event with Digital Links.
// Errors: kUnsupported "epcis.epc_format", naming the identifier.
Status write_ids_as(EpcFormat format, Node& event);

}  // namespace suyuan::trace
