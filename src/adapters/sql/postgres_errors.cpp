// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/postgres_errors.h"

#include <fmt/format.h>

namespace suyuan::sql {

Error unreachable(const std::string& place, std::string detail) {
  return {ErrorKind::kBusy, "store.unreachable",
          fmt::format("The {} cannot be reached, or ended the connection. What was acknowledged is safe; whether this "
                      "request was stored is not known. Send it again in a moment: it counts once. If it lasts, see "
                      "whether the server runs.",
                      place),
          std::move(detail)};
}

Error postgres_error(std::string_view state, const std::string& place, std::string detail) {
  const auto is_class = [&](std::string_view digits) { return state.starts_with(digits); };
  if (state.empty() || is_class("08") || is_class("57P0") || state == "25P03") return unreachable(place, detail);
  if (is_class("23")) return {ErrorKind::kConflict, "sql.constraint", "A stored rule forbids this.", detail};
  if (state == "40001" || state == "40P01" || state == "55P03" || state == "57014" || is_class("532") ||
      state == "53300")
    return {ErrorKind::kBusy, "store.busy", "The store is busy. Try again in a moment.", detail};
  if (state == "42501") {
    return {ErrorKind::kForbidden, "store.rights",
            fmt::format("The user of the {} lacks a right there. Give it CREATE on the database's schema and all "
                        "rights on the tables of the store.",
                        place),
            detail};
  }
  if (state == "25006") {
    return {ErrorKind::kInternal, "store.disk",
            fmt::format("The {} takes no writes: it is a standby or set to read only. Nothing was stored. Name the "
                        "primary server.",
                        place),
            detail};
  }
  if (state == "53100") {
    return {ErrorKind::kInternal, "store.disk",
            fmt::format("The disk of the {} is full; nothing was stored. Free some space and try again.", place),
            detail};
  }
  if (is_class("XX00") && state != "XX000") {
    return {ErrorKind::kCorrupt, "store.damaged",
            fmt::format("The {} reports damaged data. Stop the server and restore the last backup.", place), detail};
  }
  if (state == "22021" || state == "22P05") {
    return {ErrorKind::kInvalid, "sql.text", "A text holds U+0000, which the store cannot keep. Leave it out.", detail};
  }
  if (is_class("58") || is_class("F0") || is_class("XX")) {
    return {ErrorKind::kInternal, "store.disk",
            fmt::format("The {} could not read or write; nothing was stored. See the logs.", place), detail};
  }
  return {ErrorKind::kInternal, "sql.statement", "A statement of ours was refused by the store; nothing was stored.",
          detail};
}

}  // namespace suyuan::sql
