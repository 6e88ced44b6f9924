// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/vocabulary.h"

#include <algorithm>

namespace suyuan::trace {

namespace {

// Source: GS1 Core Business Vocabulary 2.0 §7.1 (business steps), §7.2 (dispositions), §7.3 (transaction types),
// §7.4 (source and destination types), §7.5 (error reasons), §7.6 (sensor components).
constexpr std::string_view kBizSteps[] = {"accepting",
                                          "arriving",
                                          "assembling",
                                          "collecting",
                                          "commissioning",
                                          "consigning",
                                          "creating_class_instance",
                                          "cycle_counting",
                                          "decommissioning",
                                          "departing",
                                          "destroying",
                                          "disassembling",
                                          "dispensing",
                                          "encoding",
                                          "entering_exiting",
                                          "holding",
                                          "inspecting",
                                          "installing",
                                          "killing",
                                          "loading",
                                          "other",
                                          "packing",
                                          "picking",
                                          "receiving",
                                          "removing",
                                          "repackaging",
                                          "repairing",
                                          "replacing",
                                          "reserving",
                                          "retail_selling",
                                          "sampling",
                                          "sensor_reporting",
                                          "shipping",
                                          "staging_outbound",
                                          "stock_taking",
                                          "stocking",
                                          "storing",
                                          "transporting",
                                          "unloading",
                                          "unpacking",
                                          "void_shipping"};
constexpr std::string_view kDispositions[] = {"active",
                                              "available",
                                              "completeness_inferred",
                                              "completeness_verified",
                                              "conformant",
                                              "container_closed",
                                              "container_open",
                                              "damaged",
                                              "destroyed",
                                              "dispensed",
                                              "disposed",
                                              "encoded",
                                              "evidence",
                                              "expired",
                                              "in_progress",
                                              "in_transit",
                                              "inactive",
                                              "mismatch_class",
                                              "mismatch_instance",
                                              "mismatch_quantity",
                                              "needs_replacement",
                                              "no_pedigree_match",
                                              "non_conformant",
                                              "non_sellable_other",
                                              "partially_dispensed",
                                              "recalled",
                                              "reserved",
                                              "retail_sold",
                                              "returned",
                                              "sellable_accessible",
                                              "sellable_not_accessible",
                                              "stolen",
                                              "unavailable",
                                              "unknown"};
constexpr std::string_view kTransactionTypes[] = {"bol",       "cert",   "desadv", "inv",     "pedigree", "po",   "poc",
                                                  "prodorder", "recadv", "rma",    "testprd", "testres",  "upevt"};
constexpr std::string_view kSourceDestTypes[] = {"owning_party", "possessing_party", "location"};
constexpr std::string_view kErrorReasons[] = {"did_not_occur", "incorrect_data"};
constexpr std::string_view kComponents[] = {
    "altitude", "easting", "elevation",   "height",           "latitude", "longitude", "northing", "axial_distance",
    "depth",    "azimuth", "polar_angle", "spherical_radius", "x",        "y",         "z"};

struct Names {
  std::string_view web;  // behind https://ref.gs1.org/cbv/
  std::string_view urn;  // behind urn:epcglobal:cbv:
  std::span<const std::string_view> words;
};

Names names_of(Vocabulary vocabulary) {
  switch (vocabulary) {
    case Vocabulary::kBizStep:
      return {"BizStep-", "bizstep:", kBizSteps};
    case Vocabulary::kDisposition:
      return {"Disp-", "disp:", kDispositions};
    case Vocabulary::kTransactionType:
      return {"BTT-", "btt:", kTransactionTypes};
    case Vocabulary::kSourceDestType:
      return {"SDT-", "sdt:", kSourceDestTypes};
    case Vocabulary::kErrorReason:
      return {"ER-", "er:", kErrorReasons};
    case Vocabulary::kComponent:
      break;
  }
  return {"Comp-", "comp:", kComponents};
}

constexpr std::string_view kWeb = "https://ref.gs1.org/cbv/";
constexpr std::string_view kUrn = "urn:epcglobal:cbv:";

}  // namespace

std::optional<std::string> canonical_value(Vocabulary vocabulary, std::string_view value) {
  const Names names = names_of(vocabulary);
  const auto web = [&](std::string_view word) {
    return std::string(kWeb) + std::string(names.web) + std::string(word);
  };
  if (value.starts_with(kUrn) && value.substr(kUrn.size()).starts_with(names.urn))
    return web(value.substr(kUrn.size() + names.urn.size()));
  if (value.starts_with("cbv:")) return std::string(kWeb) + std::string(value.substr(4));
  if (value.find(':') != std::string_view::npos) return std::string(value);
  if (std::find(names.words.begin(), names.words.end(), value) == names.words.end()) return std::nullopt;
  return web(value);
}

std::span<const std::string_view> words_of(Vocabulary vocabulary) { return names_of(vocabulary).words; }

std::string urn_form(std::string_view canonical) {
  for (const Vocabulary vocabulary : {Vocabulary::kBizStep, Vocabulary::kDisposition, Vocabulary::kTransactionType,
                                      Vocabulary::kSourceDestType, Vocabulary::kErrorReason, Vocabulary::kComponent}) {
    const Names names = names_of(vocabulary);
    if (canonical.starts_with(kWeb) && canonical.substr(kWeb.size()).starts_with(names.web))
      return std::string(kUrn) + std::string(names.urn) + std::string(canonical.substr(kWeb.size() + names.web.size()));
  }
  return std::string(canonical);
}

std::string_view bare_word(std::string_view canonical) {
  if (!canonical.starts_with(kWeb)) return canonical;
  const std::size_t dash = canonical.find('-', kWeb.size());
  return dash == std::string_view::npos ? canonical : canonical.substr(dash + 1);
}

}  // namespace suyuan::trace
