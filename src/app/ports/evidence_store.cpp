// SPDX-License-Identifier: Apache-2.0
#include "app/ports/evidence_store.h"

#include <fmt/format.h>

#include "base/text.h"

namespace suyuan {

std::string evidence_subject(std::string_view id) { return "evidence/" + std::string(id); }

Error no_evidence(std::string_view id) {
  return {ErrorKind::kNotFound, "evidence.unknown",
          fmt::format("There is no evidence \"{}\". `suyuan evidence list`, or GET /api/v1/evidence, lists it.",
                      excerpt(id))};
}

}  // namespace suyuan
