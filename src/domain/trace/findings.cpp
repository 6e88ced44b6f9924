// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/findings.h"

namespace suyuan::trace {

std::vector<Finding> Findings::take() {
  if (more_ > 0) {
    all_.push_back({"", "epcis.more_findings", "There are " + std::to_string(more_) + " more of them in this event."});
  }
  return std::move(all_);
}

}  // namespace suyuan::trace
