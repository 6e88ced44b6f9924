// SPDX-License-Identifier: Apache-2.0
#include "domain/identity/organisation_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "domain/identity/place_ranges.h"

namespace suyuan::identity {

namespace {

constexpr std::int32_t kDivisionLeast = 110'000, kDivisionMost = 829'999;

bool lies_within(Jurisdiction inner, Jurisdiction outer) { return PlaceRanges::of(outer).covers(inner); }

Error invalid(std::string code, std::string text) { return {ErrorKind::kInvalid, std::move(code), std::move(text)}; }

// Of two of which one is directly below the other.
Status judge_pair(const Organisation& below, const Organisation& above) {
  if (!may_stand_below(below.kind, above.kind)) {
    return invalid(
        "organisation.superior_kind",
        fmt::format("\"{}\" is a {} and cannot be below \"{}\", a {}. Name another superior.", excerpt(below.name),
                    org_kind_word(below.kind), excerpt(above.name), org_kind_word(above.kind)));
  }
  if (acts_by_place(below.kind) && !lies_within(below.jurisdiction, above.jurisdiction)) {
    return invalid("organisation.jurisdiction",
                   fmt::format("The jurisdiction of \"{}\", {:06}, does not lie within {:06}, that of its superior "
                               "\"{}\".",
                               excerpt(below.name), below.jurisdiction.division, above.jurisdiction.division,
                               excerpt(above.name)));
  }
  return Done{};
}

Status judge_itself(const Organisation& it) {
  const bool is_server = it.kind == OrgKind::kServer;
  if (is_server != (it.id == OrgId(1)))
    return invalid("organisation.kind", "Organisation 1 runs this server, and no other does. Name another kind.");
  if (is_server && (it.superior || !it.is_active)) {
    return invalid("organisation.kind", "Organisation 1 runs this server: it is below nobody and cannot be closed.");
  }
  const std::int32_t code = it.jurisdiction.division;
  if (code == 0 || (code >= kDivisionLeast && code <= kDivisionMost)) return Done{};
  return invalid("organisation.division",
                 fmt::format("{:06} is no division code. Give the six digits of GB/T 2260, or 000000 for the whole "
                             "country.",
                             code));
}

}  // namespace

bool may_stand_below(OrgKind kind, OrgKind superior) {
  if (kind == OrgKind::kServer) return false;
  if (superior == OrgKind::kServer || superior == OrgKind::kRegulator) return true;
  switch (kind) {
    case OrgKind::kServer:
    case OrgKind::kRegulator:
    case OrgKind::kCentre:
      return superior == kind && kind == OrgKind::kCentre;
    case OrgKind::kLaboratory:
      return superior == OrgKind::kCentre || superior == OrgKind::kLaboratory;
    case OrgKind::kMerchant:
      return superior == OrgKind::kPlatform || superior == OrgKind::kMerchant;
    case OrgKind::kSeller:
      return superior == OrgKind::kProducer || superior == OrgKind::kSeller;
    case OrgKind::kPlatform:
    case OrgKind::kProducer:
    case OrgKind::kIndustry:
      return superior == kind;
  }
  CHECK(false);
}

bool acts_by_place(OrgKind kind) { return kind == OrgKind::kRegulator || kind == OrgKind::kCentre; }

Status judge_organisation(const Directory& directory, OrgId id) {
  const Organisation* it = directory.find(id);
  CHECK(it != nullptr);
  if (auto good = judge_itself(*it); !good) return good;
  if (it->superior) {
    const Organisation& above = *directory.find(*it->superior);
    if (auto good = judge_pair(*it, above); !good) return good;
    if (it->is_active && !above.is_active) {
      return Error{ErrorKind::kConflict, "organisation.closed",
                   fmt::format("\"{}\" (organisation {}) is closed: nothing can be below it. Name another superior.",
                               excerpt(above.name), above.id.value())};
    }
  }
  for (const Organisation& each : directory.organisations()) {
    if (each.superior != id) continue;
    if (auto good = judge_pair(each, *it); !good) return good;
    if (each.is_active && !it->is_active) {
      return Error{ErrorKind::kConflict, "organisation.in_use",
                   fmt::format("\"{}\" (organisation {}) is below \"{}\" and not closed. Close it first, or give it "
                               "another superior.",
                               excerpt(each.name), each.id.value(), excerpt(it->name))};
    }
  }
  return Done{};
}

}  // namespace suyuan::identity
