// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "domain/codes/gs1_ai.h"

namespace suyuan::codes {

// Every application identifier, by number.
std::span<const AiRow> ai_rows();

}  // namespace suyuan::codes
