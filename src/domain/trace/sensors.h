// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/trace/findings.h"

namespace suyuan::trace {

// Judges sensorElementList (EPCIS 2.0 §7.3.7): times, numbers, URIs and the one report that each element needs.
void judge_sensors(const Node& list, Findings& findings);

}  // namespace suyuan::trace
