// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/monitoring/run.h"

namespace suyuan::monitoring {

// Disproportionality of the first two dimensions (product and hazard), where nobody knows how much there is of either:
// every few periods, over the reports of the last year (policy: pairs), one event counting once for each pair of values
// that it names. A pair that goes on being disproportional is a repeat; one that was not for a while is raised again.
// No false discovery control: shrinkage (EBGM, IC) does its work, and PRR and ROR are known to have none. Requires a
// method of the family kPairs and two dimensions.
Run run_pairs(const Panel& panel, Method method, const DetectionPolicy& policy, std::span<const KnownEvent> known);

}  // namespace suyuan::monitoring
