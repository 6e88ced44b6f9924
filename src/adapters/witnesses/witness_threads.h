// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "app/ports/witnesses.h"

namespace suyuan {

// A thread for each witness, so that one who is slow, or whose name is not found, holds up nobody. `urls`: submission
// prefixes, by witness; "" for one that is never asked. Ends within the patience of a request.
std::unique_ptr<Witnesses> make_witnesses(const std::vector<std::string>& urls, WitnessHttp http,
                                          std::chrono::milliseconds patience);

}  // namespace suyuan
