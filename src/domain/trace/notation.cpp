// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/notation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "domain/codes/identity.h"

namespace suyuan::trace {

namespace {

constexpr std::string_view kIdFields[] = {
    "epcList",      "childEPCs",         "inputEPCList",      "outputEPCList",      "parentID",
    "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList", "readPoint",
    "bizLocation",  "sourceList",        "destinationList",   "bizTransactionList", "transformationID"};
constexpr std::string_view kIdMembers[] = {"id", "epcClass", "source", "destination", "bizTransaction"};

template <std::size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

Status rewrite(EpcFormat format, Node& node) {
  const std::string_view text = trim(node.text);
  const bool is_urn = text.starts_with("urn:epc:");
  if (format == EpcFormat::kDigitalLink && is_urn) {
    const auto id = codes::read_epcis_id(text);
    if (id && id->id.scheme == codes::Scheme::kGs1) node.text = codes::canonical_uri(id->id);
  }
  if (format == EpcFormat::kUrn && !is_urn) {
    const auto id = codes::read_epcis_id(text);
    if (id && id->id.scheme == codes::Scheme::kGs1)
      return Error{
          ErrorKind::kUnsupported, "epcis.epc_format",
          fmt::format("{} was captured as a Digital Link. Its URN depends on the length of the company prefix, "
                      "which the number does not say. Ask with GS1-EPC-Format: No_Preference, "
                      "Always_GS1_Digital_Link or Never_Translates.",
                      excerpt(text, 120))};
  }
  return Done{};
}

Status rewrite_below(EpcFormat format, Node& field) {
  if (field.kind == Node::Kind::kText) return rewrite(format, field);
  for (Node& child : field.children) {
    const bool in_list = field.kind == Node::Kind::kList;
    if (!in_list && !is_one_of(child.name, kIdMembers)) continue;
    if (auto done = rewrite_below(format, child); !done) return done;
  }
  return Done{};
}

}  // namespace

std::string_view name_of(EpcFormat format) {
  switch (format) {
    case EpcFormat::kAsCaptured:
      return "Never_Translates";
    case EpcFormat::kDigitalLink:
      return "Always_GS1_Digital_Link";
    case EpcFormat::kUrn:
      break;
  }
  return "Always_EPC_URN";
}

Status write_ids_as(EpcFormat format, Node& event) {
  if (format == EpcFormat::kAsCaptured) return Done{};
  for (Node& field : event.children) {
    if (!is_one_of(field.name, kIdFields)) continue;
    if (auto done = rewrite_below(format, field); !done) return done;
  }
  return Done{};
}

}  // namespace suyuan::trace
