// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/monitoring/panel.h"

namespace suyuan {

// Prints the processor time of each method that R's surveillance has, too, of both, over the same series and weeks; or
// that R or the package is not installed. Takes about a minute, nearly all of it R's.
void measure_against_r(const monitoring::Panel& panel);

}  // namespace suyuan
