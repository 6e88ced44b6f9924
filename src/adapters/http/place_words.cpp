// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/place_words.h"

#include "domain/codes/division.h"

namespace suyuan::http {

std::string place_text(std::int32_t division) { return codes::full_name(division); }

}  // namespace suyuan::http
